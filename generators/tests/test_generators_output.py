"""What generation writes, keeps, refuses and removes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from cynod_generators.cli import generate

from .conftest import run

pytestmark = pytest.mark.slow


def _tree(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_second_run_is_byte_identical(tmp_path: Path) -> None:
    assert run("-o", str(tmp_path)).exit_code == 0
    before = _tree(tmp_path)
    result = run("-o", str(tmp_path))
    assert result.exit_code == 0
    assert _tree(tmp_path) == before
    assert run("-o", str(tmp_path / "again")).exit_code == 0
    assert _tree(tmp_path / "again") == before


def test_an_edited_generated_file_is_refused_by_name(tmp_path: Path) -> None:
    run("-o", str(tmp_path))
    edited = tmp_path / "cynod_server" / "_generated" / "operations.py"
    edited.write_text(edited.read_text() + "# mine\n")
    before = _tree(tmp_path)
    result = run("-o", str(tmp_path))
    assert result.exit_code == 1
    assert "cynod_server/_generated/operations.py" in result.output
    assert _tree(tmp_path) == before
    assert run("-o", str(tmp_path), "--force").exit_code == 0
    assert "# mine" not in edited.read_text()


def test_what_belongs_to_the_reader_is_never_touched(tmp_path: Path) -> None:
    run("-o", str(tmp_path))
    own = [
        tmp_path / "README.md",
        *(tmp_path / "cynod_server" / n / "__init__.py" for n in ("handlers", "auth")),
    ]
    for path in own:
        path.write_text("# mine\n")
    extra = tmp_path / "cynod_server" / "_generated" / "notes.txt"
    extra.write_text("mine")
    (tmp_path / "cynod_server" / "_generated" / "core.py").unlink()
    assert run("-o", str(tmp_path)).exit_code == 0
    assert all(path.read_text() == "# mine\n" for path in own)
    assert extra.read_text() == "mine"
    assert (tmp_path / "cynod_server" / "_generated" / "core.py").is_file()


def test_check_lists_differences_and_writes_nothing(tmp_path: Path) -> None:
    result = run("-o", str(tmp_path), "--check")
    assert result.exit_code == 1
    assert not list(tmp_path.iterdir())
    run("-o", str(tmp_path))
    assert run("-o", str(tmp_path), "--check").exit_code == 0
    (tmp_path / "cynod_server" / "_generated" / "oauth.py").write_text("")
    result = run("-o", str(tmp_path), "--check")
    assert result.exit_code == 1
    assert "differs  cynod_server/_generated/oauth.py" in result.output


def test_a_stale_file_goes_only_when_its_hash_matches(tmp_path: Path) -> None:
    import json

    run("-o", str(tmp_path))
    folder = tmp_path / "cynod_server" / "_generated"
    stale = folder / "stale.py"
    stale.write_text("x = 1\n")
    manifest = json.loads((folder / ".cynod-manifest.json").read_text())
    manifest["files"]["stale.py"] = hashlib.sha256(b"x = 1\n").hexdigest()
    (folder / ".cynod-manifest.json").write_text(json.dumps(manifest))
    stale.write_text("x = 2\n")
    assert run("-o", str(tmp_path)).exit_code == 1
    stale.write_text("x = 1\n")
    result = run("-o", str(tmp_path))
    assert result.exit_code == 0
    assert "removed  cynod_server/_generated/stale.py" in result.output
    assert not stale.exists()


def test_the_package_layout_writes_the_generated_folder_alone(tmp_path: Path) -> None:
    result = run("-o", str(tmp_path), "--layout", "package", "--package", "other")
    assert result.exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["other"]
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["_generated"]


def test_wrong_use_is_one_line(tmp_path: Path) -> None:
    for name in ("../evil", "class", "json", "A b", "x.y"):
        result = run("-o", str(tmp_path / "out"), "--package", name)
        assert result.exit_code == 2, name
        assert not (tmp_path / "out").exists()
    result = run("-o", str(tmp_path / "out"), "--spec", str(tmp_path / "absent.yaml"))
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_a_symbolic_link_does_not_lead_out(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    out = tmp_path / "out"
    out.mkdir()
    (out / "cynod_server").symlink_to(elsewhere)
    assert run("-o", str(out)).exit_code == 2
    assert not list(elsewhere.iterdir())


def test_a_link_to_the_output_folder_stays_a_link(tmp_path: Path) -> None:
    for command, made in (("server", "cynod_server"), ("docs", "index.html")):
        folder = tmp_path / command
        folder.mkdir()
        link = tmp_path / f"link-{command}"
        link.symlink_to(folder)
        arguments = ["--target", "fastapi"] if command == "server" else []
        for _ in range(2):
            result = CliRunner().invoke(generate, [command, *arguments, "-o", str(link)])
            assert result.exit_code == 0, result.output
        assert link.is_symlink()
        assert (folder / made).exists()
    assert len(list(tmp_path.iterdir())) == 4  # two folders, two links, and no draft


def test_help_has_examples() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "cynod generate server --target fastapi -o" in result.output
