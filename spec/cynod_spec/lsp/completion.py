"""What may stand where one types: references, scopes, words of the vocabulary, ids of clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from cynod_spec.base import pointer as pointers
from cynod_spec.base.pointer import escape
from cynod_spec.lint.catalogue import all_rules
from cynod_spec.lint.known_names import meanings
from cynod_spec.lsp import vocabulary
from cynod_spec.lsp.analysis import Analysis
from cynod_spec.lsp.cursor_context import CursorContext, place
from cynod_spec.model import Code
from cynod_spec.source.overlay import STEP

_CLAUSE = re.compile(r"[A-Z][A-Z0-9]*-?[0-9]*")  # the beginning of a clause's id
_TARGET = re.compile(r"^[ -]*target:\s*(.*)$", re.MULTILINE)
Kind = Literal["reference", "value", "key", "word"]
_SECTIONS: Final = {  # the key above a reference → what it refers to
    "parameters": "parameters",
    "headers": "headers",
    "responses": "responses",
    "examples": "examples",
    "links": "links",
    "callbacks": "callbacks",
    "requestBody": "requestBodies",
    "schema": "schemas",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A word to complete with, what it is in a few words, and where it comes in the list."""

    label: str
    detail: str
    kind: Kind
    rank: int = 1


@dataclass(frozen=True, slots=True)
class Offers:
    """What may replace the text from *start* up to *end*; *quote* is the one that is open there."""

    listed: tuple[Offer, ...]
    start: int
    end: int
    quote: str


def completion(analysis: Analysis, path: Path, text: str, index: int) -> Offers:
    """What may stand at *index* of *text*, the present words of the file at *path*."""
    here = place(text, index)
    is_overlay = path in analysis.overlays
    if is_overlay:
        here = _through_target(here, text[:index])
    end = index
    if here.quote:
        line_end = min(at for at in (text.find("\n", index), len(text)) if at >= 0)
        closing = text.find(here.quote, index, line_end)
        end = closing if closing >= 0 else index
    by_label: dict[str, Offer] = {}
    for offer in _offers(analysis, here, is_overlay=is_overlay):
        by_label.setdefault(offer.label, offer)
    listed = tuple(by_label.values())
    if " " in here.typed:  # a sentence: its last word
        start = index - len(here.typed.rpartition(" ")[2])
        return Offers(tuple(each for each in listed if each.kind == "word"), start, index, here.quote)
    return Offers(listed, here.start, end, here.quote)


def _offers(analysis: Analysis, here: CursorContext, *, is_overlay: bool) -> Iterator[Offer]:
    keys = here.keys
    last = keys[-1] if keys else ""
    if here.is_value and last == "$ref":
        yield from _references(analysis, keys[:-1], here.typed)
    elif here.is_value and last == "operationId":
        yield from (Offer(each.id, each.key, "value") for each in analysis.contract.operations)
    elif "security" in keys[-2:]:
        yield from _security(analysis, here)
    elif here.is_value and last == "tags":
        yield from (Offer(tag.name, tag.title.fr, "value") for tag in analysis.contract.tags)
    elif is_overlay and not here.is_value:
        yield from _present(analysis, keys)
    elif "x-cynod" in keys or "x-cynod-allow" in keys:
        yield from _vocabulary(analysis, here)
    if _CLAUSE.fullmatch(here.typed.rpartition(" ")[2]):
        yield from _clauses(analysis)


def _references(analysis: Analysis, keys: tuple[str, ...], typed: str) -> Iterator[Offer]:
    """The components that fit below *keys*, or of the section *typed*; codes first where a code stands."""
    components = analysis.source.value.get("components")
    wanted = next((_SECTIONS[key] for key in reversed(keys) if key in _SECTIONS), "schemas")
    codes = {code.schema_name: code for code in analysis.contract.codes}
    carriers = {member.name for e in analysis.contract.envelopes.values() if (member := e.member("code"))}
    is_code = not carriers.isdisjoint(keys[-3:])
    for section, named in components.items() if isinstance(components, dict) else ():
        if section != wanted and not typed.startswith(f"#/components/{section}/"):
            continue
        for name in named if isinstance(named, dict) else ():
            code = codes.get(name) if section == "schemas" else None
            detail = _code(code) if code else section
            rank = 0 if (code is not None) == is_code else 1
            yield Offer(f"#/components/{section}/{escape(name)}", detail, "reference", rank)


