"""The page of internal codes. The member ``documentation`` of a refusal links to the anchor of its code."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from cynod_generators.targets.docs.localized_site import LocalizedSite
from cynod_generators.targets.docs.text.markdown import Anchor
from cynod_spec.model import Code


@dataclass(frozen=True, slots=True)
class CodeView:
    """A code; *messages* are (language, text), the page's own first."""

    value: str
    title: str
    case: str
    status: int
    retry: str
    description: Markup
    messages: tuple[tuple[str, str], ...]
    provoke: Markup
    unprovokable: Markup
    operations: tuple[Anchor, ...]
    everywhere: bool
    outside: bool


@dataclass(frozen=True, slots=True)
class CodeGroup:
    """The codes of one case."""

    case: str
    title: str
    codes: tuple[CodeView, ...]


@dataclass(frozen=True, slots=True)
class CodesView:
    """The page: the codes of each case, in the order of the envelopes."""

    groups: tuple[CodeGroup, ...]


def codes_view(site: LocalizedSite) -> CodesView:
    """The whole catalogue."""
    groups = []
    for case in site.contract.envelopes:
        found = tuple(_view(code, site) for code in site.contract.codes if code.case == case)
        if found:
            groups.append(CodeGroup(case, str(getattr(site.words, f"case_{case}")), found))
    return CodesView(tuple(groups))


def _view(code: Code, site: LocalizedSite) -> CodeView:
    contract, words = site.contract, site.words
    enveloped = [each for each in contract.operations if each.codes]
    users = [each for each in enveloped if code in each.codes]
    languages = sorted(contract.languages, key=lambda language: language != site.language)
    return CodeView(
        value=code.value,
        title=site.text(code.title) or code.value,
        case=code.case,
        status=code.status,
        retry=words.retry_done
        if code.case == "success"
        else words.retry_yes
        if code.retryable
        else words.retry_no,
        description=site.rich(code.description, code.at),
        messages=tuple((language, code.message.in_(language)) for language in languages),
        provoke=site.rich(code.provoke, code.at),
        unprovokable=site.rich(code.unprovokable, code.at),
        operations=tuple(site.operation(each) for each in users),
        everywhere=len(users) == len(enveloped) > 1,
        outside=any(code in answer.codes for answer in contract.general),
    )
