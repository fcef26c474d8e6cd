"""The overview page: description, diagram, servers, and the first call."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from cynod_generators.targets.docs.diagrams.call_map import Diagram, diagram
from cynod_generators.targets.docs.localized_site import LocalizedSite
from cynod_generators.targets.docs.pages.guide import servers
from cynod_generators.targets.docs.samples.curl import curl, without_nul
from cynod_generators.targets.docs.samples.messages import examples
from cynod_generators.targets.docs.text.highlighting import highlight
from cynod_generators.targets.docs.text.markdown import Anchor
from cynod_spec.model import Operation
from cynod_spec.output.bash import assignment
from cynod_spec.output.sample_variables import ACCESS_TOKEN, BASE_URL, CONSUMER_KEY, CONSUMER_SECRET


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the first call: a sentence, a command, and its answer."""

    text: str
    operation: Anchor | None
    sample: Markup
    answer: Markup


@dataclass(frozen=True, slots=True)
class OverviewView:
    """The view of the overview page."""

    description: Markup
    diagram: Diagram | None
    servers: list[tuple[str, str]]
    steps: tuple[Step, ...]


def overview_view(site: LocalizedSite) -> OverviewView:
    """The view of the overview page of *site*."""
    return OverviewView(
        description=site.rich(site.contract.description),
        diagram=diagram(site),
        servers=servers(site),
        steps=_steps(site),
    )


def _steps(site: LocalizedSite) -> tuple[Step, ...]:
    """The steps from credentials to a balance; none when the contract has no token or no balance to read."""
    contract, words = site.contract, site.words
    token, balance = contract.find("token"), contract.find("read", "balance")
    if token is None or balance is None or not contract.servers:
        return ()
    pair = [
        assignment(BASE_URL, without_nul(contract.servers[-1].addresses[0])),
        assignment(CONSUMER_KEY, words.your_key),
        assignment(CONSUMER_SECRET, words.your_secret),
    ]
    answered = next(iter(token.success.examples.values()), None)
    given = without_nul(str(answered.get("access_token", ""))) if isinstance(answered, dict) else ""
    return (
        Step(words.first_pair, None, highlight("\n".join(pair), "bash"), Markup("")),
        _call(words.first_token, token, site),
        Step(words.first_keep, None, highlight(assignment(ACCESS_TOKEN, given), "bash"), Markup("")),
        _call(words.first_use, balance, site),
    )


def _call(text: str, operation: Operation, site: LocalizedSite) -> Step:
    shown = examples(operation.success.examples, {}, operation.success.media_types, site)
    sample = highlight(curl(site.contract, operation, site.words), "bash")
    return Step(text, site.operation(operation), sample, shown[0].body if shown else Markup(""))
