"""``bundle --flat``: nothing composed is left, and each schema accepts and refuses what it did."""

from __future__ import annotations

import copy
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from openapi_spec_validator import OpenAPIV31SpecValidator

from cynod_spec.base import pointer as pointers
from cynod_spec.base.errors import DocumentError
from cynod_spec.cli.commands import spec
from cynod_spec.environment.locating import default_contract
from cynod_spec.flat import flat
from cynod_spec.schema.validation import Validators
from cynod_spec.source.document import Source
from cynod_spec.source.node import Node
from cynod_spec.source.overlay import translated
from cynod_spec.source.reading import read
from cynod_spec.source.traversal import traverse

pytestmark = pytest.mark.slow

EXAMPLE = Path(__file__).parent / "documents" / "example" / "openapi.yaml"
STRANGE: tuple[Any, ...] = (None, True, 0, -1, 2**53, 1.5, "", "x", "1010", "0000", [], {}, [{}], {"a": 1})


class Held:
    """A document as validators want it."""

    def __init__(self, document: Any) -> None:
        self.document = document


@pytest.fixture(scope="module")
def source() -> Source:
    return read(default_contract())


def roots(document: Any, source: Source) -> Iterator[tuple[str, ...]]:
    """The schemas of *document* that stand in no other, and those of the members of components."""
    last: tuple[str, ...] | None = None
    for node in traverse(Node.root(replace(source, value=document))).schemas:
        if last is None or node.tokens[: len(last)] != last:
            last = node.tokens
            yield last


def instances(document: Any, tokens: tuple[str, ...]) -> Iterator[Any]:
    """The examples of the media type or parameter whose schema stands at *tokens*, and the schema's own."""
    holder = pointers.resolve(document, tokens[:-1])
    if tokens[-1] == "schema":
        yield from (each["value"] for each in holder.get("examples", {}).values() if "value" in each)
        if "example" in holder:
            yield holder["example"]
    schema = pointers.resolve(document, tokens)
    yield from schema.get("examples", ())


def mutant(value: Any, chance: random.Random) -> Any:
    """*value* with one thing about it changed."""
    value = copy.deepcopy(value)
    places: list[tuple[Any, Any]] = []

    def collect(inner: Any) -> None:
        pairs = (
            inner.items() if isinstance(inner, dict) else enumerate(inner) if isinstance(inner, list) else ()
        )
        for key, below in pairs:
            places.append((inner, key))
            collect(below)

    collect(value)
    if not places or chance.random() < 0.05:
        return chance.choice(STRANGE)
    holder, key = chance.choice(places)
    what = chance.randrange(4)
    if what == 0:
        del holder[key]
    elif what == 1:
        holder[key] = chance.choice(STRANGE)
    elif what == 2 and isinstance(holder, dict):
        holder[chance.choice(("extra", "code", "data", "success", "message"))] = chance.choice(STRANGE)
    else:
        other, there = chance.choice(places)
        holder[key] = copy.deepcopy(other[there])
    return value


