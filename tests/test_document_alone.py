"""The document is the only source: change it, and regenerated servers and the suite follow untouched.

Each case judges a server generated from the changed document, which must pass, and the server of the
shipped document, which must fail against the changed one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cross_room import documents
from cross_room.renaming import rename
from cross_room.servers import Judgement, generate, judge, serving

from cynod_spec import load_contract

pytestmark = pytest.mark.slow

SEED = 20_260_101


@dataclass(frozen=True)
class Case:
    """One change of the document, and the clauses that a server without it cannot keep."""

    change: Callable[[dict[str, Any]], dict[str, Any]]
    broken: frozenset[str]


CASES = {
    "flag is a string": Case(documents.with_text_flag, frozenset({"ENV-1", "ENV-2", "ERR-1", "ERR-3"})),
    "errors have one more member": Case(
        lambda document: documents.with_new_error_member(document, "versionApi", "v1"), frozenset({"ERR-1"})
    ),
    "operations come and go": Case(documents.with_other_operations, frozenset({"VAL-9", "HTT-1"})),
    "everything is renamed": Case(
        lambda document: rename(document, SEED), frozenset({"ERR-1", "ERR-3", "CAT-1", "HDR-1"})
    ),
}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The server of the shipped contract, generated once."""
    return generate(None, tmp_path_factory.mktemp("shipped"))


def test_names_mean_nothing(shipped: Path, tmp_path: Path) -> None:
    """The bare stub passes, and under other names each clause ends as it does under its own."""
    with serving(shipped, load_contract(), tmp_path / "run") as stub:
        own = judge(stub, None, tmp_path / "report")
    assert passed(own), str(own)
    assert list(own.statuses.values()).count("passed") > 50, (
        "a run that judges next to nothing proves nothing"
    )
    other = judged_anew("everything is renamed", tmp_path)
    assert passed(other), str(other)
    assert other.statuses == own.statuses


@pytest.mark.sampled(one_in=2)
@pytest.mark.parametrize("name", [name for name in CASES if name != "everything is renamed"])
def test_a_server_made_from_a_changed_document_passes(name: str, tmp_path: Path) -> None:
    found = judged_anew(name, tmp_path, engine=False)
    assert passed(found), str(found)


@pytest.mark.sampled(one_in=2)
@pytest.mark.parametrize("name", CASES)
def test_a_server_made_before_the_change_fails(name: str, shipped: Path, tmp_path: Path) -> None:
    case = CASES[name]
    spec = documents.save(case.change(documents.load()), tmp_path / "contract" / "openapi.yaml")
    with serving(shipped, load_contract(str(spec)), tmp_path / "run") as stub:
        found = judge(stub, spec, tmp_path / "report", engine=False)
    assert found.exit_code == 1, str(found)
    assert found.report["verdict"] == "non_conformant"
    assert found.failed >= case.broken, str(found)


def judged_anew(name: str, folder: Path, *, engine: bool = True) -> Judgement:
    """The suite's word on a server that was generated from the changed document *name*."""
    spec = documents.save(CASES[name].change(documents.load()), folder / "anew" / "openapi.yaml")
    generated = generate(spec, folder / "anew" / "server")
    with serving(generated, load_contract(str(spec)), folder / "anew" / "run") as stub:
        return judge(stub, spec, folder / "anew" / "report", engine=engine)


def passed(found: Judgement) -> bool:
    """Whether the verdict is the one good one."""
    return found.exit_code == 0 and found.report["verdict"] == "conformant"
