"""Each room is drawn from its imports: no arrow leads up, and none is part of a circle."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent


def script() -> ModuleType:
    """``docs/draw_rooms.py`` as a module."""
    spec = importlib.util.spec_from_file_location("draw_rooms", ROOT / "docs" / "draw_rooms.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["draw_rooms"] = module
    spec.loader.exec_module(module)
    return module


draw_rooms = script()
LAYERED = [room for room in draw_rooms.ROOMS if draw_rooms.layers(room, draw_rooms.contracts())]


@pytest.mark.parametrize("room", LAYERED)
def test_every_arrow_of_a_room_leads_down(room: str) -> None:
    found = draw_rooms.drawing(room, draw_rooms.contracts())
    assert any(found.arrows.values())
    assert not list(found.upward())
    assert not found.circle()
    assert {name for layer in found.layers for name in layer} >= set(found.arrows)


def test_an_arrow_that_leads_up_is_found() -> None:
    imports = [("room.low.a", "room.high.b"), ("room.high.b", "room.low.c"), ("room.low.a", "room.low.c")]
    found, used = draw_rooms.arrows("room", imports, [])
    assert not used
    drawing = draw_rooms.Drawing("room", found, (("high",), ("low",)), used)
    assert list(drawing.upward()) == [("low", "high")]
    assert set(drawing.circle()) == {"low", "high"}


def test_an_excepted_import_is_listed_and_not_drawn() -> None:
    imports = [("room.low.a", "room.high.b"), ("room.high.b", "room.low.c")]
    found, used = draw_rooms.arrows(
        "room", imports, ["room.low.* -> room.high.**", "room.low.x -> room.high"]
    )
    drawing = draw_rooms.Drawing("room", found, (("high",), ("low",)), used)
    assert not list(drawing.upward())
    assert not drawing.circle()
    assert "  excepted: room.low.* -> room.high.**" in drawing.lines()
    assert used == ("room.low.* -> room.high.**",)
