"""How parameters and headers are written, and what of OpenAPI no command can write or read."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.build.codes import body_media
from cynod_spec.build.shapes import MixedShape, shape_of
from cynod_spec.model import Unsupported
from cynod_spec.model.serialization import DEFAULT_STYLES, DELIMITED, STYLES, Serialization, Shape, is_json
from cynod_spec.source.node import Node

_PLAIN_TEXT = "text/plain"


def read_serialization(node: Node, name: str, place: str) -> tuple[Serialization, list[Unsupported]]:
    """How the values of the parameter *node* are written, and what of it is not supported."""
    styled = node.get("style")
    style = styled.string() if styled else DEFAULT_STYLES[place]
    exploded = node.get("explode")
    explode = exploded.boolean() if exploded else style == "form"
    media = _media(node)
    problems = [*_reserved(node)]
    shape, mixed = Shape(), None
    try:
        shape = shape_of(node.source.value, _schema(node))
    except MixedShape as error:
        mixed = Unsupported(error.message, error.hint, (node.get("schema") or node).at)
    if media is not None:
        form = Serialization(name, place, DEFAULT_STYLES[place], False, media.name, shape)
        return form, [*problems, *_of_content(node, media, is_text=mixed is None and shape.kind == "scalar")]
    form = Serialization(name, place, style, explode, "", shape)
    return form, [*problems, *([mixed] if mixed else _of_style(node, form))]


def _media(node: Node) -> Node | None:
    """The media type of the parameter's ``content``, or None."""
    found = body_media(node) if node.get("content") is not None else None
    return found.resolved() if found is not None and found.value else found


def _schema(node: Node) -> object:
    written = node.get("schema")
    media = _media(node) if written is None else None
    if media is not None:
        written = media.get("schema")
    return written.value if written is not None else {}


def _reserved(node: Node) -> Iterator[Unsupported]:
    reserved = node.get("allowReserved")
    if reserved is not None and reserved.value is True:
        yield Unsupported(
            "allowReserved is not supported: a value could hold what separates parameters",
            "leave it out: values are percent-encoded",
            reserved.at,
        )


def _of_content(node: Node, media: Node, *, is_text: bool) -> Iterator[Unsupported]:
    listed = [name for name, _ in node.members("content")]
    if len(listed) > 1:
        yield Unsupported(
            "a parameter has one media type", "keep one", node.place("content"), is_refused_by_openapi=True
        )
    kind = media.name.partition(";")[0].strip().lower()
    if is_json(kind) or (kind == _PLAIN_TEXT and is_text):
        return
    hint = "use application/json, or text/plain for a text, a number or a boolean"
    yield Unsupported(f"parameters as {media.name} are not supported", hint, media.at)


def _of_style(node: Node, form: Serialization) -> Iterator[Unsupported]:
    at = (node.get("style") or node).at
    known = STYLES[form.place]
    if form.style not in known:
        is_newer = form.style == "cookie" and form.place == "cookie"  # OpenAPI 3.2
        yield Unsupported(
            f"the style {form.style} is not supported for a {form.place} parameter",
            "one of " + ", ".join(known),
            at,
            is_refused_by_openapi=not is_newer or node.source.value["openapi"].startswith("3.1"),
        )
        return
    explode = node.get("explode")
    beside = (explode or node.get("style") or node).at
    if form.style == "deepObject":
        if form.kind != "object":
            yield Unsupported("deepObject writes objects only", "use style: form", at)
        if explode is not None and not form.explode:
            yield Unsupported("deepObject without explode is undefined", "leave explode out", beside)
    elif form.style in DELIMITED:
        if form.kind == "scalar":
            yield Unsupported(f"{form.style} writes lists and objects only", "use style: form", at)
        elif form.explode:
            hint = "write explode: false, or style: form"
            yield Unsupported(f"{form.style} with explode is undefined", hint, beside)
    elif form.place == "cookie" and form.explode and form.kind != "scalar":
        hint = "write explode: false: a cookie has one value"
        yield Unsupported("a list or object in a cookie cannot be exploded", hint, beside)
