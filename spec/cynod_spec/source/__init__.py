"""A file becomes a ``Source``: values, their places, references, translations; and is written again."""
