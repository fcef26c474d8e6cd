"""The ledger model: what it foretells, whom it blames, and what it finds on real servers."""

from __future__ import annotations

import dataclasses
import re
import uuid
from pathlib import Path

import pytest
from cross_room.sandboxes import Sandbox, running

from cynod_conformance.config.settings import read_config
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.provocations import rank
from cynod_conformance.http.target import Target
from cynod_conformance.reproduction.redaction import Redactor
from cynod_conformance.results.recorder import LEDGER_CLAUSE, ResultRecorder
from cynod_conformance.stateful import explore
from cynod_conformance.stateful.attribution import clauses_broken
from cynod_conformance.stateful.model import Card, CreatedResource, KeyUse, LedgerModel
from cynod_conformance.stateful.oracle import ExpectedAnswer, ModelCall, expected_answer
from cynod_spec import load_contract

pytestmark = pytest.mark.slow

CONTRACT = load_contract()
CARD = Card({"id": "c"}, ("primary",), "active", [1_000])


def operation(effect: str, resource: str):
    found = CONTRACT.find(effect, resource)
    assert found is not None
    return found


CREDIT, DEBIT = operation("credit", "top-up"), operation("debit", "payment")
REFUND, CANCEL = operation("refund", "refund"), operation("cancel", "top-up")
STATE, READ = operation("set-state", "card"), operation("read", "payment")
PAY = ModelCall(DEBIT, "primary", CARD, 100, "k", "content")


def foretold(call: ModelCall, model: LedgerModel | None = None) -> ExpectedAnswer:
    return expected_answer(model or LedgerModel(), call, lambda name: rank(CONTRACT, name))


def card(state: str = "active", *partners: str, holds: int = 1_000) -> Card:
    return Card({"id": "c"}, partners or ("primary",), state, [holds])


def made(
    resource: str,
    *,
    owner: str = "primary",
    state: str = "done",
    left: int = 0,
    holds: int = 1_000,
    of: str = "active",
) -> CreatedResource:
    return CreatedResource(resource, owner, card(of, holds=holds), 100, {"id": "m"}, state, left)


CASES = {
    "a payment that the card can pay": (PAY, set()),
    "one unit more than it holds": (dataclasses.replace(PAY, amount=1_001), {"balance-insufficient"}),
    "all that it holds": (dataclasses.replace(PAY, amount=1_000), set()),
    "a blocked card": (dataclasses.replace(PAY, subject=card("blocked")), {"card-blocked"}),
    "an expired card": (dataclasses.replace(PAY, subject=card("expired")), {"card-expired"}),
    "a card of another": (dataclasses.replace(PAY, caller="other"), {"card-unknown"}),
    "a shared card": (
        dataclasses.replace(PAY, caller="other", subject=card("active", "primary", "other")),
        set(),
    ),
    "a card that does not exist": (dataclasses.replace(PAY, subject=None), {"card-unknown"}),
    "another currency": (dataclasses.replace(PAY, same_currency=False), {"currency-mismatch"}),
    "below the limit": (dataclasses.replace(PAY, limits=(101, None)), {"amount-out-of-limits"}),
    "above the limit": (dataclasses.replace(PAY, limits=(None, 99)), {"amount-out-of-limits"}),
    "at both limits": (dataclasses.replace(PAY, limits=(100, 100)), set()),
    "a blocked card in another currency, too poor": (
        dataclasses.replace(PAY, subject=card("blocked", holds=0), same_currency=False),
        {"card-blocked"},
    ),
    "without the scope, on a card that does not exist": (
        dataclasses.replace(PAY, subject=None, holds_scopes=False),
        {"insufficient-scope"},
    ),
    "no JSON, and no credentials": (
        dataclasses.replace(PAY, provocations=("json-malformed", "credentials-missing")),
        {"credentials-missing"},
    ),
    "a top-up of a card that holds nothing": (ModelCall(CREDIT, "primary", card(holds=0), 5), set()),
    "a refund of what is left": (ModelCall(REFUND, "primary", made("payment", left=40), 40), set()),
    "a refund of more": (ModelCall(REFUND, "primary", made("payment", left=40), 41), {"refund-exceeds"}),
    "a refund of nothing left": (ModelCall(REFUND, "primary", made("payment"), 1), {"state-forbids"}),
    "a refund of another's": (ModelCall(REFUND, "other", made("payment", left=9), 1), {"payment-unknown"}),
    "a cancellation": (ModelCall(CANCEL, "primary", made("top-up")), set()),
    "a second one": (ModelCall(CANCEL, "primary", made("top-up", state="cancelled")), {"state-forbids"}),
    "of what is spent": (ModelCall(CANCEL, "primary", made("top-up", holds=99)), {"balance-insufficient"}),
    "of another's": (ModelCall(CANCEL, "other", made("top-up")), {"top-up-unknown"}),
    "an expired card's state": (ModelCall(STATE, "core", card("expired")), {"card-expired"}),
    "a blocked card's state": (ModelCall(STATE, "core", card("blocked")), set()),
    "another's payment": (ModelCall(READ, "other", made("payment")), {"payment-unknown"}),
}


