"""``requirements/`` holds what each extra of pyproject.toml needs, with hashes for every system."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "requirements"
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
NEEDS: dict[str, list[str]] = {
    "base": PROJECT["dependencies"],
    "build": PYPROJECT["build-system"]["requires"],
    **{name: [*PROJECT["dependencies"], *extra] for name, extra in PROJECT["optional-dependencies"].items()},
}
PLATFORMS = (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt"))
SYSTEMS = [
    {
        "sys_platform": system,
        "platform_system": name,
        "os_name": kind,
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "platform_machine": "x86_64",
    }
    for system, name, kind in PLATFORMS
    for python in ("3.11", "3.12", "3.13")
]


def locked(name: str) -> dict[str, tuple[Requirement, list[str]]]:
    """Distribution → its requirement in requirements/NAME.txt, and its hashes."""
    found: dict[str, tuple[Requirement, list[str]]] = {}
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        requirement, *hashes = re.split(r"\s+--hash=", line.strip())
        parsed = Requirement(requirement)
        assert canonicalize_name(parsed.name) not in found
        found[canonicalize_name(parsed.name)] = (parsed, hashes)
    return found


def constraints() -> dict[str, Requirement]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines}


def test_there_is_one_file_for_each_extra() -> None:
    assert {each.stem for each in FOLDER.iterdir()} == NEEDS.keys(), "run `tox -e lock`"


@pytest.mark.parametrize("name", sorted(NEEDS))
def test_each_requirement_is_there_with_its_hashes(name: str) -> None:
    found = locked(name)
    for needed in map(Requirement, NEEDS[name]):
        for system in SYSTEMS:
            if needed.marker is not None and not needed.marker.evaluate(system):
                continue
            assert canonicalize_name(needed.name) in found, f"{needed}: run `tox -e lock`"
            pinned, _ = found[canonicalize_name(needed.name)]
            assert pinned.marker is None or pinned.marker.evaluate(system), f"{pinned} is not for {system}"
            version = str(pinned.specifier).removeprefix("==")
            assert needed.specifier.contains(version), f"{needed}, but {pinned}: run `tox -e lock`"
    for pinned, hashes in found.values():
        assert re.fullmatch(r"==[\w.]+", str(pinned.specifier))
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes)


@pytest.mark.parametrize("name", sorted(NEEDS.keys() - {"build"}))
def test_what_is_locked_is_what_is_developed_with(name: str) -> None:
    developed = constraints()
    for distribution, (pinned, _) in locked(name).items():
        assert developed[distribution].specifier == pinned.specifier


def test_constraints_hold_versions_only() -> None:
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[\w.-]+==[\w.]+( ; [^#]+)?", line), line


def test_no_file_names_an_index() -> None:
    for file in (ROOT / "constraints.txt", *FOLDER.iterdir()):
        text = file.read_text(encoding="utf-8")
        assert "://" not in text
        assert not re.search(r"^-", text, re.MULTILINE), f"{file.name} holds an option"


def test_what_is_installed_by_hashes_is_enough(tmp_path: Path) -> None:
    """pip itself finds nothing missing: every requirement of a requirement is pinned as well."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--ignore-installed",
         "--require-hashes", "--target", str(tmp_path / "x"), "-r", str(FOLDER / "base.txt")],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
