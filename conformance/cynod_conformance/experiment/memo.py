"""What a run makes once and uses again: a store whose keys know the type of their values."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from cynod_conformance.base.outcomes import Outcome

T = TypeVar("T")


@dataclass(frozen=True)
class MemoKey(Generic[T]):
    """Names a value of type T; ``about`` tells those of one name apart.

    Whoever makes the value declares its key beside it::

        REVOKED_TOKEN = MemoKey[str]("revoked token")

        def revoked_token(context: TestContext) -> str:
            return context.memo.keep(REVOKED_TOKEN, lambda: revoke_one(context))
    """

    name: str
    about: tuple[Hashable, ...] = ()

    def of(self, *about: Hashable) -> MemoKey[T]:
        """The key of the value for *about*."""
        return MemoKey(self.name, about)


class Memo:
    """The values of one run, by their keys."""

    def __init__(self) -> None:
        self._values: dict[MemoKey[Any], Any] = {}
        self._ends: dict[MemoKey[Any], Outcome] = {}

    def get(self, key: MemoKey[T]) -> T | None:
        """The value of *key*; None when there is none."""
        return self._values.get(key)

    def put(self, key: MemoKey[T], value: T) -> T:
        """Keep *value* under *key*, and give it back."""
        self._values[key] = value
        return value

    def forget(self, key: MemoKey[Any]) -> None:
        """Keep nothing under *key* any longer."""
        self._values.pop(key, None)

    def keep(self, key: MemoKey[T], make: Callable[[], T]) -> T:
        """The value of *key*, made by *make* when there is none. What *make* raises is not kept."""
        if key not in self._values:
            self._values[key] = make()
        value: T = self._values[key]
        return value

    def once(self, key: MemoKey[T], make: Callable[[], T]) -> T:
        """Like ``keep``, but *make* is called once, however it ends: an Outcome is raised again each time."""
        if key in self._ends:
            raise self._ends[key]
        try:
            return self.keep(key, make)
        except Outcome as ended:
            self._ends[key] = ended
            raise