@pytest.mark.parametrize("name", CASES)
def test_the_first_reason_in_the_order_of_refusal_is_foretold(name):
    call, names = CASES[name]
    assert foretold(call).names == names


def test_a_key_that_was_used_up_gives_its_answer_again_whatever_became_of_the_card():
    use = KeyUse("content", 201, {"id": "m"}, "/m")
    model = LedgerModel(uses={("primary", DEBIT.id, "k"): use})
    again = dataclasses.replace(PAY, subject=card("blocked", holds=0))
    assert foretold(again, model).replay == use
    assert foretold(dataclasses.replace(again, content="other"), model).names == {"key-reused"}
    assert foretold(dataclasses.replace(again, provocations=("not-acceptable",)), model).names == {
        "not-acceptable"
    }
    assert foretold(dataclasses.replace(PAY, caller="other"), model).names == {"card-unknown"}
    assert foretold(dataclasses.replace(PAY, operation=CREDIT), model).takes_effect


BLAMED = {
    "a valid call refused as invalid": (PAY, "value-invalid", "VAL-9"),
    "a usable card called blocked": (PAY, "card-blocked", "STA-6"),
    "a new key called used": (PAY, "key-reused", "IDE-4"),
    "money that should be there": (PAY, "balance-insufficient", "STA-5"),
    "a blocked card that pays": (dataclasses.replace(PAY, subject=card("blocked")), "created", "STA-6"),
    "an overdraft": (dataclasses.replace(PAY, amount=1_001), "created", "CAT-4"),
    "another's card that pays": (dataclasses.replace(PAY, caller="other"), "created", "AUZ-7"),
    "a refund that a blocked card forbids": (
        ModelCall(REFUND, "primary", made("payment", left=9, state="done", of="blocked"), 1, "k"),
        "state-forbids",
        "STA-6",
    ),
    "another's payment shown": (ModelCall(READ, "other", made("payment")), "success", "AUZ-2"),
    "one's own that is gone": (ModelCall(READ, "primary", made("payment")), "payment-unknown", "STA-1"),
    "a refund beyond the payment": (
        ModelCall(REFUND, "primary", made("payment", left=1), 2),
        "created",
        "STA-7",
    ),
    "a second cancellation": (
        ModelCall(CANCEL, "primary", made("top-up", state="cancelled")),
        "success",
        "STA-2",
    ),
    "an expired card blocked": (ModelCall(STATE, "core", card("expired")), "success", "STA-2"),
    "half a unit taken": (
        dataclasses.replace(PAY, amount=0.5, provocations=("value-invalid",)),
        "created",
        "VAL-5",
    ),
    "an unknown member taken": (
        dataclasses.replace(PAY, provocations=("value-invalid",)),
        "created",
        "VAL-8",
    ),
}


@pytest.mark.parametrize("name", BLAMED)
def test_the_clause_that_is_broken_is_blamed(name):
    call, came, clause = BLAMED[name]
    assert clauses_broken(LedgerModel(), call, foretold(call), came) == (clause,)


