"""Drawings of the documentation, as data that templates turn into SVG."""
