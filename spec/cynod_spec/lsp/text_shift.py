"""From a text to the one it became: where an index of the first stands in the second, and back."""

from __future__ import annotations


class TextShift:
    """Two texts that differ in one span: what was typed between the last readable state and now."""

    def __init__(self, old: str, new: str) -> None:
        self._is_same = old == new
        self._start, self._tail = common(old, new)
        self._old, self._new = len(old), len(new)

    def back(self, index: int) -> int | None:
        """Where *index* of the new text stood in the old one; None inside what was typed."""
        if self._is_same or index <= self._start:
            return index
        return index - self._new + self._old if index >= self._new - self._tail else None

    def forward(self, index: int) -> int:
        """Where *index* of the old text stands in the new one: nearby when it was typed over."""
        if self._is_same or index <= self._start:
            return index
        return max(self._start, index - self._old + self._new)


def common(old: str, new: str) -> tuple[int, int]:
    """With how many characters both begin, and with how many others both end."""
    start = _common(old, new)
    return start, _common_end(old, new, min(len(old), len(new)) - start)


def _common(old: str, new: str) -> int:
    """How many characters both begin with."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_end(old: str, new: str, most: int) -> int:
    """How many characters both end with, *most* at most."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]:
            low = middle
        else:
            high = middle - 1
    return low
