"""``cynod spec clauses``: every promise of the contract."""

from __future__ import annotations

import click

from cynod_spec.cli.commands import listing
from cynod_spec.cli.options import lang_option, spec_option
from cynod_spec.environment.provenance import announce


@click.command()
@listing.format_option
@lang_option
@spec_option
def clauses(form: listing.Format, lang: str, spec: str | None) -> None:
    """List the clauses: id, level, layer, tier, source, sentence.

    \b
    Examples:
      cynod spec clauses --lang en
      cynod spec clauses --format json --spec spec/openapi.yaml
    """
    from cynod_spec import load_contract

    contract = load_contract(spec)
    announce(contract)
    rows = [
        {
            "id": clause.id,
            "level": clause.level,
            "layer": clause.layer,
            "tier": clause.tier,
            "source": clause.source,
            "fr": clause.text.fr,
            "en": clause.text.en,
            "unchecked_fr": clause.unchecked.fr,
            "unchecked_en": clause.unchecked.en,
        }
        for clause in contract.clauses
    ]
    if form == "table":
        shown = ("id", "level", "layer", "tier", lang)
        rows = [{name: row[name] for name in shown} for row in rows]
    listing.show(rows, form)
