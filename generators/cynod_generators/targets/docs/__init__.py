"""The documentation: a static site in every language of the contract, which needs a folder and no network.

Each module is one subject: ``addresses`` plans the pages, ``edition`` is a language seen from a page, the
modules named after a page make its view, and ``site`` puts them through the templates.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from cynod_generators.planning import Plan, PlannedFile
from cynod_spec.errors import UsageError
from cynod_spec.model import Contract

if TYPE_CHECKING:
    from cynod_spec.diff import Comparison

_NEEDED: Final = {"markdown_it": "markdown-it-py", "nh3": "nh3", "pygments": "pygments"}  # module → package


def plan(contract: Contract, changes: Comparison | None = None) -> Plan:
    """What to write for the site of *contract*, with a page of its *changes* if there are any to tell.

    Raises UsageError without the extra ``docs``.
    """
    absent = [package for module, package in _NEEDED.items() if find_spec(module) is None]
    if absent:
        raise UsageError(f"the docs need {', '.join(absent)}", "pip install 'cynod[docs]'")
    from cynod_generators.targets.docs.site import Site

    return Plan(
        folder=PurePosixPath(),
        files=tuple(
            PlannedFile(PurePosixPath(path), content, generated=True)
            for path, content in Site(contract, changes).files()
        ),
        document_sha256=contract.sha256,
        operations=frozenset(),
        advice="change the contract, not its pages",
    )
