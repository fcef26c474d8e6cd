"""Real sandboxes over real HTTP, on every database: in memory, in a file and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cross_room import postgresql as debian
from cross_room.sandboxes import Sandbox, running

from cynod_sandbox.storage.database import Database
from cynod_sandbox.storage.migrations import upgrade

NewDatabase = Callable[[str], str]
HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # before the samples are drawn
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try each file on a database in memory, and on the others as a sample: those of a file together."""
    for item in items:
        parameters = getattr(item, "callspec", None)
        kinds = list(parameters.params.values()) if parameters is not None else []
        kind = next((each for each in ("sqlite", "postgresql") if each in kinds), None)
        if kind is not None and HERE in item.path.parents:
            item.add_marker(pytest.mark.sampled(one_in=3, key=f"{item.path.name} {kind}"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[debian.Server]:
    """A PostgreSQL server; a test that asks for it is skipped, with the reason, where there is none."""
    programs = debian.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    pytest.importorskip("psycopg", reason="psycopg is not installed (the extra `postgres`)")
    with debian.running(programs) as server:
        yield server


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NewDatabase:
    """The URL of a new, empty database: ``memory``, ``sqlite`` or ``postgresql``."""

    def new(kind: str) -> str:
        if kind == "postgresql":
            server: debian.Server = request.getfixturevalue("postgresql")
            return server.new()
        folder: Path = tmp_path_factory.mktemp("database")
        return f"sqlite:///{folder / 'cynod.db'}" if kind == "sqlite" else "sqlite://"

    return new


@pytest.fixture(scope="module", params=["memory", "sqlite", "postgresql"])
def sandbox(
    request: pytest.FixtureRequest, new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sandbox]:
    """A sandbox on each database; with four workers where they can share it."""
    workers = "1" if request.param == "memory" else "4"
    database = new_database(request.param)
    with running(tmp_path_factory.mktemp("sandbox"), "--workers", workers, database=database) as made:
        yield made


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, new_database: NewDatabase) -> Iterator[Database]:
    """A new database of each kind, with today's tables."""
    made = Database(new_database(request.param))
    upgrade(made)
    yield made
    made.close()
