"""``cynod spec bundle``."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import click

from cynod_spec.cli.options import output_options
from cynod_spec.environment.provenance import announce
from cynod_spec.output.terminal import Styled, echo_line
from cynod_spec.source.writing import Form

if TYPE_CHECKING:
    from cynod_spec.source.document import Source


@click.command()
@click.argument("file", required=False)
@click.option(
    "--lang",
    type=click.Choice(["fr", "en"]),
    default="fr",
    show_default=True,
    help="Language of the texts; en takes them from the overlays in locales/.",
)
@click.option("--flat", "is_flat", is_flag=True, help="Without allOf and unevaluated*, for code generators.")
@output_options
def bundle(file: str | None, lang: str, is_flat: bool, form: Form, output: str | None) -> None:
    """Write the contract FILE, or the default one, as one file that refers to no other.

    Parts of other files become components, called like their file or the last word of the reference; names of
    schemas that a discriminator relies on stay valid. Path items take the place of the reference.

    --flat merges what is composed: each schema accepts and refuses what it did, in one piece. What only
    composition can say stays, and is named on standard error.

    \b
    Examples:
      cynod spec bundle -o build/openapi.yaml
      cynod spec bundle spec/openapi.yaml --lang en --format json > openapi.en.json
      cynod spec bundle --flat -o build/openapi.flat.yaml
    """
    from cynod_spec.environment.locating import default_contract
    from cynod_spec.source.bundling import bundled
    from cynod_spec.source.overlay import translated
    from cynod_spec.source.reading import read
    from cynod_spec.source.writing import text, write

    source = read(file or default_contract())
    announce(source)
    document = translated(source) if lang == "en" else source.value
    if is_flat:
        document = _flat(source, document)
    document = bundled(document, PurePath(source.file).name)
    write(text(document, form), output)


def _flat(source: Source, document: Any) -> Any:
    from cynod_spec.flat import flat

    made = flat(source, document)
    for remark in made.remarks:
        echo_line(f"{remark.at}: ", Styled("warning", "yellow", bold=True), f": {remark.message}", err=True)
    return made.document
