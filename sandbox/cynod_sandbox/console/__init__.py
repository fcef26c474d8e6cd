"""The console: a second listener for people, in French and English, and for Prometheus.

One module a subject, each giving pages from a ``Visit``; words in ``words.py``, French and English side
by side; what the contract says is asked of the contract.
"""
