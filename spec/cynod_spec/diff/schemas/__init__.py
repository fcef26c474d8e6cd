"""Comparing schemas: what both describe is merged into shapes, and each module compares one side of them."""

from __future__ import annotations

from cynod_spec.diff.schemas.walk import Schemas

__all__ = ["Schemas"]
