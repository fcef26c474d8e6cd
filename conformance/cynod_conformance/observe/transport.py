"""What RFC 6797 asks of answers over HTTPS: TLS-5."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cynod_conformance.observe.declare import Context, Operations, Seen, observe
from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Contract

_AGE = re.compile(r'(?:^|;)\s*max-age\s*=\s*"?0*[1-9][0-9]*"?\s*(?:;|$)', re.IGNORECASE)


def never(contract: Contract, operations: Operations) -> list[str]:
    """No case: whether the target speaks HTTPS is not the document's to say, so a probe asks for one."""
    return []


@observe("TLS-5", never)
def transport_is_strict(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """Answers over HTTPS ask for HTTPS from then on."""
    if not exchange.request.url.startswith("https:") or "malformed" in exchange.tags:
        return
    value = exchange.response.header("Strict-Transport-Security")
    wanted = phrase("is", what="Strict-Transport-Security", value="max-age > 0")
    came = phrase("is", what="Strict-Transport-Security", value=value or phrase("absent"))
    yield Seen(exchange.label, "" if _AGE.search(value or "") else came, wanted)
