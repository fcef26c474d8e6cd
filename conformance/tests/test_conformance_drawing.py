"""What Hypothesis draws under :func:`drawing`: the same in every process, from what UTF-8 can encode."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis.internal import charmap

from cynod_conformance.engine.hypothesis_patches import UTF_8, drawing

NUMBERS = range(7_000_000, 7_000_500)
DRAW = """
import sys
from hypothesis import given, seed, settings, strategies as st
from cynod_conformance.engine.hypothesis_patches import drawing

drawn = []

@seed(3)
@settings(max_examples=600, database=None, deadline=None)
@given(st.integers())
def draw(number):
    drawn.append(number)

with drawing():
    draw()
print(drawn)
"""


def drawn(script: str, folder: Path) -> list[int]:
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    told = {**os.environ, "PYTHONPATH": path, "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "kept")}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, env=told, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [int(number) for number in done.stdout.strip(" []\n").split(",")]


@pytest.mark.slow
def test_a_seed_draws_the_same_whatever_else_the_process_has_loaded(tmp_path: Path) -> None:
    (tmp_path / "notebook.py").write_text(f"NUMBERS = {[*NUMBERS]}\n", encoding="utf-8")
    alone, beside = drawn(DRAW, tmp_path), drawn("import notebook\n" + DRAW, tmp_path)
    assert alone == beside
    assert len(alone) > 500
    loose = drawn("import notebook\n" + DRAW.replace("with drawing():", "if True:"), tmp_path)
    assert set(loose) & set(NUMBERS)  # what it would draw by itself


@pytest.mark.slow
def test_utf_8_is_what_it_would_find_by_trying() -> None:
    assert charmap.intervals_from_codec("utf-8") == UTF_8
    measured = charmap.intervals_from_codec
    with drawing():
        assert charmap.intervals_from_codec("utf-8") is UTF_8
        assert charmap.intervals_from_codec("iso8859-1") == measured("iso8859-1")
    assert charmap.intervals_from_codec is measured
