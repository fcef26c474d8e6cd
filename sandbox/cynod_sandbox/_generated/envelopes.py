"""The four envelopes, built from the roles that the contract gives their members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from .contract import Code, Contract, Member
from .refusals import Fault

_LIST_ITEM = "*"


def success(contract: Contract, code: Code, language: str, data: Any) -> dict[str, Any]:
    """The envelope of *code* around *data*."""
    return _object(_members(contract, code), (), {**_common(code, language), "data": data})


def error(
    contract: Contract,
    code: Code,
    language: str,
    faults: Iterable[Fault] = (),
    debug: str = "",
    documentation: str | None = None,
) -> dict[str, Any]:
    """The envelope that refuses a request with *code*, with the *faults* of its fields.

    It links to the page of the code, even without faults, unless the contract has no such page or does not
    allow an empty list of fields. *documentation*: the URI template of the codes' pages, by default the
    contract's.
    """
    values = {**_common(code, language), "debug": debug or code.name, "more": None}
    members = _members(contract, code)
    items = [
        {
            "field": fault.field,
            "place": fault.place,
            "field-message": _message(contract.codes.get(fault.code, code), language),
        }
        for fault in faults
    ]
    template = contract.documentation if documentation is None else documentation
    if items or (template and _may_be_empty(members)):
        values["more"] = {
            "documentation": template.replace("{code}", quote(code.value, safe="")),
            "fields": items,
        }
    return _object(members, (), values)


def _may_be_empty(members: Iterable[Member]) -> bool:
    """Whether the list of faulty fields may be empty."""
    return all(member.value == [] for member in members if member.role == "fields")


def _common(code: Code, language: str) -> dict[str, Any]:
    return {"code": code.value, "message": _message(code, language)}


def _message(code: Code, language: str) -> str:
    return code.message.get(language) or next(iter(code.message.values()))


def _members(contract: Contract, code: Code) -> tuple[Member, ...]:
    return contract.envelopes[code.case]


def _object(
    members: tuple[Member, ...], prefix: tuple[str, ...], values: Mapping[str, Any]
) -> dict[str, Any]:
    """The object at *prefix*, its members filled from *values* by role."""
    made: dict[str, Any] = {}
    for member in members:
        if member.path[:-1] != prefix:
            continue
        name = member.path[-1]
        if member.role is None or member.role not in values:
            if member.required or member.role == "flag":
                made[name] = _nested(members, member, values) if member.role is None else member.value
            continue
        value = values[member.role]
        if member.role == "more" and value is not None:
            made[name] = _object(members, member.path, value)
        elif member.role == "fields":
            item = (*member.path, _LIST_ITEM)
            made[name] = [_object(members, item, each) for each in value]
        else:
            made[name] = value
    return made


def _nested(members: tuple[Member, ...], member: Member, values: Mapping[str, Any]) -> Any:
    """The value of a member without a role: an object when it has members of its own, else its constant."""
    if any(other.path[:-1] == member.path for other in members):
        return _object(members, member.path, values)
    return member.value
