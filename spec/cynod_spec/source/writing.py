"""A document as text: the same bytes for the same document, in the order in which it was written."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from cynod_spec.output.control_characters import HIDDEN
from cynod_spec.output.json_text import json_text
from cynod_spec.output.terminal import echo_written

Form = Literal["yaml", "json"]
# What is written between double quotes, where YAML has escapes: hidden characters, and what CI services obey
# in the log of a job: at the start of a line, also where YAML breaks one for its width, or anywhere.
_ESCAPED = re.compile(rf"(?![\t\n])[{HIDDEN}]|(?:^|(?<=\s)):(?=:)|(?<=#)#(?=[A-Za-z]*\[)")
# Texts that some reader takes for another value when they stand without quotes: the types of YAML 1.1, the
# core schema of YAML 1.2, and what readers add (Ruby: commas in numbers, symbols; Go: underscores anywhere).
_AMBIGUOUS = re.compile(
    r"~|null|true|false|yes|no|on|off|y|n|=|<<|:.*|\."
    r"|[-+]?0b[01_]+|[-+]?0o[0-7_]+|[-+]?0x[0-9a-f_]+"
    r"|[-+]?(?=[_,]*\.?[0-9])[0-9_,]*(?:\.[0-9_,]*)?(?:e[-+]?[0-9_]+)?"
    r"|[-+]?[0-9][0-9_]*(?::[0-9]+)+(?:\.[0-9_]*)?"  # sexagesimal
    r"|[-+]?\.?inf|\.?nan"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[t \t].*)?",
    re.IGNORECASE | re.DOTALL,
)
_ACTS = re.compile(rf"(?![\t\n])(?!\r\n)[{HIDDEN}]|^\s*::|##(?=[A-Za-z]*\[)", re.MULTILINE)
_FLOW_INDICATORS: Final = frozenset(",[]{}?")
_LINE_WIDTH_CHARS: Final = 120  # characters in a line


def text(document: Any, form: Form) -> str:
    """*document* as YAML or JSON, its members in their order, every character that can be seen as itself."""
    return json_text(document) + "\n" if form == "json" else yaml_text(document)


def yaml_text(
    value: Any, *, indent: int = 2, are_items_indented: bool = False, width: int = _LINE_WIDTH_CHARS
) -> str:
    """*value* as block YAML that readers of YAML 1.1 and of YAML 1.2 read alike.

    *indent*: spaces for each level; *are_items_indented*: whether a list stands further in than its key;
    *width*: characters after which a text goes on in the next line.
    """
    import yaml

    dumper = _dumper(are_items_indented)
    written: str = yaml.dump(
        value, Dumper=dumper, allow_unicode=True, sort_keys=False, width=width, indent=indent
    )
    return written.removesuffix("...\n")


def scalar(value: str | float | bool | None, style: str | None = None, *, in_flow: bool = False) -> str:
    """*value* as YAML on one line, in the quotes *style* where they can hold it.

    *in_flow*: it stands between brackets or braces, where fewer texts need no quotes.
    """
    if not isinstance(value, str):
        return yaml_text(value).removesuffix("\n")
    if style == '"' or "\n" in value or "\t" in value or _ESCAPED.search(value):
        return _quoted(value)
    if style != "'":
        written = yaml_text(value, width=len(value) * 2 + _LINE_WIDTH_CHARS).removesuffix("\n")
        if written[:1] in "'\"" or not in_flow or _FLOW_INDICATORS.isdisjoint(written):
            return written
    return "'" + value.replace("'", "''") + "'"


@cache
def _dumper(are_items_indented: bool) -> Any:
    """The class that writes YAML; made at its first use, for PyYAML takes its time to load."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes a node that stands twice twice: readers need know no aliases."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            super().increase_indent(flow, indentless and not are_items_indented)

        def represent_str(self, data: str) -> yaml.ScalarNode:
            """Quotes for a text with something to escape, and for one that reads as another value."""
            style = '"' if _ESCAPED.search(data) else "'" if _AMBIGUOUS.fullmatch(data) else None
            return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)

        def write_double_quoted(self, text: str, split: bool = True) -> None:
            """All on one line when something is escaped."""
            if _ESCAPED.search(text):
                self.write_indicator(_quoted(text), True)
            else:
                super().write_double_quoted(text, split)

    Dumper.add_representer(str, Dumper.represent_str)
    return Dumper


def _quoted(text: str) -> str:
    """*text* between double quotes, as YAML 1.2 §7.3.1 escapes it."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    escaped = _ESCAPED.sub(lambda found: f"\\U{ord(found[0]):08X}", plain)
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t") + '"'


def is_inert(written: str) -> bool:
    """Whether nothing in *written* acts on a terminal, or on a CI service that reads the log of a job."""
    return not _ACTS.search(written)


def write(content: str, output: str | None) -> None:
    """Write *content* to the file *output*, whose folder is made, or to standard output (None or ``-``).

    Raises UsageError when it cannot.
    """
    if output is None:
        echo_written(content)
        return
    from cynod_spec.output import files

    path = Path(output)
    files.make_folder(path.parent)
    files.write_text(path, content)
