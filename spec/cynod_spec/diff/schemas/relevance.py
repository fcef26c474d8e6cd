"""Keywords that cannot refuse a value: those of another type, and those that write a default down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from cynod_spec.diff.schemas.conjuncts import saying, says_nothing
from cynod_spec.diff.schemas.json_values import is_number
from cynod_spec.diff.schemas.shape import Nodes, Types
from cynod_spec.source.node import Node

MATCHES_ALL: Final = frozenset(("", ".*", "^.*$", "^.*", ".*$", "^"))  # patterns that refuse no string
OBJECT_KEYWORDS: Final = (
    *("properties", "patternProperties", "additionalProperties", "unevaluatedProperties", "required"),
    *("minProperties", "maxProperties", "propertyNames"),
    *("dependentRequired", "dependentSchemas", "dependencies"),
)
ARRAY_KEYWORDS: Final = (
    *("items", "prefixItems", "minItems", "maxItems", "uniqueItems"),
    *("contains", "minContains", "maxContains", "unevaluatedItems"),
)
GENERIC_KEYWORDS: Final = ("not", "if", "then", "else", "$dynamicRef", "$recursiveRef")
BYTE: Final = "byte"  # the format that OpenAPI 3.0 has for base64 (3.1: contentEncoding)
OCTETS: Final = "application/octet-stream"
NUMBER_FORMATS: Final = ("int32", "int64", "float", "double")  # OpenAPI 3.1 §4.4
_TYPE_OF: Final[Mapping[str, str]] = {
    **dict.fromkeys(OBJECT_KEYWORDS, "object"),
    **dict.fromkeys(ARRAY_KEYWORDS, "array"),
    **dict.fromkeys(("minLength", "maxLength", "pattern"), "string"),
    **dict.fromkeys(("contentEncoding", "contentMediaType", "contentSchema"), "string"),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "number"),
}
# Keywords that refuse something, with those that may and those that say which values there are.
ASSERTING: Final = frozenset((*_TYPE_OF, *GENERIC_KEYWORDS, "format"))


def keywords_of(nodes: Iterable[Node]) -> dict[str, Nodes]:
    """The places of each keyword of *nodes*, those left out that refuse nothing whatever the type."""
    found: dict[str, Nodes] = {}
    for node in nodes:
        for keyword, below in node.members() if isinstance(node.value, dict) else ():
            if not _is_idle(keyword, below, node.value):
                name = "contentEncoding" if keyword == "format" and below.value == BYTE else keyword
                found[name] = (*found.get(name, ()), below)
    return found


def relevant(keywords: Mapping[str, Nodes], types: Types | None) -> dict[str, Nodes]:
    """Those of *keywords* that concern one of *types*."""
    if types is None:
        return dict(keywords)
    admitted = types | {"number"} if "integer" in types else types
    found = {
        keyword: places
        for keyword, places in keywords.items()
        if _TYPE_OF.get(keyword) is None or _TYPE_OF[keyword] in admitted
    }
    if "format" in found and "number" not in admitted:
        found["format"] = tuple(node for node in found["format"] if node.value not in NUMBER_FORMATS)
    return {keyword: places for keyword, places in found.items() if places}


def excluded(node: Node) -> Types | None:
    """The types that ``not`` at *node* excludes; None when it says anything else."""
    said = saying(node.value) if isinstance(node.value, dict) else set()
    if said == {"const"} and node.value["const"] is None:
        return frozenset(("null",))
    if said != {"type"}:
        return None
    names = {str(name) for name in _listed(node.value["type"])}
    if "number" in names:
        names.add("integer")
    return frozenset(names) if "number" in names or "integer" not in names else None


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _is_idle(keyword: str, node: Node, beside: Mapping[str, Any]) -> bool:
    """Whether *keyword*, *beside* the others of its schema object, refuses no value at all."""
    judge = _IDLE.get(keyword)
    return judge is not None and judge(node, beside)


_Judge = Callable[[Node, Mapping[str, Any]], bool]


def _is_zero(node: Node, _: Mapping[str, Any]) -> bool:
    return is_number(node.value) and bool(node.value == 0)


def _is_open(node: Node, _: Mapping[str, Any]) -> bool:
    return says_nothing(node)


def _has_no_name(node: Node, _: Mapping[str, Any]) -> bool:
    return isinstance(node.value, dict) and all(not names for names in node.value.values())


def _lists_nothing(node: Node, _: Mapping[str, Any]) -> bool:
    return isinstance(node.value, list) and not node.value


def _contains_any_number(node: Node, beside: Mapping[str, Any]) -> bool:
    return bool(beside.get("minContains") == 0) and "maxContains" not in beside


def _asks_for_one(node: Node, beside: Mapping[str, Any]) -> bool:
    """Whether ``minContains`` is its default, or beside a ``contains`` that refuses nothing."""
    return "contains" not in beside or node.value == 1 or _contains_any_number(node, beside)


_IDLE: Final[Mapping[str, _Judge]] = {
    **dict.fromkeys(("minLength", "minItems", "minProperties"), _is_zero),
    **dict.fromkeys(("items", "additionalProperties", "unevaluatedProperties", "unevaluatedItems"), _is_open),
    "propertyNames": _is_open,
    "contentSchema": _is_open,
    "additionalItems": lambda _, __: True,  # it stands in no dialect of OpenAPI 3
    **dict.fromkeys(("required", "prefixItems"), _lists_nothing),
    **dict.fromkeys(("dependentRequired",), _has_no_name),
    "dependentSchemas": lambda node, _: all(says_nothing(below) for _, below in node.members()),
    "uniqueItems": lambda node, _: node.value is not True,
    "pattern": lambda node, _: node.value in MATCHES_ALL,
    "not": lambda node, _: node.value is False or excluded(node) is not None,
    "contentMediaType": lambda node, beside: "type" not in beside and node.value == OCTETS,
    "if": lambda _, beside: not {"then", "else"} & beside.keys(),
    "then": lambda node, beside: "if" not in beside or says_nothing(node),
    "else": lambda node, beside: "if" not in beside or says_nothing(node),
    "contains": _contains_any_number,
    "minContains": _asks_for_one,
    "maxContains": lambda _, beside: "contains" not in beside,
}
