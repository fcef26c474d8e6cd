"""Says which documents a command read, on one line of standard error: standard output is for results."""

from __future__ import annotations

from typing import Final, Protocol

import click

from cynod_spec.locating import surrounding

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
        click.echo(line(*documents), err=True)


def line(*documents: Read) -> str:
    """What :func:`announce` prints; it says as well when a checkout of another user was left aside."""
    word = "document" if len(documents) == 1 else "documents"
    named = ", ".join(named_with_hash(each) for each in documents)
    found = surrounding()
    if found is None or found.foreign is None:
        return f"{word}: {named}"
    return f"{word}: {named} ({printable(str(found.foreign))} belongs to another user: name it to use it)"


def named_with_hash(document: Read) -> str:
    """The path of *document* and its short SHA-256."""
    return f"{printable(document.file)} sha256:{document.sha256[:HASH_DIGITS]}"


def printable(path: str) -> str:
    """*path* on one line, whatever characters it holds."""
    return path if path.isprintable() else ascii(path)
