"""A session of ``cynod spec lsp``: a real editor's client, a real process, real files."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cross_room.editor import COMMAND, Editor, editing, position
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from cynod_spec import load_contract
from cynod_spec.environment.locating import default_contract
from cynod_spec.lint import check

pytestmark = pytest.mark.slow

ROOM = Path(__file__).parents[1]
SHIPPED = Path(default_contract()).parent
SMALL = ROOM / "tests" / "documents"
OPTIONAL = ("      in: header\n      required: true", "      in: header\n      required: false")
UNDECLARED = ("['recharge:lire']", "['recharge:lirre']")


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    with editing() as session:
        yield session


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A copy of the small contract with its translation."""
    shutil.copytree(SMALL / "locales", tmp_path / "locales")
    return Path(shutil.copy(SMALL / "small.yaml", tmp_path)).resolve()


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A copy of the shipped contract with its translation."""
    document = Path(default_contract())
    shutil.copytree(document.parent / "locales", tmp_path / "locales")
    return Path(shutil.copy(document, tmp_path / "openapi.yaml")).resolve()


def said(editor: Editor, file: Path, found: list[types.Diagnostic]) -> list[tuple[Any, str]]:
    """The rule of each diagnostic, and the words to which it points."""
    return [(each.code, editor.selected(file, each.range)) for each in found]


def test_what_lint_says_is_shown_where_lint_says_it(editor: Editor, small: Path) -> None:
    text = small.read_text("utf-8").replace(*UNDECLARED)
    small.write_text(text, "utf-8")
    shown = editor.open(small)
    findings = [each for each in check(small) if each.at.file == str(small)]
    assert len(shown) == len(findings) > 1
    for each, finding in zip(shown, findings, strict=True):
        lines = text.split("\n")
        assert each.code == finding.rule
        assert each.source == "cynod"
        assert each.message == f"{finding.message}\n{finding.hint}"
        assert each.severity == types.DiagnosticSeverity[finding.level.title()]
        start = sum(len(line) + 1 for line in lines[: finding.at.line - 1]) + finding.at.column - 1
        assert each.range.start == position(text, start)
        assert each.range.end.character - each.range.start.character == finding.end[1] - finding.at.column
    assert ("scope-unused", "'recharge:lire'") in said(editor, small, shown)
    editor.close(small)


def test_an_edit_brings_its_own_diagnostics(
    editor: Editor, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert editor.open(whole) == []
    text, took = editor.texts[whole], []
    for turn in range(2):
        broken = text.replace("['solde:lire']", "['solde:lir']", 1) + "#" * turn
        shown, first = editor.edit(whole, broken)
        assert ("scope-unused", "'solde:lire'") in said(editor, whole, shown)
        shown, second = editor.edit(whole, text + "#" * turn)
        assert shown == []
        took += [first, second]
    with capsys.disabled():
        print(
            f"\nfrom an edit to its diagnostics, {len(text):,} characters: {sorted(took)[2]:.0f} ms (median)"
        )
    editor.close(whole)


def test_a_text_that_does_not_parse_has_one_finding_until_it_is_mended(editor: Editor, small: Path) -> None:
    clean = editor.open(small)
    text = editor.texts[small]
    shown, _ = editor.edit(small, text.replace("paths:\n", "paths: [\n"))
    assert [(each.code, each.severity) for each in shown] == [("document", types.DiagnosticSeverity.Error)]
    assert "not readable as YAML" in shown[0].message
    assert hovered(editor, small, "obtenirJeton", lead="operationId: ")  # from the last readable state
    assert editor.edit(small, text)[0] == clean
    editor.close(small)


def test_many_keys_in_a_row_end_in_what_the_last_one_made(editor: Editor, small: Path) -> None:
    clean = editor.open(small)
    text = editor.texts[small]
    for count in range(20):
        editor.type(small, text.replace("paths:", "paths" + "x" * count + ":"))
    shown, _ = editor.edit(small, text.replace(*UNDECLARED))
    assert ("scope-unused", "'recharge:lire'") in said(editor, small, shown)
    assert editor.edit(small, text)[0] == clean
    editor.close(small)


def test_columns_count_utf_16_units(editor: Editor, small: Path) -> None:
    """A character beyond U+FFFF is two units, and a column of lint's one."""
    text = small.read_text("utf-8").replace("info: {", "info: {summary: '😀𝄞', colour: x, ")
    shown = editor.open(small, text)
    assert ("document-invalid", "colour") in said(editor, small, shown)
    at = next(each.range for each in shown if each.code == "document-invalid")
    assert at.start.character == len("info: {summary: '😀𝄞', ") + 2
    editor.close(small)


