"""Lint of a contract in several files: it is one contract, and each finding stands in the file at fault."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner
from cross_room.lint_examples import BASE, Example

from cynod_spec.cli.commands import spec
from cynod_spec.lint import check

NEXT = "        next: {type: [string, 'null']}\n"


def part(begin: str, end: str) -> str:
    """The lines of the example from *begin* up to *end*."""
    start = BASE.index(begin)
    return BASE[start : BASE.index(end, start)]


CODES = part("    CodeS00:", "    Instant:")
RESPONSES = part("    NoSuchPath:", "  schemas:")
PATH = part("  /passes/{passId}:", "  /passes/{passId}/end:")
HEADERS = part("    RequestId:", "  responses:\n    NoSuchPath")
LOCAL = "'#/components/"
MAIN = "'openapi.yaml#/components/"


def names(text: str) -> list[str]:
    return re.findall(r"^    (\w+):", text, re.MULTILINE)


def aliases(text: str, file: str) -> str:
    return "".join(f"    {name}: {{$ref: '{file}#/{name}'}}\n" for name in names(text))


def replaced(text: str, section: str, file: str) -> str:
    """The example without *text*; what referred to it refers to *file*."""
    return re.sub(
        rf"'#/components/{section}/({'|'.join(names(text))})'", rf"'{file}#/\1'", BASE.replace(text, "")
    )


SPLIT = {  # what stands in another file → the document, and that file
    "codes, as components": (BASE.replace(CODES, aliases(CODES, "o.yaml")), dedent(CODES)),
    "codes": (replaced(CODES, "schemas", "o.yaml"), dedent(CODES)),
    "responses, as components": (
        BASE.replace(RESPONSES, aliases(RESPONSES, "o.yaml")),
        dedent(RESPONSES).replace(LOCAL, MAIN),
    ),
    "responses": (
        replaced(RESPONSES, "responses", "o.yaml").replace("  responses:\n  schemas:", "  schemas:"),
        dedent(RESPONSES).replace(LOCAL, MAIN),
    ),
    "headers with roles": (
        replaced(HEADERS, "headers", "o.yaml").replace("  headers:\n  responses:", "  responses:"),
        dedent(HEADERS),
    ),
    "a path": (
        BASE.replace(PATH, "  /passes/{passId}: {$ref: o.yaml}\n"),
        dedent(PATH.partition("\n")[2]).replace(LOCAL, MAIN),
    ),
}


def written(folder: Path, text: str, **files: str) -> Path:
    main = Example(text, []).written(folder)
    for name, content in files.items():
        (main.parent / f"{name}.yaml").write_text(content, "utf-8")
    return main


@pytest.mark.parametrize("what", SPLIT)
def test_a_valid_contract_is_valid_in_several_files(tmp_path: Path, what: str) -> None:
    """Its overlay, whose targets name components and paths, translates what stands in other files."""
    text, other = SPLIT[what]
    assert text != BASE
    assert check(written(tmp_path, text, o=other)) == []


def test_a_finding_stands_in_the_file_at_fault(tmp_path: Path) -> None:
    text = BASE.replace(NEXT, NEXT + "        more: {$ref: o.yaml}\n")
    main = written(
        tmp_path,
        text,
        o="type: object\nproperties:\n  a: {minimum: 5, maximum: 3}\n  b: {$ref: 'p.yaml#/c'}\n",
        p="c: {type: string, default: 5, pattern: '^a|b$'}\n",
    )
    found = [(Path(each.at.file).name, each.at.line, each.at.column, each.rule) for each in check(main)]
    assert found == [
        ("o.yaml", 3, 19, "bounds-reversed"),
        ("p.yaml", 1, 19, "default-invalid"),
        ("p.yaml", 1, 31, "pattern-alternatives"),
    ]


def test_what_stands_in_two_paths_is_reported_once(tmp_path: Path) -> None:
    other = SPLIT["a path"][1].replace("operationId: readPass", "operationId: read_pass")
    text = BASE.replace(PATH, "  /passes/{passId}: {$ref: o.yaml}\n  /seats/{passId}: {$ref: o.yaml}\n")
    found = [each for each in check(written(tmp_path, text, o=other)) if each.rule == "operation-id-case"]
    assert len(found) == 1


def test_a_fix_is_written_where_the_part_stands(tmp_path: Path) -> None:
    text = BASE.replace(NEXT, NEXT + "        more: {$ref: 'o.yaml#/list'}\n")
    other = "# Une liste\nlist: {enum: [a, b, a]}  # trois\n"
    main = written(tmp_path, text, o=other)
    result = CliRunner().invoke(spec, ["lint", str(main), "--fix"])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "o.yaml").read_text("utf-8") == "# Une liste\nlist: {enum: [a, b]}  # trois\n"
    assert main.read_text("utf-8") == text


def test_references_to_other_files_are_named_as_they_are_written(tmp_path: Path) -> None:
    lines = "        a: {$ref: 'o.yaml#/Lisst'}\n        b: {$ref: 'o.yaml#/components/parameters/P'}\n"
    other = (
        "List: {type: string}\ncomponents: {parameters: {P: {name: a, in: query, schema: {type: string}}}}\n"
    )
    found = check(written(tmp_path, BASE.replace(NEXT, NEXT + lines), o=other))
    assert [(each.rule, each.message, each.hint) for each in found] == [
        (
            "reference-unresolved",
            "the reference 'o.yaml#/Lisst' leads nowhere",
            "did you mean 'o.yaml#/List'?",
        ),
        (
            "reference-kind",
            "a schema belongs here, and o.yaml#/components/parameters/P is a parameter",
            "refer to one of components/schemas",
        ),
    ]
