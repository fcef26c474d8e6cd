"""A test that is left out is named, and fails where nothing may be left out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SKIPPED = """
import pytest
def test_here(): pass
def test_elsewhere(): pytest.skip("no such program")
"""


@pytest.mark.slow
@pytest.mark.parametrize(("required", "code"), [("", 0), ("1", 1)])
def test_what_is_skipped_is_named_and_may_fail(required: str, code: int, tmp_path: Path) -> None:
    shutil.copy(ROOT / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text(SKIPPED, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis"],
        cwd=tmp_path,
        env={
            **os.environ,
            "CYNOD_REQUIRE_ALL": required,
            "PYTHONPATH": str(ROOT / "tests" / "support"),  # of the plugins that conftest.py names
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == code, done.stdout
    assert "no such program" in done.stdout
    assert "test_elsewhere" in done.stdout
