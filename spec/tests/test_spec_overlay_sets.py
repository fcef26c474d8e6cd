"""``cynod spec overlay`` on the scenes of the OpenAPI Initiative's sets, and on overlays that are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from cynod_spec.base.errors import DocumentError
from cynod_spec.cli.commands import spec

SETS = yaml.safe_load((Path(__file__).parent / "documents" / "overlays.yaml").read_text(encoding="utf-8"))
DOCUMENT = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}, "x-two": [{}, {}]}
HEAD = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\n"
ACTION = "{target: $.info, update: {x-a: 1}}"

# By the names of the Initiative's own tests of what its schema refuses (tests/v1.0/fail), and of 1.1.
REFUSED = {
    "overlay-invalid-pattern": ("overlay: one\ninfo: {title: t, version: '1'}\nactions: []\n", 1, 1),
    "root-invalid-property": (f"{HEAD}colour: blue\nactions: [{ACTION}]\n", 3, 1),
    "info-missing": (f"overlay: 1.0.0\nactions: [{ACTION}]\n", 1, 1),
    "info-invalid-type": (f"overlay: 1.0.0\ninfo: t\nactions: [{ACTION}]\n", 2, 1),
    "info-missing-title": (f"overlay: 1.0.0\ninfo: {{version: '1'}}\nactions: [{ACTION}]\n", 2, 1),
    "info-missing-version": (f"overlay: 1.0.0\ninfo: {{title: t}}\nactions: [{ACTION}]\n", 2, 1),
    "info-title-invalid-type": (
        f"overlay: 1.0.0\ninfo: {{title: 1, version: '1'}}\nactions: [{ACTION}]\n",
        2,
        8,
    ),
    "info-version-invalid-type": (
        f"overlay: 1.0.0\ninfo: {{title: t, version: 1}}\nactions: [{ACTION}]\n",
        2,
        18,
    ),
    "extends-invalid-type": (f"{HEAD}extends: [a]\nactions: [{ACTION}]\n", 3, 1),
    "actions-missing": (HEAD, 1, 1),
    "actions-minimal": (f"{HEAD}actions: []\n", 3, 1),
    "actions-invalid-type": (f"{HEAD}actions: {ACTION}\n", 3, 1),
    "actions-item-invalid-type": (f"{HEAD}actions:\n  - $.info\n", 4, 5),
    "actions-not-unique": (f"{HEAD}actions:\n  - {ACTION}\n  - {ACTION}\n", 5, 5),
    "actions-missing-target": (f"{HEAD}actions:\n  - {{update: {{x-a: 1}}}}\n", 4, 5),
    "action-target-invalid-type": (f"{HEAD}actions:\n  - {{target: 1, update: {{}}}}\n", 4, 5),
    "actions-invalid-target": (f"{HEAD}actions:\n  - {{target: info, update: {{}}}}\n", 4, 5),
    "actions-invalid-description": (
        f"{HEAD}actions:\n  - {{target: $, description: 1, update: {{}}}}\n",
        4,
        17,
    ),
    "action-remove-invalid-type": (f"{HEAD}actions:\n  - {{target: $.info, remove: 1}}\n", 4, 5),
    "action-invalid-property": (f"{HEAD}actions:\n  - {{target: $, colour: blue, update: {{}}}}\n", 4, 17),
    "copy-invalid-type": (f"{HEAD}actions:\n  - {{target: $.info, copy: 1}}\n", 4, 5),
    "copy-and-update": (f"{HEAD}actions:\n  - {{target: $.info, copy: $.paths, update: {{}}}}\n", 4, 5),
    "copy-of-nothing": (f"{HEAD}actions:\n  - {{target: $.info, copy: $.nowhere}}\n", 4, 5),
    "copy-of-several": (f"{HEAD}actions:\n  - {{target: $.info, copy: '$.x-two[*]'}}\n", 4, 5),
}


def applied(document: Any, overlay: str, folder: Path) -> Any:
    """The outcome of the command."""
    (folder / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    (folder / "overlay.yaml").write_text(overlay, encoding="utf-8")
    files = [str(folder / "openapi.json"), str(folder / "overlay.yaml")]
    return CliRunner().invoke(spec, ["overlay", *files, "--format", "json"])


@pytest.mark.parametrize("case", SETS, ids=[case["name"] for case in SETS])
def test_the_outcome_is_that_of_the_set(case: dict[str, Any], tmp_path: Path) -> None:
    done = applied(case["document"], yaml.safe_dump(case["overlay"]), tmp_path)
    assert done.exit_code == 0, done.exception
    assert json.loads(done.stdout) == case["output"]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_overlay_is_refused_where_it_stands(name: str, tmp_path: Path) -> None:
    overlay, line, column = REFUSED[name]
    done = applied(DOCUMENT, overlay, tmp_path)
    assert isinstance(done.exception, DocumentError), done.output
    assert str(done.exception).startswith(f"{tmp_path}/overlay.yaml:{line}:{column}: ")
    assert done.stdout == ""
