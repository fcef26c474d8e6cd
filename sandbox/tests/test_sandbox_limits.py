"""One stranger stops nobody: idle and dripping connections, over TLS, with workers, at the console."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import repeat
from pathlib import Path

import psutil
import pytest
import requests
import trustme
from cross_room.consoles import Visitor, enter, open_console
from cross_room.sandboxes import Sandbox, running
from cross_room.strangers import ELSEWHERE, HOST, connect, drip, exchange, rest, soon, strangers

from cynod_sandbox.console import listener
from cynod_sandbox.console.security_middleware import HEADERS
from cynod_sandbox.console.sessions import Session, Sessions

pytestmark = pytest.mark.slow

READ_S, LOGIN_S = 0.5, 2.0  # seconds that an honest caller waits at most
SLACK = 1.5  # seconds that a busy machine may add
SMALL = (
    "--max-connections", "40", "--max-connections-per-address", "30", "--timeout-first-octet", "1",
    "--timeout-head", "1", "--timeout-body", "2",
)  # fmt: skip
SILENT = ("--log-level", "warning")
PASSWORD = "ouvre-toi, sésame"
MANY = 1100
GROWTH = 100 * 2**20  # octets of memory that an attack may cost


def port_of(sandbox: Sandbox) -> int:
    return int(sandbox.base_url.rpartition(":")[2])


def honest(sandbox: Sandbox) -> None:
    """A login and a read of somebody who was not there before."""
    pair = sandbox.config["credentials"]["primary"]
    answer = soon(LOGIN_S, lambda: sandbox.log_in(pair["consumer_key"], pair["consumer_secret"]))
    assert answer.status_code == 200
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    number = sandbox.config["fixtures"]["cartes"]["active"]
    url = f"{sandbox.base_url}/get-solde-carte?numeroCarte={number}"
    assert soon(READ_S, lambda: requests.get(url, headers=bearer, timeout=20)).status_code == 200


def memory(sandbox: Sandbox) -> int:
    """Octets of all its processes that are in memory."""
    first = psutil.Process(sandbox.process.pid)
    return sum(each.memory_info().rss for each in (first, *first.children(recursive=True)))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``chain.pem``, ``key.pem`` and the authority's ``ca.pem``."""
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    issued = authority.issue_cert(HOST)
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    issued.private_key_pem.write_to_path(str(folder / "key.pem"))
    issued.cert_chain_pems[0].write_to_path(str(folder / "chain.pem"))
    return folder


Options = Callable[[str], tuple[str, ...]]


