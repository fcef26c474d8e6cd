"""Rename in ``cynod spec lsp``: applied to files on disk, what comes out is a contract as good as before."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from cross_room.editor import Editor, editing, text_edits
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from cynod_spec import load_contract
from cynod_spec.cli.commands import spec
from cynod_spec.environment.locating import default_contract
from cynod_spec.lint import check

pytestmark = pytest.mark.slow

DOCUMENTS = Path(__file__).parent / "documents"
ARAZZO = """arazzo: 1.0.1
info: {title: Essai, version: 1.0.0}
sourceDescriptions: [{name: api, url: small.yaml, type: openapi}]
workflows:
  - workflowId: recharger  # creerRecharge, in a comment, stays
    steps:
      - {stepId: faire, operationId: creerRecharge}
      - {stepId: lire, operationId: $sourceDescriptions.api.lireRecharge}
"""


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    with editing() as session:
        yield session


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A copy of the small contract with its translation and workflows."""
    shutil.copytree(DOCUMENTS / "locales", tmp_path / "locales")
    (tmp_path / "small.arazzo.yaml").write_text(ARAZZO, "utf-8")
    return Path(shutil.copy(DOCUMENTS / "small.yaml", tmp_path)).resolve()


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A copy of the shipped contract with its translation."""
    document = Path(default_contract())
    shutil.copytree(document.parent / "locales", tmp_path / "locales")
    return Path(shutil.copy(document, tmp_path / "openapi.yaml")).resolve()


def rename(editor: Editor, file: Path, word: str, new: str, offset: int = 1) -> types.WorkspaceEdit:
    """The edit that gives *new* as a name to what stands at *word*."""
    params = types.RenameParams(new_name=new, **editor.at(file, word, offset=offset))
    answer: types.WorkspaceEdit = editor.ask(types.TEXT_DOCUMENT_RENAME, params)
    return answer


def prepared(editor: Editor, file: Path, word: str, offset: int = 1) -> str:
    """The words that the editor would let its user change at *word*."""
    params = types.PrepareRenameParams(**editor.at(file, word, offset=offset))
    answer = editor.ask(types.TEXT_DOCUMENT_PREPARE_RENAME, params)
    assert editor.selected(file, answer.range) == answer.placeholder
    return str(answer.placeholder)


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    """Each line that differs, before and after; no line comes or goes."""
    old, new = before.split("\n"), after.split("\n")
    assert len(old) == len(new)
    return [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]


def assert_sound(document: Path, before: list[str]) -> None:
    """Lint finds at *document* what it found *before*, and its English bundle is built."""
    assert sorted(each.rule for each in check(document)) == before
    output = str(document.parent / "build.yaml")
    done = CliRunner().invoke(spec, ["bundle", str(document), "--lang", "en", "-o", output])
    assert done.exit_code == 0, done.output


def rules(document: Path) -> list[str]:
    return sorted(each.rule for each in check(document))


def test_a_component_across_document_and_overlay(editor: Editor, whole: Path) -> None:
    """At a reference, the schema's name; its value, its role, comments and style stay."""
    overlay = whole.parent / "locales" / "en.overlay.yaml"
    editor.open(whole)
    editor.open(overlay)
    code = next(each for each in load_contract(str(whole)).codes if each.provoke.fr and each.status)
    old, text = code.schema_name, editor.texts[whole]
    reference = f"'#/components/schemas/{old}'"
    assert prepared(editor, whole, reference, len(reference) - 2) == old
    edit = rename(editor, whole, reference, "Code.Other-1", len(reference) - 2)
    assert {each.text_document.version for each in text_edits(edit)} == {1}
    changed = editor.apply(edit)
    assert set(changed) == {whole, overlay}
    for before, after in changed_lines(text, changed[whole]):
        assert before.replace(old, "Code.Other-1") == after
    assert_sound(whole, [])
    again = next(each for each in load_contract(str(whole)).codes if each.value == code.value)
    assert (again.schema_name, again.title, again.provoke) == ("Code.Other-1", code.title, code.provoke)
    editor.close(overlay)
    editor.close(whole)


def test_the_value_of_a_code_wherever_the_document_repeats_it(editor: Editor, whole: Path) -> None:
    """In examples, in the address of its page and, where the editor asks about each, in sentences."""
    editor.open(whole)
    contract = load_contract(str(whole))
    text = editor.texts[whole]
    code = next(each for each in contract.codes if f"codes.html#{each.value}" in text)
    edit = rename(editor, whole, f"const: '{code.value}'", "3999", len("const: '") + 1)
    changed = editor.apply(edit)[whole]
    assert f"'{code.value}'" not in changed
    assert f"#{code.value}" not in changed
    for before, after in changed_lines(text, changed):
        assert re.sub(rf"\b{code.value}\b", "3999", before) == after
    assert_sound(whole, [])
    again = load_contract(str(whole)).code(code.name)
    assert (again.value, again.schema_name) == ("3999", code.schema_name)
    editor.close(whole)


def test_a_component_that_is_referred_to_by_its_anchor(editor: Editor, small: Path) -> None:
    """An anchor is no name of the component: it stays, and is no obstacle."""
    text = small.read_text("utf-8")
    text = text.replace("CodeInterne: {type", "CodeInterne: {$anchor: code, type", 1)
    text = text.replace("'#/components/schemas/CodeInterne'", "'#code'", 1)
    small.write_text(text, "utf-8")
    before = rules(small)
    editor.open(small)
    changed = editor.apply(rename(editor, small, "    CodeInterne:", "Code", 5))[small]
    assert changed == text.replace("CodeInterne", "Code")
    assert "'#code'" in changed
    assert_sound(small, before)
    editor.close(small)


