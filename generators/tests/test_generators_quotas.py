"""Quotas: a minute's worth at once, then as fast as the bucket fills; each partner its own."""

from __future__ import annotations

import pytest

from cynod_generators.targets.fastapi.runtime import quotas
from cynod_generators.targets.fastapi.runtime.identity import Partner
from cynod_generators.targets.fastapi.runtime.partners import load
from cynod_generators.targets.fastapi.runtime.refusals import Refusal
from cynod_generators.targets.fastapi.runtime.settings import SettingsError

pytestmark = pytest.mark.slow


@pytest.fixture
def clock(monkeypatch):
    """The time that buckets see, in seconds: a list whose one item may be set."""
    now = [1000.0]
    monkeypatch.setattr(quotas.time, "monotonic", lambda: now[0])
    return now


def spent(held: quotas.Quotas, partner: Partner, most: int = 1000) -> int:
    """How many requests are let pass before one is refused."""
    for number in range(most):
        try:
            held.check(partner)
        except Refusal:
            return number
    return most


def test_a_minutes_quota_then_as_it_fills(clock):
    held, partner = quotas.Quotas(), Partner("k", quota=60)
    assert spent(held, partner) == 60
    clock[0] += 2.5
    assert spent(held, partner) == 2
    clock[0] += 3600
    assert spent(held, partner) == 60


def test_the_delay_is_long_enough_and_no_longer(clock):
    held, partner = quotas.Quotas(), Partner("k", quota=6)
    spent(held, partner)
    with pytest.raises(Refusal) as refused:
        held.check(partner)
    assert refused.value.code == "too-many-requests"
    wait = int(dict(refused.value.headers)["Retry-After"])
    assert wait == 10
    clock[0] += wait
    held.check(partner)


def test_one_partner_never_spends_anothers(clock):
    held = quotas.Quotas()
    spent(held, Partner("a", quota=5))
    assert spent(held, Partner("b", quota=7)) == 7
    assert spent(held, Partner("free")) == 1000


@pytest.mark.parametrize("value", ["0", "-1", '"many"', "1.5", "true"])
def test_a_quota_that_is_none_is_refused(value, tmp_path):
    file = tmp_path / "partners.toml"
    file.write_text(f'[[partners]]\nconsumer_key = "k"\nconsumer_secret = "s"\nquota = {value}\n')
    with pytest.raises(SettingsError, match="quota must be"):
        load(file)


def test_a_quota_is_read(tmp_path):
    file = tmp_path / "partners.toml"
    file.write_text('[[partners]]\nconsumer_key = "k"\nconsumer_secret = "s"\nquota = 600\n')
    assert load(file)[0].partner.quota == 600


def test_who_is_refused_over_and_over_is_served_no_later(clock):
    held, partner = quotas.Quotas(), Partner("k", quota=60)
    spent(held, partner)
    for _ in range(50):
        clock[0] += 0.01
        assert spent(held, partner) == 0
    clock[0] += 0.6
    assert spent(held, partner) == 1
