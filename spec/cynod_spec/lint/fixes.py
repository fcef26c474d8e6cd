"""How a finding can be mended: one member of the document added, replaced or dropped."""

from __future__ import annotations

from dataclasses import dataclass

from cynod_spec.base.pointer import Tokens

Scalar = str | int | bool


@dataclass(frozen=True, slots=True)
class Add:
    """Give the mapping at ``tokens`` one more member."""

    tokens: Tokens
    key: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class Put:
    """Write another scalar at ``tokens``."""

    tokens: Tokens
    value: Scalar


@dataclass(frozen=True, slots=True)
class Drop:
    """Remove the member or the item at ``tokens``."""

    tokens: Tokens


Fix = Add | Put | Drop
