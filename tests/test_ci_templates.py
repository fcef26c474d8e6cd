"""The templates of ``deploy/ci``: their steps, taken one after another in a repository with two branches."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "deploy" / "ci"
BASE = "main"
EXPRESSIONS = {
    "github.base_ref": BASE,
    "secrets.CYNOD_SECRET": "",
    "runner.os": "Linux",
}
RUNNER = {"CI": "true", "GITHUB_RUN_NUMBER": "12", "CI_PIPELINE_IID": "12"}
CONDITIONS = {"always()", "github.event_name == 'pull_request'"}
ONE_CLAUSE = "--profile quick --lang en --clause ENV-1 --operation lireSoldeCarte"


@dataclass(frozen=True)
class Step:
    """One step of a pipeline; ``always``: whatever happened before."""

    name: str
    script: str
    env: Mapping[str, str]
    always: bool = False


def github(options: str) -> Iterator[Step]:
    """The steps of ``github.yml``, the installations left out; every expression in them is known here."""
    template = yaml.safe_load((TEMPLATES / "github.yml").read_text(encoding="utf-8"))
    for job in template["jobs"].values():
        for step in job["steps"]:
            assert step.get("if", "always()") in CONDITIONS
            if "run" not in step or step["name"] == "Install":
                continue
            assert (
                "${{" not in step["run"]
            )  # what others write, such as a branch's name, is never a part of a script
            env = {**template["env"], "OPTIONS": options, **step.get("env", {})}
            yield Step(
                step["name"], step["run"], dict(map(filled, env.items())), step.get("if") == "always()"
            )


def filled(pair: tuple[str, str]) -> tuple[str, str]:
    return pair[0], re.sub(r"\$\{\{ *([\w.]+) *\}\}", lambda found: EXPRESSIONS[found[1]], pair[1])


def gitlab(options: str) -> Iterator[Step]:
    """The lines of each job's ``script`` of ``gitlab.yml``, as one."""
    template = yaml.safe_load((TEMPLATES / "gitlab.yml").read_text(encoding="utf-8"))
    shared = {**template["variables"], "OPTIONS": options, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": BASE}
    for name, job in template.items():
        if "script" in job:
            yield Step(name, "\n".join(job["script"]), shared, always=True)  # jobs do not wait for each other


def installations(name: str) -> list[tuple[str, dict[str, str]]]:
    """How each job of the template *name* installs what it needs, and the variables that it is told."""
    template = yaml.safe_load((TEMPLATES / name).read_text(encoding="utf-8"))
    if name == "github.yml":
        return [
            (step["run"], template["env"])
            for job in template["jobs"].values()
            for step in job["steps"]
            if step.get("name") == "Install"
        ]
    shared = template[".contract"]
    return [
        (
            "\n".join(shared["before_script"]),
            {**template["variables"], **shared["variables"], **job.get("variables", {})},
        )
        for job in template.values()
        if "script" in job
    ]


def taken(steps: Iterator[Step], folder: Path, summary: Path) -> dict[str, int]:
    """The exit code of each step that was taken in *folder*: after a failure, those that run always."""
    codes: dict[str, int] = {}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for step in steps:
        if any(codes.values()) and not step.always:
            continue
        env = {**os.environ, "PATH": path, **RUNNER, "GITHUB_STEP_SUMMARY": str(summary), **step.env}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.script],
            cwd=folder, env=env, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        codes[step.name] = done.returncode
        (summary.parent / f"{step.name}.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    return codes


def git(folder: Path, *arguments: str) -> None:
    person = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *person, *arguments], cwd=folder, check=True, capture_output=True, timeout=60)


def checkout(folder: Path, old: str, new: str) -> Path:
    """A clone of a repository with the contract, on a branch where *new* takes the place of *old*."""
    origin, clone = folder / "origin", folder / "clone"
    (origin / "spec").mkdir(parents=True)
    contract = origin / "spec" / "openapi.yaml"
    shutil.copy(ROOT / "spec" / "openapi.yaml", contract)
    shutil.copytree(ROOT / "spec" / "locales", origin / "spec" / "locales")
    git(origin, "init", "-q")
    git(origin, "add", "-A")
    git(origin, "commit", "-qm", "base")
    git(folder, "clone", "-q", str(origin), "clone")
    changed = clone / "spec" / "openapi.yaml"
    text = changed.read_text(encoding="utf-8")
    assert text.count(old) == 1
    changed.write_text(text.replace(old, new), encoding="utf-8")
    git(clone, "checkout", "-qb", "change")
    git(clone, "commit", "-qam", "change")
    return clone


HARMLESS = ("  version: 1.0.0\n", "  version: 1.0.1\n")
BREAKING = (
    "      maxLength: 64\n      pattern: '^[A-Za-z0-9._~-]*$'",
    "      maxLength: 9\n      pattern: '^[A-Za-z0-9._~-]*$'",
)


def without_conformance(steps: Iterator[Step]) -> Iterator[Step]:
    return (step for step in steps if "onformance" not in step.name)


def test_a_harmless_change_passes_every_step_at_github(tmp_path: Path) -> None:
    clone, summary = checkout(tmp_path, *HARMLESS), tmp_path / "summary.md"
    codes = taken(without_conformance(github(ONE_CLAUSE)), clone, summary)
    assert len(codes) == 4
    assert set(codes.values()) == {0}, codes
    sarif = json.loads((clone / "cynod-report" / "lint.sarif").read_text(encoding="utf-8"))
    assert sarif["runs"][0]["results"] == []
    assert summary.read_text(encoding="utf-8").startswith("#")


