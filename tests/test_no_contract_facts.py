"""No fact of the contract stands in code: every literal of every packaged file is read and compared.

The document says every path, code, scope, operationId, member, parameter, header and message. A literal
that holds one as a whole word is a second place that says it, unless that word means something of its own:
then ``ALLOWED`` says where and why. Texts that help a reader (docstrings) count as much as any other.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cross_room.renaming import STANDARD_HEADERS

from cynod_spec import load_contract
from cynod_spec.model import Contract

ROOT = Path(__file__).parent.parent
PACKAGES = (
    "spec/cynod_spec",
    "generators/cynod_generators",
    "conformance/cynod_conformance",
    "sandbox/cynod_sandbox",
)
WORD = re.compile(r"[\w:-]+")

# Words that mean something besides the contract: the word → why code may hold it.
COMMON = {
    # x-cynod vocabulary: names of roles, effects and resources, the same in every contract
    "basic": "the role of a partner's member, a credential of cynod.toml and RFC 7617's scheme",
    "code": "a role in x-cynod and an attribute of this project's model",
    "data": "a role in x-cynod",
    "date": "a role in x-cynod and a header of RFC 9110",
    "message": "a role in x-cynod and an attribute of this project's errors",
    "reference": "a role in x-cynod",
    "success": "the name of a case in x-cynod",
    "type": "a role in x-cynod and a keyword of JSON Schema",
    "quota": "a role in x-cynod",
    # standards
    "minimum": "a keyword of JSON Schema",
    "maximum": "a keyword of JSON Schema",
    "operationId": "a keyword of OpenAPI",
    # words of English, of French or of the file formats that this project reads
    "au": "a French word",
    "du": "a French word",
    "documentation": "a role in x-cynod and what rules of lint have",
    "token": "RFC 6749's word",
    "revoke": "RFC 7009's word",
    "oauth2": "a type of security scheme in OpenAPI",
}
# File, word → why this file alone may hold it.
ALLOWED = {
    ("generators/cynod_generators/targets/docs/text/words.py", "nom"): "a French word, in a sentence",
    ("generators/cynod_generators/targets/docs/text/words.py", "valeur"): "a French word, in a sentence",
    ("conformance/cynod_conformance/cli/conform_command.py", "cartes"): "[fixtures.cartes] of cynod.toml",
    ("conformance/cynod_conformance/text/findings.py", "annulation"): "a French word, in a sentence",
    ("conformance/cynod_conformance/text/findings.py", "paiement"): "a French word, in a sentence",
    ("conformance/cynod_conformance/text/findings.py", "curseur"): "a French word, in a sentence",
    ("conformance/cynod_conformance/text/findings.py", "solde"): "a French word, in a sentence",
    ("sandbox/cynod_sandbox/console/words.py", "cartes"): "a French word, in a sentence",
    ("sandbox/cynod_sandbox/console/words.py", "droits"): "a French word, in a sentence",
    ("sandbox/cynod_sandbox/console/words.py", "nom"): "a French word, in a sentence",
    ("sandbox/cynod_sandbox/console/words.py", "partenaires"): "a French word, in a sentence",
    ("sandbox/cynod_sandbox/console/words.py", "solde"): "a French word, in a sentence",
    ("sandbox/cynod_sandbox/console/words.py", "valeur"): "a French word, in a sentence",
    ("sandbox/cynod_sandbox/storage/database.py", "transactions"): "those of the database",
    ("spec/cynod_spec/build/resources.py", "montant"): "what a pointer looks like, in a hint",
    ("spec/cynod_spec/build/resources.py", "valeur"): "what a pointer looks like, in a hint",
    ("spec/cynod_spec/diff/rows/codes.py", "statut"): "a French word, in a sentence",
    ("spec/cynod_spec/diff/rows/envelopes.py", "valeur"): "a French word, in a sentence",
    ("spec/cynod_spec/diff/rows/operations.py", "nom"): "a French word, in a sentence",
    ("spec/cynod_spec/diff/rows/schemas.py", "motif"): "a French word, in a sentence",
    ("spec/cynod_spec/diff/rows/schemas.py", "valeur"): "a French word, in a sentence",
    ("spec/cynod_spec/model/expressions.py", "montant"): "what an expression looks like, in a docstring",
    ("spec/cynod_spec/model/expressions.py", "valeur"): "what an expression looks like, in a docstring",
}
GENERATED = "sandbox/cynod_sandbox/_generated/operations.py"  # written from the contract, names included


@dataclass(frozen=True)
class Found:
    """A fact of the contract in a file of code."""

    file: str
    line: int
    fact: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.fact!r}"


@pytest.fixture(scope="module")
def contract() -> Contract:
    """The shipped contract."""
    return load_contract()


@pytest.mark.slow
def test_no_file_of_code_states_a_fact_of_the_contract(contract: Contract) -> None:
    words, sentences = facts(contract)
    found = [each for path in files() for each in stated(path, words, sentences)]
    assert not found, "\n" + "\n".join(map(str, found))


def test_every_exception_is_needed(contract: Contract) -> None:
    words, _ = facts(contract, allow=False)
    assert COMMON.keys() <= words, f"no longer names of the contract: {sorted(COMMON.keys() - words)}"
    for file, word in ALLOWED:
        literals = (text for _, text in texts(ROOT / file))
        assert any(word in WORD.findall(text) for text in literals), f"{file} no longer says {word}"


def test_a_planted_fact_is_found(contract: Contract, tmp_path: Path) -> None:
    words, sentences = facts(contract)
    operation = contract.find("credit")
    assert operation is not None
    code, message = contract.code("balance-insufficient").value, contract.codes[-1].message.fr
    scope, header = operation.scopes[0], contract.general_headers[0].name
    for fact in (operation.path, operation.id, code, scope, header, message):
        path = tmp_path / "planted.py"
        path.write_text(f"x = {fact!r}\n", encoding="utf-8")
        assert list(stated(path, words, sentences)), fact


def facts(contract: Contract, *, allow: bool = True) -> tuple[set[str], set[str]]:
    """The names that the contract invents, and its sentences; without the common ones if *allow*."""
    words = set(contract.security.scopes) | {code.value for code in contract.codes}
    headers = {header.name for header in contract.general_headers}
    words |= {member.name for envelope in contract.envelopes.values() for member in envelope.members}
    for operation in contract.operations:
        words.add(operation.id)
        words |= {part for part in operation.path.split("/") if part and part[0] != "{"}
        words |= {parameter.name for parameter in operation.parameters}
        headers |= {header.name for response in operation.responses for header in response.headers}
        if operation.is_oauth:
            continue
        schemas = [operation.body.schema] if operation.body else []
        schemas += [response.data for response in operation.responses if response.data]
        for schema in schemas:
            words |= members(contract, schema.value, frozenset())
    words |= {name for name in headers if name.lower() not in STANDARD_HEADERS}
    sentences = {text for code in contract.codes for text in (code.message.fr, code.message.en) if text}
    return (words - COMMON.keys() if allow else words), sentences


def members(contract: Contract, schema: object, seen: frozenset[str]) -> set[str]:
    """The names of every member that *schema* describes, at any depth."""
    found: set[str] = set()
    if isinstance(schema, list):
        return found.union(*(members(contract, each, seen) for each in schema)) if schema else found
    if not isinstance(schema, dict):
        return found
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        target: object = contract.document
        for token in reference.removeprefix("#/").split("/"):
            target = target[token] if isinstance(target, dict) else None
        found |= members(contract, target, seen | {reference})
    for name, below in schema.get("properties", {}).items():
        found |= {name} | members(contract, below, seen)
    for keyword in ("items", "allOf", "oneOf", "anyOf"):
        found |= members(contract, schema.get(keyword), seen)
    return found


def files() -> Iterator[Path]:
    """Every file of code in the wheel; what is generated from the contract holds it as data."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            written = path.relative_to(ROOT).as_posix() != GENERATED and "document" not in path.parts
            if written and path.suffix in (".py", ".j2", ".html"):
                yield path


def stated(path: Path, words: set[str], sentences: set[str]) -> Iterator[Found]:
    """Every fact that the file at *path* states."""
    file = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    for line, text in texts(path):
        for word in dict.fromkeys(WORD.findall(text)):
            if word in words and (file, word) not in ALLOWED:
                yield Found(file, line, word)
        yield from (Found(file, line, sentence) for sentence in sentences if says(text, sentence))


def says(text: str, sentence: str) -> bool:
    """Whether *sentence* stands in *text*, not as a part of longer words."""
    return sentence in text and re.search(rf"(?<!\w){re.escape(sentence)}(?!\w)", text) is not None


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Line and value of each string of a Python file; the lines of a template."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield from enumerate(source.splitlines(), 1)
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
