"""What the database forgets, on every database: not a second too early, in small batches, and never money."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from cross_room.sandboxes import Sandbox, running
from cross_room.waiting import wait_until
from sqlalchemy import Table, func, insert, select, text, update

from cynod_sandbox._generated.contract import Contract
from cynod_sandbox._generated.identity import digest
from cynod_sandbox.app import purging
from cynod_sandbox.app.purging import MARGIN_S, MAX_BATCH_ROWS, NEVER_PURGED, Purge, Purger, purges
from cynod_sandbox.provisioning.bootstrap import prepare_database
from cynod_sandbox.storage import database as database_module
from cynod_sandbox.storage.database import Database, now
from cynod_sandbox.storage.locks import try_hold
from cynod_sandbox.storage.migrations import upgrade
from cynod_sandbox.storage.tables import effects, events, failed_logins, metadata, tokens

pytestmark = pytest.mark.slow

CONTRACT = Contract.load()
SECOND = 1_000_000  # microseconds
NOW = 2_000_000_000 * SECOND  # the instant at which the purges of these tests look
RETENTION = {purge.table: purge.kept_s for purge in purges(CONTRACT)}

Row = Callable[[int, int], dict[str, Any]]


def effect(number: int, instant: int) -> dict[str, Any]:
    named = {"partner": f"p{number % 3}", "operation": "credit top-up", "key": f"k{number:08}"}
    return {**named, "fingerprint": "f", "data": {"n": number}, "location": None, "created": instant}


def token(number: int, instant: int) -> dict[str, Any]:
    life = {"lifetime": 3600, "expires": instant, "revoked": number % 2 == 0}
    return {"digest": f"d{number:08}", "partner": "partenaire-principal", "scopes": [], **life}


def failed_login(number: int, instant: int) -> dict[str, Any]:
    return {"caller": f"c{number:08}", "since": instant, "failures": 3}


def settled_event(number: int, instant: int) -> dict[str, Any]:
    told = {"partner": "p", "resource": "top-up", "subject": f"s{number}", "body": "{}", "mishap": None}
    times = {"created": instant, "due": instant, "settled": instant, "lease": 0, "attempts": 1}
    return {"id": f"e{number:08}", "state": "abandoned" if number % 2 else "delivered", **told, **times}


ROWS: dict[str, Row] = {
    effects.name: effect,
    tokens.name: token,
    failed_logins.name: failed_login,
    events.name: settled_event,
}


def fill(database: Database, table: Table, count: int, instant: int, first: int = 0) -> None:
    """Add *count* rows that all ended at *instant*."""
    row = ROWS[table.name]
    for start in range(first, first + count, 10_000):
        some = [row(number, instant) for number in range(start, min(start + 10_000, first + count))]
        with database.transaction() as connection:
            connection.execute(insert(table), some)


def counts(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


@pytest.fixture
def planted(database: Database) -> Database:
    """A database with the seed's partners and cards."""
    prepare_database(database, CONTRACT)
    return database


def purger(database: Database, at: int = NOW) -> Purger:
    return Purger(database, purges(CONTRACT), clock=lambda: at)


def test_every_table_is_purged_or_says_why_not() -> None:
    purged = {purge.table for purge in purges(CONTRACT)}
    assert purged | NEVER_PURGED.keys() == {table.name for table in metadata.sorted_tables}
    assert not purged & NEVER_PURGED.keys()
    assert all(NEVER_PURGED.values())
    for table in ("cards", "entries", "top_ups", "payments", "refunds", "partners"):
        assert table in NEVER_PURGED


def test_the_retention_is_the_documents() -> None:
    promised = CONTRACT.retention
    assert promised.idempotency_keys is not None
    assert RETENTION[effects.name] == promised.idempotency_keys
    assert RETENTION[tokens.name] == promised.ended_tokens


@pytest.mark.parametrize("table", [effects, tokens, failed_logins, events], ids=lambda table: table.name)
def test_a_row_goes_after_its_retention_and_not_before(planted: Database, table: Table) -> None:
    limit = NOW - (RETENTION[table.name] + MARGIN_S) * SECOND
    fill(planted, table, 1, limit - 1)
    fill(planted, table, 1, limit, first=1)  # not older than that, to the microsecond
    fill(planted, table, 1, NOW - (RETENTION[table.name] - 1) * SECOND, first=2)
    fill(planted, table, 1, NOW + 10**12, first=3)
    before = counts(planted)
    assert purger(planted).round() == Counter({table.name: 1})
    assert counts(planted) == before | {table.name: before[table.name] - 1}
    assert purger(planted).round() == Counter()
    assert purger(planted, NOW + 1).round() == Counter({table.name: 1})


