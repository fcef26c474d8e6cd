"""Configuration files: their models, the schemas that editors use, and what is said of a mistake in one."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import jsonschema_rs
import msgspec
import pytest
from click.testing import CliRunner

from cynod_spec.cli.commands import config as command
from cynod_spec.cli.root import cynod
from cynod_spec.configuration.cynod_toml import CynodToml
from cynod_spec.configuration.partners_file import PartnersFile
from cynod_spec.configuration.published import FILES, directive, json_schema, shipped
from cynod_spec.configuration.toml_file import InvalidFile, checked, load
from cynod_spec.configuration.waivers_file import WaiversFile
from cynod_spec.i18n.translations import LANGUAGES, Language

SECRET = "never-shown-0123456789"
WHOLE = {
    "cynod": """
[target]
base_url = "https://api.example.org"
allow_http = false
ca_file = "ca.pem"
token_url = "https://auth.example.org/token"
revocation_url = "https://auth.example.org/revoke"
[credentials]
primary = {consumer_key = "k", consumer_secret = "env:CYNOD_SECRET"}
other = {consumer_key = "k", consumer_secret = "file:secret.txt"}
limited = {consumer_key = "k", consumer_secret = "s"}
basic = {consumer_key = "k", consumer_secret = "s"}
suspended = {consumer_key = "k", consumer_secret = "s"}
elsewhere = {consumer_key = "k", consumer_secret = "s"}
throttled = {consumer_key = "k", consumer_secret = "s"}
core = {consumer_key = "k", consumer_secret = "s"}
[fixtures.cartes]
active = "1"
pauvre = "2"
bloquee = "3"
expiree = "4"
[webhook]
listen = "0.0.0.0:9000"
public_url = "https://hooks.example.org/"
secret = "env:CYNOD_WEBHOOK_SECRET"
[limits]
token_ttl = 3600
expiry_tolerance = 60
max_body = 1048576
""",
    "partners": """
[[partners]]
consumer_key = "a.b_c~d-1"
consumer_secret = "s"
scopes = "x y"
[[partners]]
consumer_key = "b"
consumer_secrets = ["s", "t"]
consumer_secret = ["u"]
scopes = ["x"]
basic = true
suspended = false
allowed_ips = ["192.0.2.0/24"]
name = "Kër"
quota = 60
webhook_url = "https://hooks.example.org/"
webhook_secret = "whsec_AAAA"
""",
    "waivers": """
[[waivers]]
id = "HDR-3"
until = 2027-01-31
reason = "the version comes with the next release"
""",
}


def tables(text: str) -> Any:
    """The file *text* as JSON sees it: a date is a text."""
    return json.loads(json.dumps(tomllib.loads(text), default=lambda value: value.isoformat()))


def validator(name: str, language: Language = "en") -> Any:
    return jsonschema_rs.Draft202012Validator(json_schema(name, language), validate_formats=True)


def objects(schema: object) -> Iterator[dict[str, Any]]:
    """Every schema of an object within *schema*."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for each in schema.values():
            yield from objects(each)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FILES)
def test_what_is_shipped_is_what_the_models_give(name: str, language: Language) -> None:
    asked = ["config", "schema", "--file", name, "--lang", language]
    printed = CliRunner().invoke(cynod, asked)
    path = shipped(name, language)
    assert printed.exit_code == 0
    assert path.read_text(encoding="utf-8") == printed.output, f"run `cynod {' '.join(asked)} -o {path}`"
    assert json.loads(printed.output) == json_schema(name, language)
    assert directive(name, language) == f"#:schema {path.as_uri()}"


def test_the_command_knows_every_file() -> None:
    assert tuple(FILES) == command.FILES


