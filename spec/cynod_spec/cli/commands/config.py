"""``cynod config``: the files that configure cynod."""

from __future__ import annotations

import click

from cynod_spec.cli.command_line import Group
from cynod_spec.i18n.translations import lang_option, language

FILES = ("cynod", "partners", "waivers")
"""The names of ``cynod_spec.configuration.published.FILES``, which takes its time to load."""


@click.group(cls=Group)
@lang_option("Language of this help. Default: the locale's.")
def config() -> None:
    """Describe the files that configure cynod: cynod.toml, partners, waivers.

    \b
    cynod config schema
    cynod config schema --file partners
    """


@config.command()
@click.option(
    "--file",
    "name",
    type=click.Choice(FILES),
    default="cynod",
    show_default=True,
    help="Which file to describe.",
)
@click.option("-o", "--output", metavar="FILE", help="Where to write. Default: standard output.")
@lang_option("Language of this help and of the descriptions. Default: the locale's.")
@click.pass_context
def schema(context: click.Context, name: str, output: str | None) -> None:
    """Print the JSON Schema (2020-12) of a configuration file, for editors.

    An editor with Taplo (Even Better TOML) checks a file and completes it when its first line names the
    schema, as `cynod sandbox --write-config` writes it: `#:schema ./cynod.schema.json`.

    \b
    Examples:
      cynod config schema
      cynod config schema --file partners --lang fr
      cynod config schema --file waivers -o waivers.schema.json
    """
    from cynod_spec.configuration.published import json_schema
    from cynod_spec.source.writing import text, write

    write(text(json_schema(name, language(context)), "json"), output)
