"""A document as text: the same bytes for the same document, in the order in which it was written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

Form = Literal["yaml", "json"]


def text(document: Any, form: Form) -> str:
    """*document* as YAML or JSON, its members in their order, every character that can be as itself."""
    if form == "json":
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes a node that stands twice twice: readers need know no aliases."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    written: str = yaml.dump(document, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=120)
    return written


def write(content: str, output: str | None) -> None:
    """Write *content* to the file *output*, whose folder is made, or to standard output (None or ``-``).

    Raises UsageError when it cannot.
    """
    import click

    if output is None:
        click.echo(content, nl=False)
        return
    from cynod_spec.output import files

    path = Path(output)
    files.make_folder(path.parent)
    files.write_text(path, content)
