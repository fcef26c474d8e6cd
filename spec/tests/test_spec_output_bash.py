"""Words of bash mean the texts they were made of, and nothing in them acts: asked of bash itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cynod_spec.output.bash import (
    Expansion,
    assignment,
    decoded,
    encoded,
    joined,
    quoted,
    variable,
    with_repeats,
    word,
    written,
)

NASTY = (
    "", "'", '"', "$HOME", "$(touch canary)", "`touch canary`", "a b", "\\", "!", "é", "\u202e", "\r\n",
    "\x01", "-e", "--", "%s%n", "*", "~", "#", "&", ";", "\udcff\udcfe", "'\\''", "$'\\x41'", "${TOKEN_1}",
    "x" * 300,
    "[[" * 250, "é" * 400, "a\n" * 300, "\n" * 300 + "b", "a[$(touch canary)]", "\u00ad\u200b", "\x7f",
)  # fmt: skip


def bash(script: str, folder: Path | None = None, shell: str = "bash") -> bytes:
    octets = script.encode("utf-8", "surrogateescape")
    done = subprocess.run([shell], input=octets, capture_output=True, check=True, cwd=folder)
    assert done.stderr == b""
    return done.stdout


@pytest.mark.parametrize(("shell", "portable"), [("bash", False), ("bash", True), ("sh", True)])
def test_a_quoted_text_is_one_word_that_means_itself(shell: str, portable: bool, tmp_path: Path) -> None:
    words = " ".join(quoted(text, portable=portable) for text in NASTY)
    assert portable or "\n" not in words
    said = bash(f"printf '%s\\0' {words}", tmp_path, shell)
    assert said == b"".join(encoded(text) + b"\0" for text in NASTY)
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_seen_is_written_as_octets() -> None:
    for text in ("\u202e", "\x1b[31m", "\u200b", "\x85", "\udcff", "\u2028", "##[error]a"):
        assert quoted(text).startswith("$'\\")
        assert quoted(text).isascii()
        assert "##" not in quoted(text) + written([text])
    assert quoted("Récharge à Noël") == "'Récharge à Noël'"


def test_a_nul_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        quoted("a\0b")


@settings(max_examples=20, deadline=None)
@given(st.lists(st.binary(max_size=40).map(lambda each: each.replace(b"\0", b"")), min_size=1, max_size=30))
def test_whatever_octets_they_are(texts: list[bytes]) -> None:
    words = joined(map(decoded, texts))
    assert bash(f"printf '%s\\0' {words}") == b"".join(each + b"\0" for each in texts)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=20), st.none()), max_size=8))
def test_only_what_code_puts_in_is_replaced(pieces: list[bytes | None]) -> None:
    value = 'the "value" $(touch canary)'
    parts = [variable("VALUE") if each is None else decoded(each) for each in pieces]
    meant = b"".join(value.encode() if each is None else each for each in pieces)
    assert bash(f"{assignment('VALUE', value)}\n{written(parts)} | cat") == meant
    if b"\0" not in meant:
        assert bash(f"{assignment('VALUE', value)}\nprintf %s {word(parts)}") == meant


def test_an_expansion_beside_letters_keeps_its_name() -> None:
    assert word([variable("A"), "b"]) == '"${A}b"'
    assert word(["a ", variable("A"), "-"]) == '"a $A-"'
    assert word(["a'", Expansion("${A:0:3}"), "b"]) == "'a'\\'''\"${A:0:3}\"b"
    assert word([]) == word([""]) == "''"


@pytest.mark.parametrize("name", ["", "a b", "1a", "a-b", "é", "a\n", "x=$(id)"])
def test_a_variable_has_a_name(name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        variable(name)


@pytest.mark.parametrize("text", ["x" * 300, "[[" * 250, "é" * 400, "a'" * 300, "\udcff" * 500, "%s" * 300])
def test_repeats_are_written_by_their_count(text: str) -> None:
    parts = with_repeats(["before ", text, " after"])
    assert len(word(parts)) < 120
    assert bash(f"printf %s {word(parts)}") == b"before " + encoded(text) + b" after"
    assert bash(f"{written(parts)} | cat") == b"before " + encoded(text) + b" after"
