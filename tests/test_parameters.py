"""The suite and a generated server agree about parameters of every style; a careless server is found out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cross_room.documents import save
from cross_room.parameters import PATH, parameter, with_parameters
from cross_room.servers import Judgement, generate, judge, serving

from cynod_spec import load_contract

pytestmark = pytest.mark.slow

OPERATION = "essai0"
TEMPLATE = PATH + "/{name}/{ids}"
CLAUSES = ("VAL-1", "VAL-2", "VAL-3", "VAL-8", "VAL-9", "VAL-11", "VAL-12", "CAT-3", "ERR-1")
NUMBER = {"type": "integer", "minimum": 1, "maximum": 50}
TEXT = {"type": "string"}


def declared(part: dict[str, Any], most: int, extra: bool) -> list[dict[str, Any]]:
    """Parameters of every style: of *part*s, at most so many, with other members than declared or not."""
    items = {"type": "array", "items": part, "minItems": 1, "maxItems": most}
    names = {"type": "array", "items": {"enum": ["nord", "sud"]}, "maxItems": 2, "uniqueItems": True}
    members = {"a": part, "b": {"type": "boolean"}}
    whole = {"type": "object", "additionalProperties": extra, "required": ["a"], "properties": members}
    spread = {
        "type": "object",
        "additionalProperties": False,
        "properties": {"oa": part, "ob": {"enum": ["x", "y"]}},
    }
    return [
        parameter("form", schema=items, required=True, example=[1, 2]),
        parameter("csv", schema=names, explode=False, example=["nord", "sud"]),
        parameter("pipe", schema=items, style="pipeDelimited", example=[1, 2]),
        parameter("space", schema=items, style="spaceDelimited"),
        parameter("deep", schema=whole, style="deepObject", required=True, example={"a": 1}),
        parameter("spread", schema=spread),
        parameter("flat", schema=whole, explode=False, example={"a": 1}),
        parameter("json", content={"application/json": {"schema": whole, "example": {"a": 1}}}),
        parameter("page", schema=part),
        parameter("X-List", "header", schema=items, required=True, example=[1, 2]),
        parameter("X-Object", "header", schema=whole, explode=True),
        parameter("sid", "cookie", schema=part, required=True, example=3),
        parameter("ids", "path", schema=items, style="matrix", explode=True, example=[4, 5]),
        parameter("name", "path", schema=TEXT, style="label", example="abc"),
    ]


def judged(served: Path, promised: Path, folder: Path, **how: Any) -> Judgement:
    """The suite's word on the server of the document *served* against the document *promised*."""
    generated = generate(served, folder / "server")
    with serving(generated, load_contract(str(served)), folder / "run") as stub:
        return judge(stub, promised, folder / "report", operation=OPERATION, **how)


def written(folder: Path, part: dict[str, Any], most: int, *, extra: bool) -> Path:
    document = with_parameters(declared(part, most, extra), paths=[TEMPLATE])
    return save(document, folder / "openapi.yaml")


@pytest.mark.sampled(one_in=3)
def test_a_server_with_parameters_of_every_style_passes(tmp_path: Path) -> None:
    spec = written(tmp_path / "spec", NUMBER, 3, extra=False)
    found = judged(spec, spec, tmp_path, clauses=CLAUSES, engine=False)
    assert found.exit_code == 0, str(found)
    assert {found.statuses[clause] for clause in CLAUSES} == {"passed"}, str(found)


@pytest.mark.soak
def test_it_passes_every_clause_of_the_protocol(tmp_path: Path) -> None:
    spec = written(tmp_path / "spec", NUMBER, 3, extra=False)
    found = judged(spec, spec, tmp_path)
    assert not found.failed, str(found)
    assert list(found.statuses.values()).count("passed") > 50, str(found)


def test_a_server_that_reads_texts_only_is_found_out(tmp_path: Path) -> None:
    """Any text for a number, an item too many, members that nobody declared: each breaks its clause."""
    careless = written(tmp_path / "careless", {}, 9, extra=True)
    spec = written(tmp_path / "spec", NUMBER, 3, extra=False)
    found = judged(careless, spec, tmp_path, clauses=("VAL-2", "VAL-3", "VAL-8"), engine=False)
    assert found.failed == {"VAL-2", "VAL-3", "VAL-8"}, str(found)
