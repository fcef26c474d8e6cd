"""Wrong use of every command is one readable line and an exit code, and what the documents show works."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cross_room.servers import CYNOD, SECRET, Stub, cynod, generate, serving

from cynod_spec import load_contract
from cynod_spec.cli.root import cynod as root

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
def test_wrong_use_is_one_line_and_exit_code_2(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    for variable in [each for each in os.environ if each.startswith("CYNOD_")]:
        monkeypatch.delenv(variable)
    done = CliRunner().invoke(root, WRONG[name], prog_name="cynod")  # the next tests start processes
    assert done.exit_code == 2, done.output
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


def assert_readable(done: subprocess.CompletedProcess[str] | Result) -> None:
    """One line says what is wrong, and no more than a hint or the usage stands beside it."""
    lines = done.stderr.strip().splitlines()
    assert 1 <= len(lines) <= MOST_LINES, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "internal error" not in done.stderr
    messages = [line for line in lines if re.match(r"(error|Error|cynod( \w+)?): ", line)]
    assert len(messages) == 1, done.stderr
    assert len(messages[0]) < 240


# What the documents show

DOCUMENTS = (
    *sorted(path.name for path in ROOT.glob("*.md")),
    *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("*/*.md")),
    *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*/*.md")),
    "tests/peers/README.md",
)
FENCE = re.compile(r"^```(sh|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
# What needs the network or another program: how the command begins, and the file that runs it.
ELSEWHERE = {
    "python3 -m venv": ".ci/run",
    "pip install '.[all]'": ".ci/package",
    "pip install -c constraints.txt -e": "tox.ini",
    "pre-commit": ".pre-commit-config.yaml",
    "pytest": "tox.ini",
    "python docs/draw_rooms.py": "tests/test_rooms.py",
    "python docs/make_reference.py": "tests/test_pages.py",
    "pip install --require-hashes": ".ci/package",
    "pip install --no-index": ".ci/package",
    "pip install build/server": ".ci/package",
    "pip install --upgrade pip": ".ci/run",
    "pip install tox": ".ci/run",
    "tox": ".ci/run",
    "cynod sandbox --database postgresql:": "sandbox/tests/test_sandbox_command.py",
    "eval": "conformance/tests/test_conformance_lines.py",
    "bash cynod-report/curl/": "conformance/tests/test_conformance_lines.py",
    "sh deploy/steps.sh": "tests/test_deploy.py",
    "docker compose": "tests/test_deploy.py",  # the same steps, without an engine
}
SERVERS = ("cynod sandbox", "python -m cynod_server")
PARTNERS = '[[partners]]\nconsumer_key = "key"\nconsumer_secret = "secret"\n'
GIT = ("git", "-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")


@dataclass
class Session:
    """A folder like a clone, in which the commands of one document are run one after another."""

    folder: Path
    ports: dict[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    token: str = ""  # the last one that a command received

    def run(self, command: str, shown: str = "") -> None:
        """Run one line as it stands; a server goes on running until the next one starts.

        What it prints must be what is *shown*, numbers aside; without that, it must succeed.
        """
        for port, free in self.ports.items():
            command = command.replace(port, free)
        if command.startswith("curl "):
            self.curl(command)
            return
        words = shlex.split(command.removesuffix("&"))
        assert words[0] in ("cynod", "python"), f"no rule says how to try {command!r}"
        words[0] = str(CYNOD) if words[0] == "cynod" else sys.executable
        if command.startswith(SERVERS):
            self.serve(words)
            return
        done = subprocess.run(words, capture_output=True, encoding="utf-8", check=False, **self.options())
        if shown:
            assert without_numbers(done.stdout) == without_numbers(shown), command
        else:
            assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"

    def serve(self, words: list[str]) -> None:
        """Start a server in the place of the one that runs."""
        self.stop()
        process = subprocess.Popen(words, stdout=subprocess.PIPE, **self.options())
        self.running.append(process)
        assert process.stdout is not None
        assert b"listening on" in process.stdout.readline(), shlex.join(words)

    def curl(self, command: str) -> None:
        """Run a line of curl with the variables that its reader is told to set; it must succeed."""
        if shutil.which("curl") is None:
            pytest.skip("curl is not installed")
        config = tomllib.loads((self.folder / "cynod.toml").read_text(encoding="utf-8"))
        primary = config["credentials"]["primary"]
        variables = {
            "CONSUMER_KEY": primary["consumer_key"],
            "CONSUMER_SECRET": primary["consumer_secret"],
            "NUMERO_CARTE": config["fixtures"]["cartes"]["active"],
            "JETON": self.token,
        }
        done = subprocess.run(
            ["bash", "-c", command.replace("curl ", "curl --fail-with-body ", 1)],
            cwd=self.folder,
            env={**os.environ, **variables},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        self.token = json.loads(done.stdout).get("access_token", "")

    def options(self) -> dict[str, Any]:
        """Where and how each program is started."""
        server = self.folder / "build" / "server"  # as `pip install build/server` would make it importable
        environment = {**os.environ, "PYTHONPATH": str(server)}
        return {"cwd": self.folder, "env": environment, "stdin": subprocess.DEVNULL}

    def stop(self) -> None:
        """End what still runs."""
        for process in self.running:
            process.terminate()
            process.wait(20)
            if process.stdout is not None:
                process.stdout.close()
        self.running.clear()


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A folder with the contract under git, as a clone has it, and free ports instead of those shown."""
    (tmp_path / "partners.toml").write_text(PARTNERS, encoding="utf-8")
    for name in ("spec", "sandbox"):
        ignored = shutil.ignore_patterns("__pycache__", "tests")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    for words in (("init", "-q", "-b", "main"), ("add", "spec/openapi.yaml", "spec/locales")):
        subprocess.run([*GIT, *words], cwd=tmp_path, check=True)
    subprocess.run([*GIT, "commit", "-q", "-m", "The contract"], cwd=tmp_path, check=True)
    subprocess.run([*GIT, "tag", "v1.0.0"], cwd=tmp_path, check=True)
    shown = ("8080", "8081", "9000")
    made = Session(tmp_path, {port: str(free_port()) for port in shown})
    yield made
    made.stop()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_of_a_document_works(document: str, session: Session) -> None:
    for command, shown in commands((ROOT / document).read_text(encoding="utf-8")):
        if not command.startswith(tuple(ELSEWHERE)):
            session.run(command, shown)


