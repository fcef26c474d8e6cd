"""The addresses of the pages, the same in every language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from cynod_generators.targets.docs.text.slugs import allocate
from cynod_spec.base.errors import CynodError
from cynod_spec.model import Clause, Code, Contract, GuidePage, Operation

OVERVIEW: Final = "index"
CODES: Final = "codes"
CLAUSES: Final = "clauses"
WEBHOOKS: Final = "webhooks"
CHANGES: Final = "changes"
SCENARIOS: Final = "scenarios"
_OWN_PAGES: Final = (OVERVIEW, CODES, CLAUSES, WEBHOOKS, SCENARIOS)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The address of each page, relative to the folder of its language."""

    pages: Mapping[str, str]  # by name: the site's own pages and those of the guide
    tags: Mapping[str, str]  # by name of the tag
    operations: Mapping[str, str]  # by key of the operation

    def code(self, code: Code) -> str:
        """The address of *code*."""
        return _anchored(self.pages[CODES], code.value)

    def clause(self, clause: Clause) -> str:
        """The address of *clause*."""
        return _anchored(self.pages[CLAUSES], clause.id)

    def operation(self, operation: Operation) -> str:
        """The page of *operation*."""
        return self.operations[operation.key]


def plan(contract: Contract, guide: tuple[GuidePage, ...], *, has_changes: bool = False) -> Addresses:
    """The addresses of all pages. Raises CynodError for a page of the guide with an id that the site uses."""
    own = (*_OWN_PAGES, CHANGES) if has_changes else _OWN_PAGES
    for page in guide:
        if page.id in own:
            raise CynodError(f"the site has a page {page.id!r} already", "give this page another id", page.at)
    pages = [*own, *(page.id for page in guide)]
    names = families(contract)
    keys = [operation.key for operation in contract.operations]
    ids = [operation.id for operation in contract.operations]
    return Addresses(
        pages={name: f"{name}.html" for name in pages},
        tags={name: f"{slug}.html" for name, slug in zip(names, allocate(names, pages), strict=True)},
        operations={key: f"operations/{slug}.html" for key, slug in zip(keys, allocate(ids), strict=True)},
    )


def families(contract: Contract) -> list[str]:
    """The names of the tags that have an operation: in the document's order, undeclared ones last."""
    used = dict.fromkeys(operation.tag for operation in contract.operations)
    declared = [tag.name for tag in contract.tags if tag.name in used]
    return list(dict.fromkeys((*declared, *used)))


def _anchored(address: str, anchor: str) -> str:
    return f"{address}#{quote(anchor, safe='')}"
