"""Syntax highlighting at build time: spans with classes, coloured by the style sheet."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from markupsafe import Markup
from pygments import highlight as paint
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound

_FORMATTER: Final = HtmlFormatter(nowrap=True)
_MAX_CACHED_SAMPLES: Final = 512  # the same answer is shown on many pages


@lru_cache(maxsize=_MAX_CACHED_SAMPLES)
def highlight(code: str, language: str) -> Markup:
    """*code* as a scrollable block, highlighted if *language* is known."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False)
    painted = paint(code, lexer, _FORMATTER).rstrip("\n")
    return Markup('<pre tabindex="0"><code>{}</code></pre>').format(Markup(painted))
