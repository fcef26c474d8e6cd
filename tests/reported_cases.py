"""Runs small inputs that strangers reported and prints, for each, whether the tool gives the right value.

    python tests/reported_cases.py FOLDER [NAME…]

*FOLDER* holds one folder for each case, with a ``run.sh`` that prints what the tool does with it. This script
gives it ``PROJECT``, the checkout that it stands in, and ``VENV``, the environment that runs it.
Exit code: 0 when every case is right, 1 when one is wrong, 2 when a case is unknown or missing.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CASE_TIMEOUT_S = 300
PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Expected:
    """What the output of a case must show, and what it must never show, each a regular expression."""

    shows: tuple[str, ...]
    never: tuple[str, ...] = (r"Traceback",)

    def faults(self, output: str) -> list[str]:
        """What is wrong with *output*; empty when the case is right."""
        lacking = [f"lacks {each}" for each in self.shows if not re.search(each, output, re.MULTILINE)]
        return lacking + [f"shows {each}" for each in self.never if re.search(each, output, re.MULTILINE)]


BREAKING = Expected((r"^[1-9]\d* breaking", r"^exit 1"))
UNCHANGED = Expected((r"^no change", r"^exit 0"))
NOT_BREAKING = Expected((r"^(no change|0 breaking, 0 risky)", r"^exit 0"))
CONFORMANT = Expected((r"^exit 0", r"^conformant"))


def found(*rules: str, code: int = 1) -> Expected:
    """Lint reports each of *rules*, and ends with *code*."""
    return Expected((*(rf"\[{rule}\]" for rule in rules), rf"^exit {code}"))


EXPECTED: dict[str, Expected] = {
    "bundle-exponent": Expected((r"'25921e05'", r"'0o14'", r"^no change", r"^exit 0"), (r"- 25921e05",)),
    "bundle-for-other-tools": Expected(
        (r"#/components/schemas/Dog",), (r"x-files", r"Models not found", r"Traceback")
    ),
    "bundle-mapping": Expected(
        (r"mapping:", r"dog: '?#/components/schemas/"), (r"x-files", r"\d[-:].*\.yaml")
    ),
    "conform-array-parameter": Expected((r"conformant", r"exit 0"), (r"not conformant",)),
    "conform-base-path": Expected((r"^exit 0",), (r"failed \(MUST",)),
    "conform-location-case": Expected((r"^exit 0",), (r"failed \(MUST",)),
    "conform-system-authority": Expected((r"^exit 0",), (r"TLS refused",)),
    "diff-additional-false-in-allof": BREAKING,
    "diff-additional-operations": BREAKING,
    "diff-anyof-to-oneof": BREAKING,
    "diff-bool-int": BREAKING,
    "diff-callback-payload": BREAKING,
    "diff-discriminator-implicit": BREAKING,
    "diff-discriminator-mapping": UNCHANGED,
    "diff-encoding-default": UNCHANGED,
    "diff-enum-oneof-const": NOT_BREAKING,
    "diff-integer-multiple": UNCHANGED,
    "diff-items-empty": NOT_BREAKING,
    "diff-param-content": BREAKING,
    "diff-pydantic-null": UNCHANGED,
    "diff-readonly-required": NOT_BREAKING,
    "diff-recursive-union": Expected((r"^1 breaking, 0 risky, 1 safe", r"^exit 1")),
    "diff-scheme-renamed": NOT_BREAKING,
    "diff-scope-alternative": NOT_BREAKING,
    "diff-server-variable": BREAKING,
    "docs-parameter-samples": Expected(
        (r"form=1&form=2", r"csv=1(,|%2C)2", r"deep(\[a\]|%5Ba%5D)=1", r"X-L: 1,2", r"--cookie '?sid ?= ?3")
    ),
    "docs-unions": Expected(
        (r"chaîne", r"multiple de 5", r"récursi", r"lecture seule", r"déprécié", r"jamais")
    ),
    "gen-array-parameters": Expected(
        (
            r"^\?form=1&form=2 \(200.*\[1, 2\]",
            r"^\?csv=1,2 \(200",
            r"^\?pipe=1%7C2 \(200",
            r"^X-Liste: 1,2 \(200",
        ),
        (r"\(400",),
    ),
    "gen-object-parameters": Expected(
        (
            r"^\?deep\[a\]=1 \(200.*'a': 1",
            r"^\?deep\[z\]=1 \(400",
            r"^\?deep\[a\]=x \(400",
            r"^\?oa=1 \(200.*1",
        ),
    ),
    "gen-readonly-required": Expected((r"^\(200",)),
    "lint-additional-operations": Expected((r"^exit 1", r"additionalOperations|COPY")),
    "lint-anchor": Expected((r"^exit 0",)),
    "lint-discriminator-nowhere": Expected((r"^exit 1", r"discriminator|reference-unresolved")),
    "lint-enum-type": found("enum-invalid", "bounds-reversed", "required-refused"),
    "lint-line-separator": Expected((r"^exit 0", r"openapi\.yaml:135:"), (r"not readable", r":136:")),
    "lint-query-method": Expected((r"effect-missing|success-missing",), (r"write-public",)),
    "lint-schema-example": found("example-invalid"),
    "lint-server-below-root": found("server-insecure", "server-slash"),
    "lint-server-variables": Expected((r"^[3-9] errors|: [3-9] errors", r"^exit 1")),
    "lint-several-files": Expected(
        (r"^v1/openapi\.yaml: 0 errors", r"^v2/openapi\.yaml: 0 errors", r"^exit 0")
    ),
    "lint-token-elsewhere": Expected((r"^exit 0",), (r"token-url-nowhere",)),
    "sandbox-device-replaced": Expected(
        (
            r"^lrwx.*link\.toml -> real\.toml\n(.*\n)*?.*^lrwx.*link\.toml -> real\.toml",
            r"^crw.*nul\n(.*\n)*?^crw.*nul",
        ),
    ),
    "sandbox-header-ows": Expected(
        (r"'cle-0002-abc ' b'HTTP/1\.1 201", r"'cle-0003-abc\\t' b'HTTP/1\.1 201"), (r"400 Bad",)
    ),
    "sandbox-hint-option": Expected((r"plain HTTP on 0\.0\.0\.0", r"^exit 2"), (r"or --allow-http$",)),
    "sandbox-write-config-traceback": Expected((r"^error: .*/proc/c\.toml", r"^exit 2")),
}


def run(folder: Path) -> str:
    """What the case in *folder* prints."""
    environment = {**os.environ, "PROJECT": str(PROJECT), "VENV": sys.prefix}
    done = subprocess.run(
        ["bash", str(folder / "run.sh")],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        timeout=CASE_TIMEOUT_S,
        check=False,
    )
    return done.stdout


def main(arguments: Sequence[str]) -> int:
    """Print the table; see the module's text for *arguments* and the exit codes."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    folder, chosen = Path(arguments[0]), arguments[1:]
    names = chosen or sorted(each.parent.name for each in folder.glob("*/run.sh"))
    unknown = [name for name in names if name not in EXPECTED or not (folder / name / "run.sh").is_file()]
    if unknown:
        print(f"no such case: {', '.join(unknown)}", file=sys.stderr)
        return 2
    wrong = 0
    for name in names:
        faults = EXPECTED[name].faults(run(folder / name))
        wrong += bool(faults)
        print(f"{name:34} {'wrong: ' + '; '.join(faults) if faults else 'right'}", flush=True)
    print(f"{len(names) - wrong} of {len(names)} cases right")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
