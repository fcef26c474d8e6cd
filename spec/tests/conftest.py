"""The small contract of these tests, whole or broken in one place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

DOCUMENTS = Path(__file__).parent / "documents"
Change = tuple[str, str]


@pytest.fixture
def small() -> Path:
    """The path of the small contract."""
    return DOCUMENTS / "small.yaml"


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    """Write the small contract, with its translation, after replacing some of its text; return its path."""

    def write(*changes: Change) -> Path:
        texts = {
            name: (DOCUMENTS / name).read_text("utf-8") for name in ("small.yaml", "locales/en.overlay.yaml")
        }
        for old, new in changes:
            assert any(old in text for text in texts.values()), f"{old!r} stands nowhere"
            texts = {name: text.replace(old, new) for name, text in texts.items()}
        (tmp_path / "locales").mkdir()
        for name, text in texts.items():
            (tmp_path / name).write_text(text, "utf-8")
        return tmp_path / "small.yaml"

    return write
