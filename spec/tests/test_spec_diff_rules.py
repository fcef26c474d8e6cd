"""Every rule of the diff tells its own pair of documents apart, forwards, and its mirror backwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cross_room.diff_cases import CASES, MARK, SMALL, Case, place

from cynod_spec.diff import compare
from cynod_spec.diff.changes import Change
from cynod_spec.diff.rows import NOT_MIRRORED, RULES
from cynod_spec.source.document import Source
from cynod_spec.source.reading import read

Reader = Callable[[str, str], Source]


@pytest.fixture
def source(tmp_path: Path) -> Reader:
    """Read a text as a document of this name, its mark left out."""

    def write(name: str, text: str) -> Source:
        (tmp_path / name).write_text(text.replace(MARK, ""), "utf-8")
        return read(tmp_path / name)

    return write


def only(old: Source, new: Source, beside: str = "") -> Change:
    """The one change between both, that of the rule *beside* aside, which is there when it is named."""
    found = compare(old, new).changes
    changes = [change for change in found if change.rule.id != beside]
    assert len(found) == len(changes) + bool(beside)
    assert len(changes) == 1, "\n".join(
        f"{c.rule.id} {c.direction} {c.message('en')} {c.locations}" for c in changes
    )
    return changes[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_rule_tells_its_pair_apart_and_its_mirror_the_way_back(case: Case, source: Reader) -> None:
    texts = case.texts()
    old, new = (source(name, text) for name, text in zip(("old.yaml", "new.yaml"), texts, strict=True))
    there = only(old, new, beside=case.beside)
    back = only(new, old, beside=case.beside and RULES[case.beside].mirror)
    rule = RULES[case.rule]
    assert there.rule is rule
    assert there.severity == rule.severity(case.direction)
    assert back.rule.id == (case.backward or rule.mirror)
    for change, sides in ((there, texts), (back, (texts[1], texts[0]))):
        assert change.direction == case.direction
        places = tuple((at.line, at.column) for at in (change.old, change.new))
        assert places == (place(sides[0]), place(sides[1]))
        assert change.message("fr") != change.message("en")


def test_an_envelope_tells_of_a_member_once_whatever_it_holds(source: Reader) -> None:
    begins, ends = SMALL.index("        moreInfo:\n"), SMALL.index("    EnveloppeAuthentification:\n")
    text = (SMALL[:begins] + SMALL[ends:]).replace("debugMessage, moreInfo]", "debugMessage]")
    whole, less = source("whole.yaml", SMALL), source("less.yaml", text)
    assert only(whole, less).rule.id == "envelope-member-removed"
    assert only(less, whole).rule.id == "envelope-member-added"


def test_every_rule_in_every_direction_has_a_pair() -> None:
    tried = {(case.rule, case.direction) for case in CASES}
    tried |= {(case.backward or RULES[case.rule].mirror, case.direction) for case in CASES}
    known = {
        (rule.id, direction)
        for rule in RULES.values()
        for direction in ("request", "response", "contract")
        if getattr(rule, direction) is not None
    }
    assert tried == known


def test_every_rule_is_its_mirrors_mirror_unless_a_reason_is_written() -> None:
    for rule in RULES.values():
        mirror = RULES[rule.mirror]
        if mirror.mirror != rule.id:
            assert NOT_MIRRORED[rule.id]
        else:
            assert rule.id not in NOT_MIRRORED
        for direction in ("request", "response", "contract"):
            assert (getattr(rule, direction) is None) == (getattr(mirror, direction) is None)


def test_every_rule_has_a_sentence_in_both_languages_with_the_same_words() -> None:
    for rule in RULES.values():
        assert rule.fr
        assert rule.en
        assert words(rule.fr) == words(rule.en), rule.id
        assert rule.fr != rule.en


def words(sentence: str) -> set[str]:
    """The places of a sentence where words of a document go."""
    return {part.partition("}")[0] for part in sentence.split("{")[1:]}
