"""A certificate authority for one run, so that a sandbox on this machine is judged over TLS.

Needs ``trustme`` (the extra ``tls``), which is imported only here and by the faults of TLS.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cynod_spec.environment.parts import need

HOST = "127.0.0.1"
_AUTHORITY, _CHAIN, _KEY, _AUTHORITY_KEY = "ca.pem", "chain.pem", "key.pem", "ca-key.pem"


@dataclass(frozen=True)
class Files:
    """Where an authority and what it issued for this machine stand, in PEM."""

    folder: Path

    @property
    def authority(self) -> str:
        """What clients trust."""
        return str(self.folder / _AUTHORITY)

    @property
    def chain(self) -> str:
        """What the server shows."""
        return str(self.folder / _CHAIN)

    @property
    def key(self) -> str:
        """Its private key. The authority's stands beside it, for faulty servers to issue what they show."""
        return str(self.folder / _KEY)

    @property
    def authority_key(self) -> str:
        """The authority's private key."""
        return str(self.folder / _AUTHORITY_KEY)


@contextmanager
def authority() -> Iterator[Files]:
    """A new authority and a certificate for this machine, gone after the block. Raises UsageError."""
    need("--tls", "tls")
    import trustme

    with tempfile.TemporaryDirectory(prefix="cynod-tls-") as folder:
        files = Files(Path(folder))
        made = trustme.CA()
        issued = made.issue_cert(HOST)
        made.cert_pem.write_to_path(files.authority)
        made.private_key_pem.write_to_path(files.authority_key)
        issued.private_key_pem.write_to_path(files.key)
        for position, blob in enumerate(issued.cert_chain_pems):
            blob.write_to_path(files.chain, append=position > 0)
        yield files
