"""Lines of a generated server's log: no text from outside begins one, or acts on whoever reads it."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path

import pytest
from cross_room.printed import MARK, PAYLOADS, assert_inert

from cynod_generators.targets.fastapi.runtime import logs
from cynod_spec.output import control_characters

from .conftest import run


def logged(formatter: logging.Formatter, text: str) -> str:
    """What is written of a record that has *text* wherever one may stand."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    log = logging.Logger("cynod.request")
    log.addHandler(handler)
    error = RuntimeError(f"{text}\n2026-01-01T00:00:00Z {MARK} answered\n{MARK}")
    fields = {"status": 500, "method": text, "partner": text}
    log.error("failed %s", text, exc_info=error, extra={"fields": fields})
    return stream.getvalue()


@pytest.mark.parametrize("text", [*PAYLOADS.values(), "x status=200", 'x" status=200'])
def test_no_line_of_text_is_forged(text: str) -> None:
    shown = logged(logs.TextLines(), text)
    assert_inert(shown)
    first, *others = shown.removesuffix("\n").split("\n")
    assert first.count(" status=500 ") == 1
    assert all(line.startswith("  | ") for line in others)


@pytest.mark.parametrize("text", PAYLOADS.values())
def test_a_line_of_json_holds_the_same_text(text: str) -> None:
    shown = logged(logs.JsonLines(), text)
    assert_inert(shown)
    (line,) = shown.removesuffix("\n").split("\n")
    told = json.loads(line)
    assert (told["method"], told["message"]) == (text, f"failed {text}")
    shown.encode("utf-8")


def test_fields_are_words() -> None:
    shown = logged(logs.TextLines(), "x status=200")
    assert ' status=500 method="x status=200" partner="x status=200"\n' in shown


def test_a_server_has_a_copy_of_the_one_module(tmp_path: Path) -> None:
    assert run("-o", str(tmp_path)).exit_code == 0
    copy = tmp_path / "cynod_server" / "_generated" / "control_characters.py"
    assert copy.read_bytes() == Path(control_characters.__file__).read_bytes()
    assert "cynod_spec" not in copy.read_text("utf-8")
