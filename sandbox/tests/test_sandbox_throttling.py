"""Failed logins and quotas: after so many a caller waits, whichever worker answers, and nobody else does."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import requests
from cross_room.sandboxes import Sandbox, running

pytestmark = pytest.mark.slow

LIMIT = 4


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def limited(request, new_database, tmp_path) -> Iterator[Sandbox]:
    workers = "1" if request.param == "memory" else "3"
    arguments = ("--workers", workers, "--login-attempts", str(LIMIT), "--trusted-proxy", "127.0.0.1")
    with running(tmp_path, *arguments, database=new_database(request.param)) as made:
        yield made


def with_basic(sandbox: Sandbox, key: str, secret: str) -> requests.Response:
    return requests.get(f"{sandbox.base_url}/partenaires/moi", auth=(key, secret), timeout=10)


def test_a_caller_who_failed_too_often_waits_and_nobody_else(limited):
    pairs = {name: (each["consumer_key"], each["consumer_secret"]) for name, each in
             limited.config["credentials"].items()}  # fmt: skip
    key, secret = pairs["basic"]
    live = limited.as_("basic")
    for _ in range(LIMIT // 2):
        assert limited.log_in(key, "wrong").json()["error"] == "invalid_client"
        assert with_basic(limited, key, "wrong").json()["code"] == "2004"
    for answer in (
        limited.log_in(key, "wrong"),
        limited.log_in(key, secret),
        with_basic(limited, key, "wrong"),
        with_basic(limited, key, secret),
    ):
        assert (answer.status_code, answer.json()["code"]) == (429, "1015")
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
    # Its tokens live, it may log in from elsewhere, and other partners notice nothing.
    assert live("GET", "/partenaires/moi").status_code == 200
    assert limited.log_in(key, secret, X_Forwarded_For="198.51.100.1").status_code == 200
    for name in ("primary", "other", "core"):
        assert limited.log_in(*pairs[name]).status_code == 200


def test_right_pairs_never_wait(limited):
    key = limited.config["credentials"]["other"]["consumer_key"]
    secret = limited.config["credentials"]["other"]["consumer_secret"]
    for _ in range(LIMIT - 1):
        assert limited.log_in(key, "wrong").status_code == 401
    assert {limited.log_in(key, secret).status_code for _ in range(3 * LIMIT)} == {200}


def test_a_quota_is_one_for_all_workers(limited):
    pressed = limited.as_("throttled")
    quota = pressed("GET", "/partenaires/moi").json()["data"]["quota"]["requetesParMinute"]
    answers: list[requests.Response] = []
    began = time.monotonic()
    while len(answers) < 2 * quota and not (answers and answers[-1].status_code == 429):
        answers.append(pressed("GET", "/partenaires/moi"))
    refilled = (time.monotonic() - began) * quota / 60
    assert quota - 2 <= len(answers) <= quota + refilled + 2  # its token and its first look count too
    assert (answers[-1].status_code, answers[-1].json()["code"]) == (429, "1015")
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert limited.as_("primary")("GET", "/partenaires/moi").status_code == 200
