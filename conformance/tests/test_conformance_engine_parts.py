"""The engine's parts that need no server: its document, its settings, its cases, and their judgement."""

from __future__ import annotations

from typing import Any

import pytest

from cynod_conformance.engine import exchanges, generate
from cynod_conformance.engine.exploration import NOWHERE, Exploration
from cynod_conformance.engine.prepared_document import every_links, leads, prepared
from cynod_conformance.engine.settings import EXAMPLES, configuration
from cynod_spec import load_contract

CONTRACT = load_contract()
READING = next(o for o in CONTRACT.operations if o.effect == "list" and not o.public)


@pytest.fixture
def document() -> dict[str, Any]:
    return prepared(CONTRACT.document, {READING.id}, "http://127.0.0.1:1")


def test_the_prepared_document_has_the_chosen_operations_only(document: dict[str, Any]) -> None:
    found = [
        described["operationId"]
        for item in document["paths"].values()
        for described in item.values()
        if isinstance(described, dict) and "operationId" in described
    ]
    assert found == [READING.id]
    assert document["servers"] == [{"url": "http://127.0.0.1:1"}]
    assert "webhooks" not in document
    assert "oauth2" not in [each["type"] for each in document["components"]["securitySchemes"].values()]


def test_the_contract_itself_is_left_as_it_was(document: dict[str, Any]) -> None:
    assert "webhooks" in CONTRACT.document
    assert len(CONTRACT.document["paths"]) == len(document["paths"])


def test_links_lead_to_operations_that_are_there(document: dict[str, Any]) -> None:
    for links in every_links(document):
        assert all(leads(document, {READING.id}, link) for link in links.values())
    assert not leads(document, {READING.id}, {"operationId": "elsewhere"})
    assert not leads(document, {READING.id}, {"operationRef": "#/paths/~1nowhere/get"})
    assert not leads(document, {READING.id}, "no link")


def test_the_engine_is_seeded_and_judges_nothing_itself() -> None:
    config = configuration("http://127.0.0.1:1", 7, ["fuzzing"], timeout=3, verify=True)
    assert config.seed == 7
    (project,) = [config.projects.get_default()]
    assert project.phases.fuzzing.enabled
    assert not project.phases.coverage.enabled
    assert project.generation_for(phase="fuzzing").max_examples == EXAMPLES


@pytest.mark.slow
def test_a_seed_makes_the_same_corpus_again_and_asks_nobody(document: dict[str, Any]) -> None:
    made = [generate.generate(document, "http://127.0.0.1:1", 7, ["coverage"]) for _ in range(2)]
    assert made[0] == made[1]
    assert made[0].troubles == ()
    assert {case.operation for case in made[0].cases} == {READING.id}
    assert {case.positive for case in made[0].cases} == {True, False}


def test_an_exploration_of_nothing_does_nothing() -> None:
    exploration = Exploration(7, ["coverage"], keeps=False)
    assert exploration.cache is None
    assert NOWHERE.endswith(".invalid")  # RFC 6761 §6.4


@pytest.mark.parametrize(
    ("query", "is_plain"),
    [
        ({}, True),
        ({"a": "1", "b": 2, "c": ["x", 3]}, True),
        ({"a": None}, False),
        ({"a": True}, False),
        ({"a": 1.5}, False),
        ({"a": {"b": "c"}}, False),
        ({1: "a"}, False),
    ],
)
def test_a_plain_query_holds_texts_and_integers(query: dict[Any, Any], is_plain: bool) -> None:
    assert generate.plain(query) is is_plain


def test_a_header_is_kept_as_octets() -> None:
    assert generate.octets("é") == "é"
    assert generate.octets("€").encode("latin-1") == "€".encode()
    assert exchanges.text(b"\xe9") == "é"


@pytest.mark.parametrize(
    ("parameters", "elsewhere"),
    [({}, False), ({"id": "a-1"}, False), ({"id": ""}, True), ({"id": "a/b"}, True), ({"id": "é"}, True)],
)
def test_a_path_may_lead_elsewhere(parameters: dict[str, str], elsewhere: bool) -> None:
    assert exchanges.is_elsewhere(parameters) is elsewhere


def test_a_long_request_is_marked_malformed() -> None:
    assert exchanges.tags("http://a/", [], False) == {"fuzzed"}
    assert exchanges.tags("http://a/" + "x" * exchanges.MAX_WELL_FORMED_OCTETS, [], False) == {
        "fuzzed",
        "malformed",
    }
    assert exchanges.tags("http://a/", [("X", "x" * exchanges.MAX_WELL_FORMED_OCTETS)], True) == {
        "fuzzed",
        "malformed",
        "elsewhere",
    }
