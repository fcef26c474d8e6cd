"""What the documentation says of errors is what the sandbox answers, over HTTP: links, fields, languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from cross_room.sandboxes import Caller, Sandbox, running

from cynod_generators.targets import docs
from cynod_spec import load_contract
from cynod_spec.base import pointer as pointers
from cynod_spec.model import Code, Member
from cynod_spec.schema.validation import Validators

pytestmark = pytest.mark.slow

SWITCH = "X-Cynod-Sandbox"
FRENCH = re.compile(r"\b(le|la|les|un|une|des|du|pas|est|ce|aucune?|de)\b|[éèêàçôûîœ’]", re.IGNORECASE)
CONTRACT = load_contract()
VALIDATORS = Validators(CONTRACT)
REFUSALS = [code for code in CONTRACT.codes if code.case != "success"]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox in memory."""
    with running(tmp_path_factory.mktemp("sandbox")) as made:
        yield made


@pytest.fixture(scope="module")
def callers(sandbox: Sandbox) -> dict[bool, Caller]:
    """Who calls: for cards, and for the rest."""
    return {True: sandbox.as_("core"), False: sandbox.as_("primary")}


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """The pages of the documentation by their addresses."""
    return {str(each.path): each.content.decode() for each in docs.plan(CONTRACT).files}


def member(body: dict[str, Any], code: Code, role: str) -> Any:
    """What stands in *body* where the envelope of *code* has the member that plays *role*."""
    found = _member(code, role)
    return pointers.resolve(body, found.path)


def _member(code: Code, role: str) -> Member:
    found = CONTRACT.envelopes[code.case].member(role)
    assert found is not None
    return found


def refused(callers: dict[bool, Caller], code: Code, language: str) -> requests.Response:
    """An answer with *code*, from an operation that the document lets answer it, else from outside of all."""
    for operation in CONTRACT.operations:
        if code in operation.codes and not operation.public:
            path = operation.path.replace("{", "x").replace("}", "")
            headers = {SWITCH: f"code={code.value}", "Accept_Language": language}
            return callers[operation.resource == "card"](operation.method, path, {}, **headers)
    path, method = ("/no/such/path", "GET") if code.name == "unknown-path" else ("/sante", "DELETE")
    return callers[False](method, path, Accept_Language=language)


@pytest.mark.parametrize("code", REFUSALS, ids=lambda code: code.value)
def test_each_code_comes_with_what_the_documentation_says_of_it(
    code: Code, callers: dict[bool, Caller], pages: dict[str, str]
) -> None:
    base = CONTRACT.documentation[: CONTRACT.documentation.index(f"{CONTRACT.languages[0]}/")]
    technical = set()
    for language in CONTRACT.languages:
        answer = refused(callers, code, language)
        body = answer.json()
        assert (member(body, code, "code"), answer.status_code) == (code.value, code.status)
        assert not VALIDATORS.errors(CONTRACT.envelopes[code.case].schema, body)
        assert member(body, code, "message").startswith(code.message.in_(language))
        debug = member(body, code, "debug")
        assert not FRENCH.search(debug), debug
        technical.add(debug)
        if code.case == "functional":
            link = member(body, code, "documentation")
            file, _, anchor = link.removeprefix(base).partition("#")
            assert f'id="{anchor}"' in pages[file], link
            assert member(body, code, "fields") == []
    assert len(technical) == 1, "the technical message depends on the language"


def test_fields_at_fault_are_named_as_the_documentation_says(callers: dict[bool, Caller]) -> None:
    operation = CONTRACT.find("debit")
    listing = CONTRACT.find("list", "debit") or CONTRACT.find("list")
    assert operation is not None
    assert listing is not None
    assert operation.body is not None
    example = next(iter(operation.body.examples.values()))
    amount = operation.request["amount"].path
    wrong = {**example, amount[0]: {**example[amount[0]], amount[-1]: -1}}
    code = CONTRACT.code("value-invalid")
    items = {role: _member(code, role).name for role in ("field", "place", "field-message")}
    (named,) = member(callers[False].create(operation.path, wrong).json(), code, "fields")
    assert named[items["place"]] == "body"
    assert pointers.resolve(wrong, pointers.split(named[items["field"]])) == -1
    size = next(each for each in listing.parameters if each.role == "limit")
    for language in CONTRACT.languages:
        query = f"{listing.path}?{size.name}=0"
        (named,) = member(callers[False]("GET", query, Accept_Language=language).json(), code, "fields")
        assert (named[items["field"]], named[items["place"]]) == (size.name, "query")
        assert named[items["field-message"]].startswith(code.message.in_(language))


def test_technical_messages_of_the_examples_are_in_english() -> None:
    answers = [
        *CONTRACT.general,
        *(each for operation in CONTRACT.operations for each in operation.responses),
    ]
    told = 0
    for answer in answers:
        debug = CONTRACT.envelopes[answer.case].member("debug") if answer.case else None
        if debug is None:
            continue
        for example in answer.examples.values():
            assert not FRENCH.search(example[debug.name]), example
            told += 1
    assert told > len(REFUSALS)
