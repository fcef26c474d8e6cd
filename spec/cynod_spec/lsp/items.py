"""What completion offers, as items of the protocol."""

from __future__ import annotations

from typing import Final

from lsprotocol import types

from cynod_spec.lsp.completion import Kind, Offer, Offers
from cynod_spec.lsp.documents import Document

_KINDS: Final[dict[Kind, types.CompletionItemKind]] = {
    "reference": types.CompletionItemKind.Reference,
    "value": types.CompletionItemKind.EnumMember,
    "key": types.CompletionItemKind.Property,
    "word": types.CompletionItemKind.Text,
}


def items(offers: Offers, document: Document) -> types.CompletionList:
    """*offers* for the words of *document*."""
    place = document.lines.range(offers.start, offers.end)
    listed = [_item(offer, offers.quote, place) for offer in offers.listed]
    return types.CompletionList(is_incomplete=False, items=listed)


def _item(offer: Offer, quote: str, place: types.Range) -> types.CompletionItem:
    new = offer.label
    if offer.kind in ("reference", "value") and not quote and not new.replace("-", "").isalnum():
        new = "'" + new.replace("'", "''") + "'"
    elif quote == "'":
        new = new.replace("'", "''")
    return types.CompletionItem(
        label=offer.label,
        kind=_KINDS[offer.kind],
        detail=offer.detail or None,
        filter_text=offer.label,
        sort_text=f"{offer.rank}{offer.label}",
        text_edit=types.TextEdit(place, new),
    )