def test_commands_that_are_run_elsewhere_are_shown_and_have_a_place() -> None:
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS]
    shown = [command for text in texts for command, _ in commands(text)]
    for beginning, file in ELSEWHERE.items():
        assert (ROOT / file).is_file(), file
        assert any(command.startswith(beginning) for command in shown), f"no document shows {beginning!r}"


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Each command of the blocks of shell, those joined by && one by one, and the output that is shown of it.

    In a block of ``console`` commands follow ``$``; what stands below a command is its output.
    """
    for kind, block in FENCE.findall(text):
        if kind == "console":
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                yield from ((each, output) for each in commands_of(command))
        else:
            lines = block.replace("\\\n", " ").splitlines()
            yield from ((each, "") for line in lines for each in commands_of(line))


def commands_of(line: str) -> Iterator[str]:
    """The commands of one line, without its comment and without the folder of the virtual environment."""
    for command in line.partition("  #")[0].split("&&"):
        if command.strip() and not command.lstrip().startswith("#"):
            yield command.strip().removeprefix(".venv/bin/")


def without_numbers(text: str) -> str:
    """*text* with each number, and each id that holds one, in the same form."""
    return re.sub(r"\b(?:[0-9a-f]{8}|\d+(?:\.\d+)?)\b", "0", text)


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
