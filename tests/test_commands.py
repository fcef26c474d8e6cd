"""Wrong use of every command is one readable line and an exit code, and what the documents show works."""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cross_room.servers import CYNOD, SECRET, Stub, cynod, generate, serving

from cynod_spec import load_contract

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
MOST_LINES = 6  # of an error: the line itself, a hint, or the usage that click prints
NOT_YAML = "openapi: [3.1.0\n"
NOT_OPENAPI = "kind: Deployment\n"
CLOSED = "http://127.0.0.1:1"

FILES = {
    "not-yaml.yaml": NOT_YAML,
    "not-openapi.yaml": NOT_OPENAPI,
    "not-toml.toml": "[target",
    "unknown-word.toml": "[targets]\n",
    "no-secret.toml": '[credentials.primary]\nconsumer_key = "k"\n',
    "no-variable.toml": '[credentials.primary]\nconsumer_key = "k"\nconsumer_secret = "env:CYNOD_ABSENT"\n',
    "strange-partner.toml": '[[partners]]\nconsumer_key = "a b"\nconsumer_secret = "s"\n',
}
GENERATE = ("generate", "server", "--target", "fastapi", "-o", "out")
WRONG = {
    "no such command": ("nonsense",),
    "no such option": ("spec", "lint", "--nonsense"),
    "no such target": ("generate", "server", "--target", "cobol", "-o", "out"),
    "no target at all": ("conform",),
    "lint: no such file": ("spec", "lint", "absent.yaml"),
    "diff: no such file": ("spec", "diff", "absent.yaml", "not-yaml.yaml"),
    "diff: not YAML": ("spec", "diff", "not-yaml.yaml", "not-yaml.yaml"),
    "diff: no such revision": ("spec", "diff", "absent:openapi.yaml", "not-yaml.yaml"),
    "bundle: no such file": ("spec", "bundle", "absent.yaml"),
    "bundle: not YAML": ("spec", "bundle", "not-yaml.yaml"),
    "overlay: no such file": ("spec", "overlay", "absent.yaml", "absent.yaml"),
    "overlay: none": ("spec", "overlay", "not-openapi.yaml", "not-openapi.yaml"),
    "clauses: no such file": ("spec", "clauses", "--spec", "absent.yaml"),
    "clauses: not YAML": ("spec", "clauses", "--spec", "not-yaml.yaml"),
    "workflows: no such file": ("spec", "workflows", "absent.yaml"),
    "codes: not OpenAPI": ("spec", "codes", "--spec", "not-openapi.yaml"),
    "generate: no such file": (*GENERATE, "--spec", "absent.yaml"),
    "generate: not YAML": (*GENERATE, "--spec", "not-yaml.yaml"),
    "generate: not OpenAPI": (*GENERATE, "--spec", "not-openapi.yaml"),
    "docs: no folder": ("generate", "docs"),
    "docs: no such file": ("generate", "docs", "-o", "out", "--spec", "absent.yaml"),
    "docs: a folder of someone else": ("generate", "docs", "-o", "."),
    "conform: no such document": ("conform", CLOSED, "--spec", "absent.yaml"),
    "conform: not YAML": ("conform", CLOSED, "--spec", "not-yaml.yaml"),
    "conform: not OpenAPI": ("conform", CLOSED, "--spec", "not-openapi.yaml"),
    "conform: unknown clause": ("conform", CLOSED, "--clause", "XYZ-9"),
    "conform: unknown operation": ("conform", CLOSED, "--operation", "nonsense"),
    "conform: no such workflows": ("conform", CLOSED, "--workflows=absent.yaml"),
    "conform: workflows that are none": ("conform", CLOSED, "--workflows", "not-openapi.yaml"),
    "conform: workflows and a clause": ("conform", CLOSED, "--workflows", "--clause", "ENV-1"),
    "conform: no such configuration": ("conform", CLOSED, "--config", "absent.toml"),
    "conform: not TOML": ("conform", CLOSED, "--config", "not-toml.toml"),
    "conform: unknown word": ("conform", CLOSED, "--config", "unknown-word.toml"),
    "conform: half a credential": ("conform", CLOSED, "--config", "no-secret.toml"),
    "conform: no such variable": ("conform", CLOSED, "--config", "no-variable.toml"),
    "conform: no URL": ("conform", "ftp://example.org"),
    "conform: plain HTTP to another machine": ("conform", "http://203.0.113.7"),
    "conform: no such waivers": ("conform", CLOSED, "--waivers", "absent.toml"),
    "conform: replay of nothing": ("conform", CLOSED, "--replay", "ENV-1.0"),
    "sandbox: no such port": ("sandbox", "--port", "99999"),
    "sandbox: no such partners": ("sandbox", "--port", "0", "--partners", "absent.toml"),
    "sandbox: strange partners": ("sandbox", "--port", "0", "--partners", "strange-partner.toml"),
    "sandbox: no such fault": ("sandbox", "--port", "0", "--fault", "nonsense"),
    "sandbox: plain HTTP for others": ("sandbox", "--port", "0", "--host", "0.0.0.0"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the commands are given."""
    path = tmp_path_factory.mktemp("wrong")
    for name, text in FILES.items():
        (path / name).write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stub]:
    """The generated server, running."""
    path = tmp_path_factory.mktemp("stub")
    with serving(generate(None, path / "server"), load_contract(), path / "run") as running:
        yield running


@pytest.mark.parametrize("name", WRONG)
def test_wrong_use_is_one_line_and_exit_code_2(name: str, folder: Path) -> None:
    done = cynod(*WRONG[name], cwd=folder)
    assert done.returncode == 2, done.stderr or done.stdout
    assert_readable(done)
    assert not (folder / "out").exists()


def test_lint_says_where_a_file_cannot_be_read(folder: Path) -> None:
    done = cynod("spec", "lint", "not-yaml.yaml", cwd=folder)
    assert done.returncode == 1
    assert re.search(r"not-yaml\.yaml:\d+:\d+", done.stdout), done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_wrong_credentials_are_exit_code_2_and_never_shown(stub: Stub, tmp_path: Path) -> None:
    text = stub.config.read_text(encoding="utf-8").replace(f"{SECRET}primary", "wrong-secret-8472")
    (tmp_path / "cynod.toml").write_text(text, encoding="utf-8")
    done = cynod("conform", stub.url, "--config", "cynod.toml", cwd=tmp_path)
    assert done.returncode == 2, done.stderr or done.stdout
    assert_readable(done)
    assert "primary" in done.stderr
    assert "wrong-secret-8472" not in done.stdout + done.stderr


def test_a_closed_port_is_exit_code_3(tmp_path: Path) -> None:
    done = cynod("conform", f"http://127.0.0.1:{free_port()}", cwd=tmp_path)
    assert done.returncode == 3, done.stderr or done.stdout
    assert_readable(done)


def test_a_taken_port_is_exit_code_2(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = cynod("sandbox", "--port", str(taken.getsockname()[1]), cwd=tmp_path)
    assert done.returncode == 2, done.stderr or done.stdout
    assert_readable(done)


COMMANDS = ["", "spec", "spec lint", "spec diff", "spec clauses", "spec codes", "spec lsp", "spec workflows"]
COMMANDS += ["generate", "generate server", "generate docs", "config", "config schema"]


@pytest.mark.parametrize("command", [*COMMANDS, "sandbox", "conform"])
def test_help_shows_how(command: str) -> None:
    done = cynod(*command.split(), "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: cynod {command}")
    assert not done.stderr


def assert_readable(done: subprocess.CompletedProcess[str]) -> None:
    """One line says what is wrong, and no more than a hint or the usage stands beside it."""
    lines = done.stderr.strip().splitlines()
    assert 1 <= len(lines) <= MOST_LINES, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "internal error" not in done.stderr
    messages = [line for line in lines if re.match(r"(error|Error|cynod( \w+)?): ", line)]
    assert len(messages) == 1, done.stderr
    assert len(messages[0]) < 240


# What the documents show

DOCUMENTS = ["README.md", "CONTRIBUTING.md", *(f"{room}/README.md" for room in ("spec", "generators"))]
DOCUMENTS += [f"{room}/README.md" for room in ("conformance", "sandbox")]
FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
# Run by the landing and by `tox -e package`, from a clone and with the network.
ELSEWHERE = ("python3 -m venv", "pip ", "tox", "git ")
SERVERS = ("cynod sandbox", "python -m cynod_server")
PARTNERS = '[[partners]]\nconsumer_key = "key"\nconsumer_secret = "secret"\n'


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_of_a_document_works(document: str, tmp_path: Path) -> None:
    path = ROOT / document
    if not path.exists():
        pytest.fail(f"{document} is missing")
    (tmp_path / "partners.toml").write_text(PARTNERS, encoding="utf-8")
    (tmp_path / "spec").symlink_to(ROOT / "spec")
    port, other = free_port(), free_port()
    running: list[subprocess.Popen[bytes]] = []
    try:
        for line in commands(path.read_text(encoding="utf-8")):
            run(line.replace("8080", str(port)).replace("8081", str(other)), tmp_path, running)
    finally:
        stop(running)


def stop(running: list[subprocess.Popen[bytes]]) -> None:
    """End what still runs."""
    for process in running:
        process.terminate()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()
    running.clear()


def commands(text: str) -> Iterator[str]:
    """Each command of the ``sh`` blocks, those joined by && one by one, comments left out."""
    for block in FENCE.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            for command in line.partition("  #")[0].split("&&"):
                if command.strip() and not command.lstrip().startswith("#"):
                    yield command.strip().removeprefix(".venv/bin/")


def run(command: str, folder: Path, running: list[subprocess.Popen[bytes]]) -> None:
    """Run one line as it stands; a server goes on running until the next one starts."""
    if command.startswith(ELSEWHERE):
        return
    server = folder / "build" / "server"  # as `pip install build/server` would make it importable
    installed = {**os.environ, "PYTHONPATH": str(server)}
    words = shlex.split(command.removesuffix("&"))
    assert words[0] in ("cynod", "python"), f"no rule says how to try {command!r}"
    words[0] = str(CYNOD) if words[0] == "cynod" else sys.executable
    if command.startswith(SERVERS):
        stop(running)
        process = subprocess.Popen(
            words, cwd=folder, env=installed, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        )
        running.append(process)
        assert process.stdout is not None
        assert b"listening on" in process.stdout.readline(), command
        return
    done = subprocess.run(
        words,
        cwd=folder,
        env=installed,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