@pytest.mark.parametrize("encoding", ["utf-8", pytest.param("utf-32", marks=pytest.mark.soak)])
def test_an_editor_may_count_otherwise(small: Path, encoding: str) -> None:
    text = small.read_text("utf-8").replace("info: {", "info: {summary: '😀é', colour: x, ")
    able = types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(encoding)])
    )
    with editing(able) as session:
        assert session.encoding == encoding
        shown = session.open(small, text)
        at = next(each.range.start for each in shown if each.code == "document-invalid")
        before = "info: {summary: '😀é', ".encode("utf-32-le" if encoding == "utf-32" else "utf-8")
        assert at.character == len(before) // (4 if encoding == "utf-32" else 1)


def test_windows_line_ends_and_a_byte_order_mark_move_nothing(editor: Editor, small: Path) -> None:
    text = small.read_text("utf-8").replace(*UNDECLARED)
    small.write_bytes(text.encode("utf-8"))
    plain = editor.open(small)
    for other in (text.replace("\n", "\r\n"), "\ufeff" + text, text.replace("\n", "\r")):
        shown, _ = editor.edit(small, other)
        assert [(each.code, each.range) for each in shown] == [(each.code, each.range) for each in plain]
    editor.close(small)


def test_lines_that_yaml_alone_breaks_are_not_the_editors(editor: Editor, small: Path) -> None:
    text = (
        small.read_text("utf-8").replace("version: 1.0.0,", "version: '1.0.0\u2028',", 1).replace(*UNDECLARED)
    )
    shown = editor.open(small, text)
    assert ("scope-unused", "'recharge:lire'") in said(editor, small, shown)
    editor.close(small)


def test_a_mistake_in_an_overlay_stands_in_the_overlay(editor: Editor, small: Path) -> None:
    overlay = small.parent / "locales" / "en.overlay.yaml"
    clean = editor.open(small)
    assert editor.open(overlay) == []
    text = editor.texts[overlay]
    shown, _ = editor.edit(
        overlay, text.replace("$.components.schemas.Code0001\n", "$.components.schemas.Gone\n")
    )
    assert [each.message.split("\n")[0] for each in shown] == [
        "the target $.components.schemas.Gone matches nothing"
    ]
    assert editor.edit(overlay, text)[0] == []
    assert editor.until(small, lambda shown: shown == clean)
    editor.close(overlay)
    editor.close(small)


def test_an_overlay_alone_finds_its_document(editor: Editor, whole: Path) -> None:
    overlay = whole.parent / "locales" / "en.overlay.yaml"
    assert editor.open(overlay) == []
    text = editor.texts[overlay]
    shown, _ = editor.edit(overlay, text.replace("      summary: The", "      sumary: The"))
    assert [editor.selected(overlay, each.range) for each in shown] == ["sumary"]
    editor.close(overlay)


def test_workflows_are_judged_with_their_contract(editor: Editor, tmp_path: Path) -> None:
    for path in SHIPPED.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    shutil.copytree(SHIPPED / "locales", tmp_path / "locales")
    file = tmp_path.resolve() / "workflows.arazzo.yaml"
    assert editor.open(file) == []
    line = next(each for each in editor.texts[file].splitlines() if "operationId: " in each)
    shown, _ = editor.edit(file, editor.texts[file].replace(line, line + "X", 1))
    assert "step-operation-unknown" in [each.code for each in shown]
    editor.open(tmp_path.resolve() / "openapi.yaml")
    editor.close(file)
    assert editor.until(file, lambda shown: not shown)
    editor.close(tmp_path.resolve() / "openapi.yaml")


