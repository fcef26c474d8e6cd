"""Pages of a list: cursors, and walks from page to page."""

from __future__ import annotations
