"""What a page, a comment or a docstring names exists: files, folders, modules, sections, names of code."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GENERATED = "docs/reference/"
SUFFIX = r"(?:py|pyi|md|toml|ya?ml|json|j2|sh|ini|css|js)"
FILE = re.compile(rf"(?<![\w./*{{}}<>$:@-])(?:[\w.-]+/)*[\w-][\w.-]*\.{SUFFIX}(?![\w/*.-]*[\w/*])")
FOLDER = re.compile(r"(?<![\w./*{}<>$:@~-])(?:[a-z_][\w.-]*/)+(?=[`\s,.;:)]|$)")
MODULE = re.compile(r"\bcynod_(?:spec|generators|conformance|sandbox)(?:\.\w+)+")
SPAN = re.compile(r"``([^`\n]+)``|`([^`\n]+)`")
NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?:\(\))?")
SECTION = re.compile(r"\b(?:contract|architecture)(?:\.md)?,? (?:§|\"[A-Z])")
# What users write or commands make: no file of the tree.
MADE = re.compile(
    r"(?:^|/)(?:cynod\.toml|waivers\.toml|partners\.toml|ca\.pem|listing|report\.json|report\.html|junit\.xml|build|dist"
    r"|cynod-report|curl|_generated|handlers|auth|secrets|locales|languages\.toml|settings\.json)(?:/|$)"
)


EXAMPLES = {  # files of the reader, in examples of commands
    "a.yaml", "old.yaml", "new.yaml", "openapi.en.json", "v1/openapi.yaml", "v2/openapi.yaml", "out.yaml",
    "out.json", "run.sh", "shop.toml", "cynod.schema.json", "waivers.schema.json", "direct_url.json",
    "Node.js", "X.schema.json", "X.dialect.json", "X.vocabulary.json",
}  # fmt: skip
FOREIGN = {  # names of other programs and languages, and examples of names
    "EXISTS", "HTTP_PROXY", "POSIX", "RETRY_KEY", "Secure", "aName", "a_name", "ax", "c_rehash", "is_global",
    "s2", "topup", "with_", "without_", "xb",
}  # fmt: skip


@dataclass(frozen=True)
class Passage:
    """A piece of prose, and where it stands."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@cache
def tracked() -> tuple[str, ...]:
    """Every file of the tree, by its path from the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    return tuple(line for line in listed.stdout.splitlines() if (ROOT / line).exists())


@cache
def ends() -> frozenset[str]:
    """The path of every file and folder of the tree, from the root and from each folder above it."""
    found: set[str] = set()
    for file in tracked():
        for path in (Path(file), *Path(file).parents):
            found.update("/".join(path.parts[number:]) for number in range(len(path.parts)))
    return frozenset(found)


def is_there(path: str) -> bool:
    """Whether a file or folder of the tree has this *path*, from the root or from any folder."""
    return path.removesuffix("/") in ends()


def pages() -> list[str]:
    """The pages that are written by hand; the changelog tells of what is gone."""
    return [
        name
        for name in tracked()
        if name.endswith(".md") and name != "CHANGELOG.md" and GENERATED not in name
    ]


def modules(tests: bool) -> list[str]:
    """The modules of the tree; with *tests*, those of the tests only, else all others."""
    found = [name for name in tracked() if name.endswith(".py") and "peers/" not in name]
    return [name for name in found if is_test(name) == tests]


def is_test(name: str) -> bool:
    """Whether the module at *name* belongs to tests."""
    return "tests" in name.split("/") or name == "conftest.py"


@cache
def passages(name: str) -> tuple[Passage, ...]:
    """The prose of a file: the lines of a page, the comments and docstrings of a module."""
    text = (ROOT / name).read_text(encoding="utf-8")
    if name.endswith(".md"):
        return tuple(Passage(name, number, line) for number, line in enumerate(text.splitlines(), 1))
    return tuple(prose_of(name, text))


def prose_of(name: str, text: str) -> Iterator[Passage]:
    """The comments and docstrings of the module at *name*, whose source is *text*."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield Passage(name, token.start[0], token.string)
    yield from (Passage(name, node.lineno, value) for node, value in docstrings(text))