def _code(code: Code) -> str:
    return f"{code.value} {code.name}: {code.message.fr}"


def _security(analysis: Analysis, here: CursorContext) -> Iterator[Offer]:
    if here.is_value and here.keys[-1] != "security":
        for scope, words in analysis.contract.security.scopes.items():
            yield Offer(scope, words.fr, "value")
    elif not here.is_value:
        yield from (Offer(each.name, each.kind, "key") for each in analysis.contract.security.schemes)


def _clauses(analysis: Analysis) -> Iterator[Offer]:
    for clause in analysis.contract.clauses:
        yield Offer(clause.id, f"{clause.level}: {' '.join(clause.text.fr.split())}", "word", 2)


def _through_target(here: CursorContext, before: str) -> CursorContext:
    """*here* in an overlay as a place of the document: through the last target in *before*."""
    written = _TARGET.findall(before)
    if here.keys[:2] != ("actions", "update") or not written:
        return replace(here, keys=())
    found = [
        next(token for token in step.groups() if token is not None) for step in STEP.finditer(written[-1])
    ]
    return replace(here, keys=(*found, *here.keys[2:]))


def _present(analysis: Analysis, keys: tuple[str, ...]) -> Iterator[Offer]:
    """The members that the document has at *keys*: what an overlay may translate there."""
    try:
        found = pointers.resolve(analysis.source.value, keys)
    except LookupError:
        return
    clauses = {clause.id: clause for clause in analysis.contract.clauses}
    for name, value in found.items() if isinstance(found, dict) else ():
        clause = clauses.get(name) if keys == ("x-cynod", "clauses") else None
        words = clause.text.fr if clause else value if isinstance(value, str) else ""
        yield Offer(name, " ".join(words.split()), "key")


def _known(listed: str, kind: Kind) -> Iterator[Offer]:
    """The names of a list of the vocabulary, after those that the document has already."""
    yield from (Offer(name, meaning or listed, kind, 2) for name, meaning in meanings(listed).items())


def _vocabulary(analysis: Analysis, here: CursorContext) -> Iterator[Offer]:
    keys, contract = here.keys, analysis.contract
    last = keys[-1]
    if not here.is_value and last in ("request", "answer") and keys[-2:-1] == ("x-cynod",):
        for operation in contract.operations:
            played = operation.request if last == "request" else operation.answer
            yield from (Offer(role, "role", "key") for role in played)
        yield from _known(f"{last}-role", "key")
        return
    if (last == "resource" and here.is_value) or keys[-3:] == ("x-cynod", "resource", "name"):
        yield from (Offer(name, "resource", "value") for name in contract.resources)
        yield from _known("resource-name", "value")
    elif here.is_value and last == "role":
        headers = (h for o in contract.operations for r in o.responses for h in r.headers)
        for header in (*contract.general_headers, *headers):
            if header.role:
                yield Offer(header.role, f"role of {header.name}", "value")
    elif not here.is_value and last == "members":
        for resource in contract.resources.values():
            yield from (Offer(role, "role", "key") for role in resource.members)
        yield from _known("member-role", "key")
    elif last == "refusals":
        yield from (Offer(code.name, _code(code), "value") for code in contract.codes)
    elif here.is_value and last == "actors":
        yield from (Offer(actor.name, actor.title.fr, "value") for actor in contract.actors)
    elif here.is_value and last == "rule":
        yield from (Offer(rule.id, rule.says, "value") for rule in all_rules())
    part = vocabulary.described(keys)
    if part is not None and here.is_value:
        yield from (Offer(word, meaning, "value", 0) for word, meaning in vocabulary.words(part).items())
    elif part is not None:
        yield from (Offer(word, meaning, "key", 0) for word, meaning in vocabulary.members(part).items())
