"""The console: a second listener for people, in French and English, and for Prometheus.

Each module holds the pages of one subject: functions from a ``RequestContext`` to a response. ``words.py``
holds the texts in both languages; titles and clauses are the contract's.
"""
