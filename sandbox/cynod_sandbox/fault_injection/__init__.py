"""Faults on demand: switches that a request, a partner or a card turns on; none of them in strict mode.

To add one: a module in ``switches/`` with one ``Switch``, listed in ``switches/__init__.py``, and its words
in the console's catalogue.
"""
