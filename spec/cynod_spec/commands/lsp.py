"""``cynod spec lsp``."""

from __future__ import annotations

import click

from cynod_spec.errors import UsageError


@click.command()
@click.option("--stdio", is_flag=True, help="Speak on standard input and output: what it does anyway.")
def lsp(stdio: bool) -> None:
    """Serve an editor by the Language Server Protocol: findings while one types, hover, rename, completion.

    An editor starts it (spec/EDITORS.md says how); it reads and writes on standard input and output until
    the editor leaves. Needs `pip install 'cynod[lsp]'`.

    \b
    Examples:
      cynod spec lsp
    """
    try:
        import pygls  # noqa: F401 - the extra, or a sentence instead of a traceback
    except ImportError:
        raise UsageError(
            "the language server needs pygls, which is not installed", "pip install 'cynod[lsp]'"
        ) from None
    from cynod_spec.lsp import serve

    serve()
