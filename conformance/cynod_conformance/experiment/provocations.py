"""How a valid request becomes one that earns a code of the contract."""

from __future__ import annotations
