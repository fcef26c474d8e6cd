"""One trust store for all of a run: what was named, then the environment, then the system."""

from __future__ import annotations

import ssl
import sys
from pathlib import Path
from typing import Any

import pytest

from cynod_spec.base.errors import UsageError
from cynod_spec.network import trust
from cynod_spec.network.trust import TrustStore, trust_store

trustme = pytest.importorskip("trustme")


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two files, each with the certificate of one authority."""
    folder = tmp_path_factory.mktemp("authorities")
    files = folder / "one.pem", folder / "other.pem"
    for number, file in enumerate(files):
        trustme.CA(organization_name=f"authority {number}").cert_pem.write_to_path(file)
    return files


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (trust.FILE_VARIABLE, trust.FOLDER_VARIABLE):
        monkeypatch.delenv(name, raising=False)


def names(context: ssl.SSLContext) -> set[str]:
    found: list[Any] = context.get_ca_certs()  # typed as texts, though a name is a tuple of tuples of pairs
    subjects = [dict(pair for (pair,) in each["subject"]) for each in found]
    return {subject["organizationName"] for subject in subjects if "organizationName" in subject}


def test_what_was_named_wins_over_the_environment(authorities, monkeypatch):
    monkeypatch.setenv(trust.FILE_VARIABLE, str(authorities[1]))
    assert names(trust_store(str(authorities[0])).context()) == {"authority 0"}
    assert names(trust_store().context()) == {"authority 1"}


def test_a_folder_is_one_too(authorities, monkeypatch, tmp_path):
    folder = authorities[0].parent
    assert trust_store(str(folder)) == TrustStore(folder=str(folder))
    assert trust_store(str(folder)).path(tmp_path) == str(folder)
    monkeypatch.setenv(trust.FOLDER_VARIABLE, str(folder))
    assert trust_store() == TrustStore(folder=str(folder))


@pytest.mark.skipif(sys.platform == "win32", reason="the store of Windows is in no file")
def test_without_either_it_is_that_of_the_system():
    paths = ssl.get_default_verify_paths()
    if not (paths.cafile or paths.capath):
        pytest.skip("no store of the system")
    assert paths.cafile in (trust_store().file, None)
    assert trust_store() == (TrustStore(paths.cafile) if paths.cafile else TrustStore(folder=paths.capath))


def test_certifi_stands_in_where_the_system_has_none(monkeypatch):
    certifi = pytest.importorskip("certifi")
    nowhere = ssl.DefaultVerifyPaths("", "", "", "", "", "")
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: nowhere)
    monkeypatch.setattr(ssl, "create_default_context", lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    assert trust_store() == TrustStore(certifi.where())


def test_file_and_folder_become_one_file_for_a_library_that_takes_one(authorities, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "0123abcd.0").write_bytes(authorities[1].read_bytes())
    (folder / "README").write_text("no certificate")
    written = TrustStore(str(authorities[0]), str(folder)).path(tmp_path)
    assert names(TrustStore(written).context()) == {"authority 0", "authority 1"}
    assert TrustStore(str(authorities[0])).path(tmp_path) == str(authorities[0])


@pytest.mark.parametrize("what", ["absent.pem", "no.pem"])
def test_what_cannot_be_read_is_one_line(tmp_path, monkeypatch, what):
    (tmp_path / "no.pem").write_text("no certificate")
    with pytest.raises(UsageError, match=f"ca_file: cannot read .*{what}"):
        trust_store(str(tmp_path / what))
    monkeypatch.setenv(trust.FILE_VARIABLE, str(tmp_path / what))
    with pytest.raises(UsageError, match="SSL_CERT_FILE: cannot read"):
        trust_store()
    monkeypatch.setenv(trust.FOLDER_VARIABLE, str(tmp_path / "absent"))
    with pytest.raises(UsageError, match=r"SSL_CERT_FILE and SSL_CERT_DIR: .* is no folder"):
        trust_store()
