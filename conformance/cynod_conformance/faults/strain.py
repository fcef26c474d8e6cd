"""Faults of what is done under load: quotas that are not kept, secrets that may be guessed."""

from __future__ import annotations

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.helpers import Proceed, of, on_answers, refused_with
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.identity import Partner
from cynod_sandbox._generated.messages import RawAnswer, RawRequest
from cynod_sandbox._generated.refusals import Refusal


@fault("ROB-5")
def quotas_are_shown_and_not_kept(app: Application) -> None:
    """Who am I says a quota; nobody counts."""

    @app.stages.check_quota.around
    def check(proceed: Proceed, partner: Partner) -> None:
        return


@fault("ROB-5")
def a_spent_quota_holds_up_everybody(app: Application) -> None:
    """Once a partner has spent its quota, the next request of whoever else is refused in its stead."""
    owed: list[str] = []

    @app.stages.check_quota.around
    def check(proceed: Proceed, partner: Partner) -> None:
        if owed and partner.key not in owed:
            owed.clear()
            raise Refusal("too-many-requests")
        try:
            proceed(partner)
        except Refusal:
            owed.append(partner.key)
            raise


@fault("ROB-5", "CAT-5")
def a_spent_quota_comes_without_a_delay(app: Application) -> None:
    """Only where a quota is spent, nothing says when to come back."""

    @on_answers(app, of(app, "whoami", "partner"), refused_with(app, "too-many-requests"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.without_header("Retry-After")


@fault("TOK-17")
def known_partners_guess_at_leisure(app: Application) -> None:
    """Failed logins are counted for keys that nobody has; those of partners are not."""

    @app.stages.logins.count_failure.around
    def failed(proceed: Proceed, key: str, address: str) -> None:
        if app.identity.partner(key) is None:
            proceed(key, address)
