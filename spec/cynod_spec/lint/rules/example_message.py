"""Examples whose message is not that of their code."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.build.codes import body_media
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    responses,
)
from cynod_spec.source.node import Node


@rule(
    "example-message",
    level="warning",
    says="the message of this example does not begin with that of its code {code}: {wanted}",
    hint="begin with the text of the catalogue, in either language; detail may follow",
    good="example: {ok: false, code: R02, message: Égaré, debug: '', more: null}",
    bad="example: {ok: false, code: R02, ⟦message⟧: Perdu, debug: '', more: null}",
)
def example_message(subject: Subject) -> Iterator[Found]:
    """Readers learn messages from examples, so these say what the server says."""
    for response in responses(subject.contract):
        envelope = subject.contract.envelopes.get(response.case) if response.case else None
        places = [envelope.member(role) for role in ("code", "message")] if envelope else []
        media = body_media(subject.node(response.at))
        for example in _examples(media) if media and places else ():
            code, message = (example.get(*place.path) if place else None for place in places)
            known = subject.contract.code_of(code.value) if code else None
            if known is None or message is None or not isinstance(message.value, str):
                continue
            wanted = [text for text in (known.message.fr, known.message.en) if text]
            if wanted and not message.value.startswith(tuple(wanted)):
                yield message.at, {"code": known.value, "wanted": wanted[0]}


def _examples(media: Node) -> Iterator[Node]:
    if (one := media.get("example")) is not None:
        yield one
    for _, written in media.members("examples"):
        if (value := written.resolved().get("value")) is not None:
            yield value
