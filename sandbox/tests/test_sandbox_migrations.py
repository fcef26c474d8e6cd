"""Migrations: from an empty database and from every earlier revision, with money in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from cynod_sandbox._generated.contract import Contract
from cynod_sandbox._generated.settings import SettingsError
from cynod_sandbox.provisioning.bootstrap import prepare_database
from cynod_sandbox.storage.database import Database, DatabaseError
from cynod_sandbox.storage.ledger import balance, post
from cynod_sandbox.storage.migrations import upgrade
from cynod_sandbox.storage.tables import metadata

pytestmark = pytest.mark.slow

HEAD = "r10"
UNNUMBERED = ("r1", "r2")  # revisions whose entries have no position and no balance
EARLIER = (*UNNUMBERED, "r3", "r4", "r5", "r6", "r7", "r8", "r9")

MONEY = (
    "INSERT INTO cards (id, number, holder, currency, blocked, expiry, issuer, created) VALUES"
    " ('c1', '5399410000000001', 'A', 'XOF', FALSE, '2099-01-31', 'coeur', 1),"
    " ('c2', '5399410000000002', 'B', 'XOF', TRUE, '2099-01-31', 'coeur', 2)",
    "INSERT INTO openings (card, partner, position) VALUES ('c1', 'coeur', 0), ('c1', 'shop', 1)",
    "INSERT INTO entries (card, kind, amount, partner, created) VALUES"
    " ('c1', 'issuance', 1000, 'coeur', 10), ('c2', 'issuance', 7, 'coeur', 11),"
    " ('c1', 'top-up', 500, 'shop', 12), ('c1', 'payment', -1500, 'shop', 13)",
    "INSERT INTO payments (id, card, partner, reference, amount, currency, created) VALUES"
    " ('p1', 'c1', 'shop', 'F-1', 1500, 'XOF', 13)",
)

NUMBERED = (
    *MONEY[:2],
    "INSERT INTO entries (card, kind, amount, partner, created, position, balance) VALUES"
    " ('c1', 'issuance', 1000, 'coeur', 10, 1, 1000), ('c2', 'issuance', 7, 'coeur', 11, 1, 7),"
    " ('c1', 'top-up', 500, 'shop', 12, 2, 1500), ('c1', 'payment', -1500, 'shop', 13, 3, 0)",
    *MONEY[3:],
)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def empty(request, new_database) -> Iterator[Database]:
    made = Database(new_database(request.param))
    yield made
    made.close()


def run(database: Database, *statements: str) -> None:
    with database.transaction() as connection:
        for statement in statements:
            connection.execute(text(statement))


def revision(database: Database) -> str | None:
    with database.reading() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def test_an_empty_database_gets_the_tables_that_the_code_knows(empty):
    upgrade(empty)
    assert revision(empty) == HEAD
    with empty.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        constraints = inspect(connection).get_check_constraints("entries")
    assert [each["name"] for each in constraints] == ["balances_stay_in_bounds"]
    upgrade(empty)


@pytest.mark.parametrize("start", [*EARLIER, "unmarked"])
def test_money_is_kept_from_every_earlier_revision(empty, start):
    upgrade(empty, EARLIER[0] if start == "unmarked" else start)
    run(empty, *(MONEY if start in (*UNNUMBERED, "unmarked") else NUMBERED))
    if start == "unmarked":
        run(empty, "DROP TABLE alembic_version")
    upgrade(empty)
    assert revision(empty) == HEAD
    with empty.transaction() as connection:
        assert (balance(connection, "c1"), balance(connection, "c2")) == (0, 7)
        post(connection, "c1", "top-up", 20, "shop", created=14)
        rows = connection.execute(
            text("SELECT position, balance FROM entries WHERE card = 'c1' ORDER BY seq")
        ).all()
    assert [tuple(row) for row in rows] == [(1, 1000), (2, 1500), (3, 0), (4, 20)]
    assert prepare_database(empty, Contract.load()) is not None


def test_the_database_refuses_a_negative_balance_and_a_fork(empty):
    upgrade(empty)
    run(empty, MONEY[0])
    entry = "INSERT INTO entries (card, kind, amount, partner, created, position, balance) VALUES"
    run(empty, f"{entry} ('c1', 'issuance', 5, 'coeur', 1, 1, 5)")
    for values in ("('c1', 'payment', -6, 'shop', 2, 2, -1)", "('c1', 'payment', -1, 'shop', 2, 1, 4)"):
        with pytest.raises(DatabaseError):
            run(empty, f"{entry} {values}")


def test_a_later_version_is_refused_in_one_line(empty):
    upgrade(empty)
    run(empty, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SettingsError, match="later version"):
        upgrade(empty)
