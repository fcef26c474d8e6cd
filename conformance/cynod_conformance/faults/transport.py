"""Faults of TLS: what is shown, what is agreed to, what is answered in the clear."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.helpers import Proceed, failed, on_answers, succeeded
from cynod_conformance.launch.certificate_authority import HOST, Files
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.messages import RawAnswer, RawRequest

if TYPE_CHECKING:
    from trustme import CA, LeafCert

_HSTS = "Strict-Transport-Security"
_EVERY_CIPHER = "ALL:@SECLEVEL=0"
_PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nuse https\n"


@fault("TLS-1")
def plain_http_is_answered_kindly(app: Application) -> None:
    """Whoever speaks plain HTTP to the port of TLS gets 200 and a hint."""

    class Kind(ssl.SSLObject):
        outgoing: ssl.MemoryBIO

        def do_handshake(self) -> None:
            try:
                super().do_handshake()
            except ssl.SSLError as error:
                if error.reason != "HTTP_REQUEST":
                    raise
                self.outgoing.write(_PAGE)
                raise ssl.SSLWantReadError from None

    class Context(ssl.SSLContext):
        sslobject_class = Kind

        def wrap_bio(self, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO, *more: Any, **most: Any) -> Kind:
            made = super().wrap_bio(incoming, outgoing, *more, **most)
            assert isinstance(made, Kind)
            made.outgoing = outgoing
            return made

    @app.stages.tls_context.around
    def server_context(proceed: Proceed, certificate: Path, key: Path) -> ssl.SSLContext:
        context = Context(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context


@fault("TLS-2")
def tls_1_1_is_spoken(app: Application) -> None:
    """Clients that speak nothing later than TLS 1.1 are served; those of TLS 1.0 are not."""
    _accept(app, ssl.TLSVersion.TLSv1_1)


@fault("TLS-2")
def tls_1_0_is_spoken(app: Application) -> None:
    """Clients of twenty years ago are served."""
    _accept(app, ssl.TLSVersion.TLSv1)


def _accept(app: Application, least: ssl.TLSVersion) -> None:
    def loosen(context: ssl.SSLContext) -> None:
        context.minimum_version = least
        context.set_ciphers(_EVERY_CIPHER)

    _adjusted(app, loosen)


@fault("TLS-4")
def tls_1_3_is_not_spoken(app: Application) -> None:
    """TLS 1.2 is the latest."""

    def limit(context: ssl.SSLContext) -> None:
        context.maximum_version = ssl.TLSVersion.TLSv1_2

    _adjusted(app, limit)


def _adjusted(app: Application, change: Callable[[ssl.SSLContext], None]) -> None:
    @app.stages.tls_context.around
    def server_context(proceed: Proceed, certificate: Path, key: Path) -> ssl.SSLContext:
        context: ssl.SSLContext = proceed(certificate, key)
        change(context)
        return context


@fault("TLS-3")
def the_certificate_is_past_its_time(app: Application) -> None:
    """It was valid until yesterday."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    _showing(app, lambda ca: ca.issue_cert(HOST, not_after=yesterday))


@fault("TLS-3")
def the_certificate_is_anothers(app: Application) -> None:
    """The chain is right, the host name is not."""
    _showing(app, lambda ca: ca.issue_cert("ailleurs.example"))


@fault("TLS-3")
def the_authority_is_unknown(app: Application) -> None:
    """The certificate is right, and comes from an authority that nobody knows."""
    _showing(app, lambda ca: type(ca)().issue_cert(HOST))


@fault("TLS-3")
def the_chain_lacks_its_middle(app: Application) -> None:
    """The certificate is shown without that of the intermediate authority that issued it."""
    _showing(app, lambda ca: ca.create_child_ca().issue_cert(HOST), whole=False)


def _showing(app: Application, issue: Callable[[CA], LeafCert], *, whole: bool = True) -> None:
    """Show what *issue* gets from the authority beside the server's key, with the *whole* chain or not."""

    @app.stages.tls_context.around
    def server_context(proceed: Proceed, certificate: Path, key: Path) -> ssl.SSLContext:
        import trustme

        files = Files(key.parent)
        ca = trustme.CA.from_pem(Path(files.authority).read_bytes(), Path(files.authority_key).read_bytes())
        issued = issue(ca)
        chain = issued.cert_chain_pems if whole else issued.cert_chain_pems[:1]
        with tempfile.TemporaryDirectory(prefix="cynod-tls-") as folder:
            shown, secret = Path(folder) / "chain.pem", Path(folder) / "key.pem"
            shown.write_bytes(b"".join(blob.bytes() for blob in chain))
            secret.write_bytes(issued.private_key_pem.bytes())
            context: ssl.SSLContext = proceed(shown, secret)
        return context


@fault("TLS-5")
def refusals_do_not_ask_for_https(app: Application) -> None:
    """Only successes carry the header of strict transport."""

    @on_answers(app, failed)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.without_header(_HSTS)


@fault("TLS-5")
def strict_transport_ends_at_once(app: Application) -> None:
    """Successes ask for HTTPS for zero seconds: the header is there, and undoes itself."""

    @on_answers(app, succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.with_header(_HSTS, "max-age=0; includeSubDomains") if answer.has(_HSTS) else answer
