"""Callers other than an operation's own: without a scope, or another partner."""

from __future__ import annotations
