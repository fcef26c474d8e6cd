"""Writes the pages of ``docs/reference/`` from what the commands and the published schemas say.

In ARCHITECTURE.md it writes the part about layers, from ``pyproject.toml`` and the docstring of each package.

    python docs/make_reference.py            write the pages
    python docs/make_reference.py --check    write nothing; exit 1 and name the pages that are not up to date

Exit codes: 0 done or up to date, 1 not up to date, 2 wrong use.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import draw_rooms
from click.testing import CliRunner

from cynod_spec.cli.root import cynod as root

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
ARCHITECTURE = ROOT / "ARCHITECTURE.md"
LAYERS = re.compile(r"(<!-- layers: .* -->\n).*(<!-- /layers -->)", re.DOTALL)
HELP_COLUMNS = 100  # width of a command's help, in characters
WRITTEN_BY = "<!-- Written by `python docs/make_reference.py`: do not edit by hand. -->"
Schema = Mapping[str, Any]


def main(arguments: Sequence[str]) -> int:
    """Write every page, or only compare it with what is there."""
    if list(arguments) not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    pages = {name: page() for name, page in PAGES.items()} | configuration_pages()
    pages["README.md"] = index_page(pages)
    texts = {REFERENCE / name: text for name, text in pages.items()} | {ARCHITECTURE: architecture_page()}
    stale = [path for path, text in texts.items() if not up_to_date(path, text, bool(arguments))]
    for path in stale:
        print(f"{path.relative_to(ROOT)}: {'not up to date' if arguments else 'written'}")
    return 1 if stale and arguments else 0


def up_to_date(path: Path, text: str, checking: bool) -> bool:
    """Whether the page at *path* holds *text*; unless *checking*, it is written when it does not."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return True
    if not checking:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return False


def cynod(*words: str) -> str:
    """What ``cynod`` prints on standard output when it is given *words*, in English."""
    runner = CliRunner(env={"LC_ALL": "C.UTF-8", "LANGUAGE": "en"})
    done = runner.invoke(root, words, prog_name="cynod", terminal_width=HELP_COLUMNS)
    if done.exit_code != 0:
        raise SystemExit(f"cynod {' '.join(words)} ended with {done.exit_code}:\n{done.output}")
    return done.stdout


# Markdown


def document(title: str, *parts: str) -> str:
    """A page with its *title* and its *parts*, which are blocks of Markdown."""
    return "\n\n".join((f"# {title}", WRITTEN_BY, *(part.rstrip("\n") for part in parts if part))) + "\n"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown; cells are text in which ``|`` and line feeds are escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cell(each) for each in line)} |" for line in lines)


