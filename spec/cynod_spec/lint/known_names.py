"""The names of roles, resources, states and codes that all contracts share, and names that are nearly one."""

from __future__ import annotations

from collections.abc import Iterable

from cynod_spec.base.suggestions import slip
from cynod_spec.model.vocabulary import vocabulary

LISTS = (
    *("request-role", "answer-role", "webhook-role", "member-role", "header-role"),
    *("resource-name", "state-name", "type-name", "code-name", "site-page"),
)
"""The lists of the vocabulary that hold such names."""


def known(listed: str) -> tuple[str, ...]:
    """The names in the list *listed* of the vocabulary, one of ``LISTS``."""
    return tuple(vocabulary()["$defs"][listed]["enum"])


def meanings(listed: str) -> dict[str, str]:
    """The same with what each means; empty where the vocabulary does not say."""
    said = vocabulary()["$defs"][listed].get("enumDescriptions", ())
    return {name: said[index] if said else "" for index, name in enumerate(known(listed))}


def nearly(name: str, listed: str, others: Iterable[str] = ()) -> str:
    """The name of the list *listed*, or of *others*, which *name* was probably meant to be.

    Empty when it is one of them, or resembles none: a document may have names of its own.
    """
    names = (*known(listed), *others)
    return "" if name in names else slip(name, names)
