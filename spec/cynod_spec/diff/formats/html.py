"""A changelog as one HTML page that needs nothing else; whatever comes from a document is escaped.

Texts are folded, which a click undoes, unless they are asked for.
"""

from __future__ import annotations

import html

from cynod_spec.diff import Comparison
from cynod_spec.diff.changes import Change
from cynod_spec.diff.formats.grouping import USUAL, Group, Section, Selection, sections
from cynod_spec.diff.formats.shared import left_out, locations, summary, texts_folded, touched, version
from cynod_spec.diff.words import DIRECTION, EXPLAINED, HEADINGS, TITLE, VERSIONS
from cynod_spec.output.control_characters import one_line

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code { background: #8882; padding: 0 .25em; border-radius: .25em; overflow-wrap: anywhere; }
li { margin: .5rem 0; } .where { margin: 0; font-size: .9rem; opacity: .85; }
.breaking h2 { color: #b3261e; } .risky h2 { color: #8a5300; } .safe h2 { color: #1b6b3a; }
@media (prefers-color-scheme: dark) {
  body { background: #14171a; color: #e4e6e8; }
  .breaking h2 { color: #ff8a80; } .risky h2 { color: #ffca66; } .safe h2 { color: #7ddb9f; }
}
"""


def render(comparison: Comparison, language: str, selection: Selection) -> str:
    """*comparison* as a page in *language*."""
    title = escaped(TITLE.in_(language))
    return "\n".join(
        (
            "<!doctype html>",
            f'<html lang="{language}">',
            f'<head><meta charset="utf-8"><title>{title}</title>',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<style>{_STYLE}</style></head>",
            f"<body><main><h1>{title}</h1>",
            fragment(comparison, language, selection),
            "</main></body></html>\n",
        )
    )


def fragment(comparison: Comparison, language: str, selection: Selection = USUAL) -> str:
    """What the page says below its title: for a page that has a frame of its own."""
    advice = comparison.advice
    words = {"old": shown(advice.old), "new": shown(advice.new)}
    parts = [f"<p>{VERSIONS.in_(language).format_map(words)}</p>"]
    parts.append(f"<p>{escaped(summary(comparison, language))}.</p>")
    parts += [_section(section, language) for section in sections(comparison, selection)]
    hidden = left_out(comparison, selection, language)
    parts += [f"<p>{escaped(hidden)}.</p>"] if hidden else []
    parts.append(f"<p>{escaped(version(advice, language))}</p>")
    return "\n".join(parts)


def _section(section: Section, language: str) -> str:
    heading, explained = HEADINGS[section.severity].in_(language), EXPLAINED[section.severity].in_(language)
    parts = [f'<section class="{section.severity}"><h2>{escaped(heading)}</h2>']
    parts.append(f"<p>{escaped(explained)}</p>")
    parts += [_group(group, language) for group in section.groups]
    if section.folded:
        items = [_item(change, language) for change in section.folded]
        told = escaped(texts_folded(section, language))
        parts.append("\n".join((f"<details><summary>{told}</summary><ul>", *items, "</ul></details>")))
    return "\n".join((*parts, "</section>"))


def _group(group: Group, language: str) -> str:
    items = [_item(change, language) for change in group.changes]
    return "\n".join((f"<h3>{touched(group, language, shown)}</h3><ul>", *items, "</ul>"))


def _item(change: Change, language: str) -> str:
    where = [escaped(label) for label in locations(change, language)]
    if change.direction != "contract":
        where.insert(0, escaped(DIRECTION[change.direction].in_(language)))
    told = f'<p class="where">{"<br>".join(where)}</p>' if where else ""
    return f"<li>{change.message(language, shown)}{told}</li>"


def shown(word: str) -> str:
    """*word* of a document as code."""
    return f"<code>{escaped(word)}</code>"


def escaped(text: str) -> str:
    """*text* on one line, with what HTML or a template engine would read as entities."""
    return html.escape(one_line(text)).replace("{", "&#123;").replace("}", "&#125;")
