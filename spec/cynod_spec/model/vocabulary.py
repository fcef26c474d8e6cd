"""The schema of the ``x-cynod`` vocabulary, as it ships."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

PATH: Final = Path(__file__).parents[1] / "vocabulary.schema.json"


@cache
def vocabulary() -> dict[str, Any]:
    """The whole schema."""
    found: dict[str, Any] = json.loads(PATH.read_text("utf-8"))
    return found
