"""What faults are made of: hooks on answers and results, conditions, edits of envelopes; always by role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from cynod_sandbox._generated import pointers
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.contract import Code, Operation
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.messages import RawAnswer, RawRequest

Proceed = Callable[..., Any]  # the step that a hook goes around
Condition = Callable[[RawRequest, RawAnswer], bool]
Change = Callable[[RawRequest, RawAnswer], RawAnswer]
Edit = Callable[[Call, Result], Result | None]


def on_answers(app: Application, *conditions: Condition) -> Callable[[Change], Change]:
    """Let the decorated function change every answer for which all *conditions* hold."""

    def install(change: Change) -> Change:
        @app.stages.leave.after
        def apply(answer: RawAnswer, request: RawRequest, _unchanged: RawAnswer) -> RawAnswer:
            return change(request, answer) if all(each(request, answer) for each in conditions) else answer

        return change

    return install


def on_results(app: Application, effect: str, resource: str) -> Callable[[Edit], Edit]:
    """Let the decorated function change what one operation's handler gives, in place or by another."""
    operation = the(app, effect, resource)

    def install(edit: Edit) -> Edit:
        @app.stages.run_handler.around
        async def run(proceed: Proceed, call: Call) -> Result:
            result: Result = await proceed(call)
            return (edit(call, result) or result) if call.operation == operation else result

        return edit

    return install


def the(app: Application, effect: str, resource: str = "") -> Operation:
    """The operation with this effect and resource. Raises LookupError."""
    found = app.contract.find(effect, resource)
    if found is None:
        raise LookupError(f"the contract has no operation to {effect} {resource}")
    return found


# Conditions


def of(app: Application, effect: str, resource: str = "") -> Condition:
    """Answers of one operation."""
    operation = the(app, effect, resource)
    return lambda request, answer: request.operation == operation


def succeeded(request: RawRequest, answer: RawAnswer) -> bool:
    """Successes."""
    return 200 <= answer.status < 300


def is_replay(request: RawRequest, answer: RawAnswer) -> bool:
    """Successes that say that they are replays."""
    header = request.operation.success.header("replayed") if request.operation else None
    return header is not None and succeeded(request, answer) and answer.has(header.name)


def failed(request: RawRequest, answer: RawAnswer) -> bool:
    """Refusals and errors."""
    return answer.status >= 400


def refused_with(app: Application, *names: str) -> Condition:
    """Refusals with one of the codes of these role names."""

    def holds(request: RawRequest, answer: RawAnswer) -> bool:
        code = code_of(app, answer)
        return code is not None and code.name in names

    return holds


def method_in(*methods: str) -> Condition:
    """Answers to requests with one of these methods."""
    return lambda request, answer: request.method in methods


# Envelopes


def code_of(app: Application, answer: RawAnswer) -> Code | None:
    """The code that the answer's envelope carries, or None outside the envelopes."""
    try:
        body = answer.json()
    except ValueError:
        return None
    for case in app.contract.envelopes:
        value = pointers.get(body, _path(app, case, "code"))
        for code in app.contract.codes.values():
            if code.value == value and code.case == case:
                return code
    return None


def member(app: Application, answer: RawAnswer, role: str) -> tuple[str, ...]:
    """Where the envelope of *answer* has the member *role*. Raises LookupError."""
    code = code_of(app, answer)
    if code is None:
        raise LookupError("this answer has no envelope")
    return _path(app, code.case, role)


def with_member(app: Application, answer: RawAnswer, role: str, value: Any) -> RawAnswer:
    """*answer* with *value* as the envelope's member *role*."""
    body = answer.json()
    pointers.put(body, member(app, answer, role), value)
    return answer.with_json(body)


def without_member(app: Application, answer: RawAnswer, role: str) -> RawAnswer:
    """*answer* without the envelope's member *role*."""
    body = answer.json()
    path = member(app, answer, role)
    del pointers.get(body, path[:-1])[path[-1]]
    return answer.with_json(body)


def with_extra(answer: RawAnswer, name: str, value: Any) -> RawAnswer:
    """*answer* with one more member at the outermost level of its body."""
    return answer.with_json({**answer.json(), name: value})


def without_extra(answer: RawAnswer, name: str) -> RawAnswer:
    """*answer* without the member *name* of its body's outermost level."""
    return answer.with_json({key: value for key, value in answer.json().items() if key != name})


def recoded(app: Application, request: RawRequest, answer: RawAnswer, name: str) -> RawAnswer:
    """*answer* with the code *name* of the same case, its message and its status."""
    code = app.contract.code(name)
    answer = with_member(app, answer, "message", code.message[request.language])
    return replace(with_member(app, answer, "code", code.value), status=code.status)


def no_code(app: Application) -> str:
    """The text of a code that the catalogue lacks."""
    known = {code.value for code in app.contract.codes.values()}
    return next(text for number in range(9998, 0, -1) if (text := f"{number:04}") not in known)


def _path(app: Application, case: str, role: str) -> tuple[str, ...]:
    for each in app.contract.envelopes[case]:
        if each.role == role:
            return each.path
    raise LookupError(f"the {case} envelope has no member {role}")


# Requests and results


def with_header(request: RawRequest, name: str, value: str) -> RawRequest:
    """*request* with *value* as its one header *name*, which is in lower case."""
    others = [line for line in request.headers if line[0] != name]
    return replace(request, headers=[*others, (name, value)])


def get_member(call: Call, result: Result, role: str) -> Any:
    """The member *role* of the one resource in *result*."""
    return pointers.get(result.data, _place(call, role))


def put_member(call: Call, result: Result, role: str, value: Any) -> None:
    """Set the member *role* of the one resource in *result*."""
    pointers.put(result.data, _place(call, role), value)


def items(call: Call, result: Result) -> Iterator[dict[str, Any]]:
    """Every representation of a list."""
    yield from pointers.get(result.data, call.operation.answer["resources"], [])


def get_item(call: Call, item: Any, role: str) -> Any:
    """The member *role* of one representation of a list."""
    return pointers.get(item, call.contract.resources[call.operation.resource].members[role].path)


def put_item(call: Call, item: Any, role: str, value: Any) -> None:
    """Set the member *role* of one representation of a list."""
    pointers.put(item, call.contract.resources[call.operation.resource].members[role].path, value)


def _place(call: Call, role: str) -> tuple[str, ...]:
    resource = call.contract.resources[call.operation.resource]
    return (*call.operation.answer["resource"], *resource.members[role].path)
