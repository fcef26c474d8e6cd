"""Our verdicts about the pairs of documents that oasdiff tests itself with, beside its own.

The Go module is fetched through the module proxy, program and documents alike: nothing of it stands here. The
pairs are those whose names say which document is older.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cross_room.oasdiff import Verdict, counted, judged, table

from cynod_spec.base.errors import DocumentError

pytestmark = pytest.mark.slow

MODULE = "github.com/oasdiff/oasdiff"
VERSION = "v1.37.0"
FETCH_TIMEOUT_S = 600
BASE, REVISION = "base", "revision"  # in the name of a file: the older document, and the later one
BACK = "back"  # the later document first
_FIRST = re.compile(r"1(\.(?:ya?ml|json))$")

# What oasdiff calls breaking and we do not: its check and our rule for the same thing → why.
NO_STANDARD = "OpenAPI and JSON Schema give this extension no meaning, and no request or answer differs"
SAME_VALUES = "the schema under another name, or the one added, admits the same values as before"
RECEIVED = "partners receive a webhook: it promises them more; oasdiff takes it for what they send"
OF_NO_TYPE = "the limit stands in a schema of another type, for which it says nothing (JSON Schema)"
WEAKER: dict[tuple[str, str], str] = {
    ("request-body-all-of-added", "document-rewritten"): SAME_VALUES,
    ("request-body-all-of-added", "member-optional-added"): "the schema added describes an optional member",
    ("request-body-any-of-removed", "document-rewritten"): SAME_VALUES,
    ("request-body-became-required", "body-became-required"): RECEIVED,
    ("request-parameter-max-decreased", "document-rewritten"): OF_NO_TYPE,
    ("request-parameter-max-items-decreased", "document-rewritten"): OF_NO_TYPE,
    ("request-parameter-x-extensible-enum-value-removed", "document-rewritten"): NO_STANDARD,
    ("request-property-all-of-added", "document-rewritten"): SAME_VALUES,
    ("request-property-any-of-removed", "document-rewritten"): SAME_VALUES,
    ("request-property-became-required", "member-became-required"): RECEIVED,
    (
        "request-property-enum-value-removed",
        "values-unlisted",
    ): "every value is admitted, the former ones too",
    ("request-property-stability-decreased", "document-rewritten"): NO_STANDARD,
    ("request-property-x-extensible-enum-value-removed", "document-rewritten"): NO_STANDARD,
    ("response-body-any-of-added", "document-rewritten"): "only the title of the alternative differs",
    ("response-property-any-of-added", "document-rewritten"): SAME_VALUES,
    ("response-property-stability-decreased", "document-rewritten"): NO_STANDARD,
}
# What we call breaking and oasdiff does not: our rule → why.
STRICTER: dict[str, str] = {
    "alternatives-inclusive": "what several alternatives match was refused, and may now be received",
    "body-became-optional": "a webhook may come without a body; oasdiff takes it for what partners send",
    "constraint-changed": "which of two `not` admits more is not known; oasdiff only warns",
    "constraint-removed": "anything may be received where nothing was; oasdiff does not look at it",
    "default-changed": "what partners leave out means something else; oasdiff only warns",
    "items-described": "items of any kind were taken; oasdiff does not look at it",
    "member-became-optional": "a webhook may come without it; oasdiff takes it for what partners send",
    "member-became-required": "a member that is required without being described must be sent all the same",
    "member-required-added": "a member required in a part of allOf, or without being described, must be sent",
    "member-required-removed": "a required member of a part of allOf is no longer received",
    "member-required-shut-out": "the other part of allOf refuses the member; oasdiff only warns",
    "member-undescribed": "anything may be received where a type was promised; oasdiff calls it removed",
    "operation-removed": "oasdiff lets go what is marked x-stability-level: alpha, which no standard defines",
    "operation-server-removed": "oasdiff does not look at servers",
    "parameter-became-single": "who sends several items is refused; oasdiff only warns",
    "parameter-required-added": "a parameter that the path has no place for; oasdiff takes it for renamed",
    "parameter-required-removed": "a parameter that the path has no place for; oasdiff takes it for renamed",
    "server-removed": "oasdiff does not look at servers",
    "type-changed": "oasdiff takes text of a parameter or of XML for any type, and only warns below allOf",
    "type-narrowed": "oasdiff takes text of a parameter for any type, so that text may replace an integer",
    "type-widened": "an integer may be received where anything but a text was refused by oneOf",
}
# Pairs that our reader refuses → why; then those that oasdiff itself refuses.
NOT_OPENAPI = "a document that breaks the schema of OpenAPI: `responses` is empty"
REFUSED: dict[str, str] = {
    "circular1.yaml": "a schema whose only alternative is itself",
    "description/spec1.yml": "Swagger 2.0",
    "nullable/base-req.yaml": NOT_OPENAPI,
    "required-properties/anyOf1.yaml": NOT_OPENAPI,
    "required-properties/body1.yaml": NOT_OPENAPI,
    "required-properties/items1.yaml": NOT_OPENAPI,
    "required-properties/nested-property1.yaml": NOT_OPENAPI,
}
REFUSED_BY_OASDIFF: dict[str, str] = {
    "duplicate_endpoints/base.yaml": "two paths that differ in the name of a parameter only",
}


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The program and the folder of its documents; skipped where Go or the module proxy is missing."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("Go is not installed: oasdiff cannot be built")
    folder = tmp_path_factory.mktemp("go")
    environment = {**os.environ, "GOBIN": str(folder), "GOFLAGS": "-mod=mod"}
    told = {}
    for command in (("mod", "download", "-json"), ("install",)):
        done = subprocess.run(
            [go, *command, f"{MODULE}@{VERSION}"],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=FETCH_TIMEOUT_S,
        )
        if done.returncode:
            pytest.skip(f"Go cannot fetch {MODULE}: {(done.stderr or done.stdout).strip()[:200]}")
        told[command[0]] = done.stdout
    return folder / "oasdiff", Path(json.loads(told["mod"])["Dir"]) / "data"


def fixtures(data: Path) -> Iterator[tuple[str, Path, Path]]:
    """The name of each pair below *data*, and both documents; then the same pair the other way round."""
    for old in sorted(path for path in data.rglob("*") if path.suffix in (".yaml", ".yml", ".json")):
        new = old.with_name(_FIRST.sub(r"2\1", old.name.replace(BASE, REVISION)))
        if new != old and new.is_file():
            name = old.relative_to(data).as_posix()
            yield name, old, new
            yield f"{name}, {BACK}", new, old


@pytest.mark.soak  # it is fetched and built, which a landing should not depend on
def test_every_pair_of_oasdiff_is_judged_as_by_oasdiff(module: tuple[Path, Path]) -> None:
    program, data = module
    verdicts: list[Verdict] = []
    refused: set[str] = set()
    for name, old, new in fixtures(data):
        if name.removesuffix(f", {BACK}") in REFUSED_BY_OASDIFF:
            continue
        try:
            verdicts.append(judged(program, name, old, new))
        except DocumentError:
            refused.add(name.removesuffix(f", {BACK}"))
    stricter = counted(verdicts, Verdict.stricter)
    print(table(verdicts, WEAKER, STRICTER, stricter))
    print(f"{len(refused)} pairs refused")
    missed = [line for verdict in verdicts for line in verdict.missed(WEAKER)]
    assert not missed, "\n".join(missed)
    weaker = set().union(*(verdict.explained(WEAKER) for verdict in verdicts))
    assert WEAKER.keys() == weaker, f"no longer weaker: {sorted(WEAKER.keys() - weaker)}"
    assert STRICTER.keys() == stricter.keys()
    assert REFUSED.keys() == refused
