"""The vocabulary's schema explains itself: to editors, which show it, and in what lint says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from cross_room.lint_examples import BASE, Example

from cynod_spec.cli.commands import spec
from cynod_spec.lint.rules.vocabulary_invalid import SCHEMA

VOCABULARY = json.loads(SCHEMA.read_text(encoding="utf-8"))


def properties(schema: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every member that the vocabulary has, with its schema."""
    if isinstance(schema, dict):
        for name, member in schema.get("properties", {}).items():
            yield f"{path}/{name}", member
        for key, below in schema.items():
            yield from properties(below, f"{path}/{key}")
    elif isinstance(schema, list):
        for below in schema:
            yield from properties(below, path)


def test_every_member_is_described() -> None:
    found = dict(properties(VOCABULARY))
    assert len(found) > 50
    bare = [path for path, member in found.items() if not str(member.get("description", "")).endswith(".")]
    assert bare == []
    assert [name for name, each in VOCABULARY["$defs"].items() if not each.get("description")] == []


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(VOCABULARY)


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("x-cynod: {role: request-id}", "x-cynod: {rolle: request-id}", "known here: role"),
        ("x-cynod: {role: request-id}", "x-cynod: {role: Request}", "The part that it plays"),
        ("  max-body: 65536\n", "  max-body: 0\n", "The largest request body that is read, in bytes."),
    ],
)
def test_lint_quotes_it(old: str, new: str, hint: str, tmp_path: Path) -> None:
    assert old in BASE
    path = Example(BASE.replace(old, new, 1), []).written(tmp_path)
    done = CliRunner().invoke(spec, ["lint", str(path)])
    assert "[vocabulary-invalid]" in done.stdout
    assert f"hint: {SCHEMA.name} says: {hint}" in done.stdout
