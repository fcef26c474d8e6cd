"""TLS for real: what the sandbox shows, what it agrees to, how it answers who speaks in the clear."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import sys

import pytest
import requests
import trustme

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "cynod_sandbox", "--port", "0"]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A chain, its key and the authority, as files."""
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    issued.private_key_pem.write_to_path(str(folder / "key.pem"))
    issued.cert_chain_pems[0].write_to_path(str(folder / "chain.pem"))
    return folder


@pytest.fixture(scope="module")
def server(files):
    """The port of a sandbox over TLS, and what it wrote to standard error at its end."""
    process = subprocess.Popen(
        [*COMMAND, "--tls-cert", str(files / "chain.pem"), "--tls-key", str(files / "key.pem"),
         "--log-level", "warning"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    assert url.startswith("https://127.0.0.1:")
    yield int(url.rpartition(":")[2])
    process.terminate()
    assert process.wait(15) == 0
    assert process.stderr is not None
    assert process.stderr.read() == ""  # what strangers send to the port is no event


def shaken(port: int, context: ssl.SSLContext) -> ssl.SSLSocket:
    connection = socket.create_connection(("127.0.0.1", port), 5)
    return context.wrap_socket(connection, server_hostname="localhost")


@pytest.mark.parametrize("path", ["/sante", "/cartes", "/nowhere"])
def test_every_answer_asks_for_https_from_then_on(server, files, path):
    answer = requests.get(f"https://localhost:{server}{path}", verify=str(files / "ca.pem"), timeout=5)
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_what_is_no_http_is_answered_alike(server, files):
    with shaken(server, ssl.create_default_context(cafile=str(files / "ca.pem"))) as secured:
        secured.sendall(b"what is this\r\n\r\n")
        answer = secured.recv(65536)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"Strict-Transport-Security: max-age=31536000\r\n" in answer


def test_the_newest_version_is_spoken_and_1_2_with_forward_secrecy_alone(server, files):
    context = ssl.create_default_context(cafile=str(files / "ca.pem"))
    with shaken(server, context) as secured:
        assert secured.version() == "TLSv1.3"
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with shaken(server, context) as secured:
        assert secured.version() == "TLSv1.2"
        cipher = secured.cipher()
        assert cipher is not None
        assert cipher[0].startswith("ECDHE-")
    context.set_ciphers("AES128-SHA:AES256-GCM-SHA384")
    with pytest.raises(ssl.SSLError):
        shaken(server, context)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("version", ["TLSv1", "TLSv1_1"])
def test_old_versions_are_refused(server, version):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
    with pytest.raises((ssl.SSLError, ConnectionError)):
        shaken(server, context)


@pytest.mark.parametrize("sent", [b"GET /sante HTTP/1.1\r\nHost: x\r\n\r\n", b"\0" * 300, b"\x16\x03\x01"])
def test_what_is_no_tls_is_cut_and_the_next_caller_served(server, files, sent):
    with socket.create_connection(("127.0.0.1", server), 5) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            assert b"HTTP/1.1 2" not in connection.recv(4096)
    answer = requests.get(f"https://localhost:{server}/sante", verify=str(files / "ca.pem"), timeout=5)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--tls-cert", "chain.pem"], "go together"),
        (["--tls-key", "key.pem"], "go together"),
        (["--tls-cert", "missing.pem", "--tls-key", "key.pem"], "missing.pem"),
        (["--tls-cert", "key.pem", "--tls-key", "key.pem"], "cannot use the certificate"),
        (["--tls-cert", "chain.pem", "--tls-key", "encrypted.pem"], "cannot use the certificate"),
        (["--tls-cert", "ca.pem", "--tls-key", "key.pem"], "cannot use the certificate"),
    ],
)
def test_a_certificate_that_cannot_be_used_is_one_line_and_exit_2(files, arguments, said):
    from cryptography.hazmat.primitives import serialization as forms

    key = forms.load_pem_private_key((files / "key.pem").read_bytes(), None)
    encrypted = key.private_bytes(
        forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.BestAvailableEncryption(b"a secret")
    )
    (files / "encrypted.pem").write_bytes(encrypted)
    done = subprocess.run(
        [*COMMAND, *arguments], cwd=files, capture_output=True, text=True, timeout=30,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