def test_batches_are_small_and_nothing_else_goes(planted: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "_MIN_REST_S", 0.0)
    monkeypatch.setattr(purging, "_REST_RATIO", 0.0)
    before = counts(planted)
    old = NOW - 10**9 * SECOND
    number = 3 * MAX_BATCH_ROWS + 1
    for table in (effects, tokens, failed_logins, events):
        fill(planted, table, number, old)
        fill(planted, table, 5, NOW, first=number)
    worker = purger(planted)
    batches: list[tuple[str, int]] = []
    whole = worker.batch

    def counted(purge: Purge, most: int) -> tuple[int, float]:
        deleted, took = whole(purge, most)
        batches.append((purge.table, deleted))
        return deleted, took

    monkeypatch.setattr(worker, "batch", counted)
    gone = worker.round()
    assert gone == Counter(dict.fromkeys(ROWS, number))
    assert max(deleted for _, deleted in batches) <= MAX_BATCH_ROWS
    assert counts(planted) == before | dict.fromkeys(ROWS, 5)


def test_a_slow_database_is_asked_for_less_at_a_time() -> None:
    worker = Purger(Database(), ())
    sizes = [worker._rows]
    for took in (1.0,) * 9 + (0.0,) * 9:
        worker._adjust_batch_size(took)
        sizes.append(worker._rows)
    assert sizes[0] == sizes[-1] == MAX_BATCH_ROWS
    assert min(sizes) == purging.MIN_BATCH_ROWS


def test_one_purges_at_a_time(planted: Database) -> None:
    """Where several sandboxes share a server, the second leaves the work to the first."""
    fill(planted, effects, 1, 0)
    if "postgresql" in planted.shown:  # SQLite has one writer at a time
        with planted.transaction() as connection:
            assert try_hold(connection, "purge")
            assert purger(planted).round() == Counter()
    assert purger(planted).round() == Counter({effects.name: 1})


