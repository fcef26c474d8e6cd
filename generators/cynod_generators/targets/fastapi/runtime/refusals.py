"""The one way to refuse a request: raise ``Refusal`` and the funnel answers with that code's envelope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A parameter or member at fault: its name or JSON pointer, its place, the role name of the code."""

    field: str
    place: str  # path, query, header, cookie or body
    code: str
    keyword: str = ""  # the JSON Schema keyword that failed
    shown: str = ""  # what debug messages may show instead of *field*: never a name the caller chose


class Refusal(Exception):  # noqa: N818 - an outcome, not an error
    """A request is refused with the code whose role name is *code*.

    *fields* are the parameters and members at fault, *headers* go with the answer, *debug* is a
    technical sentence for the integrator: no values, secrets, host, class or file names.
    """

    def __init__(
        self,
        code: str,
        fields: Iterable[Fault] = (),
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        debug: str = "",
    ) -> None:
        super().__init__(code)
        self.code = code
        self.fields = tuple(fields)
        lines = headers.items() if isinstance(headers, Mapping) else headers
        self.headers: tuple[tuple[str, str], ...] = tuple(lines)
        self.debug = debug


class Unimplemented(Exception):  # noqa: N818 - an outcome, not an error
    """The operation has no handler yet: the document's example answers in its stead."""
