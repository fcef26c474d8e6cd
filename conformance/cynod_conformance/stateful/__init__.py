"""The ledger model: random sequences of calls, valid or not, each of whose answers is foretold.

``book`` is what must be true, ``forecast`` what the next answer must be, ``blame`` the clause that another
answer breaks, ``drive`` the calls themselves. No name of the contract stands in any of them: roles only.
"""

from __future__ import annotations

from cynod_conformance.stateful.explore import explore

__all__ = ["explore"]
