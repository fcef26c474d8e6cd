"""What rules find at every place where OpenAPI has operations, servers, headers, parameters and examples."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from cross_room.lint_examples import BASE, Example, marked, reported

from cynod_spec import load_contract
from cynod_spec.base.errors import UsageError
from cynod_spec.cli.commands import spec
from cynod_spec.lint import check

NEW = BASE.replace("openapi: 3.1.1", "openapi: 3.2.0")
ALIVE = "  /alive:\n"
READ = "    get:\n      operationId: readHealth\n"
LINK = "              operationId: readPass\n"


def with_alive(lines: str, text: str = BASE) -> str:
    """*text* with more *lines* in the path item /alive, each below the path."""
    assert text.count(ALIVE) == 1
    return text.replace(ALIVE, ALIVE + "".join(f"    {line}\n" for line in lines.splitlines()))


def rules(text: str, folder: Path) -> set[str]:
    """The rules that find something in the document *text*."""
    return {finding.rule for finding in check(Example(text, []).written(folder))}


def test_a_public_query_is_a_read(tmp_path: Path) -> None:
    query = """query:
  operationId: askHealth
  tags: [Access]
  summary: Demander la santé
  security: []
  responses:
    '200': {description: La santé, headers: {Request-Id: {$ref: '#/components/headers/RequestId'}}}
    '500': {$ref: '#/components/responses/Failure'}"""
    text = with_alive(query, NEW)
    assert "write-public" not in rules(text, tmp_path)
    contract = load_contract(str(Example(text, []).written(tmp_path)))
    (asking,) = (operation for operation in contract.operations if operation.id == "askHealth")
    assert (asking.method, asking.writes) == ("QUERY", False)
    assert "write-public" in rules(text.replace("    query:\n", "    post:\n", 1).replace(NEW, ""), tmp_path)


def test_a_reading_effect_fits_a_query_and_a_writing_one_does_not(tmp_path: Path) -> None:
    reads = NEW.replace(READ, READ.replace("get:", "query:"))
    assert rules(reads, tmp_path) == set()
    writes = NEW.replace(
        "    post:\n      operationId: issuePass", "    query:\n      operationId: issuePass"
    )
    assert "effect-method" in rules(writes, tmp_path)


def test_additional_operations_are_judged_like_the_others(tmp_path: Path) -> None:
    copying = (
        "additionalOperations:\n  COPY:\n    operationId: readPass\n    responses: {'200': {description: k}}"
    )
    text = with_alive(copying, NEW)
    found = rules(text, tmp_path)
    assert {"operation-id-unique", "text-missing", "general-header-missing"} <= found
    contract = load_contract(str(Example(text, []).written(tmp_path)))
    assert "COPY /alive" in {operation.key for operation in contract.operations}
    unknown = with_alive(
        "additionalOperations:\n  COPY:\n    operationId: x\n    x-cynod: {efect: read}", NEW
    )
    assert "vocabulary-invalid" in rules(unknown, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        with_alive("servers: [{⟦url⟧: 'http://api.bikes.example/v2/'}]"),
        BASE.replace(READ, READ + "      servers: [{⟦url⟧: 'http://api.bikes.example/v2/'}]\n"),
        BASE.replace(LINK, LINK + "              server: {⟦url⟧: 'http://api.bikes.example/v2/'}\n"),
        BASE.replace(
            "    post:\n      operationId: passChanged\n",
            "    post:\n      servers: [{⟦url⟧: 'http://api.bikes.example/v2/'}]\n"
            "      operationId: passChanged\n",
        ),
        with_alive(
            "additionalOperations:\n"
            "  COPY: {operationId: copy, responses: {}, servers: [{⟦url⟧: 'http://api.bikes.example/v2/'}]}",
            NEW,
        ),
    ],
)
def test_servers_are_looked_at_wherever_they_stand(text: str, tmp_path: Path) -> None:
    assert text not in (BASE, NEW)
    plain, ranges = marked(text)
    assert reported("server-insecure", plain, tmp_path) == ranges
    assert reported("server-slash", plain, tmp_path) == ranges


SERVERS = {
    "server-insecure": [
        "{url: '{scheme}://x.example', variables: {scheme: {⟦default⟧: http}}}",
        "{url: '{scheme}://x.example', variables: {scheme: {default: https, enum: [https, ⟦http⟧]}}}",
        "{⟦url⟧: 'http://{host}', variables: {host: {default: x.example}}}",
        "{url: 'http://{host}:8000', variables: {host: {default: localhost}}}",
        "{url: '{base}/v2', variables: {base: {⟦default⟧: 'http://x.example'}}}",
        "{⟦url⟧: 'HTTP://x.example'}",
        "{url: 'http://[::1]:8000'}",
        "{url: /v2}",
    ],
    "server-slash": [
        "{url: 'https://x.example/{base}', variables: {base: {⟦default⟧: v2/}}}",
        "{url: 'https://x.example/{base}', variables: {base: {⟦default⟧: ''}}}",
        "{url: 'https://x.example/{base}', variables: {base: {default: v2}}}",
        "{url: /}",
    ],
    "server-variable-undeclared": [
        "{⟦url⟧: 'https://{region}.x.example'}",
        "{⟦url⟧: 'https://{region}.x.example', variables: {regoin: {default: eu}}}",
        "{url: 'https://{region}.x.example', variables: {region: {default: eu}}}",
    ],
    "server-variable-unused": [
        "{url: 'https://{region}.x.example', variables: {⟦regoin⟧: {default: eu}, region: {default: eu}}}",
    ],
    "server-variable-default": [
        "{url: 'https://{a}.x.example', variables: {a: {⟦default⟧: us, enum: [eu]}}}",
        "{url: 'https://{a}.x.example', variables: {a: {default: eu, enum: [eu]}}}",
    ],
    "server-url-invalid": [
        "{⟦url⟧: 'https://{a}.x.example/{a}', variables: {a: {default: eu}}}",
        "{⟦url⟧: 'https://x.example?a={b}', variables: {b: {default: eu}}}",
        "{⟦url⟧: 'https://x.example/{a'}",
        "{⟦url⟧: 'https://x.example/{}'}",
        "{⟦url⟧: 'https://x.example/#a'}",
    ],
}


@pytest.mark.parametrize("rule", SERVERS)
def test_the_variables_of_a_server_are_read(rule: str, tmp_path: Path) -> None:
    listed = "".join(f"\n  - {server}" for server in SERVERS[rule])
    text, ranges = marked(with_alive(f"servers:{listed}"))
    assert ranges
    assert reported(rule, text, tmp_path) == ranges


def parameter(name: str, place: str = "header") -> str:
    return f"{{{name}, in: {place}, description: d, schema: {{type: string}}}}"


@pytest.mark.parametrize(
    "text",
    [
        with_alive(f"parameters: [{parameter('name: X-A')}, {parameter('⟦name⟧: x-a')}]"),
        with_alive(f"parameters: [{parameter('name: X-A')}]").replace(
            READ, f"{READ}      parameters: [{parameter('⟦name⟧: x-a')}]\n"
        ),
        with_alive(f"parameters: [{parameter('name: X-A')}]").replace(
            READ, f"{READ}      parameters: [{parameter('name: X-A')}]\n"
        ),
        with_alive(f"parameters: [{parameter('name: a', 'query')}, {parameter('name: A', 'query')}]"),
        with_alive(f"parameters: [{parameter('name: a', 'query')}, {parameter('name: a', 'cookie')}]"),
        BASE.replace(
            "        - {name: webhook-id, in: header",
            f"        - {parameter('name: a', 'query')}\n        - {parameter('⟦name⟧: a', 'query')}\n"
            "        - {name: webhook-id, in: header",
        ),
        BASE.replace(
            "        - $ref: '#/components/parameters/RetryKey'\n",
            "        - $ref: '#/components/parameters/RetryKey'\n"
            f"        - {parameter('⟦name⟧: RETRY-KEY')}\n",
        ),
    ],
)
def test_a_parameter_is_declared_once(text: str, tmp_path: Path) -> None:
    assert text != BASE
    plain, ranges = marked(text)
    assert reported("parameter-duplicate", plain, tmp_path) == ranges


@pytest.mark.parametrize(
    "text",
    [
        BASE.replace("operationId: passChanged", "⟦operationId⟧: readHealth"),
        BASE.replace(
            READ,
            READ + "      callbacks: {done: {'{$request.query.url}': {post: {⟦operationId⟧: listPasses,"
            " responses: {'204': {description: d}}}}}}\n",
        ),
        with_alive("additionalOperations: {COPY: {⟦operationId⟧: getToken, responses: {}}}", NEW),
    ],
)
def test_an_operation_id_is_given_once_in_the_whole_document(text: str, tmp_path: Path) -> None:
    plain, ranges = marked(text)
    assert ranges
    assert reported("operation-id-unique", plain, tmp_path) == ranges


def test_the_headers_of_an_answer_differ_in_more_than_case(tmp_path: Path) -> None:
    link = "            Link: {$ref: '#/components/headers/Link'}\n"
    text = BASE.replace(link, f"{link}            ⟦LINK⟧: {{$ref: '#/components/headers/Link'}}\n", 1)
    plain, ranges = marked(text)
    assert reported("header-duplicate", plain, tmp_path) == ranges
    components = BASE.replace(
        "  headers:\n    RequestId:", "  headers:\n    LINK: {schema: {}}\n    RequestId:"
    )
    assert components != BASE
    assert reported("header-duplicate", components, tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  parameters:\n    RetryKey:\n", "P: {name: p, in: query, schema: {type: integer}, ⟦example⟧: a}"),
        ("  headers:\n    RequestId:\n", "H: {schema: {type: integer}, examples: {one: {⟦value⟧: a}}}"),
        (
            "  responses:\n    NoSuchPath:\n",
            "R: {description: d, content: {application/json: {schema: {type: integer}, ⟦example⟧: a}}}",
        ),
        (
            "  responses:\n    NoSuchPath:\n",
            "R: {description: d, content: {application/x+json: {schema: {type: integer}, ⟦example⟧: a}}}",
        ),
        (
            "  responses:\n    NoSuchPath:\n",
            "R: {description: d, content: {text/plain: {schema: {type: integer}, example: a}}}",
        ),
        (
            "  responses:\n    NoSuchPath:\n",
            "R: {description: d, content: {application/x-a: {schema: {type: integer}, ⟦example⟧: [a]}}}",
        ),
    ],
)
def test_the_examples_of_components_are_judged_too(old: str, new: str, tmp_path: Path) -> None:
    assert BASE.count(old) == 1
    section, _, name = old.partition("\n")
    text, ranges = marked(BASE.replace(old, f"{section}\n    {new}\n{name}"))
    assert reported("example-invalid", text, tmp_path) == ranges


def test_the_examples_of_callbacks_are_judged_too(tmp_path: Path) -> None:
    callback = (
        "      callbacks: {done: {'{$request.body#/url}': {post: {requestBody: {content: {application/json:"
        " {schema: {type: integer}, ⟦example⟧: a}}}, responses: {'204': {description: d}}}}}}\n"
    )
    text, ranges = marked(BASE.replace(READ, READ + callback))
    assert reported("example-invalid", text, tmp_path) == ranges


@pytest.mark.slow
def test_each_of_several_files_is_checked(tmp_path: Path) -> None:
    good, bad = tmp_path / "v1", tmp_path / "v2"
    Example(BASE, []).written(good)
    Example(BASE.replace("operationId: readHealth", "operationId: listPasses"), []).written(bad)
    named = [str(good / "openapi.yaml"), str(bad / "openapi.yaml")]
    runner = CliRunner()
    result = runner.invoke(spec, ["lint", *named])
    assert result.exit_code == 1
    assert f"{named[0]}: 0 errors, 0 warnings\n" in result.stdout
    assert f"{named[1]}: 1 error, 0 warnings\n" in result.stdout
    assert runner.invoke(spec, ["lint", *named[:1], *named[:1]]).stdout.count("0 errors") == 1
    assert runner.invoke(spec, ["lint", *reversed(named)]).exit_code == 1
    assert (
        runner.invoke(spec, ["lint", *named, "--format", "json"]).stdout.count('"operation-id-unique"') == 1
    )
    workflows = str(good / "workflows.arazzo.yaml")
    sarif = runner.invoke(spec, ["lint", named[1], workflows, "--format", "sarif"]).stdout
    assert sarif.count('"$schema"') == 1


def test_a_missing_file_hides_nothing_of_the_others(tmp_path: Path) -> None:
    bad = BASE.replace("operationId: readHealth", "operationId: listPasses")
    path = str(Example(bad, []).written(tmp_path))
    missing = [str(tmp_path / name) for name in ("gone.yaml", "lost.yaml")]
    result = CliRunner().invoke(spec, ["lint", missing[0], path, missing[1]])
    assert "operation-id-unique" in result.stdout
    assert isinstance(result.exception, UsageError)
    assert str(result.exception) == "; ".join(f"there is no file {name}" for name in missing)