def test_what_changes_on_disk_is_judged_again(editor: Editor, small: Path) -> None:
    clean = editor.open(small)
    overlay = small.parent / "locales" / "en.overlay.yaml"
    text = overlay.read_text("utf-8")
    overlay.write_text(text.replace("schemas.Code0001\n", "schemas.Gone\n"), "utf-8")
    assert editor.watches == ["**/*.{yaml,yml,json}"]
    event = types.FileEvent(overlay.as_uri(), types.FileChangeType.Changed)
    changed = types.DidChangeWatchedFilesParams([event])
    editor.notify(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, changed)
    assert editor.until(overlay, lambda shown: [each.code for each in shown] == ["document"])
    overlay.write_text(text, "utf-8")
    editor.notify(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, changed)
    assert editor.until(overlay, lambda shown: not shown)
    assert editor.until(small, lambda shown: shown == clean)
    editor.close(small)


def test_a_file_that_belongs_to_no_contract_is_left_alone(editor: Editor, tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text("services: {a: {image: b}}\n", "utf-8")
    item = types.TextDocumentItem(file.as_uri(), "yaml", 1, file.read_text("utf-8"))
    editor.notify(types.TEXT_DOCUMENT_DID_OPEN, types.DidOpenTextDocumentParams(item))
    place = types.TextDocumentIdentifier(file.as_uri()), types.Position(0, 3)
    assert editor.ask(types.TEXT_DOCUMENT_HOVER, types.HoverParams(*place)) is None
    with pytest.raises(JsonRpcException, match="belongs to no contract"):
        editor.ask(types.TEXT_DOCUMENT_RENAME, types.RenameParams(*place, "x"))


def hovered(editor: Editor, file: Path, word: str, lead: str = "") -> str:
    """What is said of *word* behind *lead*."""
    params = types.HoverParams(**editor.at(file, lead + word, offset=len(lead) + 1))
    found = editor.ask(types.TEXT_DOCUMENT_HOVER, params)
    if found is None:
        return ""
    assert editor.selected(file, found.range) in (word, f"'{word}'")
    return str(found.contents.value)


def test_hover_says_what_a_name_is(editor: Editor, small: Path) -> None:
    editor.open(small)
    code = hovered(editor, small, "Code1002", "#/components/schemas/")
    for words in (
        "1002",
        "value-invalid",
        "HTTP 400",
        "fr: Valeur invalide",
        "en: Invalid value",
        "not retryable",
    ):
        assert words in code
    assert "fr: provoked by: Un montant nul." in code
    assert "en: provoked by: An amount of zero." in code
    assert hovered(editor, small, "1002", "const: '") == code
    assert hovered(editor, small, "value-invalid", "[") == code
    assert "cannot be provoked: Aucune demande" in hovered(editor, small, "9999", "const: '")
    clause = hovered(editor, small, "TOK-1")
    assert "MUST" in clause
    assert "fr: Le jeton ne s’obtient que par POST." in clause
    assert "en: A token is only had by POST." in clause
    assert "POST /recharges" in hovered(editor, small, "creerRecharge", "operationId: ")
    assert "fr: Recharger des cartes" in hovered(editor, small, "recharge:ecrire", "['")
    schema = hovered(editor, small, "DemandeRecharge", "#/components/schemas/")
    assert "```yaml\ntype: object\n" in schema
    assert "minimum: 1" in schema  # of what it refers to
    role = hovered(editor, small, "amount")
    assert "$request.body#/montant/valeur" in role
    assert "top-up: /montant/valeur" in role
    assert "Adds money" in hovered(editor, small, "credit", "effect: ")
    assert "`refund`: Gives back" in hovered(editor, small, "effect")
    assert hovered(editor, small, "1.0.0", "version: ") == ""
    editor.close(small)


def test_hover_of_a_great_part_is_cut(editor: Editor, whole: Path) -> None:
    overlay = whole.parent / "locales" / "en.overlay.yaml"
    first = load_contract(str(whole)).operations[0]
    update = f"{{{first.path}: {{{first.method.lower()}: {{summary: x}}}}}}"
    text = overlay.read_text("utf-8") + f"  - target: $.paths\n    update: {update}\n"
    editor.open(overlay, text)
    params = types.HoverParams(**editor.at(overlay, "$.paths\n", offset=2))
    found = editor.ask(types.TEXT_DOCUMENT_HOVER, params)
    assert found.contents.value.endswith("…\n```")
    assert len(found.contents.value.splitlines()) < 40
    editor.close(overlay)


def test_hover_works_in_an_overlay(editor: Editor, small: Path) -> None:
    overlay = small.parent / "locales" / "en.overlay.yaml"
    editor.open(small)
    editor.open(overlay)
    params = types.HoverParams(**editor.at(overlay, "['TOK-1']", offset=4))
    found = editor.ask(types.TEXT_DOCUMENT_HOVER, params)
    assert "Le jeton ne s’obtient" in found.contents.value
    editor.close(overlay)
    editor.close(small)


def defined(
    editor: Editor, file: Path, word: str, offset: int = 1, nth: int = 0
) -> list[tuple[str, int, str]]:
    """File, line from 1 and words of each definition of what stands at *word*."""
    params = types.DefinitionParams(**editor.at(file, word, nth, offset))
    found = editor.ask(types.TEXT_DOCUMENT_DEFINITION, params)
    return [
        (path.name, each.range.start.line + 1, editor.selected(path, each.range))
        for each in found
        if (path := Path(each.uri.removeprefix("file://")))
    ]


@pytest.mark.parametrize(
    ("keyword", "reference"), [("$anchor", "$ref"), ("$dynamicAnchor", "$dynamicRef"), ("$id", "$ref")]
)
def test_the_definition_of_a_name_that_a_schema_gives_itself(
    keyword: str, reference: str, editor: Editor, small: Path
) -> None:
    named, written = ("code.json", "'code.json'") if keyword == "$id" else ("code", "'#code'")
    text = small.read_text("utf-8")
    text = text.replace("CodeInterne: {type", f"CodeInterne: {{{keyword}: {named}, type", 1)
    text = text.replace("$ref: '#/components/schemas/CodeInterne'", f"{reference}: {written}", 1)
    editor.open(small, text)
    line = text.split("    CodeInterne:")[0].count("\n") + 1
    assert defined(editor, small, written, 2) == [("small.yaml", line, "CodeInterne")]
    editor.close(small)


def test_definitions(editor: Editor, small: Path) -> None:
    (small.parent / "parts").mkdir()
    part = small.parent / "parts" / "montant.yaml"
    part.write_text("Montant: {type: integer}\n", "utf-8")
    text = small.read_text("utf-8")
    text = text.replace(
        "carteId: {type: string, minLength: 1}", "carteId: {$ref: 'parts/montant.yaml#/Montant'}"
    )
    editor.open(small, text)
    lines = text.split("\n")

    def line(words: str) -> int:
        return next(i for i, each in enumerate(lines, 1) if each.startswith(words))

    assert defined(editor, small, "schemas/Code0001'", 9) == [
        ("small.yaml", line("    Code0001:"), "Code0001")
    ]
    assert defined(editor, small, "parts/montant.yaml") == [("montant.yaml", 1, "Montant")]
    scopes = line("          scopes:")
    assert defined(editor, small, "recharge:ecrire") == [("small.yaml", scopes, "'recharge:ecrire'")]
    assert defined(editor, small, "[](code:unknown-path)", 9) == [
        ("small.yaml", line("    Code1010:"), "Code1010")
    ]
    assert defined(editor, small, "tags: [Essai]", 8)[0][:2] == ("small.yaml", line("tags:"))
    overlay = small.parent / "locales" / "en.overlay.yaml"
    editor.open(overlay)
    assert defined(editor, overlay, "$.paths['/recharges'].post") == [
        ("small.yaml", line("  /recharges:") + 1, "post")
    ]
    assert defined(editor, overlay, "clauses['TOK-1']", 11) == [("small.yaml", line("    TOK-1:"), "TOK-1")]
    params = types.ReferenceParams(
        types.ReferenceContext(True), **editor.at(small, "schemas/Code0001'", 0, 9)
    )
    found = editor.ask(types.TEXT_DOCUMENT_REFERENCES, params)
    assert sorted(Path(each.uri.removeprefix("file://")).name for each in found) == [
        *["en.overlay.yaml"] * 2,
        *["small.yaml"] * 2,
    ]
    params.context.include_declaration = False
    assert len(editor.ask(types.TEXT_DOCUMENT_REFERENCES, params)) == 3
    editor.close(overlay)
    editor.close(small)


COMPLETED = {
    "a code": (
        "oneOf: [{$ref: '#/components/schemas/Code0001'}]",
        "oneOf: [{$ref: '|",
        "#/components/schemas/Code0001",
    ),
    "a parameter": ("- {$ref: '#/components/parameters/Cle'}", "- {$ref: |", "#/components/parameters/Cle"),
    "a response": (
        "'400': {$ref: '#/components/responses/Invalide'}",
        "'400': {$ref: '#/|",
        "#/components/responses/Panne",
    ),
    "a scope": ("[{oauth2: ['recharge:ecrire']}, {basic: []}]", "[{oauth2: ['|", "recharge:ecrire"),
    "a scheme": ("security: [{pair: []}, {}]", "security: [{|", "pair"),
    "an effect": ("effect: credit", "effect: c|", "credit"),
    "a word of x-cynod": ("        effect: credit\n", "        eff|\n", "effect"),
    "a role": ("          card: $request", "          ca|\n          x: $request", "card"),
    "a resource": ("resource: top-up", "resource: |", "top-up"),
    "a code's name": ("[[unknown-path]", "[[un|", "unknown-path"),
    "a tag": ("tags: [Essai]", "tags: [|", "Essai"),
    "an actor": ("{actors: [partner]}", "{actors: [|", "partner"),
    "a clause": ("source: RFC 6749 §3.2,", "source: selon SL|", "SLA-1"),
    "a level": ("level: MUST", "level: |", "SHOULD"),
}


@pytest.mark.parametrize("name", COMPLETED)
def test_completion_offers(editor: Editor, small: Path, name: str) -> None:
    """The text is broken meanwhile, as texts are that one types."""
    editor.open(small)
    old, new, wanted = COMPLETED[name]
    text = editor.texts[small]
    assert old in text
    before, _, after = text.partition(old)
    typed, _, rest = new.partition("|")
    editor.type(small, before + typed + rest + after)
    params = types.CompletionParams(
        types.TextDocumentIdentifier(small.as_uri()), position(editor.texts[small], len(before + typed))
    )
    found = {each.label: each for each in editor.ask(types.TEXT_DOCUMENT_COMPLETION, params).items}
    assert wanted in found
    edit = found[wanted].text_edit
    assert edit.range.end == position(editor.texts[small], len(before + typed))
    replaced = editor.selected(small, edit.range)
    assert typed.endswith(replaced)
    if name in ("a parameter", "a response"):
        assert all("/schemas/" not in label for label in found)
        assert edit.new_text.strip("'") == wanted
        assert edit.new_text.startswith("'") is ("'" not in typed)
    editor.close(small)


def test_completion_in_an_overlay_offers_what_the_document_has(editor: Editor, small: Path) -> None:
    overlay = small.parent / "locales" / "en.overlay.yaml"
    editor.open(small)
    editor.open(overlay)
    text = editor.texts[overlay] + "  - target: $['x-cynod'].clauses\n    update:\n      S"
    editor.type(overlay, text)
    params = types.CompletionParams(types.TextDocumentIdentifier(overlay.as_uri()), position(text, len(text)))
    found = editor.ask(types.TEXT_DOCUMENT_COMPLETION, params)
    assert [each.label for each in found.items] == ["TOK-1", "SLA-1"]
    editor.close(overlay)
    editor.close(small)


def test_a_quick_fix_mends_what_lint_would(editor: Editor, small: Path) -> None:
    text = small.read_text("utf-8").replace(
        "      in: header\n      required: true", "      in: header\n      required: false"
    )
    shown = editor.open(small, text)
    found = next(each for each in shown if each.code == "idempotency-key-optional")
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(small.as_uri()), found.range, types.CodeActionContext([found])
    )
    offered = editor.ask(types.TEXT_DOCUMENT_CODE_ACTION, params)
    action = next(each for each in offered if each.diagnostics[0].code == found.code)
    assert action.kind == types.CodeActionKind.QuickFix
    assert list(action.diagnostics) == [found]
    (changed,) = editor.apply(action.edit).values()
    assert changed == small.read_text("utf-8") == text.replace("required: false", "required: true")
    shown, _ = editor.edit(small, changed)
    assert "idempotency-key-optional" not in [each.code for each in shown]
    editor.close(small)


