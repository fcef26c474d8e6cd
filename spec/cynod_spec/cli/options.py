"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from cynod_spec.environment.locating import DEFAULT_CONTRACT

Command = Callable[..., Any]


def spec_option(command: Command) -> Command:
    """``--spec FILE``: the contract; without it, the default one (see ``locating``)."""
    option = click.option(
        "--spec", metavar="FILE", help=f"The OpenAPI document. Default: {DEFAULT_CONTRACT}."
    )
    return option(command)


def output_options(command: Command) -> Command:
    """``--format yaml|json`` and ``-o FILE``: how a document is written, and where."""
    form = click.option(
        "--format", "form", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True
    )
    output = click.option("-o", "output", metavar="FILE", help="Where to write. Default: standard output.")
    return form(output(command))


def lang_option(command: Command) -> Command:
    """``--lang fr|en``: the language of the contract's own words."""
    option = click.option(
        "--lang",
        type=click.Choice(["fr", "en"]),
        default="fr",
        show_default=True,
        help="Language of the texts.",
    )
    return option(command)
