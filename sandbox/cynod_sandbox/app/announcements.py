"""Says which document a sandbox serves, once it answers."""

from __future__ import annotations

import logging
from typing import Final

from cynod_spec.environment.provenance import line
from cynod_spec.output.terminal import echo_line
from cynod_spec.source.reading import fingerprints

NOTE: Final = "note: "
"""Begins a line about how the sandbox was started that is not only for its log."""
NEW_HALF: Final = "the installed server half was generated from another document: generated anew for this run"

_log = logging.getLogger("cynod.sandbox")


def tell_document(path: str, form: str) -> None:
    """Name the document at *path*, where requests are logged; *form* is the log's."""
    _tell(logging.INFO, line(*fingerprints(path)), form)


def tell_new_half(form: str) -> None:
    """Say that the server half was generated for this run; ``cynod conform --sandbox`` passes that on."""
    _tell(logging.WARNING, f"{NOTE}{NEW_HALF}", form)


def _tell(level: int, said: str, form: str) -> None:
    """Lines of text stand on standard error as other commands write them."""
    if form == "json":
        _log.log(level, said)
    elif _log.isEnabledFor(level):
        echo_line(said, err=True)
