"""What probes and observers say of a failure is said in both languages: by the catalogue, or as a fact."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import cynod_conformance
from cynod_conformance.base.outcomes import PreconditionMissing
from cynod_conformance.text.findings import FINDINGS
from cynod_conformance.text.messages import WORDS, both
from cynod_conformance.text.phrase import any_of, phrase

ROOM = Path(cynod_conformance.__file__).parent
FILES = sorted(path for room in ("probes", "observe", "experiment") for path in (ROOM / room).rglob("*.py"))
SAYING = {"fail", "AssertionFailed", "Seen", "expect_header"}
OUTCOMES = {"ControlFailed", "PreconditionMissing", "NotApplicable", "BudgetSpent", "Outcome", "NoAnswer"}
GAP = re.compile(r"{(\w+)}")
WORD = re.compile(r"[A-Za-z][\w-]*")

# Words that a finding may say as they stand: a reader of either language knows them, or looks them up.
FACTS = {
    "headers": "Allow Authorization Cache-Control Content-Length Date Deprecation Link Location Retry-After "
    "WWW-Authenticate X-Cf",
    "their values": "Bearer deprecation error no-store nosniff private rel true",
    "media types and standards": "RFC Z Basic realm",
    "members of OAuth 2.0": "access_token expires_in insufficient_scope invalid_token refresh_token scope",
    "roles in x-cynod, and words that both languages have": "code message",
    "classes of statuses": "xx",
}
KNOWN = {word for words in FACTS.values() for word in words.split()}


def calls(tree: ast.AST, names: set[str]) -> Iterator[ast.Call]:
    """Every call in *tree* of a function or method with one of *names*."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in names:
            yield node


def called(call: ast.Call) -> str:
    """The name of what is called, without what stands before its last dot."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def said(call: ast.Call) -> list[ast.expr]:
    """What a call says of a failure: to people, not to the suite."""
    if called(call) == "Seen":
        return call.args[1:]
    return call.args[2:] if called(call) == "expect_header" else call.args[:2]


def literals(node: ast.AST, function: ast.AST) -> Iterator[str]:
    """The literals that *node* may say, those of the names that it reads included; a phrase says none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield from literals(part, function) if isinstance(part, ast.Constant) else ()
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body, function)
        yield from literals(node.orelse, function)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from literals(value, function)
    elif isinstance(node, ast.BinOp):
        yield from literals(node.left, function)
        yield from literals(node.right, function)
    elif isinstance(node, ast.Call) and called(node) == "any_of":
        for argument in ast.walk(node):
            if isinstance(argument, ast.List):
                for each in argument.elts:
                    yield from literals(each, function)
    elif isinstance(node, ast.Name):
        for given in ast.walk(function):
            if isinstance(given, ast.Assign | ast.AnnAssign) and given.value is not None:
                targets = given.targets if isinstance(given, ast.Assign) else [given.target]
                if any(isinstance(target, ast.Name) and target.id == node.id for target in targets):
                    yield from literals(given.value, ast.Module([], []))


def unsaid(tree: ast.AST) -> Iterator[str]:
    """Every literal of *tree* that would be said in English to a reader of French."""
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    for function in functions:
        for call in calls(function, SAYING):
            for argument in said(call):
                yield from (text for text in literals(argument, function) if english(text))
        if isinstance(function.returns, ast.Name) and function.returns.id == "Said":
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and node.value is not None:
                    yield from (text for text in literals(node.value, function) if english(text))


def english(text: str) -> bool:
    """Whether *text* holds a word that is no fact."""
    return bool(set(WORD.findall(text)) - KNOWN)


def used(tree: ast.AST, names: set[str]) -> Iterator[tuple[str, set[str]]]:
    """Key and gaps of each sentence that is asked for by a literal key."""
    for call in calls(tree, names):
        asked = (
            call.args[0] if len(call.args) == 1 else None
        )  # errors for the command line have a hint beside
        for key in (asked.body, asked.orelse) if isinstance(asked, ast.IfExp) else (asked,):
            if isinstance(key, ast.Constant):
                yield str(key.value), {word.arg for word in call.keywords if word.arg}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_finding_is_said_in_english_alone(path: Path) -> None:
    assert list(unsaid(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "planted",
    [
        'answer.fail("the same data", x)',
        'answer.fail(x, f"{count} missing")',
        'answer.fail(x, y or "absent")',
        'yield Seen(cell, "" if good else "a wrong body", x)',
        'answer.expect_header(name, holds, "no error")',
        'problem = "a wrong body"\n    yield Seen(cell, problem)',
        'answer.fail(any_of(["4xx", "closed"]), x)',
    ],
)
def test_an_english_finding_is_seen(planted: str) -> None:
    assert list(unsaid(ast.parse(f"def check(answer):\n    {planted}\n")))


@pytest.mark.slow
def test_every_sentence_exists_with_its_gaps_and_is_used() -> None:
    asked: set[str] = set()
    for path in ROOM.rglob("*.py"):
        for key, gaps in used(ast.parse(path.read_text(encoding="utf-8")), {"phrase", *OUTCOMES}):
            asked.add(key)
            assert key in WORDS, f"{path.name}: {key}"
            assert set(GAP.findall(WORDS[key][1])) == gaps, f"{path.name}: {key}"
    leaks = {
        "stack-trace",
        "source-line",
        "sql",
        "file-path",
        "class-name",
        "host-name",
    }  # a table names them
    assert FINDINGS.keys() - asked == leaks


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_have_the_same_gaps(key: str) -> None:
    french, english = WORDS[key]
    assert set(GAP.findall(french)) == set(GAP.findall(english))


def test_phrases_are_said_within_phrases() -> None:
    said = both("is", what=phrase("success"), value=any_of(["200", "201", phrase("no-body")]))
    assert (said.fr, said.en) == (
        "un succès : 200 ou 201 ou pas de corps",
        "a success: 200 or 201 or no body",
    )
    assert both("control", what="{x}", status=PreconditionMissing("budget").said).en.startswith(
        "the control request {x}"
    )
