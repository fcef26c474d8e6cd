"""What texts mention: internal codes, paths, names and clauses, as they are written in sentences.

A mention is only taken for one where nothing else can be meant, for a false alarm costs more than a mention
that is missed: an amount is no code, a word of the language no member.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from cynod_spec.base.suggestions import closest
from cynod_spec.lint.registry import Subject
from cynod_spec.lint.standard_names import HEADERS, METHODS, OAUTH, WORDS
from cynod_spec.model import Text

_ADDRESS: Final = re.compile(
    r"https?://\S+|\]\([^)\s]{0,500}\)|(?<![\w.+-])[\w.+-]++@[\w-]++\.[\w.]+|<[^<>\s]*>"
)
"""URLs, targets of links, addresses of e-mail, tags: their parts are no mentions."""
_STANDARD: Final = re.compile(r"\b[A-Z]{2,}\s+\d+(?:(?:,| et| ou| and| or)\s+\d+)*")  # RFC 6749 and 7009
_SENTENCE: Final = re.compile(r"(?<=[.!?;:])\s+")
_QUOTED: Final = re.compile(r"`([^`\n]+)`")
_NAME: Final = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*")
_COMPOUND: Final = re.compile(
    r"(?<![\w.:/@#$-])[a-z]++(?:[A-Z][a-z0-9]|_[a-z0-9])\w*+(?![(-])"
)  # aName, a_name
_HEADER: Final = re.compile(
    r"\b(?:en-têtes?|headers?|field)\s+([A-Z][\w]*(?:-[A-Z]\w*)+)|\b(X(?:-[A-Z]\w*)+)\b"
)
_HEADER_LINE: Final = re.compile(r"([A-Z][\w]*(?:-[A-Z]\w*)*):(?:\s.*)?")
_PATH: Final = re.compile(
    rf"(?:\b({'|'.join(METHODS)})\s+)?(?<![\w.:/#$<{{}}\\-])(/[A-Za-z{{][\w{{}}~%-]*+(?:/[\w{{}}~%-]++)*+)(?![\w/*])"
)
_APPOSED: Final = re.compile(r"\b[Ll]e (?:membre|paramètre) ([a-z][a-z0-9]*)\b")
_ADJECTIVES: Final = frozenset(
    (
        *("absent", "ambigu", "correct", "different", "distinct", "double", "final", "important", "invalid"),
        *("original", "permanent", "possible", "principal", "public", "simple", "suspect", "total", "unique"),
        *("variable", "visible", "vague"),
    )
)
"""Words of both languages that may follow "le membre"."""
_CLAUSE: Final = re.compile(r"(?<![\w-])([A-Z]{2,})-\d+(?![\w-])")
_FILE: Final = re.compile(r".*\.(?:ya?ml|json|toml|md|html?|py|sh|txt|pem|csv|xml|db|sql|js|ts|css|zip)")
_STANDARD_NAMES: Final = HEADERS | OAUTH | WORDS
_END: Final = re.compile(r"\s*(?:[.,;:)]|$|et |ou |and |or )")
_CODE_BEFORE: Final = r"\bcodes?\s+(?:(?:internes?|internal|de|from|between|entre)\s+)*"


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A ``name`` in a text that nothing in the document bears; ``meant`` is one that does and is near."""

    name: str
    meant: str = ""


