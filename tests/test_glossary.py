"""The glossary has a sentence for each term that the name of a public class uses."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GLOSSARY = ROOT / "docs" / "glossary.md"
ROOMS = (
    "spec/cynod_spec",
    "generators/cynod_generators",
    "conformance/cynod_conformance",
    "sandbox/cynod_sandbox",
)
WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
TERM = re.compile(r"^- (?=\*\*)(.*?): (.*)$", re.MULTILINE)
HEADING = "## Ordinary words"
SHORTEST_PLURAL = 3  # letters of a word up to which an "s" at its end is no plural: TLS


def singular(word: str) -> str:
    """*word* in small letters, without the ending of a plural."""
    small = word.lower()
    if len(small) <= SHORTEST_PLURAL:
        return small
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("s", "")):
        if small.endswith(ending) and not small.endswith(("ss", "us", "is")):
            return small.removesuffix(ending) + instead
    return small


def words_of_classes() -> dict[str, str]:
    """Each word of the names of public classes, in the singular, with a class that uses it."""
    found: dict[str, str] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    for word in WORD.findall(node.name):
                        found.setdefault(singular(word), f"{path.relative_to(ROOT)}: {node.name}")
    return found


def words(text: str) -> set[str]:
    """The words of *text*, in the singular."""
    return {singular(word) for word in re.findall(r"[A-Za-z]+", text)}


def terms() -> set[str]:
    """The words of the terms that have a sentence, and of the terms set in italics within one."""
    text = GLOSSARY.read_text(encoding="utf-8").partition(HEADING)[0]
    found = set()
    for name, sentence in TERM.findall(text):
        found |= words(name)
        plain = re.sub(r"`[^`]*`", "", sentence)
        for other in re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", plain):
            found |= words(other)
    return found


def ordinary() -> set[str]:
    """The words that need no sentence."""
    return words(GLOSSARY.read_text(encoding="utf-8").partition(HEADING)[2].partition(":")[2])


@pytest.mark.slow
def test_every_word_of_a_class_name_is_explained_or_ordinary() -> None:
    known = terms() | ordinary()
    missing = {word: where for word, where in words_of_classes().items() if word not in known}
    assert not missing, "explain these, or add them to the ordinary words: " + ", ".join(
        f"{word} ({where})" for word, where in sorted(missing.items())
    )


@pytest.mark.slow
def test_every_ordinary_word_is_used_by_a_class_name() -> None:
    unused = ordinary() - words_of_classes().keys()
    assert not unused, "remove these from the ordinary words: " + ", ".join(sorted(unused))


def test_no_ordinary_word_has_a_sentence() -> None:
    assert not ordinary() & terms()


def test_every_term_has_one_sentence() -> None:
    text = GLOSSARY.read_text(encoding="utf-8").partition(HEADING)[0]
    entries = TERM.findall(re.sub(r"\n  +", " ", text))
    assert len(entries) == len(re.findall(r"^- ", text, re.MULTILINE)) > 0
    names = [name for name, _ in entries]
    assert len(set(names)) == len(names)
    for name, sentence in entries:
        assert sentence.endswith("."), name


def test_names_are_split_into_words() -> None:
    assert [singular(word) for word in WORD.findall("SqlIdentities")] == ["sql", "identity"]
    assert [singular(word) for word in WORD.findall("CSRFStatusAddresses")] == ["csrf", "status", "address"]