@pytest.fixture
def options(tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Options:
    """The options of a kind of sandbox; requests trusts its certificate."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate / "ca.pem"))

    def of(kind: str) -> tuple[str, ...]:
        return {
            "plain": (),
            "tls": ("--tls-cert", str(certificate / "chain.pem"), "--tls-key", str(certificate / "key.pem")),
            "workers": ("--workers", "2"),
        }[kind]

    return of


@contextmanager
def sandbox_of(kind: str, options: Options, folder: Path, *more: str) -> Iterator[Sandbox]:
    database = f"sqlite:///{folder / 'cynod.db'}" if kind == "workers" else "sqlite://"
    with running(folder, *options(kind), *SILENT, *more, database=database) as sandbox:
        yield sandbox


@pytest.mark.parametrize("kind", ["plain", "tls", "workers"])
def test_idle_strangers_keep_nobody_out(kind: str, options: Options, tmp_path: Path) -> None:
    count = 120 if kind == "workers" else 60
    with sandbox_of(kind, options, tmp_path, *SMALL) as sandbox:
        port = port_of(sandbox)
        for source in (ELSEWHERE, HOST):
            for first in (
                b"",
                b"\x16\x03\x01" if kind == "tls" else b"GET /sante HTTP/1.1\r\nHost: x\r\nX: ",
            ):
                with strangers(port, count, first, source):
                    honest(sandbox)


@pytest.mark.parametrize("first", [b"", b"\x16\x03\x01\x02\x00"])
def test_a_handshake_has_its_time(options: Options, tmp_path: Path, first: bytes) -> None:
    with sandbox_of("tls", options, tmp_path, *SMALL) as sandbox:
        began = time.monotonic()
        with connect(port_of(sandbox)) as connection:
            connection.sendall(first)
            assert rest(connection) == b""
        assert 0.9 <= time.monotonic() - began <= 1 + SLACK
        honest(sandbox)


# The console


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, Visitor]]:
    folder = tmp_path_factory.mktemp("console")
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    process, sandbox, url = open_console(folder, "--admin-password-file", str(folder / "password"), *SILENT)
    yield sandbox, Visitor(url)
    process.terminate()
    assert process.wait(20) == 0


def is_guarded(answer: requests.Response) -> bool:
    """Whether every header of security is there, with a value of the console's."""
    return all(answer.headers.get(name) in (value, "no-cache") for name, value in HEADERS.items())


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/login", {}, 200),
        ("HEAD", "/login", {}, 200),
        ("GET", "/", {}, 303),
        ("GET", "/nothing", {}, 303),
        ("GET", "/partners/", {}, 303),
        ("GET", "/login/", {}, 303),
        ("GET", "//evil.example/", {}, 303),
        ("GET", "/metrics", {}, 401),
        ("GET", "/assets/style.css", {}, 200),
        ("GET", "/assets/nothing", {}, 404),
        ("GET", "/logout", {}, 405),
        ("DELETE", "/login", {}, 405),
        ("POST", "/login", {"Origin": "https://evil.example"}, 403),
        ("POST", "/login", {}, 403),
        ("GET", "/login", {"Host": "evil.example"}, 421),
        ("GET", "/partners/", {"Host": "evil.example"}, 421),
        ("GET", "/login", {"Host": "evil example"}, 400),
        ("GET", "/login", {"X-Long": "a" * 87_000}, 431),
    ],
)
def test_every_answer_of_the_console_is_guarded(
    console: tuple[Sandbox, Visitor], method: str, path: str, headers: dict[str, str], status: int
) -> None:
    _, visitor = console
    answer = requests.request(method, visitor.url + path, headers=headers, timeout=10, allow_redirects=False)
    assert answer.status_code == status
    assert is_guarded(answer), answer.headers
    assert answer.headers.get("Location", "/login") == "/login"
    assert "evil" not in str(answer.headers)


def test_a_page_that_fails_is_guarded_too(console: tuple[Sandbox, Visitor], tmp_path: Path) -> None:
    script = (
        "from cynod_sandbox.console import app, overview\n"
        "def show(visit): raise RuntimeError('2026-01-01\\n2026-01-01T00:00:00.000Z INFO all is well')\n"
        "app._PAGES['/'] = show\n"
        "from cynod_sandbox.cli import sandbox\n"
        "sandbox()\n"
    )
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", script, "--port", "0", "--admin-port", "0"],
            stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            process.stdout.readline()
            answer = requests.get(process.stdout.readline().split()[-1], timeout=10)
        finally:
            process.terminate()
            assert process.wait(20) == 0
    assert answer.status_code == 500
    assert is_guarded(answer), answer.headers
    lines = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert any("RuntimeError" in line for line in lines)
    assert not [line for line in lines if line.startswith("2026-01-01T")]


@pytest.mark.parametrize(
    "octets",
    [
        b"GET /login HTTP/1.1\r\n\r\n",
        b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
        b"GARBAGE\r\n\r\n",
        b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        + b"".join(b"X-%d: a\r\n" % n for n in range(200))
        + b"\r\n",
    ],
)
def test_the_console_refuses_what_is_no_request(console: tuple[Sandbox, Visitor], octets: bytes) -> None:
    answer = exchange(console[1].port, octets)
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 431 "))
    for name, value in HEADERS.items():
        assert f"\r\n{name}: {value}\r\n".encode() in answer


def test_idle_strangers_keep_nobody_out_of_the_console(console: tuple[Sandbox, Visitor]) -> None:
    _, visitor = console
    with strangers(visitor.port, listener.LIMITS.connections + 40):
        assert soon(READ_S, lambda: Visitor(visitor.url).get("/login")).status_code == 200


def test_strangers_put_nobody_out_of_the_console() -> None:
    sessions = Sessions()
    inside = sessions.begin(known=True)
    strange = [sessions.begin(known=False) for _ in range(5000)]
    assert sessions.find(inside.id) is inside
    assert inside.is_known
    again = sessions.find(strange[0].id)
    assert again is not None
    assert (again.csrf, again.is_known) == (strange[0].csrf, False)
    assert len({each.csrf for each in strange}) == 5000
    assert not sessions._logged_in.keys() - {inside.id}
    assert not sessions._told


