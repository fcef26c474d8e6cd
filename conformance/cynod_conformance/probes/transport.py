"""HTTPS alone, and TLS as it should be today (RFC 8996, RFC 9325): TLS clauses."""

from __future__ import annotations

import ssl

from cynod_conformance.base.outcomes import ControlFailed, NotApplicable, Refuted, Unreachable
from cynod_conformance.experiment.context import SUCCESS, Lab
from cynod_conformance.experiment.registry import Cell, probe
from cynod_conformance.http import tls, tls_client_hello
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Contract, Operation

_OLD = ("SSL 3.0", "TLS 1.0", "TLS 1.1")
_NAMES = {number: name for name, number in tls_client_hello.VERSIONS.items()}


def each_old_version(contract: Contract, operations: list[Operation]) -> list[Cell]:
    """One cell for each version of TLS that must be refused."""
    return [Cell(name) for name in _OLD]


def secured(lab: Lab) -> str:
    """The base URL of a target that speaks HTTPS. Raises NotApplicable: plain HTTP was chosen knowingly."""
    if not lab.target.base_url.startswith("https:"):
        raise NotApplicable("plain-target")
    return lab.target.base_url


@probe("TLS-1")
def nothing_in_the_clear(lab: Lab, cell: Cell) -> None:
    """Plain HTTP on the port of HTTPS, and on port 80 beside port 443, is never answered 2xx."""
    base = secured(lab)
    health = lab.contract.find("health")
    url = base + (health.path if health else "/")
    _, port = tls.address(base)
    for each in (port, *([tls.HTTP_PORT] if port == tls.HTTPS_PORT else [])):
        exchange = tls.in_the_clear(url, each)
        if exchange is not None and exchange.response.status in SUCCESS:
            raise Refuted(phrase("no-plain-success"), str(exchange.response.status), exchange)


@probe("TLS-2", over=each_old_version)
def old_versions_are_refused(lab: Lab, cell: Cell) -> None:
    """The server agrees to no version before TLS 1.2."""
    base = secured(lab)
    host, port = tls.address(base)
    try:
        control, spoken = tls_client_hello.offer(
            host, port, tls_client_hello.VERSIONS["TLS 1.2"], tls.TIMEOUT
        )
        if control is None and not spoken:
            raise ControlFailed("no-hello")
        agreed, _ = tls_client_hello.offer(host, port, tls_client_hello.VERSIONS[cell.label], tls.TIMEOUT)
    except OSError as error:
        raise Unreachable("no-answer", why=type(error).__name__) from error
    if agreed is not None:
        expected = phrase("refusal-of", what=cell.label)
        got = phrase("agreed-on", what=_NAMES.get(agreed, f"{agreed:#06x}"))
        raise Refuted(expected, got, tls.handshake_of(base))


@probe("TLS-3")
def certificate_is_valid(lab: Lab, cell: Cell) -> None:
    """The chain leads to a trusted authority, is in date, and covers the host name."""
    base = secured(lab)
    try:
        problem = tls.certificate_problem(base, lab.target.trusted())
    except OSError as error:
        raise Unreachable("no-answer", why=phrase("tls-refused")) from error
    if problem:
        raise Refuted(phrase("valid-certificate"), problem, tls.handshake_of(base))


@probe("TLS-4")
def newest_version_is_offered(lab: Lab, cell: Cell) -> None:
    """A client that speaks TLS 1.3 alone is served."""
    base = secured(lab)
    if not ssl.HAS_TLSv1_3:
        raise ControlFailed("cannot-offer", what="TLS 1.3")
    context = tls.unverified()
    try:
        tls.shake(base, context)
    except OSError as error:
        raise Unreachable("no-answer", why=phrase("tls-refused")) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        tls.shake(base, context)
    except TimeoutError:
        raise Unreachable("no-answer", why=phrase("too-late")) from None
    except OSError:
        expected, got = phrase("agreed-on", what="TLS 1.3"), phrase("refusal-of", what="TLS 1.3")
        raise Refuted(expected, got, tls.handshake_of(base)) from None


@probe("TLS-5")
def answers_over_tls(lab: Lab, cell: Cell) -> None:
    """Successes and refusals over HTTPS; the observer looks at each."""
    secured(lab)
    draft = lab.control(lab.simple())
    lab.call(draft).must_succeed()
    lab.call(draft, authorization=None)
    lab.raw("GET", f"/cf-{lab.world.nonce}")
