"""What is generated from a small document is what it was: ``tests/golden/server/``, ``tests/golden/docs/``.

The modules of the runtime are copied as they are: of those, only the names are compared.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from cross_room.golden import Golden, difference

from cynod_generators.cli import generate
from cynod_generators.emit.plan import Plan
from cynod_generators.ir.build import build
from cynod_generators.targets.fastapi import plan
from cynod_spec import load_contract

DOCUMENT = Path(__file__).parents[1] / "spec/tests/documents/example/openapi.yaml"
PAGES = (  # one of each kind
    "fr/start.html",
    "fr/operations/issue-pass.html",
    "en/codes.html",
    "en/webhooks.html",
)


OF_A_SERVER = (  # roles of codes that a server refuses with and the small document has no use for
    "request-invalid",
    "required-absent",
    "json-malformed",
    "not-acceptable",
    "body-too-large",
    "media-type-unsupported",
    "token-invalid",
    "token-expired",
    "token-revoked",
    "scheme-unsupported",
    "address-refused",
    "partner-suspended",
    "basic-pair-wrong",
    "basic-not-enabled",
    "idempotency-key-invalid",
    "cursor-invalid",
)
CODE = """\
    CodeX{number:02}:
      const: X{number:02}
      title: {name}
      x-cynod:
        code: {{name: {name}, case: functional, message: {{fr: {name}, en: {name}}}, provoke: Rien.}}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The server of the small document, given the codes that it lacks."""
    text = DOCUMENT.read_text(encoding="utf-8")
    codes = [CODE.format(number=number, name=name) for number, name in enumerate(OF_A_SERVER)]
    references = [f"{{$ref: '#/components/schemas/CodeX{number:02}'}}" for number in range(len(codes))]
    allowed = "{$ref: '#/components/schemas/CodeR06'}"
    for old, new in (
        ("    CodeS00:\n", "".join(codes) + "    CodeS00:\n"),
        (f"{allowed}]", ", ".join([allowed, *references]) + "]"),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    document = tmp_path_factory.mktemp("server") / "openapi.yaml"
    document.write_text(text, encoding="utf-8")
    contract = load_contract(str(document))
    return plan(build(contract), "passes", "project", contract)


def without_document(contract: str) -> str:
    """The contract as a server has it, without the document's own text and what names the file."""
    data = json.loads(contract)
    for name in ("document", "in_requests", "in_responses"):
        del data[name]
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    done = CliRunner().invoke(generate, ["docs", "--spec", str(DOCUMENT), "-o", str(folder)])
    assert done.exit_code == 0, done.output
    return folder


def test_the_files_of_a_server(server: Plan, golden: Golden) -> None:
    lines = sorted(f"{file.path}{'' if file.generated else '  (yours)'}\n" for file in server.files)
    golden.check("server/files.txt", "".join(lines))


def test_what_a_server_is_made_of(server: Plan, golden: Golden) -> None:
    """What carries the document's names: operations, the contract as data, what is written once."""
    written = {
        file.path.as_posix(): file.content.decode("utf-8")
        for file in server.files
        if not file.generated or file.path.name in ("operations.py", "contract.json")
    }
    for name, content in sorted(written.items()):
        text = without_document(content) if name.endswith(".json") else content
        golden.check(f"server/{name}.txt", text)


@pytest.mark.slow
def test_the_files_of_the_docs(docs: Path, golden: Golden) -> None:
    files = sorted(file.relative_to(docs).as_posix() for file in docs.rglob("*") if file.is_file())
    golden.check("docs/files.txt", "".join(f"{name}\n" for name in files))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_the_docs(docs: Path, golden: Golden, page: str) -> None:
    golden.check(f"docs/{page}", (docs / page).read_text(encoding="utf-8"))


def test_a_difference_is_shown_by_line_and_bounded() -> None:
    shown = difference("a.txt", "one\ntwo\n", "one\nthree\n")
    assert "-two\n+three\n" in shown
    assert "--update-golden" in shown
    long = difference("a.txt", "", "line\n" * 1000).splitlines()
    assert len(long) < 100
    assert "(only line breaks differ)" in difference("a.txt", "one\n", "one\r\n")
