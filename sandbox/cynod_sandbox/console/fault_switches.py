"""Bad days: every switch, how a request asks for it, and what is set for a partner."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from cynod_spec.output.sample_variables import ACCESS_TOKEN

from ..switches.units import SWITCHES
from ..switches.wishes import HEADER
from .context import Visit
from .queries import Books

_MOST_CALLS = 999


def show(visit: Visit) -> Response:
    """All about the switches."""
    desk = visit.desk
    magic = desk.board.cards() if desk.board is not None else {}
    books = Books(desk.database)
    return visit.page(
        "days.html.j2",
        header=HEADER,
        switches=list(SWITCHES.values()),
        sample=f'curl -s -H "{HEADER}: latency=1500; cut=after" -H "Authorization: Bearer ${ACCESS_TOKEN}" …',
        magic=[(card, wishes) for id, wishes in magic.items() if (card := books.card(id)) is not None],
        settings=desk.board.partners() if desk.board is not None else {},
    )


def choices(visit: Visit, key: str) -> dict[str, Any]:
    """What a partner's page offers: what is set, and the codes that may be asked for."""
    board = visit.desk.board
    setting = board.partners().get(key) if board is not None else None
    values = {wish.switch.name: wish.value or "1" for wish in setting.wishes} if setting else {}
    codes = [code for code in visit.desk.judge.contract.codes if code.case != "success"]
    listed = {name for each in visit.desk.contract.operations if not each.public for name in each.codes}
    return {
        "setting": setting,
        "values": values,
        "codes": [code for code in codes if code.name in listed],
        "switches": SWITCHES,
    }


def set_partner(visit: Visit) -> Response:
    """Set what the form asks for; nothing asked for: take off what was set."""
    key, board = visit.path["key"], visit.desk.board
    if board is None or visit.desk.directory.find(key) is None:
        return visit.missing()
    calls = visit.form.get("calls", "").strip()
    left = min(int(calls[:6]), _MOST_CALLS) if calls.isascii() and calls.isdigit() else None
    wishes = "" if "off" in visit.form else "; ".join(_asked(visit))
    here = f"/partners/{quote(key, safe='')}#days"
    try:
        board.set_partner(key, wishes, left or None)
    except ValueError:
        return visit.to(here, "said-not-understood")
    return visit.to(here, "said-set" if wishes else "said-off")


def _asked(visit: Visit) -> list[str]:
    asked = []
    for name, switch in SWITCHES.items():
        value = visit.form.get(name, "").strip()
        if value:
            asked.append(f"{name}={value}" if switch.values else name)
    return asked
