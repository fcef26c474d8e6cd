"""Several files as one: their parts are components, and what refers to them means the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from cynod_spec import load_contract
from cynod_spec.base.errors import DocumentError
from cynod_spec.base.pointer import join, resolve
from cynod_spec.cli.commands import spec
from cynod_spec.environment.locating import default_contract
from cynod_spec.openapi.validity import problems
from cynod_spec.source import bundling
from cynod_spec.source.reading import read
from cynod_spec.source.references import references, target
from cynod_spec.source.writing import yaml_text

HEAD_3_0 = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\n"
HEAD = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\n"


def written(folder: Path, files: dict[str, str]) -> Path:
    """*files* below *folder*; the path of the document."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "openapi.yaml"


def bundle(folder: Path, files: dict[str, str], *options: str) -> Any:
    """The bundle of *files*, which refers to no file, is valid and is no different contract."""
    path = written(folder, files)
    out = folder / "build" / "bundle.yaml"
    done = CliRunner().invoke(spec, ["bundle", str(path), "-o", str(out), *options])
    assert done.exit_code == 0, done.exception or done.output
    text = out.read_text(encoding="utf-8")
    assert "x-files" not in text
    document = yaml.safe_load(text)
    for _, node in references(document):
        assert node["$ref"].startswith("#/"), node
    source = read(out)  # each of its references leads somewhere
    if not text.startswith("openapi: 3.0"):
        assert list(problems(source)) == []
    if not options:
        assert_same_contract(path, out)
    return document


def assert_same_contract(one: Path, other: Path) -> None:
    for pair in ((one, other), (other, one)):
        done = CliRunner().invoke(spec, ["diff", *map(str, pair)])
        assert done.exit_code == 0, done.output
        assert done.stdout.startswith("no change"), done.stdout
        assert "document-rewritten" not in done.stdout


def get(answer: str, more: str = "") -> str:
    return f"paths: {{/x: {{get: {{operationId: getX, {more}responses: {{'200': {answer}}}}}}}}}\n"


def json_of(schema: str) -> str:
    return f"{{description: ok, content: {{application/json: {{schema: {schema}}}}}}}"


