"""Probes by clause group: each first sends a valid control, then changes one thing (see registry.py)."""
