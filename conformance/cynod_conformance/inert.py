"""Makes the words of a target harmless to whoever reads them: nothing unseen, no line turned round."""

from __future__ import annotations

import re

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
"""Control characters, those without width, and those that set the direction of what follows."""


def visible(text: str) -> str:
    """*text* with each unseen character written as its code point; tabs and ends of lines stay."""
    return UNSEEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text.replace("\r\n", "\n"))