def docstrings(text: str) -> Iterator[tuple[ast.Expr, str]]:
    """Every string that stands by itself in the source *text*."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            value = node.value.value
            if isinstance(value, str):
                yield node, value


def paths(passage: Passage) -> Iterator[str]:
    """The files and folders that a passage names, those aside that users or commands make."""
    for form in (FILE, FOLDER):
        for found in form.findall(passage.text):
            path = re.sub(r"^(?:\.{1,2}/)+", "", found)
            if not MADE.search(path) and path not in EXAMPLES:
                yield path


def modules_named(passage: Passage) -> Iterator[str]:
    """The modules of a room that a passage names by their dotted names, with what it names inside them."""
    yield from MODULE.findall(passage.text)


def is_in_code(dotted: str) -> bool:
    """Whether the module *dotted* exists, the last names being perhaps of something that it defines."""
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        path = "/".join(parts[:count])
        if is_there(f"{path}.py") or is_there(path):
            return all(part in names() for part in parts[count:])
    return False


@cache
def names() -> frozenset[str]:
    """Every name that stands in code, in a string of code, in a document or in the path of a file."""
    found: set[str] = set()
    for name in tracked():
        found.update(re.split(r"[/.]", name))
        if name.endswith(".py") and not is_test(name):
            found.update(names_of((ROOT / name).read_text(encoding="utf-8")))
        elif (
            name.endswith((".yaml", ".json", ".toml", ".j2", ".js", ".ini", ".sh"))
            and "requirements" not in name
        ):
            found.update(re.findall(r"[A-Za-z_]\w*", (ROOT / name).read_text(encoding="utf-8")))
    return frozenset(found)


def names_of(text: str) -> Iterator[str]:
    """The names in the source *text*, in its strings too, docstrings aside."""
    prose = {(node.lineno, node.col_offset) for node, _ in docstrings(text)}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME:
            yield token.string
        elif token.type == tokenize.STRING and token.start not in prose:
            yield from re.findall(r"[A-Za-z_]\w*", token.string)


def names_in_spans(passage: Passage) -> Iterator[str]:
    """The names of code that a comment or docstring shows between backticks."""
    for spans in SPAN.findall(passage.text):
        span = "".join(spans)
        if NAME.fullmatch(span):
            yield from (part for part in span.removesuffix("()").split(".") if part not in FOREIGN)


def all_passages(files: list[str]) -> Iterator[Passage]:
    for name in files:
        yield from passages(name)


def test_every_file_and_folder_that_a_page_names_exists() -> None:
    lost = [f"{each}: {path}" for each in all_passages(pages()) for path in paths(each) if not is_there(path)]
    assert not lost, "\n".join(lost)


@pytest.mark.slow
@pytest.mark.parametrize("tests", [False, True], ids=["rooms", "tests"])
def test_every_file_that_a_comment_or_docstring_names_exists(tests: bool) -> None:
    prose = all_passages(modules(tests))
    lost = [f"{each}: {path}" for each in prose for path in paths(each) if not is_there(path)]
    assert not lost, "\n".join(lost)


@pytest.mark.slow
def test_every_module_that_is_named_exists() -> None:
    prose = all_passages([*pages(), *modules(tests=False), *modules(tests=True)])
    lost = [f"{each}: {name}" for each in prose for name in modules_named(each) if not is_in_code(name)]
    assert not lost, "\n".join(lost)


def test_every_name_of_code_that_a_comment_or_docstring_shows_is_in_code() -> None:
    prose = all_passages(modules(tests=False))
    lost = [f"{each}: {name}" for each in prose for name in names_in_spans(each) if name not in names()]
    assert not lost, "\n".join(("mend these, or add foreign names to FOREIGN:", *lost))


def test_no_section_of_a_document_that_is_not_here_is_named() -> None:
    prose = all_passages([*pages(), *modules(tests=False), *modules(tests=True)])
    assert not [str(each) for each in prose if SECTION.search(each.text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see absent.py and `nowhere/`, not spec/openapi.yaml", ["absent.py", "nowhere/"]),
        ("writes cynod-report/report.json and build/docs/index.html", []),
    ],
)
def test_a_path_that_leads_nowhere_is_found(text: str, found: list[str]) -> None:
    assert [path for path in paths(Passage("x.md", 1, text)) if not is_there(path)] == found


def test_a_name_that_leads_nowhere_is_found() -> None:
    passage = Passage("x.py", 1, "``no_such_name()`` and ``Contract.load``")  # no test's names are known
    assert [name for name in names_in_spans(passage) if name not in names()] == ["no_such_name"]
    assert not is_in_code("cynod_spec.no_such_module")
    assert is_in_code("cynod_spec.cli.root.main")
