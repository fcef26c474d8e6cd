"""The contract: its document, and the one typed model through which all other code reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cynod_spec.model import Contract


def load_contract(path: str | None = None) -> Contract:
    """Read the contract at *path*, by default that of the checkout around, else the installed one.

    Parts of other files are its components. Overlays in ``locales/`` beside the document give the English
    texts. Raises ``UsageError`` when there is no such file, and ``DocumentError``, one readable line with its
    place, for a document that cannot be read safely or is no contract.

    >>> contract = load_contract("spec/openapi.yaml")
    >>> balance = contract.find("read", "balance")
    >>> print(balance.key, balance.at)  # its method and path, and file:line:column of its definition
    """
    # Imported here: every module of the room imports this one, and most commands read no contract.
    from cynod_spec.build.loading import load_contract as load

    return load(path)
