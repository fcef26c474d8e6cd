"""Sending: one target, its transport, TLS, deadlines."""
