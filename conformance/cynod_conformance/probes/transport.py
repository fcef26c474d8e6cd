"""HTTPS alone, and TLS as it should be today (RFC 8996, RFC 9325): TLS clauses."""

from __future__ import annotations

import ssl

from cynod_conformance.base.outcomes import AssertionFailed, ControlFailed, NoAnswer, NotApplicable
from cynod_conformance.experiment.answer import SUCCESS
from cynod_conformance.experiment.case_types import TestCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.registry import probe
from cynod_conformance.http import tls, tls_client_hello
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Contract, Operation

_OLD_VERSIONS = ("SSL 3.0", "TLS 1.0", "TLS 1.1")
_VERSION_NAMES = {number: name for name, number in tls_client_hello.VERSIONS.items()}


def each_old_version(contract: Contract, operations: list[Operation]) -> list[TestCase]:
    """One case for each version of TLS that must be refused."""
    return [TestCase(name) for name in _OLD_VERSIONS]


def secured(context: TestContext) -> str:
    """The base URL of a target that speaks HTTPS. Raises NotApplicable: plain HTTP was chosen knowingly."""
    if not context.target.base_url.startswith("https:"):
        raise NotApplicable("plain-target")
    return context.target.base_url


@probe("TLS-1")
def nothing_in_the_clear(context: TestContext, case: TestCase) -> None:
    """Plain HTTP on the port of HTTPS, and on port 80 beside port 443, is never answered 2xx."""
    base = secured(context)
    health = context.contract.find("health")
    url = base + (health.path if health else "/")
    _, port = tls.address(base)
    for each in (port, *([tls.HTTP_PORT] if port == tls.HTTPS_PORT else [])):
        exchange = tls.in_the_clear(url, each)
        if exchange is not None and exchange.response.status in SUCCESS:
            raise AssertionFailed(phrase("no-plain-success"), str(exchange.response.status), exchange)


@probe("TLS-2", cases=each_old_version)
def old_versions_are_refused(context: TestContext, case: TestCase) -> None:
    """The server agrees to no version before TLS 1.2."""
    base = secured(context)
    host, port = tls.address(base)
    try:
        control, spoken = tls_client_hello.offer(
            host, port, tls_client_hello.VERSIONS["TLS 1.2"], tls.TIMEOUT_S
        )
        if control is None and not spoken:
            raise ControlFailed("no-hello")
        agreed, _ = tls_client_hello.offer(host, port, tls_client_hello.VERSIONS[case.label], tls.TIMEOUT_S)
    except OSError as error:
        raise NoAnswer("no-answer", why=type(error).__name__) from error
    if agreed is not None:
        expected = phrase("refusal-of", what=case.label)
        got = phrase("agreed-on", what=_VERSION_NAMES.get(agreed, f"{agreed:#06x}"))
        raise AssertionFailed(expected, got, tls.handshake_of(base))


@probe("TLS-3")
def certificate_is_valid(context: TestContext, case: TestCase) -> None:
    """The chain leads to a trusted authority, is in date, and covers the host name."""
    base = secured(context)
    try:
        problem = tls.certificate_problem(base, context.target.trusted())
    except OSError as error:
        raise NoAnswer("no-answer", why=phrase("tls-refused")) from error
    if problem:
        raise AssertionFailed(phrase("valid-certificate"), problem, tls.handshake_of(base))


@probe("TLS-4")
def newest_version_is_offered(context: TestContext, case: TestCase) -> None:
    """A client that speaks TLS 1.3 alone is served."""
    base = secured(context)
    if not ssl.HAS_TLSv1_3:
        raise ControlFailed("cannot-offer", what="TLS 1.3")
    tls_context = tls.unverified()
    try:
        tls.shake(base, tls_context)
    except OSError as error:
        raise NoAnswer("no-answer", why=phrase("tls-refused")) from error
    tls_context.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        tls.shake(base, tls_context)
    except TimeoutError:
        raise NoAnswer("no-answer", why=phrase("too-late")) from None
    except OSError:
        expected, got = phrase("agreed-on", what="TLS 1.3"), phrase("refusal-of", what="TLS 1.3")
        raise AssertionFailed(expected, got, tls.handshake_of(base)) from None


@probe("TLS-5")
def answers_over_tls(context: TestContext, case: TestCase) -> None:
    """Successes and refusals over HTTPS; the observer looks at each."""
    secured(context)
    draft = context.control(context.simple())
    context.call(draft).must_succeed()
    context.call(draft, authorization=None)
    context.raw("GET", f"/cf-{context.fixtures.nonce}")