def test_an_order_is_blamed_where_the_first_reason_alone_was_told():
    call = dataclasses.replace(PAY, subject=card("blocked"), same_currency=False)
    told = LedgerModel(confirmed_refusals={PAY.single_reason("card-blocked")})
    assert clauses_broken(told, call, foretold(call), "currency-mismatch") == ("AUZ-8", "STA-6")
    assert clauses_broken(LedgerModel(), call, foretold(call), "currency-mismatch") == ("STA-6", "AUZ-8")


def test_a_key_that_a_refusal_used_up_is_told_apart():
    model = LedgerModel(refused={("primary", DEBIT.id, "k"): {"card-blocked"}})
    assert clauses_broken(model, PAY, foretold(PAY, model), "key-reused") == ("IDE-8",)
    assert clauses_broken(model, PAY, foretold(PAY, model), "card-blocked") == ("IDE-8",)
    assert clauses_broken(model, PAY, foretold(PAY, model), "card-expired") == ("STA-6",)
    none_left = ModelCall(REFUND, "primary", made("payment"), 1, "k")
    model = LedgerModel(refused={("primary", REFUND.id, "k"): {"refund-exceeds"}})
    assert clauses_broken(model, none_left, foretold(none_left, model), "refund-exceeds") == (
        "STA-2",
        "AUZ-8",
        "IDE-8",
    )


def reckoned(sandbox: Sandbox, seed: int, folder: Path) -> tuple[ResultRecorder, int]:
    """What the ledger phase alone puts down about *sandbox*, and how many requests it took."""
    redactor = Redactor()
    recorder = ResultRecorder(redactor)
    config = read_config(str(folder / "cynod.toml"))
    target = Target(sandbox.base_url, lambda exchange: None)
    try:
        explore(TestContext(CONTRACT, config, target, redactor, seed, uuid.uuid4().hex[:10]), seed, recorder)
    finally:
        target.close()
    return recorder, target.sent


def broken(recorder: ResultRecorder) -> set[str]:
    return {clause for clause, failures in recorder.failures.items() if failures}


@pytest.mark.lengthy
def test_everything_that_the_sandbox_answers_is_foretold(tmp_path):
    with running(tmp_path) as sandbox:
        recorder, sent = reckoned(sandbox, 1, tmp_path)
        assert broken(recorder) == set()
        assert (recorder.seen[LEDGER_CLAUSE], recorder.gaps[LEDGER_CLAUSE]) == ({"probe ledger"}, {})
        assert sent > 300


@pytest.mark.soak
def test_nothing_is_found_on_the_sandbox_over_twenty_seeds(tmp_path):
    with running(tmp_path) as sandbox:
        for seed in range(20):
            assert broken(reckoned(sandbox, seed, tmp_path)[0]) == set()


def test_a_card_of_the_configuration_does_where_none_can_be_issued(tmp_path):
    with running(tmp_path) as sandbox:
        written = tmp_path / "cynod.toml"
        text = written.read_text(encoding="utf-8")
        written.write_text(re.sub(r"\[credentials\.core\][^\[]*", "", text), encoding="utf-8")
        recorder, sent = reckoned(sandbox, 3, tmp_path)
        assert broken(recorder) == set()
        assert recorder.seen[LEDGER_CLAUSE] == {"probe ledger"}
        assert sent > 100


def test_without_any_card_it_says_what_is_missing(tmp_path):
    with running(tmp_path) as sandbox:
        written = tmp_path / "cynod.toml"
        text = re.sub(r"\[credentials\.core\][^\[]*", "", written.read_text(encoding="utf-8"))
        written.write_text(re.sub(r"\[fixtures\.cartes\][^\[]*", "", text), encoding="utf-8")
        recorder, _ = reckoned(sandbox, 3, tmp_path)
        (status, _), *rest = recorder.gaps[LEDGER_CLAUSE].values()
        assert (status, rest, recorder.seen[LEDGER_CLAUSE]) == ("not_exercised", [], set())
