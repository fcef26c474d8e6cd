"""The helper that renames a contract leaves no name of the contract in the structure, and breaks nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cross_room import documents
from cross_room.renaming import STANDARD_HEADERS, rename

from cynod_spec import load_contract
from cynod_spec.model import Contract
from cynod_spec.schema.validation import Validators

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """The shipped contract under other names."""
    path = tmp_path_factory.mktemp("renamed") / "openapi.yaml"
    return load_contract(str(documents.save(rename(documents.load(), 7), path)))


def names(contract: Contract) -> Iterator[str]:
    """Every name that the contract invents, wherever the model shows it."""
    for operation in contract.operations:
        yield from (part for part in operation.path.split("/") if part)
        yield operation.id
        yield from (parameter.name for parameter in operation.parameters)
        for expression in (*operation.request.values(), *operation.answer.values()):
            yield from expression.path
        for response in operation.responses:
            yield from (header.name for header in response.headers)
    for resource in contract.resources.values():
        yield from (token for path in resource.members.values() for token in path)
    for envelope in contract.envelopes.values():
        yield from (member.name for member in envelope.members)
    yield from (header.name for header in contract.general_headers)
    yield from contract.security.scopes
    yield from (code.value for code in contract.codes)


def test_no_name_stays(renamed: Contract) -> None:
    stayed = set(names(load_contract())) & set(names(renamed))
    assert {name.lower() for name in stayed} <= STANDARD_HEADERS


def test_roles_stay(renamed: Contract) -> None:
    shipped = load_contract()
    for old, new in zip(shipped.operations, renamed.operations, strict=True):
        assert (old.method, old.effect, old.resource) == (new.method, new.effect, new.resource)
        assert list(old.request) == list(new.request)
        assert [p.role for p in old.parameters] == [p.role for p in new.parameters]
        assert [[c.name for c in r.codes] for r in old.responses] == [
            [c.name for c in r.codes] for r in new.responses
        ]


def test_examples_still_fit_their_schemas(renamed: Contract) -> None:
    validators = Validators(renamed)
    for operation in renamed.operations:
        for response in operation.responses:
            for example in response.examples.values():
                assert response.schema is not None
                assert list(validators.errors(response.schema.pointer, example)) == []


def test_oauth_keeps_its_words(renamed: Contract) -> None:
    token = renamed.find("token")
    assert token is not None
    assert token.success.schema is not None
    assert {"access_token", "token_type", "expires_in"} <= token.success.schema.value["properties"].keys()


def test_a_seed_gives_the_same_names(tmp_path: Path) -> None:
    document = documents.load()
    assert rename(document, 3) == rename(document, 3)
    assert rename(document, 3) != rename(document, 4)
