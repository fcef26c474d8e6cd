"""Texts as words of a bash command line mean themselves, whatever they hold: asked of bash itself."""

from __future__ import annotations

import subprocess

from hypothesis import given, settings
from hypothesis import strategies as st

from cynod_conformance.shell import Words, octets, quoted

NASTY = (
    "", "'", '"', "$HOME", "$(id)", "`id`", "a b", "\\", "!", "é", "\u202e", "\r\n", "\x01", "-e", "--",
    "%s%n", "*", "~", "#", "&", ";", "\xff\xfe", "'\\''", "$'\\x41'", "${TOKEN_1}", "x" * 300,
    "[[" * 250, "é" * 400, "a\n" * 300, "\n" * 300 + "b",
)  # fmt: skip
TOKEN, KEY = "tok-ABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789", "partner-1"
KNOWN = Words({KEY: "$KEY"}, {TOKEN: "$TOKEN_1"})
SETTINGS = f"KEY='{KEY}'; TOKEN_1='{TOKEN}'; "


def bash(script: str) -> bytes:
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout


def raw(text: str) -> bytes:
    return octets(text).encode("latin-1")


def test_a_quoted_text_is_one_word_that_means_itself():
    written = bash("printf '%s\\0' " + " ".join(quoted(octets(text)) for text in NASTY))
    assert written == b"".join(raw(text) + b"\0" for text in NASTY)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.binary(max_size=40).map(lambda b: b.replace(b"\0", b"")), min_size=1, max_size=30))
def test_whatever_octets_they_are(texts):
    words = " ".join(KNOWN.word(each.decode("latin-1")) for each in texts)
    assert bash(f"printf '%s\\0' {words}") == b"".join(each + b"\0" for each in texts)


def test_what_is_known_is_a_variable_in_whole_and_in_part():
    for text in (
        TOKEN, f"Bearer {TOKEN}", TOKEN[:30], TOKEN[:20] + "x" + TOKEN[21:], TOKEN[15:], TOKEN.lower(),
        TOKEN.swapcase(), f"{TOKEN}x", KEY, f"{KEY}:{TOKEN}", f'{{"key": "{KEY}", "token": "{TOKEN}"}}',
        f"token={TOKEN}&x={KEY}",
    ):  # fmt: skip
        word = KNOWN.word(text)
        assert bash(f"{SETTINGS}printf %s {word}") == text.encode()
        assert TOKEN[:12] not in word
        assert TOKEN[-12:] not in word


def test_a_part_of_a_longer_word_is_not_taken_for_it():
    assert KNOWN.word(f"x{KEY}") == f"x{KEY}"


def test_what_a_target_calls_a_variable_stays_a_text():
    assert bash(f"{SETTINGS}printf %s {KNOWN.word('$TOKEN_1')}") == b"$TOKEN_1"


def test_a_long_body_is_told_by_its_count_and_piped_whole():
    for text in ("[" * 100_000, '{"a":' * 50_000 + f'"{KEY}"', "\0\xff%s'\\" * 9, f"{TOKEN}\0", "é" * 30_000):
        command = KNOWN.piped(octets(text))
        assert bash(f"{SETTINGS}{command} | cat") == raw(text)
        assert len(command) < 2000
