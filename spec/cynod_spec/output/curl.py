"""Requests as commands of curl, in which no text of a request becomes an option, a file or a pattern.

``-g`` keeps curl from reading brackets and braces in a URL; data and header lines never begin with ``@``,
which would name a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from cynod_spec.output.bash import Expansion, Part, word, written

_FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 §5.1
_HTTP = re.compile(r"https?://")
_SHORT = {"--globoff": "-g", "--request": "-X", "--user": "-u", "--header": "-H", "--data": "-d"}

Parts = Sequence[Part]


@dataclass(frozen=True)
class Call:
    """A request for curl to send. ``user`` is a pair of HTTP Basic, ``form`` what curl encodes itself.

    A header with an empty value is sent empty; ``without`` names those that curl adds and here must not.
    """

    url: Parts
    method: str = "GET"
    headers: Sequence[tuple[str, Parts]] = ()
    without: Sequence[str] = ()
    user: Parts = ()
    cookie: Parts = ()  # the value of the header Cookie: ``name=value`` pairs
    body: Parts | None = None
    form: Sequence[tuple[str, Parts]] = ()
    options: Sequence[str] = ()  # further ones, which take no value

    @property
    def is_sayable(self) -> bool:
        """Whether curl can be told of its headers: a name that is none could be read as a file's."""
        return all(is_field_name(name) for name, _ in self.headers)


def is_field_name(name: str) -> bool:
    """Whether HTTP knows headers of this *name* (RFC 9110 §5.1)."""
    return _FIELD_NAME.fullmatch(name) is not None


def one_line(call: Call, *, pipes: bool = False) -> str:
    """*call* as one line that shows the whole answer. *pipes*: its body comes from a command before it.

    Raises ValueError for what is not ``is_sayable``, and for a NUL in a word.
    """
    words = ["curl", "-sS", "-i", *_arguments(call, short=True, pipes=pipes), _url(call)]
    line = " ".join(words)
    return f"{written(call.body or ())} | {line}" if pipes else line


def on_lines(call: Call) -> str:
    """*call* as a command for people to read, an option a line, which works when it is pasted.

    Raises ValueError as ``one_line`` does.
    """
    first, *rest = _arguments(call, short=False, pipes=False)
    method = [rest.pop(0)] if rest and rest[0].startswith("--request") else []
    return " \\\n  ".join([" ".join(["curl", first, *method, _url(call)]), *rest])


def _arguments(call: Call, *, short: bool, pipes: bool) -> Iterator[str]:
    """The options of *call*, each with its value."""

    def option(name: str, value: Parts) -> str:
        return f"{_SHORT.get(name, name) if short else name} {word(value, portable=not short)}"

    if not call.is_sayable:
        raise ValueError("a name of a header that HTTP does not know")
    yield _SHORT["--globoff"] if short else "--globoff"
    yield from call.options
    has_data = call.body is not None or bool(call.form)
    if call.method == "HEAD":
        yield "-I" if short else "--head"
    elif call.method != ("POST" if has_data and short else "GET"):
        yield option("--request", (call.method,))
    if call.user:
        yield option("--user", call.user)
    if call.cookie:
        yield option("--cookie", call.cookie)  # its first = keeps it from being a file's name
    for name, value in call.headers:
        yield option("--header", (f"{name}: ", *value) if any(value) else (f"{name};",))
    for name in call.without:
        yield option("--header", (f"{name}:",))
    for name, value in call.form:
        yield option("--data-urlencode", (f"{quote(name, safe='')}=", *value))
    if pipes:
        yield "--data-binary @-"
    elif call.body is not None:
        yield option("--data" if _is_no_file(call.body) else "--data-raw", call.body)


def _is_no_file(body: Parts) -> bool:
    """Whether ``--data`` surely takes *body* as it is: what begins with ``@`` names a file."""
    first = next((part for part in body if part), "")
    return isinstance(first, str) and not first.startswith("@")


def _url(call: Call) -> str:
    first = next((part for part in call.url if part), "")
    is_address = isinstance(first, Expansion) or _HTTP.match(first)
    return word(call.url) if is_address else f"--url {word(call.url)}"