def test_a_guess_is_offered_and_not_preferred(editor: Editor, small: Path) -> None:
    text = small.read_text("utf-8").replace("resource: top-up", "resource: topup", 1)
    shown = editor.open(small, text)
    found = next(each for each in shown if each.code == "resource-unknown")
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(small.as_uri()), found.range, types.CodeActionContext([found])
    )
    offered = editor.ask(types.TEXT_DOCUMENT_CODE_ACTION, params)
    action = next(each for each in offered if each.diagnostics[0].code == found.code)
    assert not action.is_preferred
    assert list(editor.apply(action.edit).values()) == [small.read_text("utf-8")]
    editor.close(small)


def test_all_fixes_at_once(editor: Editor, small: Path) -> None:
    text = small.read_text("utf-8").replace(
        "      in: header\n      required: true", "      in: header\n      required: false"
    )
    editor.open(small, text)
    everything = types.Range(types.Position(0, 0), types.Position(0, 0))
    asked = types.CodeActionContext([], only=[types.CodeActionKind.SourceFixAll])
    params = types.CodeActionParams(types.TextDocumentIdentifier(small.as_uri()), everything, asked)
    (action,) = editor.ask(types.TEXT_DOCUMENT_CODE_ACTION, params)
    (changed,) = editor.apply(action.edit).values()
    editor.edit(small, changed)
    assert not editor.ask(types.TEXT_DOCUMENT_CODE_ACTION, params)
    editor.close(small)


