"""Why no answer was received: the one set of exceptions of every transport."""

from __future__ import annotations

from cynod_conformance.text.phrase import Said, phrase


class TransportError(Exception):
    """No answer was received; a subclass for each reason.

    Its ``said`` tells the reason in a few words, without addresses, values or secrets.
    """

    said: Said

    def __init__(self, detail: object = "") -> None:
        super().__init__(str(detail))


class ConnectionFailed(TransportError):  # noqa: N818 - the name says what happened, as its siblings do
    """The server took no connection, or closed it before its answer ended."""

    said = phrase("cut")


class TimedOut(TransportError):  # noqa: N818 - likewise
    """The answer did not come in time, or did not end in time."""

    said = phrase("too-late")


class TlsFailed(TransportError):  # noqa: N818 - likewise
    """The TLS handshake failed, or the certificate is not to be trusted."""

    said = phrase("tls-refused")


class HeaderRefused(TransportError):  # noqa: N818 - likewise
    """A header cannot be sent: its value holds what RFC 9110 §5.5 forbids."""

    said = phrase("header-malformed")


class NotHttp(TransportError):  # noqa: N818 - likewise
    """What was received is no HTTP response."""

    said = phrase("not-http")
