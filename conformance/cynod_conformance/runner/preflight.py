"""Before anything is judged: is the address sane, does the target answer, do the credentials work?"""

from __future__ import annotations

from urllib.parse import urlsplit

from cynod_conformance.base.outcomes import BudgetSpent, NoAnswer
from cynod_conformance.config.settings import Config
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.http import tls
from cynod_conformance.http.errors import TransportError
from cynod_conformance.http.target import Target
from cynod_conformance.text.messages import told
from cynod_spec.base.errors import TargetUnreachable, UsageError
from cynod_spec.network import urls
from cynod_spec.network.addresses import is_loopback

UNTRIED = ("suspended", "elsewhere", "throttled")  # credentials that are meant to be refused


def check_url(url: str, allow_http: bool) -> None:
    """Raises UsageError for an address that is none, or that would carry secrets in the clear."""
    try:
        parts = urlsplit(url)
        urls.normalized(url)
    except ValueError:
        raise UsageError(f"{url!r} is no URL", "such as https://api.example.org") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{url!r} is no http(s) URL", "such as https://api.example.org")
    if parts.username or parts.password:
        raise UsageError("the URL holds a user or password", "put credentials in cynod.toml")
    if parts.query or parts.fragment:
        raise UsageError("the URL has a query or fragment", "give the base URL alone")
    if parts.scheme == "http" and not allow_http and not is_loopback(parts.hostname):
        raise UsageError(
            "plain http would send secrets in the clear", "use https, or --allow-http in a laboratory"
        )


def preflight(context: TestContext, config: Config) -> None:
    """Raises TargetUnreachable when nothing answers, UsageError when a configured credential is refused.

    A target whose certificate is not to be trusted is marked so: its TLS is judged, and nothing is sent.
    """
    try:
        context.target.distrusted = distrusted(context.target)
        if context.target.distrusted:
            return
        reached(context)
        refused(context, config)
    except NoAnswer as lost:
        raise TargetUnreachable(f"{context.target.base_url}: {told(lost.said).en}", "try again") from None
    except BudgetSpent:
        raise TargetUnreachable(
            "the time allowed was over before the first probe", "raise --max-time"
        ) from None


def distrusted(target: Target) -> str:
    """Why a certificate of *target* is not to be trusted; empty when all are, or when there is none."""
    for url in target.servers:
        if not url.startswith("https:"):
            continue
        try:
            if problem := tls.certificate_problem(url, target.trusted()):
                return problem
        except OSError:
            continue  # what else keeps the target from being reached is told next
    return ""


def reached(context: TestContext) -> None:
    """Raises TargetUnreachable when nothing answers."""
    try:
        context.target.send("GET", context.target.url("/"), tags={"malformed"})
    except TransportError as error:
        raise TargetUnreachable(
            f"{context.target.base_url} does not answer: {told(error.said).en}",
            "is the server started, is the URL right?",
        ) from None


def refused(context: TestContext, config: Config) -> None:
    """Raises UsageError for the first credential that the token endpoint refuses."""
    if context.contract.find("token") is None:
        return
    for name, credential in config.credentials.items():
        if name in UNTRIED:
            continue
        status = context.tokens.grant(credential).response.status
        if status in (400, 401, 403):
            raise UsageError(
                f"[credentials.{name}] is refused by the token endpoint ({status})",
                "check consumer_key and consumer_secret",
            )
