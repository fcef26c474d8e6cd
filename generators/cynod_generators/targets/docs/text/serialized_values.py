"""Examples of parameters, serialized as they are sent."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from cynod_generators.ir.build import plain
from cynod_spec.base.errors import CynodError
from cynod_spec.model import Contract, Parameter
from cynod_spec.model.serialization import Unwritable, write
from cynod_spec.output.json_text import json_text
from cynod_spec.schema.sample import parameter_sample

_LEADS: Final = {"header": "{}: ", "cookie": "Cookie: "}


def as_shown(contract: Contract, parameter: Parameter) -> str:
    """The example of *parameter* as people read it: ``name[a]=1``, ``X-List: 1,2``, ``Cookie: sid=3``.

    Empty for a plain value, whose text is its own, and without an example that can be sent.
    """
    if parameter.serialization.is_plain and parameter.place != "cookie":
        return ""
    try:
        text = serialized(contract, parameter)
    except CynodError:
        return ""
    if parameter.place in _LEADS:
        return _LEADS[parameter.place].format(parameter.name) + text
    return text.replace("%5B", "[").replace("%5D", "]")


def serialized(contract: Contract, parameter: Parameter) -> str:
    """The example of *parameter*, or a sample, as it is sent: ``a=1&a=2``, a path segment, a header's value.

    Raises CynodError, with the place of the parameter, when it has none that can be sent.
    """
    value = plain(parameter_sample(contract, parameter))
    form = parameter.serialization
    if form.is_plain and parameter.place in ("path", "header"):
        return text_of(value) if parameter.place == "header" else quote(text_of(value), safe="")
    try:
        text = write(form, text_of(value) if form.is_plain else value)
    except Unwritable as error:
        raise _unsendable(parameter, str(error)) from None
    if text is None:
        raise _unsendable(parameter, "it is empty")
    return text


def _unsendable(parameter: Parameter, why: str) -> CynodError:
    message = f"the example of the parameter {parameter.name} cannot be sent: {why}"
    return CynodError(message, "give it another example", parameter.at)


def text_of(value: Any) -> str:
    """*value* as text: a string as it is, anything else as JSON."""
    return value if isinstance(value, str) else json_text(value)
