"""An effect whose answer the document does not allow is undone, and its key stays free."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, insert, select

from cynod_sandbox._generated.answers import WrongAnswer
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.contract import Contract
from cynod_sandbox.storage.database import Database
from cynod_sandbox.storage.idempotency import once
from cynod_sandbox.storage.tables import effects

OTHER: dict[str, Any] = {
    "partner": "p",
    "operation": "o",
    "key": "k",
    "fingerprint": "f",
    "data": {},
    "location": None,
    "created": 0,
}


def test_an_effect_with_a_wrong_answer_is_undone(database: Database) -> None:
    contract = Contract.load()
    operation = contract.find("credit", "top-up")
    assert operation is not None
    wrong = True

    def check(_: Call, result: Result) -> None:
        if wrong:
            raise WrongAnswer("data /: type")

    def call() -> Result:
        headers = {operation.request["key"].name.lower(): "key-0001"}
        made = Call(contract, operation, None, "fr", "x" * 32, headers=headers, checker=check)
        with database.transaction() as connection:

            def effect() -> Result:
                connection.execute(insert(effects), OTHER)
                return Result({"id": 1})

            return once(connection, made, "somebody", effect)

    def kept() -> int | None:
        with database.reading() as connection:
            return connection.execute(select(func.count()).select_from(effects)).scalar()

    with pytest.raises(WrongAnswer):
        call()
    assert kept() == 0
    wrong = False
    assert not call().replayed
    assert kept() == 2