class DocumentNames:
    """Everything in a document that a text may mention by name."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject

    @cached_property
    def codes(self) -> frozenset[str]:
        """The values of the internal codes."""
        return frozenset(code.value for code in self._subject.contract.codes)

    @cached_property
    def clauses(self) -> frozenset[str]:
        """The ids of the clauses."""
        return frozenset(clause.id for clause in self._subject.contract.clauses)

    @cached_property
    def groups(self) -> frozenset[str]:
        """What stands before the hyphen in the ids of clauses."""
        return frozenset(id.rpartition("-")[0] for id in self.clauses)

    @cached_property
    def paths(self) -> dict[tuple[str, ...], frozenset[str]]:
        """The segments of each path → the methods of its operations."""
        found: dict[tuple[str, ...], set[str]] = {}
        for operation in self._subject.contract.operations:
            found.setdefault(tuple(operation.path.strip("/").split("/")), set()).add(operation.method)
        return {segments: frozenset(methods) for segments, methods in found.items()}

    @cached_property
    def words(self) -> frozenset[str]:
        """The names of members, parameters, headers, operations, components, roles…, and constants."""
        found: set[str] = set()
        for mapping in self._subject.traversal.mappings:
            found.update(_named(mapping.value))
        contract = self._subject.contract
        found.update(name for pair in contract.security.scopes for name in (pair, *pair.split(":")))
        for operation in contract.operations:
            found.update(operation.path.strip("/").split("/"))
        found.update(code.name for code in contract.codes)
        found.update(actor.name for actor in contract.actors)
        found.update(contract.languages)
        return frozenset(found)

    @cached_property
    def lowered(self) -> frozenset[str]:
        """The same in small letters, as names of headers are compared."""
        return frozenset(word.lower() for word in self.words)

    @cached_property
    def code(self) -> str:
        """A regular expression for what looks like one of the codes."""
        shapes = sorted({"".join(map(_shape, value)) for value in self.codes if value})
        return f"(?<![\\w.,:/+-])(?:{'|'.join(shapes)})(?![\\w%-])(?![.,]\\d)"

    @cached_property
    def code_mentioned(self) -> re.Pattern[str]:
        """Where a text begins to speak of codes."""
        return re.compile(_CODE_BEFORE + self.code)

    @cached_property
    def code_alone(self) -> re.Pattern[str]:
        """Anything that looks like a code."""
        return re.compile(self.code)


def _named(mapping: Any) -> Iterator[str]:
    """What *mapping* names: its keys and its short constants."""
    for key, value in mapping.items():
        yield key
        if isinstance(value, str) and key in (
            "name",
            "operationId",
            "const",
            "default",
            "scheme",
            "identifier",
        ):
            yield value
        elif isinstance(value, list) and key in ("enum", "required", "tags", "examples"):
            yield from (each for each in value if isinstance(each, str))
        elif isinstance(value, dict):
            yield from value


def _shape(character: str) -> str:
    if character.isdigit():
        return r"\d"
    if character.isascii() and character.isalpha():
        return "[A-Z]" if character.isupper() else "[a-z]"
    return re.escape(character)


def unknown_codes(text: Text, names: DocumentNames, *, is_of_code: bool = False) -> Iterator[UnknownName]:
    """The codes that *text* mentions and the catalogue lacks.

    A number is a code in a sentence that says "code" before one, and in the texts of a code itself
    (*is_of_code*) at the end of a part of a sentence.
    """
    for words in (text.fr, text.en):
        if not is_of_code and "code" not in words:
            continue
        for sentence in _SENTENCE.split(_without_addresses(words)):
            listed = _STANDARD.sub(" ", sentence)
            if names.code_mentioned.search(listed):
                found = [each[0] for each in names.code_alone.finditer(listed)]
            elif is_of_code:
                found = [each[0] for each in names.code_alone.finditer(listed) if _ends(listed, each.end())]
            else:
                continue
            yield from (UnknownName(each) for each in found if each not in names.codes)


def _ends(sentence: str, index: int) -> bool:
    """Whether a part of *sentence* ends at *index*."""
    return _END.match(sentence, index) is not None


def unknown_paths(text: Text, names: DocumentNames) -> Iterator[UnknownName]:
    """The paths, and the methods of paths, that *text* mentions and the contract lacks."""
    for words in (text.fr, text.en):
        if "/" not in words:
            continue
        for found in _PATH.finditer(_without_addresses(words)):
            method, path = found[1] or "", found[2]
            if not _has_path(names, method, tuple(path.strip("/").split("/"))):
                known = ["/" + "/".join(segments) for segments in names.paths]
                other = closest(path, known)
                yield UnknownName(f"{method} {path}".strip(), other)


def _has_path(names: DocumentNames, method: str, segments: tuple[str, ...]) -> bool:
    """Whether a path of the contract is, or unless a *method* is named begins with, *segments*.

    So does a JSON pointer to a member.
    """
    for known, methods in names.paths.items():
        is_long_enough = len(known) == len(segments) or (not method and len(known) > len(segments))
        if is_long_enough and all(map(_fits, segments, known)):
            return not method or method in methods or method in ("HEAD", "OPTIONS", "TRACE")
    return not method and all(segment in names.words or segment.isdigit() for segment in segments)


def _fits(segment: str, template: str) -> bool:
    return segment == template or (template.startswith("{") and not segment.startswith("{"))


def unknown_names(text: Text, names: DocumentNames) -> Iterator[UnknownName]:
    """The members, parameters, headers, operations and clauses that *text* mentions and nothing is called."""
    for name in _apposed(text):
        if not _is_known(name, names):
            yield UnknownName(name, closest(name, names.words))
    for words in (text.fr, text.en):
        plain = _without_addresses(words)
        for name in dict.fromkeys((*_quoted(plain), *_in_sentences(plain))):
            if not _is_known(name, names):
                yield UnknownName(name, closest(name, names.words))
        for clause in _CLAUSE.finditer(plain) if "-" in plain else ():
            if clause[1] in names.groups and clause[0] not in names.clauses:
                yield UnknownName(clause[0], closest(clause[0], names.clauses))


def _apposed(text: Text) -> Iterator[str]:
    """What both languages call by the same word: "le membre X" and "the X member"."""
    is_likely = text.en and ("e membre " in text.fr or "e paramètre " in text.fr)
    for found in _APPOSED.finditer(text.fr) if is_likely else ():
        name = found[1]
        said = rf"\bthe (?:{name} (?:member|parameter)|(?:member|parameter) {name})\b"
        if name not in _ADJECTIVES and re.search(said, text.en, re.IGNORECASE):
            yield name


def _quoted(words: str) -> Iterator[str]:
    """The names between backticks."""
    for quoted in _QUOTED.finditer(words) if "`" in words else ():
        written = quoted[1].strip()
        if _NAME.fullmatch(written):
            yield written
        elif (line := _HEADER_LINE.fullmatch(written)) is not None:
            yield line[1]


def _in_sentences(words: str) -> Iterator[str]:
    """The names that are recognised without backticks: those of several words in one, and headers."""
    plain = _QUOTED.sub(" ", words) if "`" in words else words
    yield from (found[0] for found in _COMPOUND.finditer(plain))
    if "-" in plain:
        yield from (found[1] or found[2] for found in _HEADER.finditer(plain))


def _is_known(name: str, names: DocumentNames) -> bool:
    if name in names.words or name.lower() in _STANDARD_NAMES or name in METHODS:
        return True
    if "-" in name and name.lower() in names.lowered:
        return True
    if _FILE.fullmatch(name) or (name.isupper() and len(name) <= 4):
        return True
    return "." in name and all(_is_known(part, names) for part in name.split("."))


def _without_addresses(words: str) -> str:
    is_plain = "://" not in words and "](" not in words and "@" not in words and "<" not in words
    return words if is_plain else _ADDRESS.sub(" ", words)
