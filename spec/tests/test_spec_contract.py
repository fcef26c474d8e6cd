"""The model that is built from a document, and what is derived with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cynod_spec import load_contract
from cynod_spec.base.errors import DocumentError
from cynod_spec.model import Contract, Schema, Text
from cynod_spec.schema.matching import matching
from cynod_spec.schema.sample import sample
from cynod_spec.schema.validation import Validators


@pytest.fixture
def contract(small: Path) -> Contract:
    return load_contract(str(small))


def test_codes_take_their_status_from_the_responses(contract: Contract) -> None:
    assert {code.value: code.status for code in contract.codes} == {
        "0000": 200,
        "0001": 201,
        "1002": 400,
        "1010": 404,
        "2000": 401,
        "9999": 500,
    }


@pytest.mark.parametrize(
    "written",
    [
        "{$ref: '#/components/schemas/Code1002'}",
        "{enum: ['1002']}",
        "{const: '1002'}",
        "{anyOf: [{enum: ['1002']}]}",
        "{allOf: [{$ref: '#/components/schemas/Code1002'}]}",
    ],
)
def test_a_code_may_be_allowed_in_several_ways(written: str, changed: Callable[..., Path]) -> None:
    path = changed(("{oneOf: [{$ref: '#/components/schemas/Code1002'}]}", written))
    operation = load_contract(str(path)).find("credit")
    assert operation is not None
    refused = operation.response(400)
    assert refused is not None
    assert [code.name for code in refused.codes] == ["value-invalid"]


def test_roles_lead_to_parameters_and_members(contract: Contract) -> None:
    operation = contract.find("credit", "top-up")
    assert operation is not None
    key = operation.parameter("key")
    assert key is not None
    assert (key.name, key.place, key.required, key.example) == ("Cle", "header", True, "cle-0001")
    assert operation.request["amount"].path == ("montant", "valeur")
    assert operation.scopes == ("recharge:ecrire",)
    assert operation.success.data is not None
    assert operation.success.data.pointer == "/components/schemas/Recharge"
    assert contract.resources["top-up"].members["amount"] == ("montant", "valeur")
    assert [state.to for state in contract.resources["top-up"].states] == [("cancelled",), ()]


def test_security_is_read_by_role(contract: Contract) -> None:
    assert contract.security.has_basic
    assert contract.security.deprecated_at == 1_767_225_600
    assert contract.security.token_url == "/jeton"
    assert [operation.public for operation in contract.operations] == [True, False, False, True]


def test_envelopes_know_the_roles_of_their_members(contract: Contract) -> None:
    envelope = contract.envelopes["functional"]
    field = envelope.member("field")
    assert field is not None
    assert field.path == ("moreInfo", "champs", "*", "champ")
    assert [member.name for member in envelope.members if len(member.path) == 1] == [
        "success",
        "code",
        "message",
        "debugMessage",
        "moreInfo",
    ]


def test_general_answers_may_be_listed_by_status(changed: Callable[..., Path]) -> None:
    path = changed(
        (
            "responses: [{$ref: '#/components/responses/CheminInconnu'}]",
            "responses: {'404': {$ref: '#/components/responses/CheminInconnu'}}",
        ),
        ("      x-cynod: {status: 404}\n", ""),
    )
    assert load_contract(str(path)).general_answer("unknown-path").status == 404


def test_a_plain_validator_refuses_a_wrong_code_and_a_wrong_member(contract: Contract) -> None:
    operation = contract.find("credit")
    assert operation is not None
    schema = operation.success.schema
    assert schema is not None
    validators = Validators(contract)
    good = operation.success.examples["example"]
    assert validators.errors(schema, good) == []
    assert validators.errors(schema, {**good, "code": "0000"})[0].path == ("code",)
    assert validators.errors(schema, {**good, "more": 1})[0].keyword == "unevaluatedProperties"


def test_every_schema_of_the_contract_has_a_sample(contract: Contract) -> None:
    validators = Validators(contract)
    for name in contract.document["components"]["schemas"]:
        schema = Schema(contract.document["components"]["schemas"][name], contract.codes[0].at)
        schema = Schema(schema.value, type(schema.at)("", f"/components/schemas/{name}", 1, 1))
        assert validators.errors(schema, sample(contract, schema)) == []


@pytest.mark.slow
def test_every_schema_of_the_shipped_contract_has_a_sample() -> None:
    contract = load_contract()
    validators = Validators(contract)
    for operation in contract.operations:
        schemas = [response.schema for response in operation.responses]
        schemas += [parameter.schema for parameter in operation.parameters]
        schemas += [operation.body.schema if operation.body else None]
        for schema in schemas:
            if schema:
                assert validators.errors(schema, sample(contract, schema)) == []


@pytest.mark.parametrize(
    ("pattern", "least", "most"),
    [
        (r"^[0-9]{10,19}$", 0, 99),
        (r"^[A-Za-z0-9._:-]{8,128}$", 12, 99),
        (r"^\d{4}-(0[1-9]|1[0-2])Z?$", 0, 99),
        (r"^[^\p{Cc}]+$", 3, 80),
        (r"^(a|b)\1$", 0, 9),
        (r"x", 5, 5),
    ],
)
def test_a_pattern_has_a_matching_string(pattern: str, least: int, most: int) -> None:
    import re

    text = matching(pattern, least, most)
    assert least <= len(text) <= most
    assert re.search(pattern.replace(r"\p{Cc}", r"\x00-\x1f"), text)


def test_the_shipped_contract_loads_quickly() -> None:
    started = time.process_time()
    load_contract()
    assert time.process_time() - started < 2


def test_the_guide_and_its_actors_are_read_in_both_languages(contract: Contract) -> None:
    (actor,) = contract.actors
    assert (actor.name, actor.title.fr, actor.title.en) == ("partner", "Partenaire", "Partner")
    (tag,) = contract.tags
    assert (tag.title.fr, tag.title.en, tag.actors) == (tag.name, tag.name, (actor.name,))
    (page,) = contract.guide
    assert (page.id, page.title.en, [(s.id, s.shows) for s in page.sections]) == (
        *("debuter", "Start"),
        [("enveloppes", "envelopes")],
    )
    assert contract.words("/x-cynod/guide/0/title").en == "Start"
    assert contract.words("/nowhere") == contract.words("/tags") == Text("")


def test_who_identifies_how_is_read_from_the_schemes(contract: Contract) -> None:
    kinds = {scheme.name: scheme.kind for scheme in contract.security.schemes}
    assert kinds == {"oauth2": "client-credentials", "basic": "basic", "pair": "basic"}
    credit, token = contract.find("credit"), contract.find("token")
    assert credit is not None
    assert token is not None
    assert (credit.schemes, token.schemes) == (("oauth2", "basic"), ("pair",))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  clauses:\n", "    - {id: debuter, title: Encore, sections: [{id: a, title: A}]}\n  clauses:\n"),
        ("shows: envelopes}]", "shows: envelopes}, {id: enveloppes, title: Encore}]"),
    ],
)
def test_two_places_of_the_guide_never_share_an_address(
    old: str, new: str, changed: Callable[..., Path]
) -> None:
    with pytest.raises(DocumentError, match="a second"):
        load_contract(str(changed((old, new))))


def test_the_shipped_contract_has_webhooks_and_links() -> None:
    contract = load_contract()
    known = {operation.id for operation in contract.operations}
    links = [link for operation in contract.operations for link in operation.success.links]
    assert links
    assert {link.operation for link in links} <= known
    assert all(link.description.en and link.parameters for link in links)
    assert all(webhook.body and webhook.summary.en for webhook in contract.webhooks)
    assert {tag.name for tag in contract.tags} >= {webhook.tag for webhook in contract.webhooks}
