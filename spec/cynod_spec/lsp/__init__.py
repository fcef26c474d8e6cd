"""The language server of a contract (Language Server Protocol 3.17): what an editor asks while one types.

``server`` is wired to the protocol by pygls, the extra ``lsp``; every other module answers one kind of question
about an ``Analysis``, the last state of a contract and of the files beside it that could be read.
"""

from __future__ import annotations


def serve() -> None:
    """Serve the editor at standard input and output until it leaves."""
    from cynod_spec.cli import release
    from cynod_spec.lsp.features import register
    from cynod_spec.lsp.server import Server

    server = Server(release())
    register(server)
    server.start_io()
