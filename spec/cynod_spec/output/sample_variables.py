"""The shell variables of sample calls: one name each in the docs, their scenarios and the console.

Scenarios name theirs after the inputs and outputs of the document's workflows, as ``shell_name`` writes them.
"""

from __future__ import annotations

import re
from typing import Final

BASE_URL: Final = "BASE"
CONSUMER_KEY: Final = "CONSUMER_KEY"
CONSUMER_SECRET: Final = "CONSUMER_SECRET"
ACCESS_TOKEN: Final = "JETON"

_UNSAFE = re.compile(r"[^A-Za-z0-9]+")
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def shell_name(name: str) -> str:
    """*name* as a variable of the shell: ``retryKey`` gives ``RETRY_KEY``."""
    words = _UNSAFE.sub("_", _WORD.sub("_", name)).strip("_").upper()
    return words if words and not words[0].isdigit() else f"V_{words}".rstrip("_")
