"""Operations that take an idempotency key, and what shows a replay."""

from __future__ import annotations
