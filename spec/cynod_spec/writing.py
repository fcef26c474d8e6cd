"""A document as text: the same bytes for the same document, in the order in which it was written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

from cynod_spec.output.control_characters import HIDDEN
from cynod_spec.output.json_text import json_text
from cynod_spec.output.terminal import echo_written

Form = Literal["yaml", "json"]
# What is written between double quotes, where YAML has escapes: hidden characters, and what CI services obey
# in the log of a job: at the start of a line, also where YAML breaks one for its width, or anywhere.
_ESCAPED = re.compile(rf"(?![\t\n])[{HIDDEN}]|(?:^|(?<=\s)):(?=:)|(?<=#)#(?=[A-Za-z]*\[)")


def text(document: Any, form: Form) -> str:
    """*document* as YAML or JSON, its members in their order, every character that can be seen as itself."""
    if form == "json":
        return json_text(document) + "\n"
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes a node that stands twice twice: readers need know no aliases."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

        def represent_str(self, data: str) -> yaml.ScalarNode:
            """A text with something to escape stands between double quotes."""
            style = '"' if _ESCAPED.search(data) else None
            return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)

        def write_double_quoted(self, text: str, split: bool = True) -> None:
            """All on one line when something is escaped."""
            if _ESCAPED.search(text):
                self.write_indicator(_quoted(text), True)
            else:
                super().write_double_quoted(text, split)

    Dumper.add_representer(str, Dumper.represent_str)
    written: str = yaml.dump(document, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=120)
    return written


def _quoted(text: str) -> str:
    """*text* between double quotes, as YAML 1.2 §7.3.1 escapes it."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    escaped = _ESCAPED.sub(lambda found: f"\\U{ord(found[0]):08X}", plain)
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t") + '"'


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
