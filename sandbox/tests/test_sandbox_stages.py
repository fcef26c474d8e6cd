"""What the sandbox adds to its generated server goes into stages: it replaces no method of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import cynod_sandbox
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.settings import Settings
from cynod_sandbox.app.middleware import install_middleware
from cynod_sandbox.app.serving import make
from cynod_sandbox.provisioning.bootstrap import prepare_database
from cynod_sandbox.storage.database import Database

ROOM = Path(cynod_sandbox.__file__).parent
PATCH = re.compile(r"setattr|(app|application)\.\w+$")
OWN = [path for path in sorted(ROOM.rglob("*.py")) if "_generated" not in path.parts]


def assigned(tree: ast.AST) -> Iterator[str]:
    """The attributes that *tree* sets on anything but ``self``, as they are written, and calls of setattr."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("setattr", "object.__setattr__"):
            yield ast.unparse(node)
        targets = node.targets if isinstance(node, ast.Assign) else ()
        for target in targets:
            if isinstance(target, ast.Attribute) and ast.unparse(target.value) != "self":
                yield ast.unparse(target)


@pytest.mark.parametrize("path", OWN, ids=lambda path: str(path.relative_to(ROOM)))
def test_no_module_sets_an_attribute_of_an_application(path: Path) -> None:
    found = list(assigned(ast.parse(path.read_text(encoding="utf-8"))))
    assert not [each for each in found if PATCH.search(each)]


def test_the_search_would_find_one() -> None:
    patches = "application.run = other\nself._application.refuse = other\nsetattr(app, 'run', other)"
    assert [bool(PATCH.search(each)) for each in assigned(ast.parse(patches))] == [True, True, True]


@pytest.mark.slow
@pytest.mark.parametrize("strict", [False, True])
def test_switches_and_records_are_hooks_of_stages(strict: bool) -> None:
    database = Database()
    prepare_database(database, make(Settings(), database).contract)
    bare, equipped = make(Settings(), database), make(Settings(), database)
    install_middleware(equipped, database, strict=strict, done=lambda record: None, added=lambda: [])
    assert hooked(equipped) - hooked(bare) == {"succeed", "refuse", "leave"} | (
        set() if strict else {"read_body", "answer_oauth", "run_handler"}
    )


def hooked(application: Application) -> set[str]:
    """The names of the stages whose step is a method of *application* no more."""
    names = ("read_body", "answer_oauth", "run_handler", "succeed", "refuse", "leave", "identify")
    stages = application.stages
    return {name for name in names if getattr(stages, name).run != getattr(application, f"_{name}")}
