"""JSON as this project writes it: readable, without a character that acts on whoever shows it."""

from __future__ import annotations

import json
from typing import Any

from cynod_spec.output.control_characters import json_escaped


def json_text(value: Any, indent: int | None = 2) -> str:
    """*value* as JSON without a last line break; accents stay, hidden characters are escaped.

    It reads back as *value*. Lone surrogates, which UTF-8 cannot hold, are escaped as well.
    """
    return json_escaped(json.dumps(value, ensure_ascii=False, indent=indent))
