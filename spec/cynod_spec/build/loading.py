"""A file becomes a contract."""

from __future__ import annotations

from cynod_spec.build import build
from cynod_spec.environment.locating import default_contract
from cynod_spec.model import Contract
from cynod_spec.source.reading import read_as_one


def load_contract(path: str | None = None) -> Contract:
    """The contract at *path*, by default that of the checkout around, else the installed one.

    Parts of other files are its components. Overlays in ``locales/`` beside the document give the English
    texts. Raises ``UsageError`` when there is no such file, and ``DocumentError``, one readable line with its
    place, for a document that cannot be read safely or is no contract.
    """
    return build(read_as_one(path if path is not None else default_contract()))