def test_words_of_sentences_are_asked_about(editor: Editor, small: Path) -> None:
    text = small.read_text("utf-8").replace(
        "Un contrat pour les essais.", "Le code 1002 et non 10021 ni A1002."
    )
    editor.open(small, text)
    edit = rename(editor, small, "const: '1002'", "1003", 9)
    assert edit.change_annotations is not None
    ((name, annotation),) = edit.change_annotations.items()
    assert annotation.needs_confirmation
    (listed,) = (each.edits for each in text_edits(edit))
    asked = [each for each in listed if isinstance(each, types.AnnotatedTextEdit)]
    assert [(each.annotation_id, each.range.start.line) for each in asked] == [(name, 2)]
    assert "Code1002: " not in editor.apply(edit)[small]
    editor.close(small)


def test_a_scope(editor: Editor, whole: Path) -> None:
    editor.open(whole)
    scope = next(iter(load_contract(str(whole)).security.scopes))
    edit = rename(editor, whole, f"['{scope}'", "solde:voir", 3)
    changed = editor.apply(edit)
    assert {path.name for path in changed} == {"openapi.yaml", "en.overlay.yaml"}
    assert all(scope not in text for text in changed.values())
    assert_sound(whole, [])
    contract = load_contract(str(whole))
    assert contract.security.scopes["solde:voir"].en
    assert any("solde:voir" in each.scopes for each in contract.operations)
    editor.close(whole)


def test_a_security_scheme_an_operation_and_a_tag(editor: Editor, small: Path) -> None:
    before = rules(small)
    editor.open(small)
    for word, offset, new in (
        ("    pair: {type", 5, "couple"),
        ("operationId: lireRecharge", 15, "voirRecharge"),
        ("tags: [Essai]", 8, "Premiers pas"),
    ):
        changed = editor.apply(rename(editor, small, word, new, offset))
        editor.edit(small, changed[small])
        assert_sound(small, before)
    contract = load_contract(str(small))
    assert [each.name for each in contract.security.schemes] == ["oauth2", "basic", "couple"]
    assert contract.tags[0].name == contract.operations[0].tag == "Premiers pas"
    workflows = (small.parent / "small.arazzo.yaml").read_text("utf-8")
    assert changed_lines(ARAZZO, workflows) == [
        (line, line.replace("lireRecharge", "voirRecharge")) for line in ARAZZO.split("\n") if "lireR" in line
    ]
    editor.close(small)


def test_from_an_overlay_whose_steps_are_rewritten(editor: Editor, small: Path) -> None:
    overlay = small.parent / "locales" / "en.overlay.yaml"
    before = rules(small)
    editor.open(small)
    editor.open(overlay)
    assert prepared(editor, overlay, ".Code0001", 3) == "Code0001"
    changed = editor.apply(rename(editor, overlay, ".Code0001", "Cree-1", 3))
    assert "target: $.components.schemas['Cree-1']['x-cynod'].code" in changed[overlay]
    assert_sound(small, before)
    editor.close(overlay)
    editor.close(small)


REFUSED = {
    "taken": ("schemas/Code0001'", 9, "Code0000", "A component is called Code0000 already."),
    "invalid": ("schemas/Code0001'", 9, "a/b", "cannot name a component"),
    "a scope with a space": ("['recharge:ecrire']", 3, "a b", "cannot name a scope"),
    "a taken value": ("const: '0001'", 9, "0000", "A code is called 0000 already."),
    "quotes": ("tags: [Essai]", 8, "a, b", "would be read as something else"),
    "a role": ("effect: credit\n", 2, "x", "Nothing here has a name"),
    "a code's role": ("[[unknown-path]", 4, "x", "keep their names"),
    "a clause": ("TOK-1:", 2, "TOK-2", "keep their names"),
    "no name": ("version: 1.0.0", 11, "x", "Nothing here has a name"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_with_a_sentence(editor: Editor, small: Path, name: str) -> None:
    word, offset, new, sentence = REFUSED[name]
    editor.open(small)
    with pytest.raises(JsonRpcException, match=sentence) as refused:
        rename(editor, small, word, new, offset)
    assert refused.value.code == types.LSPErrorCodes.RequestFailed
    editor.close(small)


def test_nothing_is_renamed_in_a_text_that_does_not_parse(editor: Editor, small: Path) -> None:
    editor.open(small)
    editor.type(small, editor.texts[small] + "x: [")
    with pytest.raises(JsonRpcException, match="cannot be read as it is"):
        rename(editor, small, "schemas/Code0001'", "Other", 9)
    editor.close(small)


def test_an_escaped_name_is_refused_rather_than_missed(editor: Editor, small: Path) -> None:
    text = small.read_text("utf-8").replace("schemas/Code0001'", "schemas/Code%30001'")
    editor.open(small, text)
    with pytest.raises(JsonRpcException, match=r"Code0001 is written with escapes at small.yaml:\d+"):
        rename(editor, small, "Code0001:", "Other")
    editor.close(small)


def test_an_editor_without_versions_gets_plain_changes(small: Path) -> None:
    with editing(types.ClientCapabilities()) as session:
        session.open(small, small.read_text("utf-8").replace("\n", "\r\n"))
        edit = rename(session, small, "schemas/Code0001'", "Other", 9)
        assert edit.document_changes is None
        assert set(edit.changes or {}) == {
            small.as_uri(),
            (small.parent / "locales/en.overlay.yaml").as_uri(),
        }
        before = session.texts[small]
        after = session.apply(edit)[small]
        assert after == before.replace("Code0001", "Other")
