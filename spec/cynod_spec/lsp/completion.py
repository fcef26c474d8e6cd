"""What may stand where one types: references, scopes, words of the vocabulary, ids of clauses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from cynod_spec.lint.catalogue import all_rules
from cynod_spec.lsp import vocabulary
from cynod_spec.lsp.analysis import Analysis
from cynod_spec.lsp.typing_place import Place, place
from cynod_spec.model import Code
from cynod_spec.pointer import escape

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
    end = index
    if here.quote:
        line_end = min(at for at in (text.find("\n", index), len(text)) if at >= 0)
        closing = text.find(here.quote, index, line_end)
        end = closing if closing >= 0 else index
    is_overlay = path in analysis.overlays
    listed = tuple(dict.fromkeys(_offers(analysis, here, is_overlay=is_overlay)))
    if not here.quote and " " in here.typed:  # a sentence: its last word
        start = index - len(here.typed.rpartition(" ")[2])
        return Offers(tuple(each for each in listed if each.kind == "word"), start, index, "")
    return Offers(listed, here.start, end, here.quote)


def _offers(analysis: Analysis, here: Place, *, is_overlay: bool) -> Iterator[Offer]:
    keys = here.keys
    last = keys[-1] if keys else ""
    if here.is_value and last == "$ref":
        yield from _references(analysis, keys[:-1])
    elif here.is_value and last == "operationId":
        yield from (Offer(each.id, each.key, "value") for each in analysis.contract.operations)
    elif "security" in keys[-2:]:
        yield from _security(analysis, here)
    elif here.is_value and last == "tags":
        yield from (Offer(tag.name, tag.title.fr, "value") for tag in analysis.contract.tags)
    elif "x-cynod" in keys or "x-cynod-allow" in keys:
        yield from _vocabulary(analysis, here, is_overlay=is_overlay)
    elif not here.is_value and keys[-1:] == ("clauses",):
        yield from _clauses(analysis, "key")
    if here.is_value or not keys:
        yield from _clauses(analysis, "word")


def _references(analysis: Analysis, keys: tuple[str, ...]) -> Iterator[Offer]:
    """The components; those that fit below *keys* first, and codes among the schemas where a code stands."""
    components = analysis.source.value.get("components")
    wanted = next((_SECTIONS[key] for key in reversed(keys) if key in _SECTIONS), "schemas")
    codes = {code.schema_name: code for code in analysis.contract.codes}
    carriers = {member.name for e in analysis.contract.envelopes.values() if (member := e.member("code"))}
    is_code = not carriers.isdisjoint(keys[-3:])
    for section, named in components.items() if isinstance(components, dict) else ():
        for name in named if isinstance(named, dict) and section != "securitySchemes" else ():
            code = codes.get(name) if section == "schemas" else None
            detail = _code(code) if code else section
            rank = 0 if section == wanted and (code is not None) == is_code else 1
            yield Offer(f"#/components/{section}/{escape(name)}", detail, "reference", rank)


def _code(code: Code) -> str:
    return f"{code.value} {code.name}: {code.message.fr}"


def _security(analysis: Analysis, here: Place) -> Iterator[Offer]:
    if here.is_value and here.keys[-1] != "security":
        for scope, words in analysis.contract.security.scopes.items():
            yield Offer(scope, words.fr, "value")
    elif not here.is_value:
        yield from (Offer(each.name, each.kind, "key") for each in analysis.contract.security.schemes)


def _clauses(analysis: Analysis, kind: Kind) -> Iterator[Offer]:
    for clause in analysis.contract.clauses:
        yield Offer(clause.id, f"{clause.level}: {' '.join(clause.text.fr.split())}", kind, 2)


def _vocabulary(analysis: Analysis, here: Place, *, is_overlay: bool) -> Iterator[Offer]:
    keys, contract = here.keys, analysis.contract
    last = keys[-1]
    if not here.is_value and last in ("request", "answer") and keys[-2:-1] == ("x-cynod",):
        for operation in contract.operations:
            played = operation.request if last == "request" else operation.answer
            yield from (Offer(role, "role", "key") for role in played)
        return
    if (last == "resource" and here.is_value) or keys[-3:] == ("x-cynod", "resource", "name"):
        yield from (Offer(name, "resource", "value") for name in contract.resources)
    elif here.is_value and last == "role":
        headers = (h for o in contract.operations for r in o.responses for h in r.headers)
        for header in (*contract.general_headers, *headers):
            if header.role:
                yield Offer(header.role, f"role of {header.name}", "value")
    elif not here.is_value and last == "members":
        for resource in contract.resources.values():
            yield from (Offer(role, "role", "key") for role in resource.members)
    elif last == "refusals":
        yield from (Offer(code.name, _code(code), "value") for code in contract.codes)
    elif here.is_value and last == "actors":
        yield from (Offer(actor.name, actor.title.fr, "value") for actor in contract.actors)
    elif here.is_value and last == "rule":
        yield from (Offer(rule.id, rule.says, "value") for rule in all_rules())
    elif not here.is_value and last == "clauses":
        yield from _clauses(analysis, "key") if is_overlay else ()
    part = vocabulary.described(keys)
    if part is not None and here.is_value:
        yield from (Offer(word, meaning, "value", 0) for word, meaning in vocabulary.words(part).items())
    elif part is not None:
        yield from (Offer(word, meaning, "key", 0) for word, meaning in vocabulary.members(part).items())
