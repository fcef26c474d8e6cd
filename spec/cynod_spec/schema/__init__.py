"""Schemas of the document: what they compose, what they accept, samples of what they accept."""
