"""Markdown of the document as HTML in which nothing runs and nothing is fetched.

Raw HTML is text, images are links, and what comes out is cleaned once more: only the tags below are left.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from cynod_generators.targets.docs.text.highlighting import highlight
from cynod_spec.model import Language

_TAGS: Final = {
    *("p", "br", "hr", "em", "strong", "code", "pre", "a", "ul", "ol", "li", "blockquote", "span"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "div"),
}
_ATTRIBUTES: Final = {
    "a": {"href"},
    "code": {"class"},
    "span": {"class"},
    "pre": {"class", "tabindex"},
    "ol": {"start"},
}
_SCHEMES: Final = {"http", "https", "mailto"}
_BEFORE_SIGN: Final = re.compile(r" (?=[:;!?»])")


class Anchor(NamedTuple):
    """A link: its target, and the text of a link that has none."""

    href: str
    text: str


Resolve = Callable[[str], Anchor | None]


def _fence(code: str, language: str, attributes: str) -> str:
    return str(highlight(code, language))


_MARKDOWN: Final = (
    MarkdownIt("commonmark", {"html": False, "highlight": _fence}).enable("table").disable("image")
)


def render(source: str, resolve: Resolve, language: Language) -> Markup:
    """*source* as HTML. *resolve* gives the anchor for a link target that names a part of the contract.

    In French, a space before punctuation becomes a no-break space.
    """
    tokens = _MARKDOWN.parse(source)
    for token in tokens:
        if token.children:
            token.children = _resolved(token.children, resolve)
        for child in token.children or ():
            if child.type == "text" and language == "fr":
                child.content = _BEFORE_SIGN.sub("\u00a0", child.content)
    rendered = str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
    return Markup(
        nh3.clean(rendered, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noreferrer")
    )


def _resolved(tokens: list[Token], resolve: Resolve) -> list[Token]:
    found: list[Token] = []
    for number, token in enumerate(tokens):
        found.append(token)
        anchor = resolve(str(token.attrGet("href"))) if token.type == "link_open" else None
        if anchor:
            token.attrSet("href", anchor.href)
            if tokens[number + 1].type == "link_close":
                found.append(Token("text", "", 0, content=anchor.text))
    return found
