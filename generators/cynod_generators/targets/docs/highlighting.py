"""Samples in colour, at build time: spans with classes, for which the style sheet has both palettes."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from markupsafe import Markup
from pygments import highlight as paint
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound

_FORMATTER: Final = HtmlFormatter(nowrap=True)
# Characters that no reader sees, or that change the order of those that follow.
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)


def highlight(code: str, language: str) -> Markup:
    """*code* as a scrollable block; a *language* that nobody knows is shown as it is."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False)
    painted = paint(code, lexer, _FORMATTER).rstrip("\n")
    return Markup('<pre tabindex="0"><code>{}</code></pre>').format(Markup(painted))


def json_text(value: Any) -> str:
    """*value* as JSON to read and to copy: accents as they are, hidden characters escaped."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def visible(html: str) -> str:
    """*html* with a mark instead of each hidden character, so that a page shows what it holds."""
    return _HIDDEN.sub("\ufffd", html)
