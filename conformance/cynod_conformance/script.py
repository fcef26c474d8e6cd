"""A failure as lines to paste into bash: what gives the tokens and the things, then what shows the failure.

Secrets are variables that ``cynod conform --env`` sets, what a target gives out is taken over from its
answers, and each run of the lines has keys and references of its own: they may be run again and again.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from cynod_conformance.commands import Commands
from cynod_conformance.curl import curl
from cynod_conformance.instants import fraction
from cynod_conformance.journal import TOKEN, Entry, Journal, Source, picked, words
from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.redact import Redactor
from cynod_conformance.shell import Words
from cynod_conformance.world import PREFIX

NONCE = "CYNOD_NONCE=$(printf %05d%05d $RANDOM $RANDOM)"
# The next time of the same second that can be told with so many of its digits, or with more after nines.
AFTER = (
    "after() { local n=$2; while [[ ${1:20:n} =~ ^9+$ ]]; do ((n++)); done; "
    'printf "%s%0${n}dZ" "${1:0:20}" $((10#${1:20:n}+1)); }'
)
CUT = 3  # characters of the nonce that tell a key that is cut short
MANY = 3  # times that make a loop
LEAD = 0.02  # seconds by which one of two at once was meant to be ahead
BURST = 50  # times that are a burst: curl is slower than we were, and what it spends fills again meanwhile


def script(journal: Journal, redactor: Redactor, failing: Exchange) -> tuple[str, ...]:
    """The lines for *failing*; none when it is no request that the run has sent."""
    part = journal.part(failing)
    if part:
        return tuple(Script(journal, redactor, part).lines())
    asked = failing.operation is None and failing.response.status and "://" in failing.request.url
    return (curl(failing, redactor),) if asked else ()


class Script:
    """Writes the exchanges of *part* as lines; the last is the one that failed."""

    def __init__(self, journal: Journal, redactor: Redactor, part: Sequence[Entry]) -> None:
        self._journal, self._redactor, self._part = journal, redactor, part
        self._taken: dict[Entry, dict[str, Source]] = {}
        for entry in part:
            for value, source in journal.taken(entry).items():
                self._taken.setdefault(source.entry, {})[value] = source
        self._variables = self._named()
        self._commands = Commands(Words(self._known_as(), self._secret_as()), redactor.pairs)

    def _known_as(self) -> dict[str, str]:
        """What stands for consumer keys, for what was given out, and for what the run made up."""
        journal, tokens = self._journal, self._tokens()
        known = {**self._redactor.keys, **{v: n for v, n in self._variables.items() if v not in tokens}}
        for entry in self._part:
            following = {word: self._variables.get(journal.before(word)) for word in words(entry.sent)}
            known.update(
                {word: f'$(after "{n}" {len(fraction(word))})' for word, n in following.items() if n}
            )
        if journal.nonce:
            known[journal.nonce.upper()] = "${CYNOD_NONCE^^}"  # of a key in the other case
            known[journal.nonce] = "$CYNOD_NONCE"
            for cut in range(CUT, len(journal.nonce)):
                known[f"{PREFIX}{journal.nonce[:cut]}"] = f"{PREFIX}${{CYNOD_NONCE:0:{cut}}}"
        return known

    def _secret_as(self) -> dict[str, str]:
        """What stands for secrets that are configured, for tokens, and for secrets that nobody holds."""
        tokens = {token: self._variables[token] for token in self._tokens()}
        canaries = dict.fromkeys(self._redactor.canaries, "canary-$CYNOD_NONCE")
        return {**self._redactor.configured, **tokens, **canaries}

    def _tokens(self) -> set[str]:
        """The tokens that are taken over."""
        return {v for taken in self._taken.values() for v, source in taken.items() if source.member == TOKEN}

    def _named(self) -> dict[str, str]:
        """A variable for each value that is taken over, in the order of the lines."""
        counts: Counter[str] = Counter()
        variables = {}
        for entry in self._part:
            for value, source in self._taken.get(entry, {}).items():
                name = "TOKEN" if source.member == TOKEN else source.member.upper()
                counts[name] += 1
                variables[value] = f"${name}_{counts[name]}"
        return variables

    def lines(self) -> Iterator[str]:
        """Every line."""
        found = list(self._steps())
        if any("$CYNOD_NONCE" in line for line in found):
            yield NONCE
        if any("$(after " in line for line in found):
            yield AFTER
        yield from (self._redactor.text(line) for line in repeated(found))

    def _steps(self) -> Iterator[str]:
        before: Entry | None = None
        for bundle in bundles(self._part):
            if before is not None and (pause := self._journal.waited(before, bundle[0])):
                yield f"sleep {math.ceil(pause)}"
            before = bundle[-1]
            shown = [entry for entry in bundle if entry not in self._taken]
            for entry in bundle:
                if entry in self._taken:
                    yield from self._capturing(entry)
            if len(shown) > 1:
                for index, entry in enumerate(shown):
                    if len(shown) == 2 and index and (lead := entry.began - shown[0].began) > LEAD:
                        yield f"sleep {lead:.2f}"
                    yield f"{self._commands.line(entry)} &"
                yield "wait"
            else:
                yield from map(self._commands.line, shown)

    def _capturing(self, entry: Entry) -> Iterator[str]:
        """The lines that send *entry* and keep what later ones take from its answer."""
        taken = {self._variables[value][1:]: source for value, source in self._taken[entry].items()}
        if {source.member for source in taken.values()} == {TOKEN}:  # an answer that is better not shown
            yield from (f"{name}=$({self._commands.line(entry)} | {picking(s)})" for name, s in taken.items())
            return
        yield f'ANSWER=$({self._commands.line(entry)}); echo "$ANSWER"'
        yield from (f'{name}=$(echo "$ANSWER" | {picking(source)})' for name, source in taken.items())


def picking(source: Source) -> str:
    """A command that picks the value of *source* out of the answer that it reads."""
    return f"""grep -ao '{picked(source.member)}' | sed -n {source.nth}p | cut -d'"' -f4"""


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
