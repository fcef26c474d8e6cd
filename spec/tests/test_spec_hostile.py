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

from cynod_spec.commands import spec
from cynod_spec.errors import CynodError, DocumentError, UsageError
from cynod_spec.reading import MAX_BYTES, read

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
    "control characters": (b"openapi: \x00\x01", "not readable as YAML", (1, 1)),
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
    assert message in first
    assert last == f"{path}: 1 error, 0 warnings"
    assert "Traceback" not in done.output


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
        file.truncate(MAX_BYTES + 1)
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


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_no_such_file_is_wrong_use(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read(tmp_path / name)


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
    from cynod_spec.model import Contract

    with pytest.raises(CynodError) as caught:
        Contract.load(str(changed((old, new))))
    assert message in caught.value.message
    assert caught.value.at is not None


def test_any_other_openapi_document_says_what_it_lacks(tmp_path: Path) -> None:
    from cynod_spec.model import Contract

    path = tmp_path / "openapi.yaml"
    path.write_text(HEAD + "paths: {}\n")
    with pytest.raises(DocumentError, match="lacks the member 'x-cynod'"):
        Contract.load(str(path))
