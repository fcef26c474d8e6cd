"""The target ``fastapi``: a copied runtime, the contract as JSON, and a few templates."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from cynod_generators.emit.plan import Plan, PlannedFile
from cynod_generators.emit.templates import python_templates, render
from cynod_spec.configuration import partners_file, toml_file
from cynod_spec.model import Contract, serialization
from cynod_spec.output import control_characters, redaction

Layout = Literal["project", "package"]

_HERE = Path(__file__).parent
_GENERATED = "_generated"

# Path in the package by template; written once, then the user's.
_OWN = {
    "package.py.j2": "__init__.py",
    "main.py.j2": "__main__.py",
    "handlers.py.j2": "handlers/__init__.py",
    "auth.py.j2": "auth/__init__.py",
}
# Modules copied in place of runtime modules that import them.
_COPIED = {
    "control_characters.py": Path(control_characters.__file__),
    "partners_file.py": Path(partners_file.__file__),
    "redaction.py": Path(redaction.__file__),
    "serialization.py": Path(serialization.__file__),
    "toml_file.py": Path(toml_file.__file__),
}
_PROJECT = {"pyproject.toml.j2": "pyproject.toml", "README.md.j2": "README.md"}


def plan(ir: dict[str, Any], package: str, layout: Layout, contract: Contract) -> Plan:
    """The plan of the server *package*, from the *ir* built from *contract*.

    Layout ``project``: a project to install. ``package``: only the generated folder, for a package that has
    its own handlers and entry point.
    """
    templates = python_templates(_HERE / "templates")
    root = PurePosixPath(package)
    folder = root / _GENERATED
    context = {"package": package, "operations": ir["operations"]}
    files = [
        PlannedFile(folder / source.name, _COPIED.get(source.name, source).read_bytes(), generated=True)
        for source in sorted((_HERE / "runtime").glob("*.py"))
    ]
    files += [
        PlannedFile(folder / "operations.py", render(templates, "operations.py.j2", context), generated=True),
        PlannedFile(folder / "contract.json", _json(ir), generated=True),
        PlannedFile(folder / "py.typed", b"", generated=True),
    ]
    if layout == "project":
        for template, path in _OWN.items():
            files.append(PlannedFile(root / path, render(templates, template, context), generated=False))
        for template, path in _PROJECT.items():
            content = render(templates, template, context)
            files.append(PlannedFile(PurePosixPath(path), content, generated=False))
    return Plan(
        folder=folder,
        files=tuple(files),
        document_sha256=contract.sha256,
        operations=frozenset(operation["name"] for operation in ir["operations"]),
        advice="move the change to handlers/ or auth/",
        inputs=contract.beside,
    )


def _json(ir: dict[str, Any]) -> bytes:
    return (json.dumps(ir, indent=1, ensure_ascii=True, allow_nan=False) + "\n").encode()
