"""Which certificate authorities are trusted: one answer for everything that a command calls.

The first of these that there is: the file or folder that was named (``ca_file``), ``SSL_CERT_FILE`` and
``SSL_CERT_DIR``, the store of the system. The authorities of the package ``certifi`` stand in only where the
system has no store that OpenSSL finds.
"""

from __future__ import annotations

import os
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cynod_spec.base.errors import UsageError

FILE_VARIABLE, FOLDER_VARIABLE = "SSL_CERT_FILE", "SSL_CERT_DIR"


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Where the trusted authorities stand: a file of certificates (PEM), a folder of them, or both.

    The folder is one that OpenSSL reads (``c_rehash``); ``SSL_CERT_DIR`` may list several.

    Neither: the store of a system that keeps it in no file (Windows), which ``ssl`` reads by itself.
    """

    file: str | None = None
    folder: str | None = None

    def context(self) -> ssl.SSLContext:
        """A new context for clients that trusts these authorities, and checks names and dates."""
        if self.file is None and self.folder is None:
            return ssl.create_default_context()
        return ssl.create_default_context(cafile=self.file, capath=self.folder)

    def path(self, scratch: Path) -> str:
        """The same authorities at one path, for a library that takes nothing else; *scratch* is a folder.

        Certificates that stand in several places, or in no file, are written to a new file in *scratch*.
        """
        if self.file is not None and self.folder is None:
            return self.file
        if self.folder is not None and self.file is None and os.pathsep not in self.folder:
            return self.folder
        texts = [ssl.DER_cert_to_PEM_cert(each) for each in self.context().get_ca_certs(binary_form=True)]
        for folder in (self.folder or "").split(os.pathsep):
            texts += _certificates_in(Path(folder)) if folder else []
        handle, name = tempfile.mkstemp(suffix=".pem", dir=scratch)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write("\n".join(texts))
        return name


def trust_store(ca_file: str | None = None) -> TrustStore:
    """The authorities of this run. Raises UsageError for those that were named and cannot be read."""
    if ca_file:
        return _checked(
            TrustStore(folder=ca_file) if Path(ca_file).is_dir() else TrustStore(ca_file), "ca_file"
        )
    file, folder = os.environ.get(FILE_VARIABLE), os.environ.get(FOLDER_VARIABLE)
    if file or folder:
        names = " and ".join(name for name in (FILE_VARIABLE, FOLDER_VARIABLE) if os.environ.get(name))
        return _checked(TrustStore(file or None, folder or None), names)
    paths = ssl.get_default_verify_paths()
    if paths.cafile or paths.capath:
        # Where there are both, they hold the same authorities: the folder is the file, one by one.
        return TrustStore(paths.cafile) if paths.cafile else TrustStore(folder=paths.capath)
    if ssl.create_default_context().cert_store_stats()["x509_ca"]:
        return TrustStore()
    try:
        import certifi
    except ImportError:
        return TrustStore()
    return TrustStore(certifi.where())


def _checked(store: TrustStore, name: str) -> TrustStore:
    if store.folder is not None and not all(os.path.isdir(each) for each in store.folder.split(os.pathsep)):
        raise UsageError(f"{name}: {store.folder} is no folder of certificates", "name another one")
    try:
        store.context()
    except (OSError, ssl.SSLError) as error:
        said = (
            error.strerror
            if isinstance(error, FileNotFoundError | PermissionError)
            else "no certificates in PEM"
        )
        raise UsageError(
            f"{name}: cannot read {store.file}: {said}", "a file of certificates (PEM)"
        ) from None
    return store


def _certificates_in(folder: Path) -> list[str]:
    found = []
    for path in sorted(folder.iterdir()):
        try:
            text = path.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            continue  # OpenSSL, too, passes over what is no certificate
        if "-----BEGIN CERTIFICATE-----" in text:
            found.append(text)
    return found
