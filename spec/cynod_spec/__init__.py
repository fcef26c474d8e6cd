"""The contract: its document, and the one typed model through which all other code reads it."""