@pytest.mark.parametrize("head", [HEAD_3_0, HEAD])
def test_a_schema_in_a_file_of_its_own_is_a_component(head: str, tmp_path: Path) -> None:
    document = bundle(
        tmp_path,
        {
            "openapi.yaml": head + get(json_of("{type: array, items: {$ref: ./animals/Dog.yaml}}")),
            "animals/Dog.yaml": "type: object\n"
            "properties: {friend: {$ref: Dog.yaml}, cat: {$ref: Cat.json#/Cat}}\n",
            "animals/Cat.json": '{"Cat": {"type": "string"}, "Unused": {"type": "string"}}',
        },
    )
    assert document["components"]["schemas"] == {
        "Dog": {
            "type": "object",
            "properties": {
                "friend": {"$ref": "#/components/schemas/Dog"},
                "cat": {"$ref": "#/components/schemas/Cat"},
            },
        },
        "Cat": {"type": "string"},
    }
    schema = document["paths"]["/x"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema["items"] == {"$ref": "#/components/schemas/Dog"}


PARTS = """
Limit: {name: limit, in: query, schema: {$ref: '#/Number'}}
Number: {type: integer}
Answer:
  description: ok
  headers: {X-Left: {$ref: '#/Left'}}
  content: {application/json: {schema: {type: string}, examples: {short: {$ref: '#/Short'}}}}
  links: {again: {$ref: '#/Again'}}
Left: {schema: {type: integer}}
Short: {value: a}
Again: {operationId: postX}
Body: {content: {application/json: {schema: {type: string}}}}
Told: {'{$request.body#/url}': {post: {operationId: told, responses: {'200': {description: ok}}}}}
Key: {type: apiKey, name: X-Key, in: header}
"""


def test_each_kind_of_part_lands_in_its_own_section(tmp_path: Path) -> None:
    document = bundle(
        tmp_path,
        {
            "openapi.yaml": HEAD
            + "paths:\n  /x:\n    post:\n      operationId: postX\n      security: [{key: []}]\n"
            "      parameters: [{$ref: 'p.yaml#/Limit'}]\n      requestBody: {$ref: 'p.yaml#/Body'}\n"
            "      callbacks: {told: {$ref: 'p.yaml#/Told'}}\n"
            "      responses: {'200': {$ref: 'p.yaml#/Answer'}, '400': {$ref: 'p.yaml#/Answer'}}\n"
            "components: {securitySchemes: {key: {$ref: 'p.yaml#/Key'}}}\n",
            "p.yaml": PARTS,
        },
    )
    names = {section: list(listed) for section, listed in document["components"].items()}
    assert names == {
        "securitySchemes": ["key"],
        "parameters": ["Limit"],
        "requestBodies": ["Body"],
        "callbacks": ["Told"],
        "responses": ["Answer"],
        "schemas": ["Number"],
        "headers": ["Left"],
        "examples": ["Short"],
        "links": ["Again"],
    }
    assert document["components"]["securitySchemes"]["key"] == {
        "type": "apiKey",
        "name": "X-Key",
        "in": "header",
    }
    responses = document["paths"]["/x"]["post"]["responses"]
    assert responses["200"] == responses["400"] == {"$ref": "#/components/responses/Answer"}


@pytest.mark.parametrize("head", [HEAD_3_0, HEAD])
def test_a_path_item_takes_the_place_of_its_reference(head: str, tmp_path: Path) -> None:
    document = bundle(
        tmp_path,
        {
            "openapi.yaml": head
            + "paths:\n  /x: {$ref: paths/x.yaml}\n  /y: {$ref: 'paths/all.yaml#/~1y'}\n",
            "paths/x.yaml": "get: {operationId: a, responses: {'200': {$ref: ../answers.yaml#/Done}}}\n",
            "paths/all.yaml": "/y:\n"
            "  get: {operationId: b, responses: {'200': {$ref: ../answers.yaml#/Done}}}\n",
            "answers.yaml": "Done: {description: ok}\n",
        },
    )
    done = {"$ref": "#/components/responses/Done"}
    assert document["paths"] == {
        "/x": {"get": {"operationId": "a", "responses": {"200": done}}},
        "/y": {"get": {"operationId": "b", "responses": {"200": done}}},
    }


def test_names_are_kept_numbered_and_made_of_what_a_name_may_hold(tmp_path: Path) -> None:
    document = bundle(
        tmp_path,
        {
            "openapi.yaml": HEAD
            + get(
                json_of(
                    "{anyOf: [{$ref: a/Dog.yaml}, {$ref: b/Dog.yaml}, {$ref: b/index.yaml},"
                    " {$ref: 'c.yaml#/$defs/Été%20chaud'}, {$ref: 'c.yaml#/anyOf/0'}, {$ref: 'a/Dog.yaml'}]}"
                )
            )
            + "components: {schemas: {Dog: {type: integer, minimum: 1}}}\n",
            "a/Dog.yaml": "{type: string, maxLength: 1}\n",
            "b/Dog.yaml": "{type: string, maxLength: 2}\n",
            "b/index.yaml": "{type: string, maxLength: 3}\n",
            "c.yaml": "$defs: {Été chaud: {type: string, maxLength: 4}}\n"
            "anyOf: [{type: string, maxLength: 5}]\n",
        },
    )
    schemas = document["components"]["schemas"]
    assert {name: each.get("maxLength") for name, each in schemas.items()} == {
        "Dog": None,
        "Dog-2": 1,
        "Dog-3": 2,
        "b": 3,
        "Ete_chaud": 4,
        "anyOf-0": 5,
    }


def test_a_component_that_is_only_a_reference_gives_the_name(tmp_path: Path) -> None:
    document = bundle(
        tmp_path,
        {
            "openapi.yaml": HEAD
            + get(json_of("{$ref: 'schemas/index.yaml#/Hound'}"))
            + "components: {schemas: {Beagle: {$ref: schemas/Dog.yaml}, Dog: {$ref: schemas/Dog.yaml},"
            " Size: {type: integer}}}\n",
            "schemas/index.yaml": "Hound: {$ref: Dog.yaml}\n",
            "schemas/Dog.yaml": "type: object\nproperties:\n  next: {$ref: 'index.yaml#/Hound'}\n"
            "  size: {$ref: '../openapi.yaml#/components/schemas/Size'}\n",
        },
    )
    dog = {"$ref": "#/components/schemas/Dog"}
    assert document["components"]["schemas"] == {
        "Beagle": dog,
        "Dog": {"type": "object", "properties": {"next": dog, "size": {"$ref": "#/components/schemas/Size"}}},
        "Size": {"type": "integer"},
    }


ANIMALS = {
    "Dog.yaml": "type: object\n"
    "required: [kind]\nproperties: {kind: {type: string}, friend: {$ref: Dog.yaml}}\n",
    "Cat.yaml": "{type: object, required: [kind], properties: {kind: {type: string}}}\n",
}
MAPPINGS = {
    "files": ("{dog: ./Dog.yaml, cat: Cat.yaml}", {"dog": "Dog", "cat": "Cat"}),
    "pointers": ("{dog: 'more.yaml#/Big', cat: '#/components/schemas/Own'}", {"dog": "Big", "cat": "Own"}),
    "names": ("{dog: Own, cat: Cat.yaml}", {"dog": "Own", "cat": "Cat"}),
}


@pytest.mark.parametrize("case", MAPPINGS)
def test_a_mapping_follows_the_schemas_that_it_names(case: str, tmp_path: Path) -> None:
    mapping, expected = MAPPINGS[case]
    document = bundle(
        tmp_path,
        {
            "openapi.yaml": HEAD
            + get(json_of("{$ref: '#/components/schemas/Pet'}"))
            + "components:\n  schemas:\n"
            "    Own: {type: object, required: [kind], properties: {kind: {type: string}}}\n    Pet:\n"
            "      anyOf: [{$ref: Dog.yaml}, {$ref: Cat.yaml}, {$ref: '#/components/schemas/Own'}]\n"
            f"      discriminator: {{propertyName: kind, mapping: {mapping}}}\n",
            "more.yaml": "Big: {allOf: [{$ref: Dog.yaml}, {properties: {size: {type: integer}}}]}\n",
            **ANIMALS,
        },
    )
    found = document["components"]["schemas"]["Pet"]["discriminator"]["mapping"]
    assert {value: name.rpartition("/")[2] for value, name in found.items()} == expected
    for name in found.values():
        if "/" in name:
            assert target(name)[-1] in document["components"]["schemas"]


def test_a_mapping_in_another_file_is_relative_to_that_file(tmp_path: Path) -> None:
    document = bundle(
        tmp_path,
        {
            "openapi.yaml": HEAD + get(json_of("{$ref: 'pets/Pet.yaml'}")),
            "pets/Pet.yaml": "oneOf: [{$ref: ../Dog.yaml}, {$ref: '#/$defs/Cat'}]\n"
            "discriminator: {propertyName: kind, mapping: {d: ../Dog.yaml, c: '#/$defs/Cat'}}\n"
            "$defs: {Cat: {$ref: ../Cat.yaml}}\n",
            **ANIMALS,
        },
    )
    assert document["components"]["schemas"]["Pet"]["discriminator"]["mapping"] == {
        "d": "#/components/schemas/Dog",
        "c": "#/components/schemas/Cat",
    }


def test_values_that_were_names_stay_when_the_names_change(tmp_path: Path) -> None:
    document = bundle(
        tmp_path,
        {
            "openapi.yaml": HEAD
            + get(
                json_of("{oneOf: [{$ref: Dog.yaml}, {$ref: Cat.yaml}], discriminator: {propertyName: kind}}")
            )
            + "components: {schemas: {Dog: {type: integer}}}\n",
            **ANIMALS,
        },
    )
    schema = document["paths"]["/x"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema["discriminator"] == {
        "propertyName": "kind",
        "mapping": {"Dog": "#/components/schemas/Dog-2", "Cat": "#/components/schemas/Cat"},
    }


def test_values_that_are_names_need_no_mapping_when_the_names_stay(tmp_path: Path) -> None:
    document = bundle(
        tmp_path,
        {
            "openapi.yaml": HEAD
            + get(
                json_of("{oneOf: [{$ref: Dog.yaml}, {$ref: Cat.yaml}], discriminator: {propertyName: kind}}")
            ),
            **ANIMALS,
        },
    )
    schema = document["paths"]["/x"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema["discriminator"] == {"propertyName": "kind"}


def test_a_schema_that_inherits_keeps_its_value(tmp_path: Path) -> None:
    document = bundle(
        tmp_path,
        {
            "openapi.yaml": HEAD
            + get(json_of("{$ref: '#/components/schemas/Pet'}"), "parameters: [], ")
            + "components:\n  schemas:\n    Dog: {type: integer}\n"
            "    Pet: {type: object, required: [kind], properties: {kind: {type: string}},"
            " discriminator: {propertyName: kind}}\n    All: {anyOf: [{$ref: Dog.yaml}]}\n",
            "Dog.yaml": "allOf:\n"
            "- $ref: openapi.yaml#/components/schemas/Pet\n- {properties: {a: {type: string}}}\n",
        },
    )
    pet = document["components"]["schemas"]["Pet"]
    assert pet["discriminator"]["mapping"] == {"Dog": "#/components/schemas/Dog-2"}


def test_addresses_stay_relative_to_where_their_file_was(tmp_path: Path) -> None:
    document = bundle(
        tmp_path,
        {
            "openapi.yaml": HEAD + "paths: {/x: {$ref: paths/x.yaml}}\n",
            "paths/x.yaml": "servers: [{url: ./v1}]\nget:\n  operationId: getX\n"
            "  externalDocs: {url: ../help.html}\n  responses:\n    '200':\n      description: ok\n"
            "      links:\n        again: {operationRef: '../openapi.yaml#/paths/~1x/get'}\n"
            "        https: {operationRef: 'https://a.example/o#/x'}\n"
            "      content: {application/json: {examples: {big: {externalValue: big.json}}}}\n",
        },
    )
    item = document["paths"]["/x"]
    answer = item["get"]["responses"]["200"]
    assert item["servers"] == [{"url": "paths/v1"}]
    assert item["get"]["externalDocs"] == {"url": "help.html"}
    assert answer["links"]["again"] == {"operationRef": "#/paths/~1x/get"}
    assert answer["links"]["https"] == {"operationRef": "https://a.example/o#/x"}
    assert answer["content"]["application/json"]["examples"]["big"] == {"externalValue": "paths/big.json"}


def test_what_has_no_place_in_components_stands_where_it_was_referred_to(tmp_path: Path) -> None:
    document = bundle(
        tmp_path,
        {
            "openapi.yaml": HEAD + "paths: {/x: {get: {$ref: get.yaml}}}\n"
            "x-cynod: {of: [{$ref: Dog.yaml}, {$ref: 'get.yaml#/responses'}]}\n",
            "get.yaml": "operationId: getX\nresponses:\n"
            "  '200': {description: ok, content: {application/json: {schema: {$ref: Dog.yaml}}}}\n",
            **ANIMALS,
        },
        "--format",
        "yaml",
    )
    operation = document["paths"]["/x"]["get"]
    assert operation["operationId"] == "getX"
    assert document["x-cynod"]["of"] == [{"$ref": "#/components/schemas/Dog"}, operation["responses"]]


def test_english_and_flat_bundles_hold_components_too(tmp_path: Path) -> None:
    files = {
        "openapi.yaml": HEAD + get(json_of("{$ref: Dog.yaml}")),
        "Dog.yaml": "title: Chien\n"
        "allOf: [{$ref: Base.yaml}, {type: object, properties: {name: {type: string}}}]\n",
        "Base.yaml": "{type: object, properties: {id: {type: string}}}\n",
        "locales/en.overlay.yaml": "overlay: 1.0.0\ninfo: {title: en, version: '1'}\n"
        "actions: [{target: \"$['x-files']['Dog.yaml']\", update: {title: Dog}}]\n",
    }
    document = bundle(tmp_path, files, "--lang", "en", "--flat")
    assert document["components"]["schemas"]["Dog"] == {
        "title": "Dog",
        "type": "object",
        "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
    }
    bundle(tmp_path, files, "--flat")
    done = CliRunner().invoke(
        spec, ["diff", *(str(tmp_path / name) for name in ("openapi.yaml", "build/bundle.yaml"))]
    )
    assert done.stdout.startswith("no change"), done.stdout


def test_path_items_that_multiply_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "MAX_NODES", 5_000)
    files = {"openapi.yaml": HEAD + "paths: {/x: {$ref: p0.yaml}}\n"}
    for number in range(24):
        told = f"{{'{{$url}}': {{$ref: p{number + 1}.yaml}}}}"
        files[f"p{number}.yaml"] = f"post: {{responses: {{}}, callbacks: {{a: {told}, b: {told}}}}}\n"
    files["p24.yaml"] = "post: {responses: {}}\n"
    done = CliRunner().invoke(spec, ["bundle", str(written(tmp_path, files))])
    assert isinstance(done.exception, DocumentError)
    assert "larger than" in str(done.exception)


def test_a_path_item_that_leads_back_to_itself_refers_to_where_it_stands(tmp_path: Path) -> None:
    document = bundle(
        tmp_path,
        {
            "openapi.yaml": HEAD + "paths: {/x: {$ref: x.yaml}}\n",
            "x.yaml": "post:\n  operationId: a\n  responses: {'200': {description: ok}}\n"
            "  callbacks: {again: {'{$request.body#/url}': {$ref: x.yaml}}}\n",
        },
        "--format",
        "yaml",
    )
    again = document["paths"]["/x"]["post"]["callbacks"]["again"]
    assert again == {"{$request.body#/url}": {"$ref": "#/paths/~1x"}}


def test_a_mapping_that_is_none_stays(tmp_path: Path) -> None:
    files = {
        "openapi.yaml": HEAD
        + "paths: {}\ncomponents: {schemas: {A: {oneOf: [{$ref: Dog.yaml}], discriminator:"
        " {propertyName: kind, mapping: [1]}}, Dog: {type: integer}}}\n",
        **ANIMALS,
    }
    done = CliRunner().invoke(spec, ["bundle", str(written(tmp_path, files))])
    assert done.exit_code == 0
    assert yaml.safe_load(done.stdout)["components"]["schemas"]["A"]["discriminator"]["mapping"] == [1]


@pytest.mark.slow
def test_the_bundle_of_the_contract_is_the_contract(tmp_path: Path) -> None:
    out = tmp_path / "openapi.yaml"
    assert CliRunner().invoke(spec, ["bundle", "-o", str(out)]).exit_code == 0
    done = CliRunner().invoke(spec, ["diff", default_contract(), str(out)])
    assert done.stdout.startswith("no change"), done.output


def split(document: Any, folder: Path) -> int:
    """Write *document* with each component that is referred to in a file of its own; how many there are."""
    referred = {tuple(target(node["$ref"])[1:3]) for _, node in references(document)}
    parts: dict[tuple[str, ...], Any] = {}
    for section in [name for name in document["components"] if name != "securitySchemes"]:
        listed = document["components"][section]
        parts |= {(section, name): listed.pop(name) for name in list(listed) if (section, name) in referred}

    def rewrite(value: Any, up: str) -> None:
        for _, node in references(value):
            tokens = target(node["$ref"])
            rest = join(tokens[3:])
            if tokens[1:3] in parts:
                node["$ref"] = f"{up}{tokens[1]}/{tokens[2]}.yaml" + (f"#{rest}" if rest else "")
            elif up:
                node["$ref"] = f"{up}openapi.yaml{node['$ref']}"

    for (section, name), value in parts.items():
        rewrite(value, "../")
        written(folder, {f"{section}/{name}.yaml": yaml_text(value)})
    rewrite(document, "")
    written(folder, {"openapi.yaml": yaml_text(document)})
    return len(parts)


@pytest.mark.slow
def test_the_contract_in_many_files_is_the_contract_again(tmp_path: Path) -> None:
    document = json.loads(json.dumps(read(default_contract()).value))
    assert split(document, tmp_path) > 100
    made, own = load_contract(str(tmp_path / "openapi.yaml")), load_contract()
    assert made.document == own.document
    assert {code.value for code in made.codes} == {code.value for code in own.codes}
    assert made.codes[0].at.file.startswith(str(tmp_path / "schemas"))
    out = tmp_path / "build" / "openapi.yaml"
    assert CliRunner().invoke(spec, ["bundle", str(tmp_path / "openapi.yaml"), "-o", str(out)]).exit_code == 0
    done = CliRunner().invoke(spec, ["diff", default_contract(), str(out)])
    assert done.stdout.startswith("no change"), done.stdout


@pytest.mark.slow
def test_code_can_be_generated_from_a_bundle(tmp_path: Path) -> None:
    pytest.importorskip("datamodel_code_generator", reason="datamodel-code-generator is not installed")
    bundle(
        tmp_path,
        {
            "openapi.yaml": HEAD_3_0
            + get(
                json_of(
                    "{oneOf: [{$ref: './Dog.yaml'}, {$ref: './Cat.yaml'}],"
                    " discriminator: {propertyName: kind, mapping: {dog: ./Dog.yaml, cat: ./Cat.yaml}}}"
                )
            ),
            **ANIMALS,
        },
    )
    places = ["--input", str(tmp_path / "build" / "bundle.yaml"), "--output", str(tmp_path / "models.py")]
    options = ["--input-file-type", "openapi", "--output-model-type", "pydantic_v2.BaseModel"]
    command = [sys.executable, "-m", "datamodel_code_generator", *places, *options, "--formatters", "builtin"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    models = (tmp_path / "models.py").read_text(encoding="utf-8")
    assert "class Dog(BaseModel):" in models
    assert "class Cat(BaseModel):" in models


@pytest.mark.parametrize(
    "part",
    [
        "paths: {$ref: part.yaml}",
        "paths: {}\ncomponents: {schemas: {$ref: part.yaml}}",
        "paths: {/x: {get: {responses: {$ref: part.yaml}}}}",
        "paths: {}\ncomponents: {schemas: {A: {properties: {$ref: part.yaml}}}}",
    ],
)
def test_a_reference_in_place_of_names_is_refused(part: str, tmp_path: Path) -> None:
    path = written(tmp_path, {"openapi.yaml": HEAD + part + "\n", "part.yaml": "{}\n"})
    with pytest.raises(DocumentError, match="holds names, and cannot be a reference") as refused:
        read(path)
    assert refused.value.at is not None
    assert refused.value.at.pointer.endswith("/$ref")


def test_a_member_called_like_a_reference_is_none(tmp_path: Path) -> None:
    schema = "{type: object, properties: {$ref: {type: string}}}"
    made = bundle(tmp_path, {"openapi.yaml": HEAD + get(json_of(schema))})
    content = made["paths"]["/x"]["get"]["responses"]["200"]["content"]
    assert content["application/json"]["schema"]["properties"] == {"$ref": {"type": "string"}}


def test_a_link_leads_to_its_operation_in_the_bundle(tmp_path: Path) -> None:
    others = "no: {operationRef: 'http://['}, bad: {operationRef: 'q.yaml#post'}"
    linked = "{description: ok, links: {own: {operationRef: '#/get'}, far: {operationRef: 'q.yaml#/post'}, "
    linked += others + "}}"
    made = bundle(
        tmp_path,
        {
            "openapi.yaml": HEAD + "paths: {/x: {$ref: parts/p.yaml}, '/y/{id}': {$ref: parts/q.yaml}}\n",
            "parts/p.yaml": f"get: {{operationId: getX, responses: {{'200': {linked}}}}}\n",
            "parts/q.yaml": (
                "parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n"
                "post: {operationId: postY, responses: {'200': {description: ok}}}\n"
            ),
        },
    )
    links = made["paths"]["/x"]["get"]["responses"]["200"]["links"]
    for name, operation in (("own", "getX"), ("far", "postY")):
        assert resolve(made, target(links[name]["operationRef"]))["operationId"] == operation
