"""``cynod spec overlay``."""

from __future__ import annotations

import click

from cynod_spec.options import output_options
from cynod_spec.provenance import announce
from cynod_spec.writing import Form


@click.command()
@click.argument("file")
@click.argument("overlays", nargs=-1, required=True)
@output_options
def overlay(file: str, overlays: tuple[str, ...], form: Form, output: str | None) -> None:
    """Write the contract FILE as changed by OVERLAYS (OpenAPI Overlay 1.0 or 1.1), one after the other.

    A target that matches nothing is an error, with its line and column.

    \b
    Examples:
      cynod spec overlay spec/openapi.yaml spec/locales/en.overlay.yaml -o build/openapi.en.yaml
    """
    from cynod_spec.overlay import apply
    from cynod_spec.reading import read, read_overlay
    from cynod_spec.writing import text, write

    source, changes = read(file), [read_overlay(path) for path in overlays]
    announce(source, *changes)
    document = source.value
    for each in changes:
        document = apply(document, each)
    write(text(document, form), output)