@pytest.mark.parametrize("size", [100_000, pytest.param(3_000_000, marks=pytest.mark.soak)])
def test_a_huge_document_blocks_no_hover(editor: Editor, small: Path, tmp_path: Path, size: int) -> None:
    """Three megabytes take seconds to judge; what is asked meanwhile is answered."""
    huge = tmp_path.resolve() / "huge.yaml"
    text = small.read_text("utf-8")
    schema = "{type: string, maxLength: 9, description: Un membre parmi trente mille}\n"
    many = "".join(f"        membre{number}: {schema}" for number in range(size // 90))
    head, tail = text.split("        rechargeId: {type: string}\n")
    huge.write_text(f"{head}{many}        rechargeId: {{type: string}}\n{tail}", "utf-8")
    assert huge.stat().st_size > size
    editor.open(small)
    editor.texts[huge] = huge.read_text("utf-8")
    editor.versions[huge] = 1
    item = types.TextDocumentItem(huge.as_uri(), "yaml", 1, editor.texts[huge])
    editor.notify(types.TEXT_DOCUMENT_DID_OPEN, types.DidOpenTextDocumentParams(item))
    assert "TOK" in hovered(editor, small, "TOK-1")
    assert size < 1_000_000 or not editor.has_published(huge)
    editor.diagnostics(huge)
    assert "TOK" in hovered(editor, huge, "TOK-1")
    editor.type(huge, editor.texts[huge] + "\n")
    assert "TOK" in hovered(editor, huge, "TOK-1")  # from the state before this edit
    assert size < 1_000_000 or not editor.has_published(huge)
    editor.diagnostics(huge)
    editor.close(huge)
    editor.close(small)


def test_closing_takes_the_diagnostics_away(editor: Editor, small: Path) -> None:
    shown = editor.open(small, small.read_text("utf-8").replace(*UNDECLARED))
    assert shown
    editor.close(small)
    assert editor.until(small, lambda shown: not shown)


HOSTILE = {
    "nothing": "",
    "a tag that would run code": "openapi: !!python/object/apply:os.system ['touch hacked']\n",
    "an alias of aliases": "openapi: 3.1.0\na: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{n}: &{n} [{','.join(['*' + p] * 9)}]\n" for p, n in pairwise("abcdefghi")),
    "depth": "openapi: " + "[" * 5000,
    "a file elsewhere": "openapi: 3.1.0\npaths: {/a: {$ref: '../../../../etc/passwd'}}\n",
    "the network": "openapi: 3.1.0\npaths: {/a: {$ref: 'http://127.0.0.1:1/x.yaml'}}\n",
    "half a character": "openapi: 3.1.0\ninfo: {title: \ud83d}\n",
    "a zero": "openapi: 3.1.0\n\0: 1\n",
}


ODD = """\
operationId: '0001'
const: '0001'
x: {operationId: a, enum: ['0001'], security: [{a: b}], tags: a, x-cynod: {request: [a], resource: a}}
$ref: 3
get: {x-cynod: {effect: read}}
"""


def test_what_stands_where_it_should_not_breaks_nothing(editor: Editor, small: Path) -> None:
    """Every question about every word of a readable document with odd ends, and of an odd overlay."""
    overlay = small.parent / "locales" / "fr.overlay.yaml"
    overlay.write_text("overlay: 1.0.0\nactions: {a: {target: $.info, update: {title: x}}}\n", "utf-8")
    text = small.read_text("utf-8") + ODD
    editor.open(small, text)
    for file in (small, overlay):
        lines = (text if file == small else overlay.read_text("utf-8")).splitlines()
        for line in range(max(len(lines) - 6, 0), len(lines)):
            for column in range(0, len(lines[line]), 3):
                place = types.TextDocumentIdentifier(file.as_uri()), types.Position(line, column)
                editor.ask(types.TEXT_DOCUMENT_HOVER, types.HoverParams(*place))
                editor.ask(types.TEXT_DOCUMENT_DEFINITION, types.DefinitionParams(*place))
                editor.ask(types.TEXT_DOCUMENT_COMPLETION, types.CompletionParams(*place))
    everywhere = types.ReferenceContext(include_declaration=True)
    params = types.ReferenceParams(everywhere, **editor.at(small, "    Code0001:", offset=5))
    assert len(editor.ask(types.TEXT_DOCUMENT_REFERENCES, params)) == 4
    assert not editor.told
    editor.close(small)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_words_are_a_finding(editor: Editor, tmp_path: Path, name: str) -> None:
    file = tmp_path.resolve() / "hostile.yaml"
    file.write_text("openapi: 3.1.0\n", "utf-8")
    editor.open(file)
    shown, _ = editor.edit(file, "openapi: 3.1.0\n" + HOSTILE[name].removeprefix("openapi: 3.1.0\n"))
    assert len(shown) == 1
    for line in range(3):
        place = types.TextDocumentIdentifier(file.as_uri()), types.Position(line, 12)
        editor.ask(types.TEXT_DOCUMENT_HOVER, types.HoverParams(*place))
        editor.ask(types.TEXT_DOCUMENT_COMPLETION, types.CompletionParams(*place))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["hostile.yaml"]
    assert not editor.told
    editor.close(file)


def test_without_pygls_one_line_says_what_to_install() -> None:
    start = "import sys; sys.modules['pygls'] = None; from cynod_spec.cli import main; main()"
    command = [sys.executable, "-c", start, "spec", "lsp"]
    done = subprocess.run(command, cwd=ROOM.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "install '.[lsp]'" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_editor_that_vanishes_takes_the_server_with_it(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, *COMMAND[1:]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(60) == 0
    for pipe in (process.stdout, process.stderr):
        assert pipe is not None
        assert pipe.read() == b""
        pipe.close()
