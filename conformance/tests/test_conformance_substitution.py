"""What was sent is written with variables for what is known, and bash makes the same octets of it again."""

from __future__ import annotations

import subprocess
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cynod_conformance.reproduction.substitution import ENCODED, Substitution
from cynod_spec.output.bash import assignment, decoded, encoded, variable, word, written

TOKEN, KEY = "tok-ABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789", "partner-1"
SECRET = "s3cr/et +é=&\"'$(touch x)"
KNOWN = Substitution(
    secrets={TOKEN: (variable("TOKEN_1"),), SECRET: (variable("SECRET"),)},
    words={"pay_0123456789": (variable("ID_1"),)},
    whole={KEY: (variable("KEY"),), "json": (variable("KEY_2"),)},
)
VALUES = {"TOKEN_1": TOKEN, "SECRET": SECRET, "KEY": KEY, "KEY_2": "json", "ID_1": "pay_0123456789"}
SETTINGS = "\n".join((*(assignment(name, value) for name, value in VALUES.items()), ENCODED, ""))


def bash(script: str) -> bytes:
    done = subprocess.run(["bash"], input=(SETTINGS + script).encode(), capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout


def said(text: str) -> str:
    return word(KNOWN.parts(text))


@pytest.mark.parametrize(
    "text",
    [
        TOKEN, f"Bearer {TOKEN}", TOKEN[:30], TOKEN[:20] + "x" + TOKEN[21:], TOKEN[15:], TOKEN.lower(),
        TOKEN.swapcase(), f"{TOKEN}x", f"{KEY}:{TOKEN}", f'{{"key": "{KEY}", "token": "{TOKEN}"}}',
        f"token={TOKEN}&x={KEY}", quote(SECRET, safe=""), quote_plus(SECRET),
        f"a={quote_plus(SECRET)}&b={TOKEN}", SECRET, f"x{SECRET}{SECRET}x",
    ],
)  # fmt: skip
def test_a_secret_is_a_variable_in_whole_in_part_and_encoded(text: str) -> None:
    line = said(text)
    assert bash(f"printf %s {line}") == text.encode()
    assert bash(f"{written(KNOWN.parts(text))} | cat") == text.encode()
    assert TOKEN[:12] not in line
    assert TOKEN[-12:] not in line
    for form in (SECRET, quote(SECRET, safe=""), quote_plus(SECRET)):
        assert form not in line


def test_what_was_given_out_is_a_variable_where_it_is_a_word_of_its_own() -> None:
    assert said("/pay_0123456789/x") == '"/$ID_1/x"'
    assert said("xpay_0123456789") == "xpay_0123456789"


def test_a_key_is_a_variable_where_it_is_a_whole_value() -> None:
    for text, line in {
        KEY: '"$KEY"',
        f"{KEY}:x": '"$KEY:x"',
        f"client_id={KEY}&x=1": '"client_id=$KEY&x=1"',
        f'["{KEY}"]': """'["'"$KEY"'"]'""",
    }.items():
        assert said(text) == line
    for text in (f"x{KEY}", f"/{KEY}/", "application/json", "un json", "json-x=1"):
        assert "$" not in said(text)
    assert said('{"json": "json"}') == """'{"json": "'"$KEY_2"'"}'"""


def test_what_only_looks_like_a_variable_stays_a_text() -> None:
    for text in ("$TOKEN_1", "${TOKEN_1}", "$(echo $SECRET)", "`id`", "$CYNOD_ADMIN_PASSWORD"):
        assert bash(f"printf %s {said(text)}") == text.encode()
        assert bash(f"printf %s {said(f'{TOKEN} {text}')}") == f"{TOKEN} {text}".encode()


def test_what_a_reader_hides_is_hidden_last() -> None:
    known = Substitution(
        secrets={TOKEN: (variable("TOKEN_1"),)},
        hidden={f"{TOKEN}-more": (variable("WRONG"),), "another-secret": (variable("OTHER"),)},
    )
    assert word(known.parts(f"{TOKEN}-more")) == '"$TOKEN_1-more"'
    assert word(known.parts("another-secret")) == '"$OTHER"'


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.binary(max_size=20).map(lambda octets: octets.replace(b"\0", b"")),
                st.sampled_from(
                    [
                        each.encode()
                        for each in (TOKEN, KEY, SECRET, TOKEN[:20], "$(touch x)", "`id`", "'", '"')
                    ]
                ),
            ),
            max_size=5,
        ).map(b"".join),
        min_size=1,
        max_size=30,
    )
)
def test_bash_makes_of_any_octets_what_they_were(texts: list[bytes]) -> None:
    words = " ".join(said(decoded(each)) for each in texts)
    assert bash(f"printf '%s\\0' {words}") == b"".join(each + b"\0" for each in texts)
    for each in texts[:3]:
        assert bash(f"{written(KNOWN.parts(decoded(each)))} | cat") == each


def test_a_long_body_is_written_whole_in_few_characters() -> None:
    for text in (
        "[" * 100_000,
        '{"a":' * 50_000 + f'"{KEY}"',
        "\0\udcff%s'\\" * 9,
        f"{TOKEN}\0",
        "é" * 30_000,
    ):
        command = written(KNOWN.parts(text))
        assert bash(f"{command} | cat") == encoded(text)
        assert len(command) < 2000
