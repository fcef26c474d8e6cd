"""Pages of recorded exchanges: the live list, and one exchange in full."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from .context import RequestContext
from .exchanges import listed, named, redactor


def show(context: RequestContext) -> Response:
    """The list, filtered by partner and by whether a clause was broken."""
    return context.page(
        "requests.html.j2",
        **_chosen(context, 0),
        partners=context.services.directory.every(),
        last=context.services.recent.last,
    )


def rows(context: RequestContext) -> Response:
    """The rows newer than those that the page already shows (``after``)."""
    after, last = context.query.get("after", ""), context.services.recent.last
    answer = context.page("rows.html.j2", **_chosen(context, int(after) if after.isdecimal() else 0))
    answer.headers["X-Last"] = str(last)
    return answer


def one(context: RequestContext) -> Response:
    """One exchange: request, response and findings, redacted."""
    record = context.services.recent.find(int(context.path["id"]))
    if record is None:
        return context.missing()
    shown = redactor(context)
    return context.page(
        "exchange.html.j2",
        record=record,
        findings=context.services.judge.findings(record),
        target=shown.target(record),
        sent=shown.headers(record.headers),
        body=shown.body(bytes(record.body)),
        came=shown.headers(record.answer_headers),
        answer=shown.body(bytes(record.answer_body)),
        **named(context),
    )


def _chosen(context: RequestContext, after: int) -> dict[str, Any]:
    partner, broken = context.query.get("partner", ""), context.query.get("broken", "") == "1"
    records = [each for each in context.services.recent.newest(after) if partner in ("", each.partner)]
    found = listed(context, records)
    kept = [record for record in records if found["findings"][record.id] or not broken]
    return {"records": kept, "partner": partner, "broken": broken, **found}
