"""Telling partners what changed (Standard Webhooks): written down with the change, sent until received."""
