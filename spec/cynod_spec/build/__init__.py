"""Source → Contract: one module a subject, put together here."""

from __future__ import annotations

from cynod_spec.build.clauses import read_clauses
from cynod_spec.build.codes import read_codes, with_statuses
from cynod_spec.build.envelopes import read_envelopes
from cynod_spec.build.guide import read_actors, read_guide, read_servers, read_tags
from cynod_spec.build.operations import read_operations, read_webhooks
from cynod_spec.build.resources import read_resources
from cynod_spec.build.responses import Responses, read_general, read_headers
from cynod_spec.build.retention import read_retention
from cynod_spec.build.security import read_security
from cynod_spec.model import Contract, Language
from cynod_spec.source.document import Source
from cynod_spec.source.node import Node

__all__ = ["build"]


def build(source: Source) -> Contract:
    """The contract in *source*. Raises DocumentError, with its place, when something indispensable lacks."""
    root = Node.root(source)
    promises = root.need("x-cynod", "the document's own x-cynod holds its languages, limits and clauses")
    info = root.need("info")
    envelopes = read_envelopes(root)
    codes = with_statuses(root, envelopes, read_codes(root))
    responses = Responses(root, envelopes, codes)
    languages = promises.need("languages")
    return Contract(
        file=source.file,
        sha256=source.sha256,
        openapi=root.need("openapi").string(),
        title=info.need("title").string(),
        version=info.need("version").string(),
        description=info.text("description"),
        languages=tuple(_language(item) for item in languages.items()),
        documentation=node.string() if (node := promises.get("documentation")) else "",
        max_body=promises.need("max-body", "the largest request body that is read, in bytes").integer(),
        retention=read_retention(promises),
        servers=read_servers(root),
        security=read_security(root),
        actors=read_actors(promises),
        tags=read_tags(root),
        operations=read_operations(root, responses),
        webhooks=read_webhooks(root),
        general=read_general(root, responses),
        general_headers=tuple(read_headers(promises, "general", "headers")),
        envelopes=envelopes,
        codes=codes,
        resources=read_resources(root),
        clauses=read_clauses(promises),
        guide=read_guide(promises),
        refusals=tuple(group.strings() for group in promises.items("refusals")),
        document=source.value,
        english=source.english,
        beside=source.beside,
    )


def _language(node: Node) -> Language:
    return "en" if node.one_of(("fr", "en")) == "en" else "fr"