@pytest.mark.parametrize("name", FILES)
def test_a_schema_is_valid_closed_and_says_what_each_setting_is(name: str) -> None:
    schema = json_schema(name, "fr")
    jsonschema_rs.meta.validate(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    found = list(objects(schema))
    assert found
    for each in found:
        assert each["additionalProperties"] is False
        assert each["description"]
        for member, described in each["properties"].items():
            assert described.get("description") or "$ref" in described, member
    assert "title" in schema
    assert not any("title" in each for each in schema["$defs"].values())  # no names of classes


@pytest.mark.parametrize("name", FILES)
def test_languages_differ_in_texts_only(name: str) -> None:
    french, english = json_schema(name, "fr"), json_schema(name, "en")
    assert french != english

    def bare(value: object) -> object:
        if isinstance(value, dict):
            return {key: bare(each) for key, each in value.items() if key not in ("title", "description")}
        return [bare(each) for each in value] if isinstance(value, list) else value

    assert bare(french) == bare(english)


@pytest.mark.parametrize("name", FILES)
def test_a_whole_file_is_taken_and_holds_every_setting(name: str) -> None:
    found = tables(WHOLE[name])
    validator(name).validate(found)
    assert checked(tomllib.loads(WHOLE[name]), FILES[name].model, "x.toml")
    settings = {key for each in objects(json_schema(name, "en")) for key in each["properties"]}
    assert settings == set(keys(found))


def keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys(each)


P = '[[partners]]\nconsumer_key = "k"\nconsumer_secret = "s"\n'
W = '[[waivers]]\nid = "HDR-3"\nreason = "r"\n'
MISTAKES = [
    ("cynod", "[targets]\n", "the file has no 'targets'", "known there: target, "),
    ("cynod", "target = 1\n", "target must be a table", "write [target]"),
    ("cynod", '[target]\nbase = "x"\n', "[target] has no 'base'", "known there: base_url, allow_http, "),
    ("cynod", '[target]\nallow_http = "yes"\n', "[target] allow_http must be true or false", "Whether "),
    ("cynod", "[webhook]\nlisten = 9000\n", "[webhook] listen must be a text", "Where it listens"),
    ("cynod", "[limits]\ntoken_ttl = -1\n", "[limits] token_ttl must be a whole number >= 0", "Seconds "),
    ("cynod", "[limits]\ntoken_ttl = true\n", "[limits] token_ttl must be a whole number", "Seconds "),
    ("cynod", "[credentials.stranger]\n", "[credentials] has no 'stranger'", "known there: primary, other"),
    (
        "cynod",
        '[credentials.primary]\nconsumer_key = "k"\n',
        "[credentials.primary] lacks consumer_secret",
        "The consumer secret",
    ),
    (
        "cynod",
        '[credentials.primary]\nconsumer_key = ""\nconsumer_secret = "s"',
        "[credentials.primary] consumer_key must be a text of length >= 1",
        "The consumer key",
    ),
    (
        "cynod",
        f'[webhook]\nsecret = "{SECRET}"\n',
        "[webhook] secret must be a text that matches ^(whsec_|env:|file:)",
        "The secret of the signature",
    ),
    ("partners", "partners = 1\n", "partners must be a list", "Each partner."),
    ("partners", "partners = [1]\n", "[[partners]] 1 must be a table", "write [[partners]]"),
    ("partners", P + P + "quota = 0\n", "[[partners]] 2: quota must be a whole number >= 1", "Requests "),
    ("partners", P + "x = 1\n", "[[partners]] 1 has no 'x'", "known there: consumer_key, "),
    ("partners", "[[partners]]\n", "[[partners]] 1 lacks consumer_key", "The consumer key"),
    (
        "partners",
        f'[[partners]]\nconsumer_key = "k"\nconsumer_secret = ["s", "{SECRET} "]\n',
        "[[partners]] 1: consumer_secret 2 must be a text that matches ^[A-Za-z0-9._~-]+$",
        "One or several consumer secrets",
    ),
    ("partners", P + "scopes = 1\n", "[[partners]] 1: scopes must be a text or a list", "The scopes "),
    ("waivers", W, "[[waivers]] 1 lacks until", "The last day"),
    ("waivers", W + 'until = "2027-01-31"\n', "[[waivers]] 1: until must be a date", "The last day"),
    ("waivers", W + "until = 2027-01-31T00:00:00Z\n", "[[waivers]] 1: until must be a date", "The last day"),
    ("waivers", W + "until = 2027-01-31\nby = 1\n", "[[waivers]] 1 has no 'by'", "known there: id, until"),
]


@pytest.mark.parametrize(("name", "text", "message", "hint"), MISTAKES)
def test_a_mistake_names_the_table_and_the_setting(name: str, text: str, message: str, hint: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        checked(tomllib.loads(text), FILES[name].model, "x.toml")
    assert caught.value.message == f"x.toml: {message}"
    assert caught.value.hint.startswith(hint)
    assert SECRET not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    ("name", "text"),  # as JSON, a date is a text as well
    [(name, text) for name, text, *_ in MISTAKES if not text.endswith('"2027-01-31"\n')],
)
def test_an_editor_refuses_what_the_model_refuses(name: str, text: str) -> None:
    assert not validator(name).is_valid(tables(text))


def test_a_partner_without_a_secret_is_refused_by_the_schema() -> None:
    assert not validator("partners").is_valid({"partners": [{"consumer_key": "k"}]})


def test_a_file_that_is_not_there_or_no_toml(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    with pytest.raises(InvalidFile, match=r"cannot read the file .*x\.toml: No such file"):
        load(path, "the file")
    path.write_text("[target]\nbase_url =\n", encoding="utf-8")
    with pytest.raises(InvalidFile, match=r"x\.toml is no TOML: .*line 2"):
        load(path, "the file")
    path.write_bytes(b"\xff")
    with pytest.raises(InvalidFile, match=r"x\.toml is no TOML"):
        load(path, "the file")


def test_a_problem_in_other_words_is_told_as_it_stands() -> None:
    """msgspec's messages are read; what this module does not know is passed on with its place."""

    class Odd(msgspec.Struct):
        """A model with a kind of setting that no file has."""

        colour: Literal["red", "blue"]

    with pytest.raises(InvalidFile, match=r"^x\.toml: colour: Invalid enum value 'green'$"):
        checked({"colour": "green"}, Odd, "x.toml")


def test_empty_files_are_valid() -> None:
    assert checked({}, CynodToml, "x.toml").target.allow_http is False
    assert checked({}, PartnersFile, "x.toml").partners == []
    assert checked({}, WaiversFile, "x.toml").waivers == []
