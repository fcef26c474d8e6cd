"""Encodes texts of the document as Python literals and identifiers, their only ways into source."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable

from cynod_spec.base.errors import CynodError
from cynod_spec.model import Operation

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+")
_PLAIN = re.compile(r"[A-Za-z0-9 ./_{}~-]{1,90}")


def literal(text: str) -> str:
    """*text* as a Python string literal of printable ASCII on one line."""
    escaped = "".join(c if " " <= c <= "~" and c not in '"\\' else _escape(c) for c in text)
    return f'"{escaped}"'


def comment(text: str) -> str:
    """*text* if it is harmless inside a comment or docstring, else an empty text."""
    return text if _PLAIN.fullmatch(text) else ""


def identifier(text: str) -> str:
    """*text* as a Python identifier in snake case; empty when none can be made of it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = "_".join(word.lower() for word in _WORD.findall(plain))
    if name and (name[0].isdigit() or keyword.iskeyword(name) or keyword.issoftkeyword(name)):
        name = f"op_{name}"
    return name[:80]


def allocate(operations: Iterable[Operation], reserved: frozenset[str]) -> dict[str, str]:
    """The Python identifier of each operation, by operation id; none is in *reserved*.

    Raises CynodError for an id that gives no identifier, or that of another operation.
    """
    allocated: dict[str, Operation] = {}
    for operation in operations:
        name = identifier(operation.id)
        if name in reserved:
            name = f"op_{name}"
        if not name:
            raise CynodError(
                f"no Python name can be made of the operationId {literal(operation.id)}",
                "use letters and digits",
                operation.at,
            )
        if name in allocated:
            other = allocated[name]
            raise CynodError(
                f"the operationIds {literal(other.id)} and {literal(operation.id)} both become {name}",
                f"rename one of them; the other stands at {other.at}",
                operation.at,
            )
        allocated[name] = operation
    return {operation.id: name for name, operation in allocated.items()}


def _escape(character: str) -> str:
    code = ord(character)
    if character in '"\\':
        return "\\" + character
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
