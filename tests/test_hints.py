"""What messages, hints and help tell a user to type exists: every option and command that a text names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from cynod_sandbox._generated.server import parser
from cynod_spec.cli.root import cynod

ROOT = Path(__file__).parent.parent
ROOMS = {  # package → the command whose options its texts may name without naming the command
    "spec/cynod_spec": "cynod spec",
    "generators/cynod_generators": "cynod generate",
    "conformance/cynod_conformance": "cynod conform",
    "sandbox/cynod_sandbox": "cynod sandbox",
}
# The half that is generated belongs to two commands: a text there may name what both of them know.
SERVER = "generators/cynod_generators/targets/fastapi/runtime"
SHARED = ("sandbox/cynod_sandbox/_generated", SERVER)
SERVERS_OWN = ("main", "parser")  # functions that only the generated server's command line runs
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")
COMMAND = re.compile(r"(?<![\w./-])(?:cynod((?: [a-z][a-z-]*)+)|python -m \w+)")
CURL = "curl"
RUNS = {  # file → the other program that it runs or writes lines of
    "spec/cynod_spec/diff/revision.py": "git",
    "spec/cynod_spec/output/curl.py": CURL,
    "conformance/cynod_conformance/reproduction/commands.py": CURL,
}
STARTS = {  # file → the command of ours that it starts or declares, besides those of its room
    "conformance/cynod_conformance/cli/targets.py": "cynod sandbox",
    "conformance/cynod_conformance/launch/sandbox_process.py": "cynod sandbox",
    "sandbox/cynod_sandbox/cli/generated_half.py": "cynod generate server",
    "spec/cynod_spec/cli/commands/config.py": "cynod config schema",
}
OTHERS = (  # files besides code that show command lines
    "*.md",
    "*/README.md",
    "spec/*.md",
    "spec/*.yaml",
    "deploy/**/*.yml",
    "deploy/*.sh",
    "*/cynod_*/**/*.j2",
    "*/cynod_*/**/*.md",
)
PROSE = ("anew", "holds", "is", "that", "was")  # words that follow the name in a sentence


@dataclass(frozen=True)
class Named:
    """A text, and where it stands."""

    file: str
    line: int
    text: str
    function: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text!r}"


def commands() -> dict[str, set[str]]:
    """Every command by its whole name, with all options of its own and of those above it."""
    found: dict[str, set[str]] = {}

    def walk(name: str, command: click.Command, above: set[str]) -> None:
        context = click.Context(command, **cynod.context_settings)  # commands keep the help option made first
        own = {text for each in command.get_params(context) for text in (*each.opts, *each.secondary_opts)}
        found[name] = above | own
        if isinstance(command, click.Group):
            for each in command.list_commands(context):
                below = command.get_command(context, each)
                assert below is not None
                walk(f"{name} {each}", below, found[name])

    walk("cynod", cynod, set())
    return found


KNOWN = commands()
TOP = {name.split(" ")[1] for name in KNOWN if " " in name}
GROUPS = {name for name in KNOWN if any(each.startswith(f"{name} ") for each in KNOWN)}
SERVER_OPTIONS = {text for action in parser("server")._actions for text in action.option_strings}


def texts(path: Path) -> Iterator[Named]:
    """Every string in *path* that holds an option or a command."""
    file = path.relative_to(ROOT).as_posix()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if OPTION.search(node.value) or COMMAND.search(node.value):
            around = (each for each in functions if each.lineno <= node.lineno <= (each.end_lineno or 0))
            outermost = next(around, None)
            yield Named(file, node.lineno, node.value, outermost.name if outermost else "")


def allowed(room: str, named: Named) -> set[str]:
    """The options that *named* may name where it names no command."""
    if named.file.startswith(SHARED):
        if named.function in SERVERS_OWN:
            return SERVER_OPTIONS
        return SERVER_OPTIONS & KNOWN["cynod sandbox"]
    own = (options for name, options in KNOWN.items() if name.startswith(ROOMS[room]))
    return set().union(*own, KNOWN.get(STARTS.get(named.file, ""), ()))


def command_of(text: str) -> str:
    """The longest known command at the beginning of *text*, such as ``cynod spec lint FILE``."""
    words = text.split(" ")
    names = (" ".join(words[:count]) for count in range(len(words), 0, -1))
    return next(name for name in names if name in KNOWN)


def faults(room: str, named: Named) -> Iterator[str]:
    """What *named* tells to type and does not exist.

    An option belongs to the command before it in its line, or in its marks of code.
    """
    for line in re.split(r"[\n`]", named.text):
        options = allowed(room, named)
        marks = [*COMMAND.finditer(line), *OPTION.finditer(line)]
        for mark in sorted(marks, key=lambda each: each.start()):
            if mark.re is OPTION:
                if mark[0] not in options:
                    yield f"{named}: no option {mark[0]}"
            elif mark[1] is None:  # python -m
                options = SERVER_OPTIONS
            elif mark[1].split()[0] not in PROSE:
                name = command_of(mark[0])
                options = KNOWN[name]
                if name in GROUPS and mark[0] != name:
                    yield f"{named}: no command{mark[1]}"


@pytest.mark.slow
@pytest.mark.parametrize("room", ROOMS)
def test_every_option_and_command_that_a_text_names_exists(room: str) -> None:
    paths = sorted((ROOT / room).rglob("*.py"))
    assert paths
    found = [each for path in paths for each in texts(path) if each.file not in RUNS]
    assert found
    broken = [fault for each in found for fault in faults(room, each)]
    assert not broken, "\n".join(broken)


def test_every_command_line_in_other_files_exists() -> None:
    """In templates, pipelines, readers' pages and the document: what follows ``cynod`` in the same line."""
    found = 0
    broken: list[str] = []
    for pattern in OTHERS:
        for path in sorted(ROOT.glob(pattern)):
            file = path.relative_to(ROOT).as_posix()
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                mark = COMMAND.search(line)
                if mark is not None and mark[1] is not None and mark[1].split()[0] in TOP:
                    found += 1
                    shown = re.split("`| #", line[mark.start() :])[0]
                    broken += faults("sandbox/cynod_sandbox", Named(file, number, shown))
    assert found > 50
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    "text", ["use --allow-http", "run `cynod spec lnt FILE`", "see `cynod sandbox --strictly`", "cynod spek"]
)
def test_a_text_that_names_what_does_not_exist_is_found(text: str) -> None:
    named = Named("sandbox/cynod_sandbox/webhooks/endpoints.py", 1, text)
    assert list(faults("sandbox/cynod_sandbox", named))


def test_every_exception_is_needed() -> None:
    for file in (*RUNS, *STARTS):
        room = next(each for each in ROOMS if file.startswith(each))
        own = set().union(*(options for name, options in KNOWN.items() if name.startswith(ROOMS[room])))
        options = {mark for each in texts(ROOT / file) for mark in OPTION.findall(each.text)}
        assert options - own, f"{file} names no option of another program or command"