@pytest.mark.parametrize("change", [
    lambda given: "", lambda given: "x", lambda given: given + "0", lambda given: given.partition(".")[0],
    lambda given: "." + given, lambda given: given[:-1] + "é", lambda given: given * 100,
    lambda given: ("b" if given[0] == "a" else "a") + given[1:],
])  # fmt: skip
def test_a_cookie_of_somebody_else_is_none(change: Callable[[str], str]) -> None:
    sessions = Sessions()
    id = sessions.begin(known=False).id
    assert sessions.find(change(id)) is None
    assert Sessions().find(id) is None, "another console's"


def test_what_is_to_be_told_is_kept_for_few_and_told_once() -> None:
    sessions = Sessions()

    def told(number: int) -> Session:
        session = sessions.begin(known=False)
        session.notices["notice"] = str(number)
        sessions.keep(session)
        return session

    made = [told(number) for number in range(300)]
    found = sessions.find(made[-1].id)
    assert found is not None
    assert found.take("notice") == "299"
    sessions.keep(found)
    later = sessions.find(made[-1].id)
    assert later is not None
    assert not later.notices
    first = sessions.find(made[0].id)
    assert first is not None
    assert not first.notices
    assert len(sessions._told) < 300


def test_anonymous_visits_of_the_console_are_not_stored(console: tuple[Sandbox, Visitor]) -> None:
    _, visitor = console
    inside = Visitor(visitor.url)
    assert enter(inside, PASSWORD).status_code == 303
    for _ in range(30):
        strange = requests.get(f"{visitor.url}/login", timeout=10)
        assert "Set-Cookie" in strange.headers
    assert inside.get("/").status_code == 200


# The same at full size


@contextmanager
def few_files() -> Iterator[None]:
    """What is started meanwhile has the usual 1,024 file descriptors, and this process many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(4096, hard)), hard))


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["plain", "tls", "workers"])
@pytest.mark.parametrize("first", [b"", b"GET /sante HTTP/1.1\r\nHost: x\r\nX: ", b"form"])
def test_a_thousand_strangers_keep_nobody_out(
    kind: str, first: bytes, options: Options, tmp_path: Path
) -> None:
    if first == b"form":
        first = (
            b"POST /oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\na="
        )
    with few_files():
        entered = sandbox_of(kind, options, tmp_path)
        sandbox = entered.__enter__()
    try:
        honest(sandbox)
        before = memory(sandbox)
        with (
            strangers(port_of(sandbox), MANY, first) as one,
            strangers(port_of(sandbox), MANY, first, HOST) as two,
        ):
            for _ in range(15):  # seconds, in which each sends an octet
                for connection in (*one, *two):
                    with suppress(OSError):
                        connection.send(b"a")
                honest(sandbox)
                time.sleep(1)  # an octet a second
        honest(sandbox)
        assert memory(sandbox) - before < GROWTH
    finally:
        entered.__exit__(None, None, None)


@pytest.mark.soak
def test_a_head_of_150_megabytes_costs_the_console_nothing(console: tuple[Sandbox, Visitor]) -> None:
    sandbox, visitor = console
    before = memory(sandbox)
    for piece in (b"a" * 1_000_000, b"X: a\r\n" * 100_000):
        with connect(visitor.port) as connection, suppress(ConnectionError):
            connection.sendall(b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")
            for _ in repeat(None, 150):
                connection.sendall(piece)
        assert Visitor(visitor.url).get("/login").status_code == 200
    assert memory(sandbox) - before < GROWTH / 4


@pytest.mark.soak
def test_a_thousand_anonymous_visits_put_nobody_out(console: tuple[Sandbox, Visitor]) -> None:
    sandbox, visitor = console
    inside = Visitor(visitor.url)
    assert enter(inside, PASSWORD).status_code == 303
    before = memory(sandbox)
    for _ in range(1001):
        assert requests.get(f"{visitor.url}/login", timeout=10).status_code == 200
    assert inside.get("/").status_code == 200
    assert memory(sandbox) - before < GROWTH / 4


@pytest.mark.soak
def test_a_head_that_drips_at_the_console_is_cut(console: tuple[Sandbox, Visitor]) -> None:
    _, visitor = console
    for first, more in ((b"GET /", b"a"), (b"\r\n", b"\r\n")):
        answer, seconds = drip(visitor.port, zip(repeat(0.5), [first, *[more] * 60], strict=False))
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert seconds < listener.LIMITS.head_s + 1 + SLACK
