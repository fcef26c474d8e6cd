"""Texts that try to write lines of their own on a console, and what printed text must never hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

MARK = "FORGED"  # a line that begins with it was begun by a payload
PAYLOADS = {
    "a verdict on a line of its own": f"x\n{MARK} conformant: 70 of 70 MUST",
    "a verdict after CRLF": f"x\r\n{MARK} conformant",
    "a line overwritten": f"x\r{MARK} conformant",
    "a cursor moved": f"x\x1b[1A\x1b[2K{MARK} conformant",
    "an escape sequence of C1": f"x\x9b2J{MARK}",
    "a hyperlink of a terminal": "x\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "a line by other breaks": f"x\x0b{MARK} y\x0c{MARK} y\x85{MARK} z\u2028{MARK} z\u2029{MARK}",
    "an annotation of GitHub": "x\n::error file=a,line=1::FORGED",
    "an annotation at the start": "::error::FORGED",
    "an annotation after blanks": "\u00a0\u3000 ::stop-commands::FORGED",
    "an annotation after what collation ignores": "\u200b\u00ad::add-mask::FORGED",
    "an output of GitHub": "::set-output name=x::FORGED",
    "an annotation with escapes": "x%0A::error::FORGED%0D%25",
    "the first syntax of GitHub": "x ##[error]FORGED",
    "the first syntax in parts": "x #\u200d#[add-path]FORGED",
    "a command of Azure": "##vso[task.setvariable variable=a]FORGED",
    "a message of TeamCity": "x ##teamcity[buildStatus text='FORGED']",
    "a section of GitLab": "section_start:1:a\r\x1b[0Ksection_end:1:a\r\x1b[0K",
    "a line turned round": "abc\u202edef\u2066ghi\u2069",
    "nothing to be seen": "a\u200bb\ufeffc\U000e0041d\u3164e\ufe0ff\x00g\x7fh\u2800",
    "half a character": "x\ud800y",
    "a table's next cell": "a|b | c\n|-|-|",
    "backticks": "`` ` ``` x ```` `",
    "HTML": "<img src=x onerror=alert(1)></code></li><script>alert(2)</script>",
    "a link": "[x](javascript:alert(1)) ![y](https://evil.example/z.png) <https://evil.example>",
    "a mention": "@octocat #1 octo/cat#2 www.evil.example https://evil.example a@evil.example",
    "a template": "{{ 7*7 }} {% raw %} {# x #}",
    "a heading": "# x\n\n## y\n- z\n> w\n---",
    "a formula": "=cmd|'/C calc'!A1",
    "a formula behind a semicolon": "x;=cmd|'/C calc'!A1;\"=1+1\"",
    "a formula after a blank": " \t@SUM(1+1)*cmd|'/C calc'!A0",
    "a formula in full width": "＝1+1",
    "a number": "-2+3",
}
ANSI = re.compile(r"\x1b\[[0-9;]*m")
_HIDDEN_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
_LOG_COMMAND = re.compile(r"##[A-Za-z]*\[")


def hidden(text: str) -> list[str]:
    """The characters of *text*, line breaks aside, that cannot be seen or that act on a terminal."""
    return sorted({each for each in text if unicodedata.category(each) in _HIDDEN_CATEGORIES} - {"\n"})


def assert_inert(printed: str, *, commands: bool = False) -> None:
    """Assert that *printed* moves no cursor, forges no line and gives no CI service a command.

    With *commands*, its lines may be commands of GitHub: a format that is made of them.
    """
    assert hidden(printed) == [], printed
    for line in printed.split("\n"):
        assert not line.startswith(MARK), printed
        assert commands or not line.lstrip().startswith("::"), printed
        assert not _LOG_COMMAND.search(line), printed


def replaced(value: Any, text: str, keys: Callable[[str], bool]) -> Any:
    """*value*, a part of a document, with *text* as each text whose key is one of *keys*."""
    if isinstance(value, dict):
        return {
            key: text if isinstance(each, str) and keys(key) else replaced(each, text, keys)
            for key, each in value.items()
        }
    return [replaced(each, text, keys) for each in value] if isinstance(value, list) else value
