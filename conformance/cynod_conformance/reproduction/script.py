"""A failure as lines to paste into bash: what gives the tokens and the things, then what shows the failure.

Secrets are variables that ``cynod conform --env`` sets, what a target gives out is taken over from its
answers, and each run of the lines has keys and references of its own: they may be run again and again.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby

from cynod_conformance.base.identifiers import PREFIX
from cynod_conformance.base.timestamps import fraction
from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.reproduction.commands import Commands, curl
from cynod_conformance.reproduction.exchange_log import Entry, ExchangeLog, Source, words
from cynod_conformance.reproduction.redaction import Redactor
from cynod_conformance.reproduction.substitution import ENCODED, Parts, Substitution
from cynod_spec.output.bash import Expansion, variable
from cynod_spec.output.redaction import MIN_SECRET_CHARS

NONCE = "CYNOD_NONCE=$(printf %05d%05d $RANDOM $RANDOM)"
TAKE = (
    "take() { local -x LC_ALL=C; local it fit; case $3 in "
    "token) fit='^[A-Za-z0-9._~+/-]+=*$';; "
    "moment) fit='^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?Z$';; "
    "*) fit='^[A-Za-z0-9_.~:+/=][A-Za-z0-9_.~:+/=-]*$';; esac; "
    """it=$(grep -ao "\\"$1\\" *: *\\"[^\\"]*\\"" | sed -n "${2}p" | cut -d'"' -f4); """
    '[[ $it =~ $fit ]] && printf %s "$it" || '
    '{ echo "stopped: no $1 in the answer is a usable $3" >&2; return 1; }; }'
)
"""The function of bash that picks the value of a member out of the answer it reads: which one, of what kind.

The target may answer anything when the lines are run: a value is used only where it is of its kind's form.
"""
AFTER = (
    "after() { local LC_ALL=C d t n=$2; [[ $1 =~ ^([0-9-]{10}T[0-9:]{8})[.]([0-9]{1,9})Z$ ]] || "
    '{ printf %s "$1"; return; }; t=${BASH_REMATCH[1]} d=${BASH_REMATCH[2]}00000000; d=${d:0:9}; '
    "while [[ n -lt 9 && ${d:0:n} =~ ^9+$ ]]; do ((n++)); done; "
    """printf '%s.%0*dZ' "$t" "$n" "$((10#${d:0:n} + 1))"; }"""
)
"""The function of bash that tells the next time of the same second in so many digits, or more after nines."""
DAY = 'day() { local -x TZ=UTC0; printf \'%(%Y-%m-%d)T\' "$(($(printf "%(%s)T" -1) + $1 * 86400))"; }'
"""The function of bash that tells the day so many days after today, in UTC (RFC 3339 §5.6)."""
SHOW = 'printf "%s\\n" "$ANSWER"'
HELPERS = {
    "CYNOD_NONCE": NONCE,
    "| take ": TAKE,
    "$(after ": AFTER,
    "$(day ": DAY,
    "$(encoded ": ENCODED,
}  # use → line
CUT = 3  # characters of the nonce that tell a key that is cut short
DATE = re.compile(r"(?<![A-Za-z0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![A-Za-z0-9])")
NEAR_DAYS = (-366, 5 * 366)  # from today: dates between are counted from today, others are fixed
MANY = 3  # times that make a loop
LEAD = 0.02  # seconds by which one of two at once was meant to be ahead
BURST = 50  # times that are a burst: curl is slower than we were, and what it spends fills again meanwhile


def script(exchange_log: ExchangeLog, redactor: Redactor, failing: Exchange) -> tuple[str, ...]:
    """The lines for *failing*; none when no lines could show it.

    That is what the run did not send as a request, and what was sent with a secret of the target's that is no
    bearer token: it would have to stand in the lines as it is.
    """
    return placed_script(exchange_log, redactor, failing)[0]


def placed_script(
    exchange_log: ExchangeLog, redactor: Redactor, failing: Exchange
) -> tuple[tuple[str, ...], Mapping[Entry, int]]:
    """The lines for *failing*, as ``script`` gives them, and which line each exchange begins with."""
    part = exchange_log.part(failing)
    if part:
        if any(map(exchange_log.withholds, part)):
            return (), {}
        made = Script(exchange_log, redactor, part)
        return tuple(made.lines()), made.places
    asked = failing.operation is None and failing.response.status and "://" in failing.request.url
    return ((curl(failing, redactor),) if asked else ()), {}


@dataclass(frozen=True)
class Line:
    """A line of bash, and the exchanges that it sends or helps to send."""

    text: str
    entries: tuple[Entry, ...] = ()


class Script:
    """Writes the exchanges of *part* as lines; the last is the one that failed.

    ``places`` says, once ``lines`` has given them all, with which line each exchange begins, from 0.
    """

    def __init__(self, exchange_log: ExchangeLog, redactor: Redactor, part: Sequence[Entry]) -> None:
        self._exchange_log, self._redactor, self._part = exchange_log, redactor, part
        self._taken: dict[Entry, dict[str, Source]] = {}
        self.places: dict[Entry, int] = {}
        for entry in part:
            for value, source in exchange_log.taken(entry).items():
                self._taken.setdefault(source.entry, {})[value] = source
        self._variables = self._named()
        known = Substitution(
            secrets=self._secrets(), words=self._words(), whole=self._whole(), hidden=self._hidden()
        )
        self._commands = Commands(known, redactor.pairs)

    def _words(self) -> dict[str, Parts]:
        """What stands for what was given out, and for what the run made up."""
        exchange_log, tokens = self._exchange_log, self._tokens()
        known: dict[str, Parts] = {v: (n,) for v, n in self._variables.items() if v not in tokens}
        for entry in self._part:
            for word in words(entry.sent):
                if told := self._variables.get(exchange_log.before(word)):
                    known[word] = (Expansion(f'$(after "{told.source}" {len(fraction(word))})'),)
        if exchange_log.nonce:
            known[exchange_log.nonce.upper()] = (Expansion("${CYNOD_NONCE^^}"),)  # of a key in the other case
            known[exchange_log.nonce] = (variable("CYNOD_NONCE"),)
            for cut in range(CUT, len(exchange_log.nonce)):
                known[f"{PREFIX}{exchange_log.nonce[:cut]}"] = (
                    PREFIX,
                    Expansion(f"${{CYNOD_NONCE:0:{cut}}}"),
                )
        return {**{date: (Expansion(f"$(day {days})"),) for date, days in self._days().items()}, **known}

    def _days(self) -> dict[str, int]:
        """The dates near today in what was sent, by days from today: the lines are for any day."""
        today, found = dt.datetime.now(dt.UTC).date(), dict[str, int]()
        for entry in self._part:
            for date in DATE.findall(entry.asked):
                with suppress(ValueError):  # a day that no month has
                    days = (dt.date.fromisoformat(date) - today).days
                    if NEAR_DAYS[0] <= days <= NEAR_DAYS[1]:
                        found[date] = days
        return found

    def _secrets(self) -> dict[str, Parts]:
        """What stands for secrets that are configured, for tokens, and for secrets that nobody holds."""
        configured = {v: (n,) for v, n in self._redactor.configured.items() if len(v) >= MIN_SECRET_CHARS}
        tokens: dict[str, Parts] = {token: (self._variables[token],) for token in self._tokens()}
        canary: Parts = ("canary-", variable("CYNOD_NONCE"))
        return {**configured, **tokens, **dict.fromkeys(self._redactor.canaries, canary)}

    def _whole(self) -> dict[str, Parts]:
        """What stands for consumer keys, and for secrets as short as words."""
        short = {v: n for v, n in self._redactor.configured.items() if len(v) < MIN_SECRET_CHARS}
        return {value: (name,) for value, name in {**short, **self._redactor.keys}.items()}

    def _hidden(self) -> dict[str, Parts]:
        """What stands for the other secrets, which no line gives a value."""
        return {secret: (name,) for secret, name in self._redactor.variables.items()}

    def _tokens(self) -> set[str]:
        """The tokens that are taken over."""
        return {v for taken in self._taken.values() for v, source in taken.items() if source.kind == "token"}

    def _named(self) -> dict[str, Expansion]:
        """A variable for each value that is taken over, in the order of the lines."""
        counts: Counter[str] = Counter()
        variables = {}
        for entry in self._part:
            for value, source in self._taken.get(entry, {}).items():
                name = "TOKEN" if source.kind == "token" else source.member.upper()
                counts[name] += 1
                variables[value] = variable(f"{name}_{counts[name]}")
        return variables

    def lines(self) -> Iterator[str]:
        """Every line. Those that take something from an answer are a group, which ends where they cannot."""
        found = [*looped([*self._steps()])]
        head = ["("] if self._taken else []
        head += [line for use, line in HELPERS.items() if any(uses(use, each.text) for each in found)]
        for index, line in enumerate(found, len(head)):
            for entry in line.entries:
                self.places.setdefault(entry, index)
        yield from (*head, *(line.text for line in found))
        if self._taken:
            yield ")"

    def _steps(self) -> Iterator[Line]:
        before: Entry | None = None
        for bundle in bundles(self._part):
            if before is not None and (pause := self._exchange_log.waited(before, bundle[0])):
                yield Line(f"sleep {math.ceil(pause)}", (bundle[0],))
            before = bundle[-1]
            shown = [entry for entry in bundle if entry not in self._taken]
            for entry in bundle:
                if entry in self._taken:
                    yield from (Line(text, (entry,)) for text in self._capturing(entry))
            if len(shown) > 1:
                for index, entry in enumerate(shown):
                    if len(shown) == 2 and index and (lead := entry.began - shown[0].began) > LEAD:
                        yield Line(f"sleep {lead:.2f}", (entry,))
                    yield Line(f"{self._line(entry)} &", (entry,))
                yield Line("wait")
            else:
                yield from (Line(self._line(entry), (entry,)) for entry in shown)

    def _line(self, entry: Entry) -> str:
        return self._commands.line(entry.exchange.request, entry.left)

    def _capturing(self, entry: Entry) -> Iterator[str]:
        """The lines that send *entry* and keep what later ones take from its answer."""
        taken = {self._variables[value].name: source for value, source in self._taken[entry].items()}
        if {source.kind for source in taken.values()} == {"token"}:  # an answer that is better not shown
            yield from (f"{name}=$({self._line(entry)} | {picking(s)}) || exit" for name, s in taken.items())
            return
        yield f"ANSWER=$({self._line(entry)}); {SHOW}"
        for name, source in taken.items():
            yield f"""{name}=$(printf %s "$ANSWER" | {picking(source)}) || exit"""


def uses(helper: str, line: str) -> bool:
    """Whether *line* calls *helper*, as an expansion or, between the parts of a pipe, as a command."""
    command = helper.removeprefix("$(")
    return helper in line or (command != helper and any(f"{lead} {command}" in line for lead in (";", "{")))


def picking(source: Source) -> str:
    """A command that picks the value of *source* out of the answer that it reads."""
    return f"take {source.member} {source.nth} {source.kind}"


def bundles(part: Sequence[Entry]) -> Iterator[list[Entry]]:
    """*part* in its order, with what was under way at one time together."""
    bundle: list[Entry] = []
    for entry in part:
        if bundle and not any(entry.meets(each) for each in bundle):
            yield bundle
            bundle = []
        bundle.append(entry)
    if bundle:
        yield bundle


def looped(lines: Sequence[Line]) -> Iterator[Line]:
    """*lines*, with the same text over and over as one line that is a loop."""
    for text, group in groupby(lines, key=lambda line: line.text):
        members = list(group)
        texts = [*repeated([text] * len(members))]
        if len(texts) == len(members):
            yield from members
        else:
            entries = tuple(entry for line in members for entry in line.entries)
            yield from (Line(each, entries) for each in texts)


def repeated(lines: Sequence[str]) -> Iterator[str]:
    """*lines*, with the same line over and over as a loop."""
    for line, group in groupby(lines):
        count = len(list(group))
        if count < MANY:
            yield from [line] * count
        else:
            at_once = line.endswith(" &")
            count *= 2 if count >= BURST and not at_once else 1
            end = " done" if at_once else "; done"
            yield f"for i in $(seq {count}); do {line}{end}"
