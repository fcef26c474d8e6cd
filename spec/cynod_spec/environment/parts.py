"""The parts of cynod that may be absent: the extras of its distribution, and how to install one here.

The base reads contracts: lint, diff, bundle, overlay and the listings. What else a command needs is an extra
of ``pyproject.toml``; a command asks for it before it imports anything of it.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from importlib.metadata import Distribution, PackageNotFoundError
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from cynod_spec.base.errors import UsageError
from cynod_spec.environment.locating import PROJECT, is_checkout
from cynod_spec.environment.release import release

MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    "authority": ("openapi_spec_validator",),
    "conform": ("h11", "hypothesis", "jinja2", "platformdirs", "requests", "schemathesis"),
    "docs": ("jinja2", "markdown_it", "nh3", "pygments"),
    "generate": ("jinja2",),
    "lsp": ("pygls",),
    "postgres": ("psycopg",),
    "sandbox": (
        *("alembic", "fastapi", "h11", "httptools", "jinja2", "prometheus_client", "sqlalchemy"),
        *("standardwebhooks", "tomlkit", "uvicorn"),
    ),
    "tls": ("trustme",),
}
"""What each extra brings, as the modules that are imported; what is optional in an extra is left out."""


def need(what: str, *extras: str) -> None:
    """Raise UsageError, which says how to install them, when *what* needs *extras* that are not all here."""
    absent = [extra for extra in extras if missing(extra)]
    if absent:
        words = "the extra" if len(absent) == 1 else "the extras"
        named = " and ".join(f"`{extra}`" for extra in absent)
        raise UsageError(f"{what} needs {words} {named}, not installed here: {install(*absent)}")


def missing(extra: str) -> tuple[str, ...]:
    """The modules of *extra* that are not installed."""
    return tuple(module for module in MODULES[extra] if find_spec(module) is None)


def install(*extras: str) -> str:
    """The command that installs *extras* from where this cynod was installed from, never from an index."""
    return f"{_pip()} install {_requirement(','.join(extras))}"


def _pip() -> str:
    python = Path(sys.executable)
    found = shutil.which("pip")
    if found is not None and Path(found).parent == python.parent:
        return "pip"
    return f"{shlex.quote(_shown(python))} -m pip"


def _requirement(extras: str) -> str:
    root = Path(__file__).parents[3]
    if is_checkout(root):
        return shlex.quote(f"{_shown(root)}[{extras}]")
    url, is_archive, commit = _origin()
    parts = urlsplit(url)
    path = Path(url2pathname(unquote(parts.path))) if parts.scheme == "file" else None
    if path is not None and not commit and (path.is_file() if is_archive else is_checkout(path)):
        return shlex.quote(f"{_shown(path)}[{extras}]")
    if commit:
        return shlex.quote(f"{PROJECT}[{extras}] @ git+{url}@{commit}")
    # The folder or file is here no longer, or it was not recorded: the wheel's own name says the rest.
    return shlex.quote(f"./{PROJECT}-{release()}-py3-none-any.whl[{extras}]")


def _origin() -> tuple[str, bool, str]:
    """The URL that this cynod was installed from, whether an archive stands there, and which commit of git.

    All are empty where the installer did not record it (PEP 610).
    """
    try:
        told = Distribution.from_name(PROJECT).read_text("direct_url.json")
        value: dict[str, Any] = json.loads(told or "{}")
        version = value.get("vcs_info") or {}
        return str(value.get("url", "")), "archive_info" in value, str(version.get("commit_id", ""))
    except (PackageNotFoundError, OSError, ValueError, AttributeError):
        return "", False, ""


def _shown(path: Path) -> str:
    """*path* from the current folder where it is below it, with a ``/`` so that pip takes it for a path."""
    try:
        below = path.relative_to(Path.cwd())
    except (ValueError, OSError):
        return str(path)
    if not below.parts:
        return "."
    return str(below) if len(below.parts) > 1 else os.path.join(".", str(below))
