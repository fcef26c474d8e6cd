"""The options that mean the same on the command line and in a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cynod_spec.i18n.translations import Language

READ_TIMEOUT_S = 20.0  # between two octets of an answer, unless told otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonOptions:
    """Options that a run takes as the command line gives them, by the names of click's parameters.

    ``ConformOptions`` adds what only the command line knows, such as the files to read and the form of what
    is printed; ``RunOptions`` adds what was read and worked out of those. The help of ``cynod conform`` says
    what each option is.
    """

    seed: int = 0
    max_time: float | None = None  # seconds
    rate: float = 0.0  # requests a second; 0: no limit
    max_requests: int = 0  # 0: no limit
    timeout: float = READ_TIMEOUT_S  # seconds
    no_engine: bool = False  # leaves out the phases that generate requests
    cache_dir: Path | None = None  # where corpora are kept; None: the user's own folder
    no_cache: bool = False
    fail_on: Literal["must", "should"] = "must"
    language: Language = "fr"
