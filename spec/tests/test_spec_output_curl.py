"""Commands of curl send the request that they are made of, and read no file and no option out of it."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from cynod_spec.output.bash import Part, assignment, variable
from cynod_spec.output.curl import Call, is_field_name, on_lines, one_line

pytestmark = pytest.mark.slow

Request = tuple[str, str, list[tuple[str, str]], bytes]
needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


class Echo(BaseHTTPRequestHandler):
    """Puts down what it is sent."""

    got: list[Request]

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.got.append((self.command, self.path, self.headers.items(), body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = do_POST = do_PUT = answer  # noqa: N815 - the names that the server calls

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def server() -> Iterator[tuple[str, list[Request]]]:
    got: list[Request] = []
    made = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Echo,), {"got": got}))
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_address[1]}", got
    made.shutdown()
    made.server_close()


def run(shell: str, lines: str, folder: Path) -> None:
    done = subprocess.run(
        [shell], input=lines.encode("utf-8", "surrogateescape"), cwd=folder, capture_output=True
    )
    assert done.returncode == 0, (done.stderr, lines)


FILE = "a file that no request may hold"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with a file ``secret``, in which nothing else may be made."""
    (tmp_path / "secret").write_text(FILE)
    yield tmp_path
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


TEXTS = (
    "@secret", "-dx", "$(touch canary)", "`touch canary`", "'", '"', "a b", "é", "{a,b}", "[1-3]", "\\", "%s",
    "*", "a=b&c=d", "$HOME", "!", "#x", "<secret", ">canary", "|touch canary", "--output=canary", "-Kconfig",
    "",
)  # fmt: skip


@needs_curl
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("shell", "write"), [("bash", one_line), ("sh", on_lines)])
def test_a_call_sends_what_it_is_made_of(
    shell: str, write: Any, text: str, server: tuple[str, list[Request]], folder: Path
) -> None:
    base, got = server
    place = "p" + "".join(character for character in text if character not in ' #"`<>|\\é!') + "/{x}[1-9]"
    call = Call(
        (f"{base}/", place), "POST", [("X-Odd", (text,)), ("Content-Type", ("text/x",))], body=(text,)
    )
    run(shell, write(call), folder)
    ((method, path, headers, body),) = got
    assert (method, path, body) == ("POST", f"/{place}", text.encode())
    assert ("X-Odd", text.encode().decode("latin-1").strip()) in headers


@needs_curl
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("shell", "write"), [("bash", one_line), ("sh", on_lines)])
def test_the_value_of_a_variable_is_no_file_either(
    shell: str, write: Any, text: str, server: tuple[str, list[Request]], folder: Path
) -> None:
    base, got = server
    value: tuple[Part, ...] = (variable("VALUE"),)
    by_body = Call((variable("BASE"), "/x?a[1-2]={b}"), "POST", [("X-Odd", value)], body=value)
    form: list[tuple[str, tuple[Part, ...]]] = [("n=@secret", value), ("m", value)]
    by_form = Call((variable("BASE"), "/x"), "POST", user=(*value, ":x"), form=form)
    setting = f"BASE={base}\n" + (assignment("VALUE", text) if shell == "bash" else f"VALUE={shquoted(text)}")
    for call in (by_body, by_form):
        run(shell, f"{setting}\n{write(call)}", folder)
    (_, path, headers, body), (_, _, _, sent) = got
    assert (path, body) == ("/x?a[1-2]={b}", text.encode())
    assert ("X-Odd", text.encode().decode("latin-1")) in headers or not text
    assert FILE.encode() not in sent
    assert sent.startswith(b"n%3D%40secret=")


def shquoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


@needs_curl
def test_a_body_of_any_octets_is_piped(server: tuple[str, list[Request]], folder: Path) -> None:
    base, got = server
    body = bytes(range(256)) * 600
    call = Call(
        (base, "/x"), "PUT", without=("Content-Type",), body=(body.decode("utf-8", "surrogateescape"),)
    )
    run("bash", one_line(call, pipes=True), folder)
    ((method, path, headers, sent),) = got
    assert (method, path, sent) == ("PUT", "/x", body)
    assert "content-type" not in {name.lower() for name, _ in headers}


@needs_curl
def test_dots_stay_and_a_head_has_no_body(server: tuple[str, list[Request]], folder: Path) -> None:
    base, got = server
    run("bash", one_line(Call((f"{base}/a/../b",), "HEAD", options=["--path-as-is"])), folder)
    assert got[0][:2] == ("HEAD", "/a/../b")


@pytest.mark.parametrize("name", ["", "@secret", "-H", "a b", "a:b", "é", "a\nb", "a;"])
def test_a_header_that_http_does_not_know_is_refused(name: str) -> None:
    call = Call(("http://x/",), headers=[(name, ("x",))])
    assert call.is_sayable == is_field_name(name) == (name == "-H")
    if not call.is_sayable:
        with pytest.raises(ValueError, match="name of a header"):
            one_line(call)


@pytest.mark.parametrize("url", ["-Kconfig", "--output=canary", "file:///etc/passwd"])
def test_what_is_no_address_is_never_an_option(url: str) -> None:
    assert f" --url {url}" in one_line(Call((url,)))


def test_globs_are_off_in_every_line() -> None:
    assert " -g " in one_line(Call(("http://x/",)))
    assert "--globoff" in on_lines(Call((variable("BASE"), "/x"), "POST", body=("x",))).split()
