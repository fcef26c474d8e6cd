"""Announces, once the sandbox answers, which document it serves."""

from __future__ import annotations

import logging
from typing import Final

from cynod_spec.environment.provenance import line
from cynod_spec.output.terminal import echo_line
from cynod_spec.source.reading import fingerprints

NOTE: Final = "note: "
"""Prefix of a line about the start that ``cynod conform --sandbox`` passes on."""
NEW_HALF: Final = "the installed server half was generated from another document: generated anew for this run"

_log = logging.getLogger("cynod.sandbox")


def announce_document(path: str, form: str) -> None:
    """Announce the document at *path*, at log level info. *form*: ``text`` or ``json``."""
    _announce(logging.INFO, line(*fingerprints(path)), form)


def announce_new_half(form: str) -> None:
    """Announce that the server half was generated for this run."""
    _announce(logging.WARNING, f"{NOTE}{NEW_HALF}", form)


def _announce(level: int, failure: str, form: str) -> None:
    """Log *said* as JSON, or write it to standard error as other commands do."""
    if form == "json":
        _log.log(level, failure)
    elif _log.isEnabledFor(level):
        echo_line(failure, err=True)
