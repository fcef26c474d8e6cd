"""``cynod spec bundle``."""

from __future__ import annotations

import click

from cynod_spec.options import output_options
from cynod_spec.writing import Form


@click.command()
@click.argument("file", required=False)
@click.option(
    "--lang",
    type=click.Choice(["fr", "en"]),
    default="fr",
    show_default=True,
    help="Language of the texts; en takes them from the overlays in locales/.",
)
@output_options
def bundle(file: str | None, lang: str, form: Form, output: str | None) -> None:
    """Write the contract FILE, or the one shipped with cynod, as one file that refers to no other.

    \b
    Examples:
      cynod spec bundle -o build/openapi.yaml
      cynod spec bundle spec/openapi.yaml --lang en --format json > openapi.en.json
    """
    from cynod_spec.overlay import translated
    from cynod_spec.reading import read, shipped
    from cynod_spec.writing import text, write

    source = read(file or shipped())
    write(text(translated(source) if lang == "en" else source.value, form), output)