def compared(source: Source, each: int) -> tuple[int, int]:
    """How many instances the original and the flat document both accept, and both refuse."""
    made = flat(source, source.value).document
    before, after = Validators(Held(source.value)), Validators(Held(made))
    given: list[Any] = []
    places = list(roots(source.value, source))
    for tokens in places:
        given += instances(source.value, tokens)
    accepted = refused = 0
    chance = random.Random(7)
    for tokens in places:
        own = list(instances(source.value, tokens))
        seeds = own or given
        tried = [*own, *STRANGE, *(mutant(chance.choice(seeds), chance) for _ in range(each))]
        tried += [mutant(mutant(chance.choice(given), chance), chance) for _ in range(each // 4)]
        for instance in tried:
            pointer = pointers.join(tokens)
            verdict = before.is_valid(pointer, instance)
            assert after.is_valid(pointer, instance) is verdict, (pointer, instance)
            accepted += verdict
            refused += not verdict
    return accepted, refused


def test_every_schema_accepts_and_refuses_what_it_did(source: Source) -> None:
    accepted, refused = compared(source, 60)
    assert accepted > 800
    assert refused > 3000


@pytest.mark.soak
@pytest.mark.parametrize("file", [default_contract(), str(EXAMPLE)])
def test_so_for_very_many_instances(file: str) -> None:
    accepted, refused = compared(read(file), 3000)
    assert min(accepted, refused) > 2000


def keywords(
    value: Any, names: tuple[str, ...] = ("allOf", "unevaluatedProperties", "oneOf")
) -> Iterator[str]:
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, below in members:
        if key in names:
            yield key
        yield from keywords(below, names)


def test_nothing_composed_is_left_but_what_is_named(source: Source) -> None:
    made = flat(source, source.value)
    assert not list(keywords(made.document, ("allOf", "anyOf", "unevaluatedProperties", "unevaluatedItems")))
    assert len(list(keywords(made.document, ("oneOf",)))) == len(made.remarks)
    for remark in made.remarks:
        written = Path(remark.at.file).read_text(encoding="utf-8").splitlines()[remark.at.line - 1]
        assert written.strip().startswith("oneOf:")
    OpenAPIV31SpecValidator(made.document).validate()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_flat_of_flat_is_itself(source: Source, language: str, tmp_path: Path) -> None:
    file = tmp_path / "flat.json"
    options = ["--flat", "--lang", language, "--format", "json"]
    done = CliRunner().invoke(spec, ["bundle", *options, "-o", str(file)])
    assert done.exit_code == 0
    again = CliRunner().invoke(spec, ["bundle", str(file), "--flat", "--format", "json"])
    assert again.stdout == file.read_text(encoding="utf-8")
    assert json.loads(again.stdout)["info"] == json.loads(json.dumps(
        translated(source) if language == "en" else source.value
    ))["info"]  # fmt: skip
    if language == "en":
        assert "Unknown path" in again.stdout


SMALL = """
openapi: 3.1.0
info: {title: t, version: '1'}
paths: {}
components:
  schemas:
    Base: {type: object, required: [a], properties: {a: {type: [string, 'null'], maxLength: 9}}}
    Node:
      allOf: [{$ref: '#/components/schemas/Base'}]
      properties: {next: {$ref: '#/components/schemas/Node'}}
    Deep:
      allOf: [{$ref: '#/components/schemas/Node'}, {required: [b], properties: {b: {type: number}}}]
      properties: {b: {type: integer, minimum: 2}, a: {minLength: 3, pattern: '^x'}}
      unevaluatedProperties: false
    Closed:
      allOf:
        - {additionalProperties: false, properties: {c: {type: string}, d: {}}}
        - {properties: {d: {type: integer}, e: {type: string}}}
    Open:
      allOf: [{additionalProperties: {type: integer}}, {properties: {f: {minimum: 3}}}]
      unevaluatedProperties: false
    Words: {oneOf: [{const: a, title: A}, {const: b, title: B}, {enum: [b, c]}]}
    Any: {anyOf: [{enum: [1, 2]}, {enum: [2, 3], type: integer}], maximum: 2}
    None: {allOf: [{type: string}, {type: integer}]}
    Maybe: {oneOf: [{type: object, properties: {g: {type: string}}}, {type: 'null'}]}
    Lone: {oneOf: [{$ref: '#/components/schemas/Base'}]}
    Either: {oneOf: [{$ref: '#/components/schemas/Base'}, {type: array}]}
    Twice: {allOf: [{pattern: '^a'}, {pattern: 'z$'}]}
    If:
      allOf: [{$ref: '#/components/schemas/Base'}]
      if: {required: [h]}
      then: {required: [i]}
      properties: {h: {}, i: {}}
      unevaluatedProperties: false
    Into: {$ref: '#/components/schemas/Closed/allOf/1/properties/d'}
    Beside: {$ref: '#/components/schemas/Base', required: [z]}
    Itself: {allOf: [{properties: {more: {allOf: [{$ref: '#/components/schemas/Itself'}, {type: object}]}}}]}
    Never: {allOf: [false, {type: string}]}
    Always: {allOf: [true], unevaluatedProperties: false}
"""
TRIED: tuple[Any, ...] = (
    *(None, True, 0, 1, 2, 3, 1.0, 2.5, 4, "a", "b", "c", "az", "a1", "xyz", [], [1]),
    *({}, {"a": None}, {"a": "xyz"}, {"a": "x"}, {"a": "xyz", "b": 2}, {"a": "xyz", "b": 1}),
    {"a": "xyz", "b": 2.5},
    *({"a": "xyz", "b": 3, "next": {"a": "q"}}, {"a": "xyz", "b": 3, "next": 1}),
    *({"a": "xyz", "b": 3, "y": 1}),
    *({"c": "s"}, {"c": 1}, {"d": 1}, {"d": "s"}, {"e": "s"}, {"c": "s", "d": 2}, {"f": 3}, {"f": 2}),
    {"q": 5},
    *({"q": "s"}, {"g": "s"}, {"g": 1}, {"a": "k", "h": 1}, {"a": "k", "h": 1, "i": 1}, {"a": "k", "y": 1}),
    *({"a": "k", "z": 0}, {"z": 0}, {"more": {"more": {}}}, {"more": {"more": 1}}, {"more": 1}),
)  # fmt: skip


def test_each_way_to_compose(tmp_path: Path) -> None:
    (tmp_path / "openapi.yaml").write_text(SMALL, encoding="utf-8")
    small = read(tmp_path / "openapi.yaml")
    made = flat(small, small.value)
    before, after = Validators(Held(small.value)), Validators(Held(made.document))
    for name in small.value["components"]["schemas"]:
        pointer = f"/components/schemas/{name}"
        for instance in TRIED:
            verdict = before.is_valid(pointer, instance)
            assert after.is_valid(pointer, instance) is verdict, (name, instance)
    schemas = made.document["components"]["schemas"]
    assert schemas["Deep"]["additionalProperties"] is False
    assert list(schemas["Closed"]["properties"]) == ["c", "d"]
    assert schemas["Words"]["enum"] == ["a", "c"]
    assert schemas["Maybe"]["type"] == ["object", "null"]
    assert schemas["Lone"] == {"$ref": "#/components/schemas/Base"}
    assert schemas["Into"] == {"type": "integer"}
    assert {remark.at.pointer.split("/")[3] for remark in made.remarks} == {"Either", "Twice", "If", "Itself"}
    again = flat(replace(small, value=made.document), made.document)
    assert again.document == made.document


def test_files_that_are_taken_in_are_flat_too(tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text(
        "One: {allOf: [{$ref: '#/Two'}, {properties: {b: {type: string}}}], unevaluatedProperties: false}\n"
        "Two: {type: object, properties: {a: {type: string}}}\n",
        encoding="utf-8",
    )
    (tmp_path / "openapi.yaml").write_text(
        "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n"
        "components: {schemas: {One: {$ref: 'more.yaml#/One'}}}\n",
        encoding="utf-8",
    )
    source = read(tmp_path / "openapi.yaml")
    one = flat(source, source.value).document["x-files"]["more.yaml"]["One"]
    assert one == {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "additionalProperties": False,
    }


FITTING = """
import json, sys
import models
from pydantic import BaseModel, ValidationError

example = json.load(sys.stdin)
found = [each for each in vars(models).values() if isinstance(each, type)]
found = [each for each in found if issubclass(each, BaseModel) and each is not BaseModel]
for model in found:
    try:
        model.model_validate(example)
    except ValidationError:
        continue
    for bent in ({**example, "unheard-of": 1}, dict(list(example.items())[1:])):
        try:
            model.model_validate(bent)
        except ValidationError:
            continue
        break
    else:
        print(model.__name__)
"""


def test_a_generator_of_python_takes_it(tmp_path: Path) -> None:
    """Its models, which know no composition of their own, take an example and refuse it when it is bent."""
    pytest.importorskip("datamodel_code_generator", reason="datamodel-code-generator is not installed")
    file = tmp_path / "flat.yaml"
    assert CliRunner().invoke(spec, ["bundle", "--flat", "-o", str(file)]).exit_code == 0
    options = ["--output-model-type", "pydantic_v2.BaseModel", "--openapi-scopes", "schemas", "paths"]
    options += ["--input-file-type", "openapi", "--formatters", "builtin", "--disable-warnings"]
    places = ["--input", str(file), "--output", str(tmp_path / "models.py")]
    made = subprocess.run(
        [sys.executable, "-m", "datamodel_code_generator", *places, *options],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    tried = subprocess.run(
        [sys.executable, "-c", FITTING], input=json.dumps(_success(file)),
        env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert tried.returncode == 0, tried.stderr
    assert tried.stdout.strip()


def _success(file: Path) -> dict[str, Any]:
    """An example of an answer in an envelope."""
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    for path in document["paths"].values():
        for operation in path.values():
            for media in operation["responses"].get("200", {}).get("content", {}).values():
                for example in media.get("examples", {}).values():
                    if "properties" in media["schema"]:
                        return dict(example["value"])
    raise LookupError("no example of an answer")


@pytest.mark.soak
def test_a_generator_of_typescript_takes_it(tmp_path: Path) -> None:
    """``openapi-typescript`` writes types that ``tsc`` takes."""
    program = shutil.which("npx")
    if program is None:
        pytest.skip("npx is not installed (Debian: apt-get install npm)")
    file = tmp_path / "flat.yaml"
    assert CliRunner().invoke(spec, ["bundle", "--flat", "-o", str(file)]).exit_code == 0
    npx = [program, "--yes", "-p", "openapi-typescript@7.13.0", "-p", "typescript@5.9.3"]
    for command in (
        ["openapi-typescript", str(file), "-o", "types.ts"],
        ["tsc", "--noEmit", "--strict", "types.ts"],
    ):
        done = subprocess.run([*npx, *command], cwd=tmp_path, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "&" not in (tmp_path / "types.ts").read_text(encoding="utf-8").split("operations {")[0]


def test_what_is_no_schema_is_refused_where_it_stands(source: Source) -> None:
    schemas: tuple[Any, ...] = (None, 42, "x", {"type": "strung"}, {"properties": []}, {"required": "a"})
    for strange in schemas:
        document = json.loads(json.dumps(source.value))
        name = next(iter(document["components"]["schemas"]))
        document["components"]["schemas"][name] = {"allOf": [strange]}
        with pytest.raises(DocumentError, match="not valid OpenAPI") as refusal:
            flat(replace(source, value=document), document)
        assert refusal.value.at is not None
        assert refusal.value.at.pointer.startswith(f"/components/schemas/{name}")


def test_an_older_version_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "openapi.yaml"
    file.write_text("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n", encoding="utf-8")
    done = CliRunner().invoke(spec, ["bundle", "--flat", str(file)])
    assert isinstance(done.exception, DocumentError)
    assert str(done.exception).startswith(f"{file}:1:1: only OpenAPI 3.1 and 3.2")
