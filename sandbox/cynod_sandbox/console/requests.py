"""The last requests, live, and one of them in full."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from .context import Visit
from .exchanges import listed, named, redactor


def show(visit: Visit) -> Response:
    """The list, by partner and by whether a clause was broken."""
    return visit.page(
        "requests.html.j2",
        **_chosen(visit, 0),
        partners=visit.desk.directory.every(),
        last=visit.desk.recent.last,
    )


def rows(visit: Visit) -> Response:
    """The rows of what came after those that a page already shows."""
    after, last = visit.query.get("after", ""), visit.desk.recent.last
    answer = visit.page("rows.html.j2", **_chosen(visit, int(after) if after.isdecimal() else 0))
    answer.headers["X-Last"] = str(last)
    return answer


def one(visit: Visit) -> Response:
    """One exchange: both sides, and what the contract says of it."""
    record = visit.desk.recent.find(int(visit.path["id"]))
    if record is None:
        return visit.missing()
    shown = redactor(visit)
    return visit.page(
        "exchange.html.j2",
        record=record,
        findings=visit.desk.judge.findings(record),
        target=shown.target(record),
        sent=shown.headers(record.headers),
        body=shown.body(bytes(record.body)),
        came=shown.headers(record.answer_headers),
        answer=shown.body(bytes(record.answer_body)),
        **named(visit),
    )


def _chosen(visit: Visit, after: int) -> dict[str, Any]:
    partner, broken = visit.query.get("partner", ""), visit.query.get("broken", "") == "1"
    records = [each for each in visit.desk.recent.newest(after) if partner in ("", each.partner)]
    found = listed(visit, records)
    kept = [record for record in records if found["findings"][record.id] or not broken]
    return {"records": kept, "partner": partner, "broken": broken, **found}
