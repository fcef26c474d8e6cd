"""The language server of a contract (Language Server Protocol 3.17): what an editor asks while one types.

pygls, the extra ``lsp``, speaks the protocol; ``features`` says which module answers what. Each answers one
kind of question about an ``Analysis``, a state of a contract and of the files beside it.
"""

from __future__ import annotations


def serve() -> None:
    """Serve the editor at standard input and output until it leaves."""
    from cynod_spec.environment.release import release
    from cynod_spec.lsp.features import register
    from cynod_spec.lsp.logs import to_stderr
    from cynod_spec.lsp.server import ContractLanguageServer

    server = ContractLanguageServer(release())
    register(server)
    to_stderr()
    server.start_io()
