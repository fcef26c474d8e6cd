"""``cynod spec codes``: the catalogue of internal codes."""

from __future__ import annotations

import click

from cynod_spec.cli.commands import listing
from cynod_spec.cli.options import lang_option, spec_option
from cynod_spec.environment.provenance import announce


@click.command()
@listing.format_option
@lang_option
@spec_option
def codes(form: listing.Format, lang: str, spec: str | None) -> None:
    """List the internal codes: value, HTTP status, case, role, message.

    \b
    Examples:
      cynod spec codes
      cynod spec codes --format csv > codes.csv
    """
    from cynod_spec import load_contract

    contract = load_contract(spec)
    announce(contract)
    rows = [
        {
            "code": code.value,
            "status": code.status,
            "case": code.case,
            "name": code.name,
            "retryable": code.retryable,
            "title_fr": code.title.fr,
            "title_en": code.title.en,
            "fr": code.message.fr,
            "en": code.message.en,
        }
        for code in contract.codes
    ]
    if form == "table":
        shown = ("code", "status", "case", "name", lang)
        rows = [{name: row[name] for name in shown} for row in rows]
    listing.show(rows, form)
