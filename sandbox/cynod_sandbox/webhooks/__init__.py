"""Webhooks (Standard Webhooks): an event is stored with the change it tells of, and sent until received."""
