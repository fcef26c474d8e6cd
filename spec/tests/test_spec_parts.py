"""The extras of the distribution: what each needs is declared, and a missing one says how to install it."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from cynod_spec.base.errors import UsageError
from cynod_spec.environment import parts

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
OPTIONAL = {"uvloop"}  # not on every system, and nothing fails without it


def name_of(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found is not None
    return found[0].lower().replace("_", "-")


def test_the_modules_of_each_extra_are_those_of_its_requirements() -> None:
    owners = packages_distributions()
    assert parts.MODULES.keys() == EXTRAS.keys() - {"all"}
    for extra, modules in parts.MODULES.items():
        brought = {owners[module][0].lower().replace("_", "-") for module in modules}
        assert brought == {name_of(each) for each in EXTRAS[extra]} - OPTIONAL, extra


def test_all_is_every_extra_and_never_names_the_project_itself() -> None:
    assert set(EXTRAS["all"]) == {each for extra in EXTRAS if extra != "all" for each in EXTRAS[extra]}
    every = [*PROJECT["dependencies"], *EXTRAS["all"]]
    assert not [each for each in every if name_of(each) == PROJECT["name"]]


def test_what_is_here_is_not_asked_for() -> None:
    parts.need("it", *parts.MODULES)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An installation of the base alone, in an empty folder, whose code stands in no checkout."""
    monkeypatch.setattr(parts, "find_spec", lambda name: None)
    monkeypatch.setattr(
        parts, "__file__", str(tmp_path / "site-packages" / "cynod_spec" / "environment" / "parts.py")
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(monkeypatch: pytest.MonkeyPatch, value: Any) -> str:
    """What is said when ``direct_url.json`` holds *value*."""

    class Recorded:
        @staticmethod
        def from_name(name: str) -> Recorded:
            assert name == "cynod"
            return Recorded()

        def read_text(self, name: str) -> str | None:
            assert name == "direct_url.json"
            return None if value is None else json.dumps(value)

    monkeypatch.setattr(parts, "Distribution", Recorded)
    with pytest.raises(UsageError) as error:
        parts.need("`cynod conform`", "conform", "sandbox")
    said = str(error.value)
    assert said.startswith("`cynod conform` needs the extras `conform` and `sandbox`, not installed here: ")
    assert not error.value.hint
    words = shlex.split(said.partition("here: ")[2])
    assert words[-2] == "install"
    return words[-1]


def test_the_checkout_that_runs_is_what_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "find_spec", lambda name: None)
    monkeypatch.chdir(ROOT)
    assert told(monkeypatch, None) == ".[conform,sandbox]"
    monkeypatch.chdir(ROOT.parent)
    assert told(monkeypatch, None) == f"./{ROOT.name}[conform,sandbox]"


def test_a_wheel_is_named_where_it_stands(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = bare / "a folder" / "cynod-0.1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.touch()
    told_by_pip = {"url": wheel.as_uri(), "archive_info": {"hash": "sha256=0"}}
    named = "a folder/cynod-0.1.0-py3-none-any.whl[conform,sandbox]"
    assert told(monkeypatch, told_by_pip) == named
    wheel.unlink()
    assert told(monkeypatch, told_by_pip).startswith("./cynod-")


def test_a_folder_is_named_while_it_is_a_checkout(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told_by_pip = {"url": ROOT.as_uri(), "dir_info": {}}
    assert told(monkeypatch, told_by_pip) == f"{ROOT}[conform,sandbox]"
    empty = bare / "empty"
    empty.mkdir()
    assert told(monkeypatch, {"url": empty.as_uri(), "dir_info": {}}).startswith("./cynod-")


def test_a_repository_is_named_with_its_commit(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = "0123456789" * 4
    value = {"url": "https://git.example.org/cynod", "vcs_info": {"vcs": "git", "commit_id": commit}}
    assert told(monkeypatch, value) == f"cynod[conform,sandbox] @ git+https://git.example.org/cynod@{commit}"


@pytest.mark.parametrize("value", [None, {}, [], "x", {"url": 1}, {"url": "file:///gone", "dir_info": {}}])
def test_without_a_record_the_wheel_is_named_and_no_index(
    value: Any, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert re.fullmatch(r"\./cynod-\S+-py3-none-any\.whl\[conform,sandbox]", told(monkeypatch, value))