def cell(text: str) -> str:
    """*text* as the cell of a table."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def code(text: object) -> str:
    """*text* as a code span."""
    return f"`{text}`"


# Commands


def commands(*above: str) -> Iterator[tuple[str, ...]]:
    """Every command below *above*, in the order of the help, each before its own subcommands."""
    listed = cynod(*above, "--help").partition("\nCommands:\n")[2]
    for line in listed.splitlines():
        named = re.match(r"  ([a-z][a-z-]*)(?:  |$)", line)
        if named is None:
            break
        yield (*above, named[1])
        yield from commands(*above, named[1])


def commands_page() -> str:
    """The help of every command."""
    parts = [f"## cynod\n\n```text\n{cynod('--help').rstrip()}\n```"]
    for words in commands():
        parts.append(f"## cynod {' '.join(words)}\n\n```text\n{cynod(*words, '--help').rstrip()}\n```")
    return document("Commands", "What `--help` prints; `--lang fr` prints it in French.", *parts)


def exit_codes_page() -> str:
    """The exit codes that all commands share, then what each command says of its own."""
    shared, own = exit_codes(), [(words, exit_codes(*words)) for words in commands()]
    return document(
        "Exit codes",
        "Every command ends with one of these codes. An error of its user (2) is one line that says what is "
        "wrong, and a hint; `-v` before the command shows the traceback of an internal error (4).",
        table(["code", "meaning"], shared),
        "What the codes mean for a command that says more of them:",
        table(
            ["command", "codes"],
            [
                [code(f"cynod {' '.join(words)}"), "; ".join(f"{number} {text}" for number, text in pairs)]
                for words, pairs in own
                if pairs
            ],
        ),
    )


def exit_codes(*words: str) -> list[tuple[str, str]]:
    """The codes and their meaning in the help of a command, none when it does not say."""
    text = " ".join(cynod(*words, "--help").split())
    said = re.search(r"Exit codes: (.*?)\.(?: |$)", text)
    parts = re.split(r", (?=\d )", said[1]) if said else []
    return [(part[0], part[2:]) for part in parts]


# The contract and its rules


def clauses_page() -> str:
    """Every clause of the contract, by group."""
    rows = json.loads(cynod("spec", "clauses", "--format", "json"))
    groups: dict[str, list[list[str]]] = {}
    for row in rows:
        group, unchecked = row["id"].partition("-")[0], row["unchecked_en"]
        text = row["en"] + (f" *Not checked: {unchecked}*" if unchecked else "")
        facts = [row["id"], row["level"], row["layer"], row["tier"], row["source"], text]
        groups.setdefault(group, []).append(facts)
    header = ["id", "level", "layer", "tier", "source", "promise"]
    return document(
        "Clauses",
        "Every promise of `spec/openapi.yaml`, as `cynod spec clauses --lang en` lists them. The checks and "
        "faults of each: `cynod conform --list`.",
        *(f"## {group}\n\n{table(header, rows)}" for group, rows in groups.items()),
    )


def rules_page() -> str:
    """The rules of lint and of the diff."""
    lint = [line for line in cynod("spec", "rules").splitlines() if line.strip()]
    found = [re.fullmatch(r"(\S+) +(error|warning) +(fix)? *(.*)", line) for line in lint]
    diff = [re.split(r"  +", line, maxsplit=4) for line in cynod("spec", "diff", "--rules").splitlines()]
    return document(
        "Rules",
        "## Lint\n\nWhat `cynod spec lint` checks, as `cynod spec rules` lists it; `cynod spec rules RULE` "
        "shows the page of one rule, with a good and a bad example. *fix*: `--fix` can repair it.",
        table(
            ["rule", "level", "fix", "why"],
            [[code(each[1]), each[2], each[3] or "", each[4]] for each in found if each],
        ),
        "## Diff\n\nWhat `cynod spec diff` detects, as `cynod spec diff --rules` lists it: how severe a "
        "change is in a request, in a response and in the contract at large.",
        table(
            ["rule", "request", "response", "contract", "what is said"],
            [[code(row[0]), *row[1:]] for row in diff[1:] if len(row) == 5],
        ),
    )


# Schemas


def schema_page(title: str, intro: str, schema: Schema) -> str:
    """A JSON Schema as tables: one for its root, one for each of its ``$defs``."""
    definitions = schema.get("$defs", {})
    parts = [described("The root", schema, definitions)] if "$ref" not in schema else []
    parts += [described(name, each, definitions) for name, each in definitions.items()]
    return document(title, intro, schema.get("description", ""), *parts)


def described(name: str, schema: Schema, definitions: Schema) -> str:
    """A section about *schema*: its description, its members, its values."""
    parts = [f"## {name}"]
    if name != "The root":
        parts += [schema.get("description", "")]
    if "properties" in schema:
        required = schema.get("required", ())
        header = ["member", "type", "required", "meaning"]
        rows = [
            [code(member), type_of(each), "yes" if member in required else "", meaning(each, definitions)]
            for member, each in schema["properties"].items()
        ]
        parts.append(table(header, rows))
    if "enum" in schema:
        meanings = schema.get("enumDescriptions") or [""] * len(schema["enum"])
        rows = [[code(value), text] for value, text in zip(schema["enum"], meanings, strict=True)]
        parts.append(table(["value", "meaning"], rows))
    elif "properties" not in schema:
        parts.append(f"Type: {type_of(schema)}.")
    return "\n\n".join(part for part in parts if part)


def meaning(schema: Schema, definitions: Schema) -> str:
    """What a member is for: its description, with its values and its default where it has any.

    A member that only refers to one of the *definitions* has the description of that.
    """
    referred = definitions.get(schema.get("$ref", "").rpartition("/")[2], {})
    parts = [schema.get("description") or referred.get("description", "")]
    if "enum" in schema and "enumDescriptions" in schema:
        pairs = zip(schema["enum"], schema["enumDescriptions"], strict=True)
        parts += [f"{code(value)}: {text}" for value, text in pairs]
    if "default" in schema:
        parts.append(f"Default: {code(json.dumps(schema['default'], ensure_ascii=False))}.")
    return " ".join(part for part in parts if part)


def type_of(schema: Schema) -> str:
    """The type of *schema* in a few words, with a link where it has a section of its own."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            return " or ".join(type_of(each) for each in schema[keyword])
    if "const" in schema:
        return code(json.dumps(schema["const"]))
    if "enum" in schema:
        return ", ".join(code(value) for value in schema["enum"])
    kind = schema.get("type", "any")
    if kind == "array":
        return f"list of {type_of(schema.get('items', {}))}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"object of {type_of(schema['additionalProperties'])}"
    kinds = kind if isinstance(kind, str) else " or ".join(kind)
    return kinds + (f" ({schema['format']})" if "format" in schema else "")