def test_a_breaking_change_fails_where_it_is_told_at_github(tmp_path: Path) -> None:
    clone, summary = checkout(tmp_path, *BREAKING), tmp_path / "summary.md"
    codes = taken(without_conformance(github(ONE_CLAUSE)), clone, summary)
    assert codes.pop("Changes, on the lines") == 1
    assert set(codes.values()) == {0}, codes
    said = (tmp_path / "Changes, on the lines.txt").read_text(encoding="utf-8")
    assert "::error file=spec/openapi.yaml,line=" in said
    assert "64" in summary.read_text(encoding="utf-8")


def test_a_mistake_fails_lint_and_still_fills_code_scanning(tmp_path: Path) -> None:
    clone = checkout(
        tmp_path, "operationId: lireSoldeCarte\n", "operationId: lireSoldeCarte\n      colour: blue\n"
    )
    codes = taken(without_conformance(github(ONE_CLAUSE)), clone, tmp_path / "summary.md")
    assert codes == {"Lint, on the lines": 1, "Lint, for code scanning": 0}
    found = json.loads((clone / "cynod-report" / "lint.sarif").read_text(encoding="utf-8"))
    assert [each["ruleId"] for each in found["runs"][0]["results"]] == ["document-invalid"]


def test_a_breaking_change_fails_the_job_of_the_changes_at_gitlab(tmp_path: Path) -> None:
    clone = checkout(tmp_path, *BREAKING)
    codes = taken(without_conformance(gitlab(ONE_CLAUSE)), clone, tmp_path / "summary.md")
    assert codes == {"contract lint": 0, "contract changes": 1}
    assert "<html" in (clone / "cynod-report" / "changes.html").read_text(encoding="utf-8")


@pytest.mark.soak
@pytest.mark.parametrize(("steps", "count"), [(github, 5), (gitlab, 3)])
def test_every_step_with_the_suite(
    steps: Callable[[str], Iterator[Step]], count: int, tmp_path: Path
) -> None:
    clone = checkout(tmp_path, *HARMLESS)
    codes = taken(steps(ONE_CLAUSE), clone, tmp_path / "summary.md")
    assert len(codes) == count
    assert set(codes.values()) == {0}, codes
    written = {each.name for each in (clone / "cynod-report").iterdir()}
    assert {"report.html", "report.json", "junit.xml", "report.sarif", "lint.sarif"} <= written
    report = json.loads((clone / "cynod-report" / "report.json").read_text(encoding="utf-8"))
    assert report["seed"] == 12  # the run's number: the next one draws other checks


@pytest.mark.parametrize("name", ["github.yml", "gitlab.yml"])
def test_nothing_is_installed_by_a_bare_name(name: str, tmp_path: Path) -> None:
    """No index is asked for the project, so that whoever takes its name there gets nowhere."""
    scripts = installations(name)
    assert len(scripts) > 1
    for script, variables in scripts:
        assert variables["CYNOD"] == "."
        needs, project = script.strip().splitlines()
        assert "--require-hashes" in needs
        assert "$CYNOD" not in needs
        fetched = re.findall(r"-r \S+", needs)
        assert fetched
        assert {"--no-index", "--no-deps", "--no-build-isolation"} <= set(project.split())
        environment = {**os.environ, **variables, "CYNOD": "cynod", "PIP_FIND_LINKS": ""}
        command = project.replace("pip install", f"{sys.executable} -m pip install --target {tmp_path / 'x'}")
        done = subprocess.run(
            ["bash", "-euc", command],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 1, done.stdout
        assert "No matching distribution found for cynod" in done.stderr


def tracked() -> list[str]:
    """The files of this project that git knows or would take."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return [name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_nothing_advises_to_install_the_bare_name() -> None:
    bare = re.compile(r"pip install[^\n`|]*[ '\"]cynod(?![\w-]*[-./\w]*\.whl)(\[[\w,]*\])?(['\"`\s]|$)(?!@)")
    assert bare.search("run `pip install 'cynod[docs]'`")
    assert bare.search("pip install -q cynod\n")
    assert not bare.search("pip install './cynod-0.1.0-py3-none-any.whl[docs]'")
    for name in tracked():
        if "tests/" not in name:
            text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
            found = bare.search(text)
            assert found is None, f"{name}: {found and found[0]}"


def test_the_base_is_all_that_lint_installs(tmp_path: Path) -> None:
    """The installation of the first job, taken in a copy of this project and an empty environment."""
    script, variables = installations("github.yml")[0]
    for name in tracked():
        if "tests/" not in name:
            (tmp_path / "clone" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / "clone" / name)
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    path = f"{tmp_path / 'venv' / 'bin'}{os.pathsep}{os.defpath}"
    environment = {**os.environ, **variables, "PATH": path}
    lint = 'cynod spec lint "$CONTRACT" --format github && cynod conform http://127.0.0.1:1'
    done = subprocess.run(
        ["bash", "-euc", f"{script}\n{lint}"],
        cwd=tmp_path / "clone", env=environment, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stdout + done.stderr
    assert "the extra `conform`, not installed here: pip install '.[conform]'" in done.stderr


def test_who_is_trusted_with_what() -> None:
    """Actions have a version or a commit, the token may write nothing but findings, the cache is pip's."""
    template: dict[str, Any] = yaml.safe_load((TEMPLATES / "github.yml").read_text(encoding="utf-8"))
    assert template["permissions"] == {"contents": "read", "security-events": "write"}
    uses = [step["uses"] for job in template["jobs"].values() for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"[\w-]+/[\w/-]+@(v\d+|[0-9a-f]{40})", each) for each in uses)
    assert any(each.startswith("actions/cache@") for each in uses)
    kept = yaml.safe_load((TEMPLATES / "gitlab.yml").read_text(encoding="utf-8"))
    assert kept["contract conformance"]["artifacts"]["reports"]["junit"] == "cynod-report/junit.xml"
