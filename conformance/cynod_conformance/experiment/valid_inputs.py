"""Valid requests in which one input is filled."""

from __future__ import annotations
