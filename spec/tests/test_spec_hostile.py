"""Documents that would hurt a careless reader: each is refused with one clear line and its place."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from cross_room.lint_examples import BASE, Example

from cynod_spec import load_contract
from cynod_spec.base.errors import CynodError, DocumentError, UsageError
from cynod_spec.cli.commands import spec
from cynod_spec.source.reading import MAX_FILE_BYTES, read

HEAD = "openapi: 3.1.1\ninfo: {title: t, version: '1'}\n"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{this}: &{this} [{', '.join(['*' + before] * 10)}]\n"
    for before, this in zip("abcdefgh", "bcdefghi", strict=True)
)

CIRCLE = """components:
  schemas:
    A: {$ref: '#/components/schemas/B'}
    B: {allOf: [{$ref: '#/components/schemas/A'}]}
"""

HOSTILE: dict[str, tuple[bytes, str, tuple[int, int]]] = {
    "empty": (b"", "the file is empty", (1, 1)),
    "only a comment": (b"# nothing\n", "the file is empty", (1, 1)),
    "binary": (b"openapi: 3.1.1\nx: \x89PNG\x00", "not UTF-8: byte 0x89", (2, 4)),
    "control characters": (b"openapi: \x00\x01", "the control character U+0000", (1, 10)),
    "not YAML": (b"openapi: [3.1\nx: }", "not readable as YAML", (2, 2)),
    "a list": (b"[1, 2]", "no mapping", (1, 1)),
    "two documents": (b"openapi: 3.1.1\n---\nb: 1\n", "a second YAML document", (2, 1)),
    "no OpenAPI": (b"asyncapi: 3.0.0\n", "'openapi' is missing", (1, 1)),
    "Swagger": (b"info: {}\nswagger: '2.0'\n", "'openapi' is missing", (2, 1)),
    "a version to come": (b"info: {}\nopenapi: 4.0.0\n", "'4.0.0' is not supported", (2, 1)),
    "a version that is a number": (b"openapi: 3.1\n", "3.1 is not supported", (1, 1)),
    "a duplicate key": ((HEAD + "paths:\n  /a: {}\n  /a: {}\n").encode(), "'/a' stands here twice", (5, 3)),
    "a key that is no string": ((HEAD + "x: {null: 1}\n").encode(), "a key must be a string", (3, 5)),
    "a key that is a list": ((HEAD + "? [a]\n: 1\n").encode(), "a key must be a string", (3, 3)),
    "a tag": ((HEAD + "x: !!python/object/apply:os.system [echo]\n").encode(), "is not understood", (3, 4)),
    "a local tag": ((HEAD + "x: !include secret\n").encode(), "is not understood", (3, 4)),
    "an alias bomb": ((HEAD + BOMB).encode(), "more than 2,000,000 nodes", (9, 8)),
    "an alias in itself": ((HEAD + "x: &x [*x]\n").encode(), "contains itself", (3, 8)),
    "an alias of nothing": ((HEAD + "x: *y\n").encode(), "has no anchor", (3, 4)),
    "a deep nest": ((HEAD + "x: " + "[" * 50_000).encode(), "nested deeper than 100", (3, 103)),
    "not a number": ((HEAD + "x: .nan\n").encode(), "JSON cannot write", (3, 4)),
    "an infinite number": ((HEAD + "x: 1e999\n").encode(), "JSON cannot write", (3, 4)),
    "a number without end": ((HEAD + "x: " + "9" * 9_999).encode(), "too large", (3, 4)),
    "a merge of a word": ((HEAD + "x: {<<: a}\n").encode(), "merge key", (3, 5)),
    "nowhere": ((HEAD + "x-cynod: {$ref: '#/nowhere'}\n").encode(), "leads nowhere", (3, 11)),
    "an anchor": ((HEAD + "x-cynod: {$ref: '#name'}\n").encode(), "leads nowhere", (3, 11)),
    "a web address": ((HEAD + "x-cynod: {$ref: 'http://169.254.169.254/'}\n").encode(), "outside", (3, 11)),
    "a file address": ((HEAD + "x-cynod: {$ref: 'file:///etc/passwd'}\n").encode(), "outside", (3, 11)),
    "an absolute path": ((HEAD + "x-cynod: {$ref: /etc/passwd}\n").encode(), "outside", (3, 11)),
    "a path upwards": ((HEAD + "x-cynod: {$ref: ../../etc/passwd}\n").encode(), "outside", (3, 11)),
    "a hidden path upwards": ((HEAD + "x-cynod: {$ref: '%2e%2e/x.yaml'}\n").encode(), "outside", (3, 11)),
    "a network path": ((HEAD + "x-cynod: {$ref: //host/x.yaml}\n").encode(), "outside", (3, 11)),
    "no such file": ((HEAD + "x-cynod: {$ref: other.yaml}\n").encode(), "names no file", (3, 11)),
    "a null in a path": ((HEAD + "x-cynod: {$ref: 'a%00b'}\n").encode(), "outside", (3, 11)),
    "UTF-16": (HEAD.encode("utf-16"), "not UTF-8: byte 0xff", (1, 1)),
    "UTF-16 without a mark": (HEAD.encode("utf-16-be"), "the control character U+0000", (1, 1)),
    "Latin-1": ((HEAD + "x: Été\n").encode("latin-1"), "not UTF-8: byte 0xc9", (3, 4)),
    "a byte order mark alone": (b"\xef\xbb\xbf", "the file is empty", (1, 1)),
    "a null": ((HEAD + "x: é\0\n").encode(), "the control character U+0000", (3, 5)),
    "an archive": (b"PK\x03\x04 openapi", "the control character U+0003", (1, 3)),
    "a compressed file": (b"\x1f\x8b\x08openapi", "not UTF-8: byte 0x8b", (1, 2)),
    "a tab": ((HEAD + "x:\n\ta: 1\n").encode(), "cannot start any token", (4, 1)),
    "ends of lines of old": ((HEAD + "x:\n  a: 1\n  a: 2\n").replace("\n", "\r").encode(), "twice", (5, 3)),
    "a truth as a key": ((HEAD + "x: {yes: 1, true: 2}\n").encode(), "a key must be a string", (3, 13)),
    "a fraction as a key": ((HEAD + "x: {1.5: 1}\n").encode(), "a key must be a string", (3, 5)),
    "an octal number twice": (
        (HEAD + "x: {0o10: 1, 0o10: 2}\n").encode(),
        "'0o10' stands here twice",
        (3, 14),
    ),
    "a date twice": ((HEAD + "x: {2026-01-31: 1, 2026-01-31: 2}\n").encode(), "stands here twice", (3, 20)),
    "a merge of a number": ((HEAD + "x: {<<: [1]}\n").encode(), "merge key", (3, 5)),
    "a word": (b"openapi\n", "the document is no mapping", (1, 1)),
    "a web page": (b"<!DOCTYPE html><html></html>\n", "the document is no mapping", (1, 1)),
    "a version that is a list": (b"openapi: [3.1.1]\n", "['3.1.1'] is not supported", (1, 1)),
    "another spelling": (b"OpenAPI: 3.1.1\n", "'openapi' is missing", (1, 1)),
    "an open quote": ((HEAD + "x: 'abc\n").encode(), "unexpected end of stream", (4, 1)),
    "an open bracket": ((HEAD + "x: [1, 2\ny: 3\n").encode(), "did not find expected ',' or ']'", (4, 2)),
    "a wrong indent": ((HEAD + "x:\n  a: 1\n b: 2\n").encode(), "did not find expected key", (5, 2)),
    "a colon in a value": ((HEAD + "x: a: b\n").encode(), "mapping values are not allowed", (3, 5)),
    "an at sign": ((HEAD + "x: @a\n").encode(), "cannot start any token", (3, 4)),
    "a strange escape": ((HEAD + 'x: "\\q"\n').encode(), "unknown escape character", (3, 5)),
    "a conflict": ((HEAD + "<<<<<<< HEAD\nx: 1\n=======\n").encode(), "could not find expected ':'", (4, 1)),
    "a circle": (
        (HEAD + CIRCLE).encode(),
        "leads back to itself",
        (6, 17),
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_with_its_place(name: str, tmp_path: Path) -> None:
    content, message, (line, column) = HOSTILE[name]
    path = tmp_path / "openapi.yaml"
    path.write_bytes(content)
    with pytest.raises(DocumentError) as caught:
        read(path)
    assert message in caught.value.message
    assert "\n" not in str(caught.value)
    assert caught.value.at is not None
    assert (caught.value.at.line, caught.value.at.column) == (line, column)


@pytest.mark.parametrize("name", HOSTILE)
def test_lint_says_one_helpful_line_about_it(name: str, tmp_path: Path) -> None:
    content, message, (line, column) = HOSTILE[name]
    path = tmp_path / "openapi.yaml"
    path.write_bytes(content)
    done = CliRunner().invoke(spec, ["lint", str(path)])
    assert done.exit_code == 1
    assert done.exception is None or isinstance(done.exception, SystemExit)
    first, *_, last = done.stdout.splitlines()
    assert first.startswith(f"{path}:{line}:{column}: error: ")
    assert first.endswith(("[document]", "[reference-unresolved]"))
    assert message in first
    assert last == f"{path}: 1 error, 0 warnings"
    assert "Traceback" not in done.output


NOT_JSON: dict[str, tuple[str, str, tuple[int, int]]] = {
    "a comma before the end": ('{"openapi": "3.1.1",\n "info": {},}', "a comma before the end", (2, 12)),
    "a comment": ('{"openapi": "3.1.1", // yes\n "info": {}}', "expecting property name", (1, 22)),
    "single quotes": ("{'openapi': '3.1.1'}", "expecting property name", (1, 2)),
    "YAML": ("openapi: 3.1.1\n", "expecting value", (1, 1)),
    "a key twice": ('{"openapi": "3.1.1",\n "x": 1, "x": 2}', "'x' stands here twice", (2, 10)),
    "half a character": ('{"openapi": "3.1.1", "x": "\\ud83d"}', "invalid Unicode character", (1, 30)),
    "a deep nest": ('{"openapi": "3.1.1", "x": ' + "[" * 50_000, "nested deeper than 100", (1, 126)),
}


@pytest.mark.parametrize("name", NOT_JSON)
def test_a_file_called_json_is_json(name: str, tmp_path: Path) -> None:
    content, message, (line, column) = NOT_JSON[name]
    path = tmp_path / "openapi.json"
    path.write_text(content, encoding="utf-8")
    done = CliRunner().invoke(spec, ["lint", str(path)])
    assert done.exit_code == 1
    first = done.stdout.splitlines()[0]
    assert first.startswith(f"{path}:{line}:{column}: error: ")
    assert message in first
    assert first.endswith("[document]")


@pytest.mark.parametrize("name", ["a tab", "an at sign", "a conflict", "an open quote", "a null", "UTF-16"])
def test_what_yaml_refuses_has_a_hint(name: str, tmp_path: Path) -> None:
    hints = {
        "a tab": "indent with spaces: a tab is no indentation",
        "an at sign": "put the value between quotes",
        "a conflict": "resolve the conflict that git marked in the file",
        "an open quote": "a quote or a bracket is not closed",
        "a null": "save it as UTF-8 text, without control characters",
        "UTF-16": "save it as UTF-8 text",
    }
    path = tmp_path / "openapi.yaml"
    path.write_bytes(HOSTILE[name][0])
    assert f"    hint: {hints[name]}\n" in CliRunner().invoke(spec, ["lint", str(path)]).stdout


BROKEN = [
    ("x-cynod: {envelope: system}", "x-cynod: {}", "no schema is the envelope of the case 'system'"),
    ("  max-body: 65536\n", "", "lacks the member 'max-body'"),
    ("effect: cancel", "effect: fly", "one of issue, credit"),
    ("security: [{client: []}, {}]", "security: [{jwt: []}]", "no security scheme 'jwt'"),
    ("'529'", "5XX", "does not say which status"),
    ("required: [ok, code, message, data]", "required: true", "must be a list"),
    ("description: Une page", "description: [a]", "must be a string"),
    ("$ref: '#/components/responses/Failure'", "$ref: '#/components/responses/Nothing'", "leads nowhere"),
]


@pytest.mark.parametrize(("old", "new", "message"), BROKEN)
def test_lint_says_what_makes_it_no_contract(old: str, new: str, message: str, tmp_path: Path) -> None:
    text = BASE.replace("'429': {", "'529': {")
    assert old in text
    path = Example(text.replace(old, new, 1), []).written(tmp_path)
    done = CliRunner().invoke(spec, ["lint", str(path)])
    assert done.exit_code == 1
    assert message in done.stdout
    assert done.stdout.endswith("1 error, 0 warnings\n")


@pytest.mark.slow
def test_fifty_megabytes_cost_seconds_and_less_than_a_gigabyte(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(HEAD + "x: '" + "a" * 50_000_000 + "'\n", "utf-8")
    limited = "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))"
    program = f"{limited}; from cynod_spec.cli import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-c", program, "spec", "lint", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert done.returncode == 1, done.stderr
    assert "lacks the member 'x-cynod'" in done.stdout


def test_more_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(DocumentError, match="more than 67,108,864"):
        read(path)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("a: 1")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.yaml").symlink_to(secret)
    (folder / "openapi.yaml").write_text(HEAD + "x-cynod: {$ref: link.yaml}\n")
    with pytest.raises(DocumentError, match="outside the document's folder"):
        read(folder / "openapi.yaml")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing.yaml", "there is no file {}"),
        (".", "{} is a folder"),
        ("pipe", "{} is no regular file"),
        ("loop", "{} cannot be read: Too many levels of symbolic links"),
        ("dangling", "there is no file {}"),
        ("x" * 300, "{} cannot be read: File name too long"),
        ("/dev/null", "{} is no regular file"),
    ],
)
def test_no_such_file_is_wrong_use(name: str, said: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nowhere")
    with pytest.raises(UsageError) as caught:
        read(tmp_path / name)
    assert caught.value.message == said.format(tmp_path / name)
    assert caught.value.exit_code == 2


REPLACED = [
    ("effect: read", "effect: fly", "is 'fly'"),
    ("{envelope: system}", "{}", "envelope of the case 'system'"),
    ("  max-body: 1048576\n", "", "lacks the member 'max-body'"),
    ("const: '0000'", "const: 0", "must be a string"),
    ("$request.path.rechargeId", "$request.path", "no runtime expression"),
    ("'401': {", "4XX: {", "does not say which status"),
    ("x-cynod: {status: 404}", "x-cynod: {}", "has no status"),
    ("security: []", "security: [{jwt: []}]", "no security scheme 'jwt'"),
    ("deprecated-at: '2026-01-01T00:00:00Z'", "deprecated-at: soon", "is no date-time"),
    ("level: DECLARED", "level: MAYBE", "is 'MAYBE'"),
]


@pytest.mark.parametrize(("old", "new", "message"), REPLACED)
def test_what_is_no_contract_says_why(old: str, new: str, message: str, changed: Callable[..., Path]) -> None:
    with pytest.raises(CynodError) as caught:
        load_contract(str(changed((old, new))))
    assert message in caught.value.message
    assert caught.value.at is not None


def test_any_other_openapi_document_says_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(HEAD + "paths: {}\n")
    with pytest.raises(DocumentError, match="lacks the member 'x-cynod'"):
        load_contract(str(path))
