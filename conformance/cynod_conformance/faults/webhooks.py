"""Faults of the sender of webhooks: its signatures, ids, attempts, redirects and what it tells."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

import requests
from standardwebhooks.webhooks import Webhook as Signer

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.helpers import Proceed
from cynod_sandbox._generated import pointers
from cynod_sandbox._generated.contract import Webhook
from cynod_sandbox._generated.core import Application
from cynod_sandbox.app.hook_points import database, deliveries
from cynod_sandbox.webhooks.backoff import MAX_ATTEMPTS
from cynod_sandbox.webhooks.endpoints import Endpoint
from cynod_sandbox.webhooks.outbox import Event

Headers = list[tuple[str, str]]
Make = Callable[[Event], Headers]  # the headers that a correct sender gives an event
Edit = Callable[[Make, Event, Mapping[str, str], str], Headers]  # … event, names by role, secret
_EVEN_INTERVAL_S = 0.6  # seconds
_OLD = timedelta(hours=1)
_UNAVAILABLE = 503  # after which an event is sent again (RFC 9110 §15.6.4)
_GONE = 410  # after which it is not


def on_headers(app: Application) -> Callable[[Edit], Edit]:
    """Let the decorated function make the headers of each attempt."""

    def install(edit: Edit) -> Edit:
        @deliveries(app).headers.around
        def headers(proceed: Proceed, webhook: Webhook, event: Event, endpoint: Endpoint) -> Headers:
            def made(other: Event) -> Headers:
                found: Headers = proceed(webhook, other, endpoint)
                return found

            return edit(made, event, webhook.headers, endpoint.secret)

        return edit

    return install


def having(headers: Headers, name: str, value: str | None) -> Headers:
    """*headers* with another *value* for *name*; None takes it away."""
    kept = [header for header in headers if header[0] != name]
    return kept if value is None else [*kept, (name, value)]


def told(app: Application, resource: str, body: str) -> dict[str, Any]:
    """What *body* tells of a *resource*, by role."""
    webhook = app.contract.webhook(resource)
    assert webhook is not None
    shown = pointers.get(json.loads(body), webhook.place)
    members = app.contract.resources[resource].members
    return {role: pointers.get(shown, place.path) for role, place in members.items()}


def tells(app: Application, resource: str, state: str) -> Callable[[str, str], bool]:
    """Whether a resource, and a body about it, tell that a *resource* has come to *state*."""
    wire = app.contract.resources[resource].states[state]
    return lambda about, body: about == resource and told(app, about, body)["state"] == wire


def received(said: int | str) -> bool:
    """Whether an attempt was answered with 2xx."""
    return isinstance(said, int) and 200 <= said < 300


# WHK-1


@fault("WHK-1")
def webhooks_are_not_signed(app: Application) -> None:
    """No delivery has a signature."""

    @on_headers(app)
    def edit(made: Make, event: Event, names: Mapping[str, str], secret: str) -> Headers:
        return having(made(event), names["signature"], None)


@fault("WHK-1")
def webhooks_are_signed_over_the_body_alone(app: Application) -> None:
    """Neither id nor time is signed."""

    @on_headers(app)
    def edit(made: Make, event: Event, names: Mapping[str, str], secret: str) -> Headers:
        key = base64.b64decode(secret.partition("_")[2])
        digest = base64.b64encode(hmac.new(key, event.body.encode(), hashlib.sha256).digest()).decode()
        return having(made(event), names["signature"], f"v1,{digest}")


@fault("WHK-1")
def webhooks_have_the_signature_of_another_id(app: Application) -> None:
    """The id that is signed is not the one that is sent."""

    @on_headers(app)
    def edit(made: Make, event: Event, names: Mapping[str, str], secret: str) -> Headers:
        return having(made(replace(event, id=f"{event.id}-other")), names["id"], event.id)


@fault("WHK-1")
def only_first_attempts_are_signed(app: Application) -> None:
    """Only what is sent again has no signature."""

    @on_headers(app)
    def edit(made: Make, event: Event, names: Mapping[str, str], secret: str) -> Headers:
        return made(event) if event.attempts == 1 else having(made(event), names["signature"], None)


@fault("WHK-1")
def webhooks_of_payments_are_an_hour_old(app: Application) -> None:
    """Only what is told of payments carries, and signs, a time long past."""

    @on_headers(app)
    def edit(made: Make, event: Event, names: Mapping[str, str], secret: str) -> Headers:
        if event.resource != "payment":
            return made(event)
        moment = datetime.now(UTC) - _OLD
        old = having(made(event), names["timestamp"], str(int(moment.timestamp())))
        return having(old, names["signature"], Signer(secret).sign(event.id, moment, event.body))


# WHK-2


@fault("WHK-2")
def each_attempt_has_a_new_id(app: Application) -> None:
    """An event cannot be recognised when it comes again."""

    @on_headers(app)
    def edit(made: Make, event: Event, names: Mapping[str, str], secret: str) -> Headers:
        return made(replace(event, id=f"{event.id}-{event.attempts}"))


@fault("WHK-2")
def the_third_attempt_has_a_new_id(app: Application) -> None:
    """Only from the third attempt on, an event has another id."""

    @on_headers(app)
    def edit(made: Make, event: Event, names: Mapping[str, str], secret: str) -> Headers:
        return made(event if event.attempts < 3 else replace(event, id=f"{event.id}-again"))


@fault("WHK-2")
def partial_refunds_of_a_payment_share_an_id(app: Application) -> None:
    """Only events of one payment in one state: the second has the first's id."""

    @on_headers(app)
    def edit(made: Make, event: Event, names: Mapping[str, str], secret: str) -> Headers:
        if event.resource != "payment":
            return made(event)
        shown = told(app, event.resource, event.body)
        return made(replace(event, id=f"{shown['id']}-{shown['state']}"))


