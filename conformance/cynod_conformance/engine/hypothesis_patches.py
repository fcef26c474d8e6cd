"""What Hypothesis is told so that a seed draws the same everywhere, and soon.

Measured on 6.170. One draw in twenty is a constant, half of them read from the source of every module outside
``site-packages``: with an editable install that is this package, in a notebook it is the notebook. The same
seed would send other requests there, and a second goes to parsing. Another second goes to trying which of all
characters UTF-8 can encode, once for each storage directory; ours is new in each run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Final

from hypothesis.internal import charmap
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from hypothesis.internal.intervalsets import IntervalSet

Intervals = tuple[IntervalSet, IntervalSet]
UTF_8: Final[Intervals] = (IntervalSet(((0, 0xD7FF), (0xE000, 0x10FFFF))), IntervalSet(()))
"""What it encodes, RFC 3629 §3: all but the surrogates; and of these what is decoded to another: nothing."""


@contextmanager
def drawing() -> Iterator[None]:
    """Meanwhile Hypothesis draws no constants but its own and knows UTF-8; for the whole process."""
    none, local, measured = Constants(), providers._get_local_constants, charmap.intervals_from_codec

    @lru_cache
    def known(codec: str) -> Intervals:
        return UTF_8 if codec == "utf-8" else measured(codec)

    providers._get_local_constants = lambda: none
    charmap.intervals_from_codec = known
    providers.CONSTANTS_CACHE.cache.clear()  # pairs of its own constants and of those of modules
    try:
        yield
    finally:
        providers._get_local_constants = local
        charmap.intervals_from_codec = measured
        providers.CONSTANTS_CACHE.cache.clear()
