"""The console's page of a partner's webhooks: address, deliveries, another attempt, an event to try."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from cross_room.consoles import Visitor, open_console
from cross_room.sandboxes import Sandbox
from cross_room.waiting import wait_until
from standardwebhooks.webhooks import Webhook

from .receiver import Receiver

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    made = Receiver(lambda _, before: 204 if before else 503)
    yield made
    made.close()


@pytest.fixture(scope="module")
def opened(receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, Visitor]]:
    arguments = ("--webhook-url", receiver.url, "--allow-private-webhooks", "--webhook-backoff", "0.2")
    process, running, url = open_console(tmp_path_factory.mktemp("console"), *arguments)
    yield running, Visitor(url)
    process.terminate()
    assert process.wait(20) == 0


def page(opened: tuple[Sandbox, Visitor], name: str = "primary", language: str = "en") -> tuple[str, str]:
    """The address of a partner's page of webhooks, and its text."""
    sandbox, visitor = opened
    address = f"/partners/{sandbox.config['credentials'][name]['consumer_key']}/webhooks"
    answer = visitor.get(f"{address}?lang={language}")
    assert answer.status_code == 200
    return address, answer.text


def test_a_test_event_is_signed_delivered_and_shown(
    opened: tuple[Sandbox, Visitor], receiver: Receiver
) -> None:
    sandbox, visitor = opened
    address, text = page(opened)
    assert receiver.url in text
    secret = sandbox.config["webhook"]["secret"]
    assert secret not in text
    assert secret[-4:] not in text
    assert "No delivery yet" in text
    assert visitor.send(f"{address}/test").status_code == 303
    wait_until(lambda: ">received<" in page(opened)[1])
    tried = receiver.deliveries[-1]
    assert Webhook(secret).verify(tried.body, tried.headers)
    _, text = page(opened)
    row = text[text.index(f'<tr id="{tried.id}">') :]
    row = row[: row.index("</tr>")]
    assert ">test<" in row
    assert ">2<" in row  # attempts: the first was answered with 503
    assert ">204<" in row
    assert "essai" in page(opened, language="fr")[1]


def test_a_delivery_is_sent_again_with_the_same_id(
    opened: tuple[Sandbox, Visitor], receiver: Receiver
) -> None:
    _, visitor = opened
    address, text = page(opened)
    if "<tbody>" not in text:
        visitor.send(f"{address}/test")
        wait_until(lambda: ">received<" in page(opened)[1])
        _, text = page(opened)
    found = re.search(r'<tr id="(evt_[^"]+)">', text)
    assert found
    before = sum(each.id == found[1] for each in receiver.deliveries)
    visitor.send(f"{address}/{found[1]}/resend")
    wait_until(lambda: sum(each.id == found[1] for each in receiver.deliveries) > before)
    other = page(opened, "other")[0]
    visitor.send(f"{other}/{found[1]}/resend")  # it is not that partner's
    assert "nothing has changed" in page(opened, "other")[1]


def test_nothing_is_sent_to_a_partner_without_an_address(opened: tuple[Sandbox, Visitor]) -> None:
    _, visitor = opened
    address, text = page(opened, "other")
    assert "No address is agreed" in text
    assert visitor.send(f"{address}/test").status_code == 404
    assert visitor.post(f"{address}/test").status_code == 403  # without the form's token
    assert visitor.get("/partners/nobody/webhooks").status_code == 404


def test_cards_are_called_as_in_the_configuration(opened: tuple[Sandbox, Visitor]) -> None:
    sandbox, visitor = opened
    text = visitor.get("/cards?lang=en").text
    for name, number in sandbox.config["fixtures"]["cartes"].items():
        row = next(row for row in text.split("<tr>") if f">{name}</span>" in row)
        assert number[-4:] in row
