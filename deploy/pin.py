"""Pins what pipelines and images take from elsewhere: actions to commits, images to digests.

Every ``uses: OWNER/NAME@TAG`` of a workflow, ``image: NAME:TAG`` of a YAML file and ``FROM NAME:TAG`` of a
Dockerfile is looked up: a commit by ``git ls-remote``, a digest by ``docker buildx imagetools``, ``skopeo``
or ``crane``, whichever is installed. What they answer is written in, with the tag beside it. What no command
resolves keeps its tag and is marked ``not pinned``; what was pinned before stays.

    python deploy/pin.py            write, and say what was pinned and what was not
    python deploy/pin.py --check    write nothing; exit 1 when something is not pinned

Exit codes: 0 everything is pinned, 1 something is not, 2 wrong use.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

HERE = Path(__file__).resolve().parent
WORKFLOWS = HERE.parent / ".github" / "workflows"
FILES = (
    HERE / "ci" / "github.yml",
    HERE / "ci" / "gitlab.yml",
    HERE / "compose.yaml",
    HERE / "Dockerfile",
    *sorted(WORKFLOWS.glob("*.yml")),
)
HOST = "https://github.com"  # where `uses: OWNER/NAME` comes from
TIMEOUT_S = 60
NOT_PINNED = "not pinned"

_COMMIT = re.compile(r"[0-9a-f]{40}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_USES = re.compile(
    r"^(?P<lead>\s*(?:- )?uses: )(?P<name>[\w.-]+/[\w./-]+)@(?P<ref>[\w.-]+)(?: +#(?P<note>.*))?$"
)
_IMAGE = re.compile(
    r"^(?P<lead>\s*image: )(?P<name>[\w./-]+):(?P<tag>[\w.-]+)(?:@(?P<digest>sha256:\w+))?(?: +#.*)?$"
)
_FROM = re.compile(
    r"^(?P<lead>FROM )(?P<name>[\w./-]+):(?P<tag>[\w.-]+)(?:@(?P<digest>sha256:\w+))?(?P<rest>( AS \w+)?)$"
)
_MARK = re.compile(rf"^# {NOT_PINNED}$")


@dataclass(frozen=True)
class Reference:
    """One thing that is taken from elsewhere; *pin* is the commit or digest, empty when it has none."""

    file: Path
    name: str
    tag: str
    pin: str


def main(arguments: Sequence[str]) -> int:
    """Pin all files, or only look."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    found: list[Reference] = []
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        if arguments:
            _, references = rewritten(text, file, _unresolved, _unresolved)
        else:
            pinned, references = rewritten(text, file, commit_of, digest_of)
            if pinned != text:
                file.write_text(pinned, encoding="utf-8")
        found += references
    for each in found:
        print(f"{os.path.relpath(each.file, HERE)}: {each.name}:{each.tag} {each.pin or NOT_PINNED}")
    return 0 if all(each.pin for each in found) else 1


Resolve = Callable[[str, str], str]


def rewritten(text: str, file: Path, commit: Resolve, digest: Resolve) -> tuple[str, list[Reference]]:
    """*text* of *file* with each reference pinned as *commit* and *digest* resolve it, and the references."""
    known: dict[tuple[Resolve, str, str], str] = {}

    def resolved(resolve: Resolve, name: str, tag: str, before: str) -> str:
        key = (resolve, name, tag)
        if key not in known:
            known[key] = resolve(name, tag)
        reference = Reference(file, name, tag, known[key] or before)
        references.append(reference)
        return reference.pin

    references: list[Reference] = []
    lines = list(_lines(text.splitlines(), partial(resolved, commit), partial(resolved, digest)))
    return "\n".join(lines) + "\n", references


def _lines(
    lines: Sequence[str], commit: Callable[[str, str, str], str], digest: Callable[[str, str, str], str]
) -> Iterator[str]:
    for line in lines:
        if found := _USES.match(line):
            before = found["ref"] if _COMMIT.fullmatch(found["ref"]) else ""
            tag = (found["note"] or "").strip() if before else found["ref"]
            pin = commit(found["name"], tag, before)
            behind = f"{pin} # {tag}".removesuffix(" # ") if pin else f"{tag} # {NOT_PINNED}"
            yield f"{found['lead']}{found['name']}@{behind}"
        elif found := _IMAGE.match(line):
            pin = digest(found["name"], found["tag"], found["digest"] or "")
            yield f"{found['lead']}{found['name']}:{found['tag']}" + (
                f"@{pin}" if pin else f" # {NOT_PINNED}"
            )
        elif found := _FROM.match(line):
            pin = digest(found["name"], found["tag"], found["digest"] or "")
            if not pin:
                yield f"# {NOT_PINNED}"  # a Dockerfile has no comments behind an instruction
            yield f"FROM {found['name']}:{found['tag']}" + (f"@{pin}" if pin else "") + found["rest"]
        elif not _MARK.match(line):
            yield line


def commit_of(name: str, tag: str) -> str:
    """The commit that *tag* of the action *name* means; empty when git cannot tell."""
    repository = "/".join(name.split("/")[:2])
    said = _said("git", "ls-remote", f"{HOST}/{repository}", f"refs/tags/{tag}", f"refs/tags/{tag}^{{}}")
    commits = dict(reversed(line.split("\t", 1)) for line in said.splitlines() if "\t" in line)
    found = commits.get(f"refs/tags/{tag}^{{}}") or commits.get(f"refs/tags/{tag}", "")
    return found if _COMMIT.fullmatch(found) else ""


def digest_of(name: str, tag: str) -> str:
    """The digest of the image *name*, for all its platforms; empty when no tool can tell."""
    image = f"{name}:{tag}"
    for command in (
        ("docker", "buildx", "imagetools", "inspect", "--format", "{{.Manifest.Digest}}", image),
        ("skopeo", "inspect", "--no-tags", "--format", "{{.Digest}}", f"docker://{image}"),
        ("crane", "digest", image),
    ):
        found = _said(*command).strip()
        if _DIGEST.fullmatch(found):
            return found
    return ""


def _unresolved(_name: str, _tag: str) -> str:
    return ""


def _said(*command: str) -> str:
    """What *command* prints; empty when it cannot be run, fails or takes too long."""
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