# WHK-3


@fault("WHK-3")
def failed_deliveries_are_given_up(app: Application) -> None:
    """Each event is tried once."""

    @deliveries(app).conclude.around
    def conclude(proceed: Proceed, event: Event, said: int | str) -> None:
        proceed(event, said if received(said) else _GONE)


@fault("WHK-3")
def deliveries_without_answer_are_given_up(app: Application) -> None:
    """Only what got no answer in time is not tried again."""

    @deliveries(app).conclude.around
    def conclude(proceed: Proceed, event: Event, said: int | str) -> None:
        proceed(event, said if isinstance(said, int) else _GONE)


@fault("WHK-3")
def failed_deliveries_are_tried_at_even_intervals(app: Application) -> None:
    """The third attempt follows the second as soon as the second the first."""

    @deliveries(app).delay.around
    def delay(proceed: Proceed, attempts: int, backoff: float) -> float | None:
        return _EVEN_INTERVAL_S if attempts < MAX_ATTEMPTS else None


# WHK-4


@fault("WHK-4")
def received_events_are_sent_again(app: Application) -> None:
    """Each event that was received is sent once more."""
    send_again(app, lambda resource, body: True)


@fault("WHK-4")
def partial_refunds_are_told_twice(app: Application) -> None:
    """Only what is told of a payment given back in part comes once more."""
    send_again(app, tells(app, "payment", "partly-refunded"))


@fault("WHK-4")
def only_200_and_204_count_as_received(app: Application) -> None:
    """Only after another 2xx, an event is sent again."""

    @deliveries(app).conclude.around
    def conclude(proceed: Proceed, event: Event, said: int | str) -> None:
        proceed(event, _UNAVAILABLE if said in (201, 202) else said)


def send_again(app: Application, chosen: Callable[[str, str], bool]) -> None:
    """Send each event that is *chosen*, by its resource and body, once more after it was received."""
    repeated: set[str] = set()

    @deliveries(app).conclude.around
    def conclude(proceed: Proceed, event: Event, said: int | str) -> None:
        if received(said) and event.id not in repeated and chosen(event.resource, event.body):
            repeated.add(event.id)
            proceed(event, _UNAVAILABLE)
        else:
            proceed(event, said)


# WHK-5


@fault("WHK-5")
def redirects_of_webhooks_are_followed(app: Application) -> None:
    """A redirect is followed, whatever its status."""
    follow(app, range(300, 400))


@fault("WHK-5")
def permanent_redirects_of_webhooks_are_followed(app: Application) -> None:
    """Only 308 is followed."""
    follow(app, (308,))


def follow(app: Application, statuses: range | tuple[int, ...]) -> None:
    """Send what is answered with one of *statuses* where the redirect leads."""

    @deliveries(app).post.around
    async def post(proceed: Proceed, url: str, headers: Headers, body: bytes) -> int:
        def send() -> int:
            answer = requests.post(url, body, headers=dict(headers), allow_redirects=False, timeout=2)
            if answer.status_code in statuses:
                there = urljoin(url, answer.headers["Location"])
                answer = requests.post(there, body, headers=dict(headers), allow_redirects=False, timeout=2)
            return answer.status_code

        try:
            return await asyncio.to_thread(send)
        except requests.RequestException as error:
            raise OSError from error


# WHK-6


@fault("WHK-6")
def events_tell_the_state_before(app: Application) -> None:
    """A change is told with what the resource was until then."""
    latest: dict[str, Mapping[str, Any]] = {}

    @database(app).hooks.compose_event.around
    def compose(proceed: Proceed, webhook: Webhook, resource: str, date: str, now: Mapping[str, Any]) -> str:
        id = str(pointers.get(now, app.contract.resources[resource].members["id"].path))
        before = latest.get(id, now)
        latest[id] = now
        text: str = proceed(webhook, resource, date, before)
        return text


@fault("WHK-6")
def events_lack_the_label(app: Application) -> None:
    """What is told has no label."""

    @database(app).hooks.compose_event.around
    def compose(proceed: Proceed, webhook: Webhook, resource: str, date: str, now: Mapping[str, Any]) -> str:
        path = app.contract.resources[resource].members["label"].path
        text: str = proceed(webhook, resource, date, {n: v for n, v in now.items() if (n,) != path})
        return text


@fault("WHK-6")
def cancellations_are_not_told(app: Application) -> None:
    """Only a cancellation has no event."""
    silence(app, tells(app, "top-up", "cancelled"))


@fault("WHK-6")
def whole_refunds_are_not_told(app: Application) -> None:
    """Only the refund that leaves nothing has no event."""
    silence(app, tells(app, "payment", "refunded"))


def silence(app: Application, chosen: Callable[[str, str], bool]) -> None:
    """Put down no event that is *chosen*, by its resource and body."""

    @database(app).hooks.record_event.around
    def record(proceed: Proceed, resource: str, body: str) -> None:
        if not chosen(resource, body):
            proceed(resource, body)


@fault("WHK-6")
def retries_tell_the_state_of_now(app: Application) -> None:
    """Only what is sent again shows the resource as it has become since."""
    latest: dict[str, str] = {}

    @deliveries(app).attempt.around
    async def attempt(proceed: Proceed, event: Event) -> int | str:
        id = str(told(app, event.resource, event.body)["id"])
        if event.attempts == 1:
            latest[id] = event.body
        said: int | str = await proceed(replace(event, body=latest.get(id, event.body)))
        return said
