"""Faults that leak: the inside of the server, secrets, card numbers, versions."""

from __future__ import annotations

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.helpers import member, on_answers, refused_with, succeeded, with_member
from cynod_sandbox._generated import pointers
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.messages import RawAnswer, RawRequest


@fault("LEA-1")
def invalid_values_show_the_stack(app: Application) -> None:
    """The technical message ends with a stack trace."""

    @on_answers(app, refused_with(app, "value-invalid"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        said = pointers.get(answer.json(), member(app, answer, "debug"))
        trace = 'Traceback (most recent call last):\n  File "/srv/cynod/validate.py", line 12, in check'
        return with_member(app, answer, "debug", f"{said}\n{trace}\nValueError")


@fault("LEA-1")
def unknown_cards_show_the_query(app: Application) -> None:
    """The technical message of one refusal is the SQL that found nothing."""

    @on_answers(app, refused_with(app, "card-unknown"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return with_member(app, answer, "debug", "SELECT id, number FROM cards WHERE id = ?")


@fault("LEA-2")
def invalid_tokens_are_repeated(app: Application) -> None:
    """The technical message repeats the token that was sent."""

    @on_answers(app, refused_with(app, "token-invalid"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return with_member(app, answer, "debug", f"no such token: {request.header('authorization')}")


@fault("LEA-3")
def successes_name_the_software(app: Application) -> None:
    """A banner tells the software and its version."""

    @on_answers(app, succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.with_header("Server", "cynod-core/2.7.1 (python 3.11.7)")


@fault("LEA-4")
def unknown_cards_are_named_by_their_number(app: Application) -> None:
    """The technical message repeats the full card number that was asked for."""

    @on_answers(app, refused_with(app, "insufficient-scope", "card-unknown", "value-invalid"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        digits = "".join(character for character in request.query if character.isdigit())
        return with_member(app, answer, "debug", f"card {digits}") if len(digits) >= 10 else answer