def test_nothing_goes_early_once_a_clock_that_was_ahead_is_corrected(
    planted: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = int(time.time() * SECOND)
    fill(planted, effects, 1, kept)
    monkeypatch.setattr(database_module._clock, "_last", kept + 10 * RETENTION[effects.name] * SECOND)
    assert now() > kept + 10 * RETENTION[effects.name] * SECOND
    assert Purger(planted, purges(CONTRACT)).round()[effects.name] == 0
    assert counts(planted)[effects.name] == 1


def test_a_row_that_a_transaction_holds_is_left_to_the_next_round(planted: Database) -> None:
    fill(planted, tokens, 2, 0)
    if "postgresql" in planted.shown:
        with planted.transaction() as connection:
            connection.execute(update(tokens).where(tokens.c.digest == "d00000000").values(revoked=True))
            assert purger(planted).round() == Counter({tokens.name: 1})
        assert purger(planted).round() == Counter({tokens.name: 1})
    else:
        assert purger(planted).round() == Counter({tokens.name: 2})


def test_an_index_finds_what_goes(planted: Database) -> None:
    """However many rows stay, a batch reads those that go."""
    if "postgresql" in planted.shown:
        fill(planted, effects, 5_000, NOW)
    for table, instant in (
        (effects, "created"),
        (tokens, "expires"),
        (failed_logins, "since"),
        (events, "settled"),
    ):
        key = ", ".join(column.name for column in table.primary_key)
        asked = f"SELECT {key} FROM {table.name} WHERE {instant} < 5 ORDER BY {instant} LIMIT 500"
        explain = "EXPLAIN" if "postgresql" in planted.shown else "EXPLAIN QUERY PLAN"
        with planted.transaction() as connection:
            if "postgresql" in planted.shown:
                connection.execute(text("ANALYZE"))
                connection.execute(text("SET LOCAL enable_seqscan = off"))  # the tables are small here
            plan = str(connection.execute(text(f"{explain} {asked}")).all())
        assert f"ix_{table.name}_{instant}" in plan, plan
        assert "Sort" not in plan, plan
        assert "TEMP B-TREE" not in plan, plan


def test_a_database_that_is_away_is_tried_again(
    planted: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(purging, "INTERVAL_S", 0.01)
    fill(planted, effects, 1, 0)
    failures = iter([RuntimeError("odd"), OSError("odd"), None, None])
    worker = purger(planted)
    whole = worker.batch

    def failing(purge: Purge, most: int) -> tuple[int, float]:
        failure = next(failures, None)
        if failure is not None:
            raise failure
        return whole(purge, most)

    monkeypatch.setattr(worker, "batch", failing)
    with worker.running():
        wait_until(lambda: counts(planted)[effects.name] == 0, "the purge ends")
    assert "the purge failed" in caplog.text


def test_who_reads_and_writes_a_database_in_memory_is_not_held_up() -> None:
    database = Database()
    upgrade(database)
    prepare_database(database, CONTRACT)
    fill(database, effects, 50_000, 0)
    longest = 0.0
    with Purger(database, purges(CONTRACT)).running():
        deadline = time.monotonic() + 120
        while counts(database)[effects.name] and time.monotonic() < deadline:
            began = time.monotonic()
            with database.transaction() as connection:
                connection.execute(update(effects).where(effects.c.key == "none").values(created=0))
            longest = max(longest, time.monotonic() - began)
    assert counts(database)[effects.name] == 0
    assert longest < 0.5


# Over HTTP, where the sandbox itself purges


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def sandbox(
    request: pytest.FixtureRequest,
    new_database: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Sandbox]:
    """A sandbox on a database that tests may open as well."""
    folder = tmp_path_factory.mktemp("sandbox")
    with running(folder, "--workers", "2", database=new_database(request.param)) as made:
        yield made


@pytest.fixture
def opened(sandbox: Sandbox) -> Iterator[Database]:
    """The database of the sandbox."""
    database = Database(sandbox.database)
    yield database
    database.close()


def top_up(card: dict[str, Any], amount: int = 500) -> dict[str, Any]:
    money = {"valeur": amount, "devise": "XOF"}
    return {"carteId": card["carteId"], "reference": "R-1", "montant": money}


def balance(sandbox: Sandbox, card: dict[str, Any]) -> int:
    answer = sandbox.as_("primary")("GET", f"/get-solde-carte?numeroCarte={card['numeroCarte']}")
    assert answer.status_code == 200, answer.text
    return int(answer.json()["data"]["solde"]["valeur"])


def age(database: Database, key: str, seconds: float) -> None:
    """Let the effect under *key* be so old."""
    created = int((time.time() - seconds) * SECOND)
    with database.transaction() as connection:
        changed = connection.execute(update(effects).where(effects.c.key == key).values(created=created))
        assert changed.rowcount == 1


def test_a_retry_one_second_before_the_limit_gets_its_answer(sandbox: Sandbox, opened: Database) -> None:
    card, primary, key = sandbox.issue(1_000), sandbox.as_("primary"), uuid.uuid4().hex
    first = primary.create("/recharges", top_up(card), key)
    money = {table: count for table, count in counts(opened).items() if table in NEVER_PURGED}
    age(opened, key, RETENTION[effects.name] - 1)
    Purger(opened, purges(CONTRACT)).round()
    retry = primary.create("/recharges", top_up(card), key)
    assert (retry.status_code, retry.headers.get("Idempotent-Replayed")) == (201, "true")
    assert retry.json() == first.json()
    assert {table: count for table, count in counts(opened).items() if table in NEVER_PURGED} == money
    assert balance(sandbox, card) == 1_500


def test_a_key_past_the_limit_is_free(sandbox: Sandbox, opened: Database) -> None:
    card, primary, key = sandbox.issue(1_000), sandbox.as_("primary"), uuid.uuid4().hex
    primary.create("/recharges", top_up(card), key)
    age(opened, key, RETENTION[effects.name] + MARGIN_S + 1)
    assert Purger(opened, purges(CONTRACT)).round()[effects.name] >= 1
    later = primary.create("/recharges", top_up(card), key)
    assert (later.status_code, later.headers.get("Idempotent-Replayed")) == (201, None)
    assert balance(sandbox, card) == 2_000


def test_ended_tokens_are_told_apart_for_as_long_as_the_contract_says(
    sandbox: Sandbox, opened: Database
) -> None:
    def refusal(value: str) -> str:
        headers = {"Authorization": f"Bearer {value}"}
        url = f"{sandbox.base_url}/get-solde-carte?numeroCarte=1"
        return str(requests.get(url, headers=headers, timeout=20).json()["code"])

    def end(value: str, seconds: int) -> None:
        mine = tokens.c.digest == digest(value)
        with opened.transaction() as connection:
            ends = int((time.time() - seconds) * SECOND)
            connection.execute(update(tokens).where(mine).values(expires=ends))

    expired, revoked = sandbox.token("primary"), sandbox.token("primary")
    with opened.transaction() as connection:
        connection.execute(update(tokens).where(tokens.c.digest == digest(revoked)).values(revoked=True))
    told = {name: CONTRACT.code(name).value for name in ("token-expired", "token-revoked", "token-invalid")}
    for after in (0, RETENTION[tokens.name] - 1):
        end(expired, after)
        end(revoked, after)
        Purger(opened, purges(CONTRACT)).round()
        assert (refusal(expired), refusal(revoked)) == (told["token-expired"], told["token-revoked"])
    for ended in (expired, revoked):
        end(ended, RETENTION[tokens.name] + MARGIN_S + 1)
    Purger(opened, purges(CONTRACT)).round()
    assert refusal(expired) == refusal(revoked) == told["token-invalid"]


def test_money_moves_once_while_a_purge_runs(sandbox: Sandbox, opened: Database) -> None:
    """Ten callers retry, and make new effects, while thousands of records go beside theirs."""
    fill(opened, effects, 5_000, 0)
    card, keys = sandbox.issue(0), [uuid.uuid4().hex for _ in range(10)]
    callers = [sandbox.as_("primary") for _ in keys]
    first = [
        caller.create("/recharges", top_up(card), key).json()
        for caller, key in zip(callers, keys, strict=True)
    ]
    for key in keys:
        age(opened, key, RETENTION[effects.name] - 1)

    def work(number: int) -> list[str]:
        wrong = []
        for _ in range(8):
            retry = callers[number].create("/recharges", top_up(card), keys[number])
            if retry.status_code != 201 or retry.json() != first[number]:
                wrong.append(retry.text)
            new = callers[number].create("/recharges", top_up(card, 100))
            if new.status_code != 201:
                wrong.append(new.text)
        return wrong

    worker = Purger(opened, purges(CONTRACT))
    with worker.running(), ThreadPoolExecutor(len(keys)) as pool:
        wrong = [each for found in pool.map(work, range(len(keys))) for each in found]
    assert not wrong
    assert balance(sandbox, card) == 10 * 500 + 80 * 100


def left_to_purge(database: Database) -> int:
    """How many of the rows are left that ended at the epoch."""
    ended = (effects.c.created, tokens.c.expires, failed_logins.c.since, events.c.settled)
    with database.reading() as connection:
        return sum(
            connection.execute(select(func.count()).where(instant == 0)).scalar_one() for instant in ended
        )


def served_while_purging(new_database: Callable[[str], str], kind: str, folder: Path, count: int) -> None:
    """A sandbox that finds *count* rows of each kind to purge answers as if there were none."""
    url = new_database(kind)
    database = Database(url)
    upgrade(database)
    prepare_database(database, CONTRACT)
    for table in (effects, tokens, failed_logins, events):
        fill(database, table, count, 0)
    took: dict[str, list[float]] = {"login": [], "read": [], "write": []}
    workers = "2" if kind == "postgresql" else "1"  # with several, the process that starts them purges
    with running(folder, "--workers", workers, database=url) as sandbox:
        pair = sandbox.config["credentials"]["primary"]
        card, primary = sandbox.issue(1_000), sandbox.as_("primary")
        calls = {
            "login": lambda: sandbox.log_in(pair["consumer_key"], pair["consumer_secret"]),
            "read": lambda: primary("GET", f"/get-solde-carte?numeroCarte={card['numeroCarte']}"),
            "write": lambda: primary.create("/recharges", top_up(card, 100)),
        }
        before, deadline = counts(database), time.monotonic() + 60 + count / 100
        while left_to_purge(database) and time.monotonic() < deadline:
            for name, call in calls.items():
                began = time.monotonic()
                assert call().status_code in (200, 201)
                took[name].append(time.monotonic() - began)
        after, left = counts(database), left_to_purge(database)
    database.close()
    assert left == 0, "not purged in time"
    longest = {name: max(each) for name, each in took.items()}
    rounds = len(took["read"])
    print(f"{kind}, {len(ROWS) * count:,} rows to purge, {rounds} rounds of calls, seconds: {longest}")
    assert longest["login"] < 2.0
    assert longest["read"] < 0.5
    assert longest["write"] < 2.0
    written = len(took["write"])
    for kept in NEVER_PURGED:
        assert after[kept] == before[kept] + (written if kept in ("entries", "top_ups") else 0)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_callers_are_not_held_up_by_a_purge(
    kind: str, new_database: Callable[[str], str], tmp_path: Path
) -> None:
    served_while_purging(new_database, kind, tmp_path, 3_000)


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_callers_are_not_held_up_by_a_long_purge(
    kind: str, new_database: Callable[[str], str], tmp_path: Path
) -> None:
    served_while_purging(new_database, kind, tmp_path, 200_000)
