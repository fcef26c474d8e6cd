"""``cynod spec overlay``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import click

from cynod_spec.cli.options import output_options
from cynod_spec.environment.provenance import announce
from cynod_spec.output.terminal import Styled, echo_line
from cynod_spec.source.writing import Form

if TYPE_CHECKING:
    from cynod_spec.source.document import Source
    from cynod_spec.source.overlay import Overlay


@click.command()
@click.argument("file")
@click.argument("overlays", nargs=-1, required=True)
@output_options
def overlay(file: str, overlays: tuple[str, ...], form: Form, output: str | None) -> None:
    """Write the contract FILE as changed by OVERLAYS (OpenAPI Overlay 1.0 or 1.1), one after the other.

    A target that matches nothing is an error, with its line and column. What is not changed stays as it is
    written, comments included, when FILE is written in the same format. Files that FILE refers to stay files;
    to change what they say, apply the overlay to what `cynod spec bundle` writes.

    \b
    Examples:
      cynod spec overlay spec/openapi.yaml spec/locales/en.overlay.yaml -o build/openapi.en.yaml
    """
    from cynod_spec.source.reading import read, read_overlay
    from cynod_spec.source.writing import write

    source, changes = read(file), [read_overlay(path) for path in overlays]
    announce(source, *changes)
    write(_changed(source, changes, form, output), output)


def _changed(source: Source, changes: Sequence[Overlay], form: Form, output: str | None) -> str:
    """The document of *source*, changed, as text for *output*."""
    from cynod_spec.base.errors import DocumentError
    from cynod_spec.source.bundling import bundled
    from cynod_spec.source.document import FILES
    from cynod_spec.source.overlay import apply
    from cynod_spec.source.parsing import parse
    from cynod_spec.source.reading import read_text
    from cynod_spec.source.writing import text

    written = read_text(source.file)
    document = parse(written.removeprefix("\ufeff"), source.file).value
    try:
        for change in changes:
            document = apply(document, change)
    except DocumentError:
        if FILES not in source.value:
            raise
        document = source.value  # an action on what stands in another file: all of it becomes one
        for change in changes:
            document = apply(document, change)
        return text(bundled(document, PurePath(source.file).name), form)
    document = _relocated(document, source, output)
    return _in_place(written, document, source, form, output) or text(document, form)


def _relocated(document: Any, source: Source, output: str | None) -> Any:
    """*document*, its references to files as they read in the folder of *output*."""
    from cynod_spec.source.document import FILES
    from cynod_spec.source.references import relocated

    if FILES not in source.value or output in (None, "-"):
        return document
    return relocated(document, Path(source.file).parent, Path(str(output)).parent)


def _in_place(written: str, document: Any, source: Source, form: Form, output: str | None) -> str | None:
    """The text of the file, changed where *document* differs; None when a new text is to be written."""
    from cynod_spec.source.editing import edited
    from cynod_spec.source.writing import is_inert

    if (form == "json") != source.file.lower().endswith(".json"):
        return None
    mark = written[:1] if written.startswith("\ufeff") else ""
    changed = edited(written.removeprefix(mark), document, source.file)
    if changed is None:
        why = "the changes do not fit into the text as it is written"
    elif output in (None, "-") and not is_inert(changed):
        why = "the text holds what a terminal or a CI log obeys; with -o it is kept"
    else:
        return mark + changed
    echo_line(
        f"{source.file}: ", Styled("warning", "yellow", bold=True), f": comments are lost: {why}", err=True
    )
    return None