def published(name: str) -> Schema:
    """The JSON Schema called *name* that a room ships."""
    (path,) = (each for room in ("spec", "conformance") for each in (ROOT / room).glob(f"cynod_*/**/{name}"))
    schema: Schema = json.loads(path.read_text(encoding="utf-8"))
    return schema


def vocabulary_page() -> str:
    """The ``x-cynod`` vocabulary."""
    intro = (
        "What `x-cynod` and `x-cynod-allow` may hold, from `vocabulary.schema.json`; `cynod spec lint` "
        "checks it. `document` is the `x-cynod` of the document itself."
    )
    return schema_page("The x-cynod vocabulary", intro, published("vocabulary.schema.json"))


def report_page() -> str:
    """``report.json``."""
    intro = (
        "What `cynod conform` writes, from `report.schema.json`, which the package ships. Words are English "
        "in every language; `schema` is the version of this format."
    )
    return schema_page("report.json", intro, published("report.schema.json"))


# The layers


def architecture_page() -> str:
    """ARCHITECTURE.md with its part about layers made anew."""
    text = ARCHITECTURE.read_text(encoding="utf-8")
    return LAYERS.sub(lambda found: f"{found[1]}{layers_part()}\n{found[2]}", text)


def layers_part() -> str:
    """For each room the packages of each layer, from top to bottom, and what each is for."""
    parts = []
    for room, folder in draw_rooms.ROOMS.items():
        order = draw_rooms.layers(room, draw_rooms.contracts())
        rows = [
            [str(number), code(name), purpose(ROOT / folder / room, name)]
            for number, layer in enumerate(order, 1)
            for name in layer
        ]
        if rows:
            parts.append(f"### {room}\n\n{table(['layer', 'package', 'what it holds'], rows)}\n")
    return "\n".join(parts)


def purpose(room: Path, name: str) -> str:
    """The first sentence of the docstring of the package or module *name* in the folder *room*."""
    path = room / name / "__init__.py"
    tree = ast.parse((path if path.is_file() else room / f"{name}.py").read_text(encoding="utf-8"))
    return (ast.get_docstring(tree) or "").split("\n\n")[0].replace("``", "`")


def configuration_pages() -> dict[str, str]:
    """A page for each configuration file whose schema is published in English."""
    found = {}
    for path in sorted(ROOT.glob("spec/cynod_spec/configuration/schemas/*.en.schema.json")):
        name, schema = path.name.partition(".")[0], json.loads(path.read_text(encoding="utf-8"))
        title = f"{name}.toml"
        intro = f"What `{title}` may hold, from the schema that `cynod config schema --file {name}` prints."
        found[f"{name}-toml.md"] = schema_page(title, intro, schema)
    return found


def index_page(pages: Mapping[str, str]) -> str:
    """The list of *pages*, by their titles."""
    links = [f"- [{text.splitlines()[0].removeprefix('# ')}]({name})" for name, text in pages.items()]
    return document(
        "Reference", "Made from what the commands and the published schemas say.", "\n".join(links)
    )


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "exit-codes.md": exit_codes_page,
    "clauses.md": clauses_page,
    "rules.md": rules_page,
    "x-cynod.md": vocabulary_page,
    "report.md": report_page,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
