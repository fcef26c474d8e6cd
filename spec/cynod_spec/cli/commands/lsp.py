"""``cynod spec lsp``."""

from __future__ import annotations

import click

from cynod_spec.environment.parts import need


@click.command()
@click.option("--stdio", is_flag=True, help="Speak on standard input and output: what it does anyway.")
def lsp(stdio: bool) -> None:
    """Serve an editor by the Language Server Protocol: findings while one types, hover, rename, completion.

    An editor starts it (spec/EDITORS.md says how); it reads and writes on standard input and output until
    the editor leaves. Needs the extra `lsp`.

    \b
    Examples:
      cynod spec lsp
    """
    need("`cynod spec lsp`", "lsp")
    from cynod_spec.lsp import serve

    serve()
