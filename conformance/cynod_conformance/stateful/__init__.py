"""The ledger phase: random sequences of calls, valid or not, whose answers a model predicts.

``model`` holds what must be true after the calls so far, ``oracle`` says what the next answer must be, and
``attribution`` which clause another answer breaks. ``driver`` makes the calls, ``lists`` those that read
lists, and ``machine`` lets Hypothesis draw them. They speak of roles only, never of the contract's names.
"""

from __future__ import annotations

from cynod_conformance.stateful.explore import explore

__all__ = ["explore"]
