"""One folder a target: its plan in Python, its templates and its files copied verbatim."""
