"""Pairs that a process remembers, and tokens whose clock is corrected."""

from __future__ import annotations

import pytest

from cynod_generators.targets.fastapi.runtime.identity import (
    MAX_CLOCK_SKEW,
    HashedSecret,
    IssuedToken,
    MemoryIdentity,
    PairVerifier,
    Partner,
    Registration,
)

SHOP = Partner("shop")
HOUR = 3600


class Counted(HashedSecret):
    """Counts how often it was hashed."""

    hashed = 0

    def matches(self, secret: str) -> bool:
        Counted.hashed += 1
        return super().matches(secret)


def found_token(identity: MemoryIdentity, value: str) -> IssuedToken:
    found = identity.find_token(value)
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def nothing_hashed() -> None:
    Counted.hashed = 0


def counted(secret: str) -> Counted:
    of = HashedSecret.of(secret)
    return Counted(of.salt, of.hash)


class Machine:
    """A machine's clocks: the one that is corrected, and the one that never goes back."""

    def __init__(self) -> None:
        self.shown = 1_800_000_000.0
        self.steady = 50.0

    def wait(self, seconds: float) -> None:
        self.shown += seconds
        self.steady += seconds


@pytest.mark.slow
def test_both_secrets_of_a_rotation_are_remembered() -> None:
    verifier, held = PairVerifier(), [counted("old"), counted("new")]
    assert verifier.verify("k", "old", held)
    assert verifier.verify("k", "new", held)
    before = Counted.hashed
    for _ in range(3):
        assert verifier.recall("k", "old", held)
        assert verifier.recall("k", "new", held)
        assert verifier.verify("k", "old", held)
    assert Counted.hashed == before
    assert verifier.remembers("k", "old")
    assert not verifier.recall("k", "old", held[1:])  # it was retired
    assert not verifier.verify("k", "old", held[1:])
    assert verifier.recall("k", "new", held[1:])


def test_nothing_is_remembered_of_another_key_or_a_wrong_pair() -> None:
    verifier, held = PairVerifier(), [HashedSecret.of("b\0c")]
    assert verifier.verify("a", "b\0c", held)
    assert not verifier.remembers("a\0b", "c")
    assert not verifier.recall("a\0b", "c", held)
    assert not verifier.verify("a", "wrong", held)
    assert not verifier.remembers("a", "wrong")


@pytest.mark.slow
def test_an_unknown_key_costs_as_many_hashes_as_the_key_with_most_secrets() -> None:
    verifier, held = PairVerifier(), [counted(secret) for secret in "abc"]
    decoy = verifier._decoy
    verifier._decoy = Counted(decoy.salt, decoy.hash)
    costs = []
    for pair in (("nobody", "w1", []), ("one", "w2", held[:1]), ("three", "w3", held), ("nobody", "w4", [])):
        before = Counted.hashed
        assert not verifier.verify(*pair)
        costs.append(Counted.hashed - before)
    assert costs == [2, 2, 3, 3]


def test_a_token_lives_between_its_issue_and_its_end() -> None:
    token = IssuedToken("", "shop", (), expires_at=10_000.0 + HOUR, lifetime=HOUR)
    for instant, expired in (
        (10_000.0 - 86_400, True),
        (10_000.0 - MAX_CLOCK_SKEW - 0.1, True),
        (10_000.0 - MAX_CLOCK_SKEW, False),  # clocks of two machines differ a little
        (10_000.0, False),
        (10_000.0 + HOUR - 0.1, False),
        (10_000.0 + HOUR, True),
    ):
        assert token.is_expired_at(instant) is expired, instant


@pytest.mark.parametrize("ahead", [10, HOUR // 2, 86_400, 10 * 365 * 86_400])
def test_a_token_granted_while_the_clock_was_ahead_ends_in_time(ahead: float) -> None:
    machine = Machine()
    store = MemoryIdentity([], HOUR, 600, lambda: machine.shown, lambda: machine.steady)
    machine.shown += ahead
    token = store.issue(SHOP, ())
    machine.shown -= ahead
    for seconds in (0, HOUR, ahead):  # at once, after its life, and when the instant of its issue comes again
        machine.wait(seconds)
        found = store.find_token(token.value)
        assert found is None or found.is_expired_at(machine.shown), seconds
    fresh = store.issue(SHOP, ())
    assert not found_token(store, fresh.value).is_expired_at(machine.shown)


def test_a_token_ends_in_time_when_the_clock_is_set_back_for_a_while() -> None:
    machine = Machine()
    store = MemoryIdentity([], HOUR, 600, lambda: machine.shown, lambda: machine.steady)
    token = store.issue(SHOP, ())
    machine.wait(HOUR - 10)
    machine.shown -= 600  # after its issue still
    assert not found_token(store, token.value).is_expired_at(machine.shown)
    machine.wait(10)
    assert found_token(store, token.value).is_expired_at(machine.shown)


def test_tokens_of_a_clock_that_was_ahead_are_forgotten_like_others() -> None:
    machine = Machine()
    store = MemoryIdentity([], HOUR, 600, lambda: machine.shown, lambda: machine.steady)
    machine.shown += 86_400
    early = store.issue(SHOP, ())
    machine.shown -= 86_400
    machine.wait(2 * HOUR)
    store.issue(SHOP, ())
    assert store.find_token(early.value) is None


def test_a_remembered_pair_is_looked_up() -> None:
    store = MemoryIdentity([Registration(SHOP, (counted("right"),))])
    assert not store.remembers("shop", "right")
    assert store.recall("shop", "right") is None
    assert store.verify("shop", "right") == SHOP
    before = Counted.hashed
    assert store.remembers("shop", "right")
    assert store.recall("shop", "right") == SHOP
    assert store.recall("nobody", "right") is None
    assert Counted.hashed == before
