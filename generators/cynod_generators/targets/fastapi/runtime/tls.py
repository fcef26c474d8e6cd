"""TLS as the server speaks it: 1.2 and later, forward secrecy, authenticated encryption (RFC 9325)."""

from __future__ import annotations

import ssl
from pathlib import Path

from .settings import SettingsError

_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"  # of TLS 1.2; those of 1.3 are all modern


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """What the server shows and accepts, with the chain in *certificate* and its private *key* (PEM).

    Raises SettingsError for files that cannot be used, an encrypted key included.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    context.set_alpn_protocols(["http/1.1"])
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION | ssl.OP_CIPHER_SERVER_PREFERENCE
    try:
        context.load_cert_chain(certificate, key, password=_nobody_types_one)
    except OSError as error:
        why = getattr(error, "reason", None) or error.strerror or "no PEM"
        raise SettingsError(f"cannot use the certificate {certificate} with {key}: {why}") from None
    return context


def _nobody_types_one() -> str:
    return ""  # without it, OpenSSL would ask at the terminal
