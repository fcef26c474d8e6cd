"""Keys, references and ids that the suite makes up."""

from __future__ import annotations

PREFIX = "cf-"  # of keys and references
