"""The contract as one file: it means the same, in the same bytes each time; and with overlays applied."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from cynod_spec import load_contract
from cynod_spec.base.errors import DocumentError, UsageError
from cynod_spec.cli.commands import spec
from cynod_spec.environment.locating import default_contract


def run(*arguments: str) -> str:
    done = CliRunner().invoke(spec, list(arguments))
    assert done.exit_code == 0, done.output
    return done.stdout


def parts(folder: Path) -> Path:
    """A document in two files; what they share stands twice without an alias."""
    (folder / "sizes.yaml").write_text("Size: {type: string, maxLength: 8}\n", encoding="utf-8")
    (folder / "openapi.yaml").write_text(
        "openapi: 3.1.0\ninfo: &info {title: Été, version: '1'}\npaths: {}\nx-again: *info\n"
        "components: {schemas: {Size: {$ref: 'sizes.yaml#/Size'}}}\n",
        encoding="utf-8",
    )
    return folder / "openapi.yaml"


@pytest.mark.slow
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_the_contract_in_one_file_is_the_same_contract(form: str, tmp_path: Path) -> None:
    file = tmp_path / f"openapi.{form}"
    run("bundle", "--format", form, "-o", str(file))
    made, own = load_contract(str(file)), load_contract()
    assert made.document == own.document
    assert [code.value for code in made.codes] == [code.value for code in own.codes]
    assert file.read_text(encoding="utf-8") == run("bundle", "--format", form)


def test_files_are_taken_in_and_aliases_written_out(tmp_path: Path) -> None:
    text = run("bundle", str(parts(tmp_path)))
    (tmp_path / "sizes.yaml").unlink()
    document = yaml.safe_load(text)
    assert document["components"]["schemas"]["Size"] == {"type": "string", "maxLength": 8}
    assert document["x-again"] == document["info"]
    assert "Été" in text
    assert "*" not in text


@pytest.mark.slow
def test_english_takes_the_place_of_french() -> None:
    french = json.loads(run("bundle", "--format", "json"))
    english = json.loads(run("bundle", "--format", "json", "--lang", "en"))
    clauses = [document["x-cynod"]["clauses"] for document in (french, english)]
    assert clauses[0].keys() == clauses[1].keys()
    assert all(clauses[0][id]["text"] != clauses[1][id]["text"] for id in clauses[0])
    locales = Path(default_contract()).parent / "locales" / "en.overlay.yaml"
    overlaid = json.loads(run("overlay", default_contract(), str(locales), "--format", "json"))
    assert overlaid == english


def test_a_target_that_matches_nothing_is_told_with_its_place(tmp_path: Path) -> None:
    overlay = tmp_path / "o.yaml"
    overlay.write_text(
        "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n  - {target: $.nowhere, update: {a: 1}}\n",
        encoding="utf-8",
    )
    done = CliRunner().invoke(spec, ["overlay", str(parts(tmp_path)), str(overlay)])
    assert isinstance(done.exception, DocumentError)
    assert "o.yaml:4:" in str(done.exception)
    assert "$.nowhere" in str(done.exception)


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = CliRunner().invoke(spec, ["bundle", "-o", str(tmp_path / "file" / "openapi.yaml")])
    assert isinstance(done.exception, UsageError)
    assert "cannot write" in str(done.exception)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["bundle", "overlay"])
def test_a_link_stays_and_a_device_is_written_through(command: str, tmp_path: Path) -> None:
    arguments = [command]
    if command == "overlay":
        overlay = tmp_path / "o.yaml"
        overlay.write_text(
            "overlay: 1.0.0\ninfo: {title: O, version: '1'}\nactions: [{target: $.info, update: {x-a: 1}}]\n",
            encoding="utf-8",
        )
        arguments += [str(parts(tmp_path)), str(overlay)]
    (tmp_path / "real.yaml").write_text("old", encoding="utf-8")
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    run(*arguments, "-o", str(tmp_path / "link.yaml"))
    assert (tmp_path / "link.yaml").is_symlink()
    assert (tmp_path / "real.yaml").read_text(encoding="utf-8") == run(*arguments)
    assert run(*arguments, "-o", "-") == run(*arguments)
    run(*arguments, "-o", "/dev/null")
    for path in ("/proc/openapi.yaml", str(tmp_path)):
        done = CliRunner().invoke(spec, [*arguments, "-o", path])
        assert isinstance(done.exception, UsageError), path
