"""Says which documents a command read, on one line of standard error: standard output is for results."""

from __future__ import annotations

from typing import Final, Protocol

from cynod_spec.environment.locating import surrounding
from cynod_spec.output.terminal import echo_line

HASH_DIGITS: Final = 12  # of a document's SHA-256 in hexadecimal, as many as tell two documents apart


class Read(Protocol):
    """A document that was read: a ``Source``, a ``Contract`` or ``Workflows``."""

    @property
    def file(self) -> str:
        """What reports call it."""

    @property
    def sha256(self) -> str:
        """Of its bytes, in hexadecimal."""


def announce(*documents: Read) -> None:
    """Print the path and the short SHA-256 of each of *documents*, if any, on one line of standard error."""
    if documents:
        echo_line(line(*documents), err=True)


def line(*documents: Read) -> str:
    """What :func:`announce` escapes and prints; it names a checkout of another user that was left aside."""
    word = "document" if len(documents) == 1 else "documents"
    named = ", ".join(named_with_hash(each) for each in documents)
    found = surrounding()
    if found is None or found.foreign is None:
        return f"{word}: {named}"
    return f"{word}: {named} ({found.foreign} belongs to another user: name it to use it)"


def named_with_hash(document: Read) -> str:
    """The path of *document* and its short SHA-256."""
    return f"{document.file} sha256:{document.sha256[:HASH_DIGITS]}"
