"""Which document a command reads when none is named: that of the checkout it runs in, else the installed one.

A checkout of this project is a folder, the current one or one above it, whose ``pyproject.toml`` gives the
project the name ``cynod`` and which has ``spec/openapi.yaml``. Nothing in it is ever executed. Files of
another user are left aside, so that nobody can plant a document in a folder above, such as ``/tmp``.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cynod_spec.base.errors import UsageError

PROJECT: Final = "cynod"
CONTRACT: Final = "openapi.yaml"
"""What the OpenAPI document of a checkout is called."""
WORKFLOWS: Final = "workflows.arazzo.yaml"
"""What the Arazzo document beside a contract is called."""
DEFAULT_CONTRACT: Final = "spec/openapi.yaml of the checkout, else the one installed with cynod"
"""How helps say what :func:`default_contract` gives."""
MAX_PROJECT_OCTETS: Final = 256 * 1024  # of a pyproject.toml that is looked at
_FOLDER: Final = "spec"
_ROOM: Final = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout around the current folder; ``foreign``: the first of its files of another user, if any."""

    root: Path
    foreign: Path | None = None

    @property
    def contract(self) -> Path:
        """Its OpenAPI document."""
        return self.root / _FOLDER / CONTRACT


def default_contract() -> str:
    """The path of the contract that is read when none is named. Raises UsageError when there is none."""
    return _default(CONTRACT, "contract")


def default_workflows() -> str:
    """The path of the workflows beside that contract. Raises UsageError when there are none."""
    return _default(WORKFLOWS, "workflows")


def _default(name: str, what: str) -> str:
    if (found := surrounding()) is not None and found.foreign is None:
        path = found.contract.with_name(name)
        if not path.is_file():
            raise UsageError(f"the checkout {found.root} holds no {_FOLDER}/{name}", "name a file")
        return _shown(path)
    # An editable installation reads the document of its checkout, any other one its copy.
    for path in (_ROOM.parent / name, _ROOM / "document" / name):
        if path.is_file():
            return _shown(path)
    raise UsageError(f"this installation of cynod holds no {what}", "name a file")


def surrounding() -> Checkout | None:
    """The checkout that the current folder is in; None outside of one, and in a repository of its own."""
    try:
        here = Path.cwd()
        owner = here.stat().st_uid
    except OSError:  # the current folder is gone
        return None
    for folder in (here, *here.parents):
        if is_checkout(folder):
            return Checkout(folder, _foreign(folder, owner))
        if (folder / ".git").exists():
            return None
    return None


def is_checkout(folder: Path) -> bool:
    """Whether *folder* is the root of a checkout of this project."""
    project = folder / "pyproject.toml"
    try:
        if not (folder / _FOLDER / CONTRACT).is_file() or project.stat().st_size > MAX_PROJECT_OCTETS:
            return False
        value = tomllib.loads(project.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    about = value.get("project")
    return isinstance(about, dict) and about.get("name") == PROJECT


def _foreign(root: Path, owner: int) -> Path | None:
    """What of *root* belongs neither to this user, nor to root, nor to the *owner* of the current folder."""
    if not hasattr(os, "geteuid"):  # Windows has no owners of this kind
        return None
    trusted = {os.geteuid(), 0, owner}
    return next((path for path in _looked_at(root) if path.stat().st_uid not in trusted), None)


def _looked_at(root: Path) -> Iterator[Path]:
    contract = Checkout(root).contract
    yield from (root, root / "pyproject.toml", contract.parent, contract)


def _shown(path: Path) -> str:
    """*path* as people name it: from the current folder where it is below it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)
