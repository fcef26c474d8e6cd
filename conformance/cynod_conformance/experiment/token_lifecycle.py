"""Tokens that were opened, revoked or are past their time."""

from __future__ import annotations
