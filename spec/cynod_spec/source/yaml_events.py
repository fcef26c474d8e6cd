"""libyaml's events for YAML 1.2, in which only line feeds and carriage returns end a line (§5.4).

libyaml follows YAML 1.1, where U+0085, U+2028 and U+2029 end a line as well. It is given other characters in
their place, one for one, so that its lines and columns are those of an editor; what it reads is put back.
"""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import Any, Final

import yaml

_OTHER_BREAKS: Final = "\x85\u2028\u2029"  # of YAML 1.1
_HAS_OTHER = re.compile(f"[{_OTHER_BREAKS}]")
_PRIVATE_USE: Final = (range(0xE000, 0xF900), range(0xF0000, 0xFFFFE))


def loader(text: str) -> Any:
    """A loader of PyYAML, with libyaml where it is built in, whose ``get_event`` gives the events of *text*.

    Raises ``yaml.reader.ReaderError`` for a character that YAML does not allow.
    """
    read = yaml.CSafeLoader if getattr(yaml, "__with_libyaml__", False) else yaml.SafeLoader
    replaced = replacements(text)
    if not replaced:
        return read(text)
    return _Restored(read(text.translate(replaced)), {ord(new): chr(old) for old, new in replaced.items()})


def replacements(text: str) -> dict[int, str]:
    """What stands for each of YAML 1.1's other line breaks: a private-use character that *text* lacks.

    Empty for a text that has none of them, and for one that has every private-use character.
    """
    if not _HAS_OTHER.search(text):
        return {}
    present = set(text)
    unused = (chr(code) for code in chain(*_PRIVATE_USE) if chr(code) not in present)
    chosen = list(islice(unused, len(_OTHER_BREAKS)))
    if len(chosen) < len(_OTHER_BREAKS):
        return {}
    return {ord(old): new for old, new in zip(_OTHER_BREAKS, chosen, strict=True)}


class _Restored:
    """Events whose texts have the characters of the document again."""

    def __init__(self, given: Any, originals: dict[int, str]) -> None:
        self._given = given
        self._originals = originals

    def get_event(self) -> Any:
        """The next event."""
        event = self._given.get_event()
        for name in ("value", "anchor", "tag"):
            text = getattr(event, name, None)
            if text is not None:
                setattr(event, name, text.translate(self._originals))
        return event
