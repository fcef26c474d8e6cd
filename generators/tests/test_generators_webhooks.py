"""What a generated server knows of the webhooks that it may send."""

from __future__ import annotations

from typing import Any

import pytest
from cross_room import documents

from cynod_generators.ir.build import build
from cynod_spec import load_contract


def known(document: dict[str, Any], path: Any) -> list[dict[str, Any]]:
    """The webhooks of a server generated from *document*."""
    found: list[dict[str, Any]] = build(load_contract(str(documents.save(document, path / "x.yaml"))))[
        "webhooks"
    ]
    return found


def request(document: dict[str, Any]) -> dict[str, Any]:
    """The one webhook of *document*."""
    (item,) = document["webhooks"].values()
    post: dict[str, Any] = item["post"]
    return post


def test_each_resource_has_the_constants_of_its_alternative(tmp_path: Any) -> None:
    (found,) = known(documents.load(), tmp_path)
    assert found["headers"] == {
        "id": "webhook-id",
        "timestamp": "webhook-timestamp",
        "signature": "webhook-signature",
    }
    assert (found["place"], found["date"]) == (["data", "operation"], ["timestamp"])
    assert found["fill"] == {
        "top-up": [[["type"], "operation.changee"], [["data", "genre"], "RECHARGE"]],
        "payment": [[["type"], "operation.changee"], [["data", "genre"], "PAIEMENT"]],
    }


def test_alternatives_may_stand_at_the_top_and_within_one_another(tmp_path: Any) -> None:
    document = documents.load()
    schemas = document["components"]["schemas"]
    data = schemas["Evenement"]["properties"].pop("data")
    top_up, payment = data["oneOf"]
    outer = {"type": "object", "required": ["data"], "properties": {"data": {"anyOf": [top_up]}}}
    other = {"type": "object", "required": ["data"], "properties": {"data": {"allOf": [payment]}}}
    schemas["Evenement"]["oneOf"] = [outer, other]
    (found,) = known(document, tmp_path)
    assert [[["data", "genre"], "RECHARGE"] in found["fill"]["top-up"], len(found["fill"])] == [True, 2]
    assert [["data", "genre"], "PAIEMENT"] in found["fill"]["payment"]


@pytest.mark.parametrize("role", ["id", "timestamp", "signature", "resource"])
def test_a_webhook_without_a_role_is_not_sent(role: str, tmp_path: Any) -> None:
    document = documents.load()
    del request(document)["x-cynod"]["request"][role]
    assert known(document, tmp_path) == []


def test_a_webhook_may_have_no_date(tmp_path: Any) -> None:
    document = documents.load()
    del request(document)["x-cynod"]["request"]["date"]
    (found,) = known(document, tmp_path)
    assert found["date"] is None
