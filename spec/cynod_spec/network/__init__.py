"""Addresses of the network: which are public, how URLs are read, whose certificates are trusted."""
