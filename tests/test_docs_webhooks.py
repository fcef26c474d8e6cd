"""A webhook can be verified with nothing but the documentation: its example, its command, its steps."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cross_room import documents
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from cynod_generators.targets import docs
from cynod_generators.targets.docs import addresses
from cynod_generators.targets.docs.localized_site import LocalizedSite
from cynod_generators.targets.docs.pages.guide import guide_pages
from cynod_generators.targets.docs.pages.webhooks import webhooks_view
from cynod_generators.targets.docs.samples import signature
from cynod_generators.targets.docs.samples.signature import VerificationView
from cynod_spec import load_contract
from cynod_spec.model import Contract, Language

pytestmark = pytest.mark.slow

CONTRACT = load_contract()
WEBHOOK = CONTRACT.webhooks[0]
ID, TIMESTAMP, SIGNATURE = (WEBHOOK.request[role].name for role in ("id", "timestamp", "signature"))


def views(contract: Contract, language: Language = "fr") -> tuple[VerificationView, ...]:
    """How the webhooks of *contract* are verified, as its page says."""
    site = LocalizedSite.of(contract, language, addresses.plan(contract, guide_pages(contract)))
    return webhooks_view(site).verifications


def text(markup: str) -> str:
    """What a reader copies."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def verify(view: VerificationView, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the library of Standard Webhooks verify the example of *view*, at the time that it names."""
    id, instant, body = view.content.split(".", 2)
    then = datetime.fromtimestamp(int(instant), UTC) + timedelta(seconds=60)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override] # only this one is asked
            return then

    monkeypatch.setattr("standardwebhooks.webhooks.datetime", Clock)
    secret = view.given[0][1]
    headers = {"webhook-id": id, "webhook-timestamp": instant, "webhook-signature": view.expected}
    Webhook(secret).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + " ", headers)


@pytest.mark.parametrize("language", CONTRACT.languages)
def test_the_example_verifies(language: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    (view,) = views(CONTRACT, language)
    id, instant, body = view.content.split(".", 2)
    given = {each.name: each.example for each in WEBHOOK.parameters}
    assert (id, instant) == (given[ID], given[TIMESTAMP])
    assert WEBHOOK.body is not None
    assert re.sub(r"\s", "", body) == re.sub(
        r"\s", "", signature.json_text(next(iter(WEBHOOK.body.examples.values())))
    )
    pattern = next(each for each in WEBHOOK.parameters if each.name == SIGNATURE).schema.value["pattern"]
    assert re.fullmatch(pattern, view.expected)
    verify(view, monkeypatch)


def test_the_octets_are_counted() -> None:
    (view,) = views(CONTRACT)
    octets = view.content.encode()
    assert len(octets) > len(view.content), "the example has no letter of several octets"
    id, instant, body = octets.split(b".", 2)
    told = [octets[span.first - 1 : span.last] for span in view.spans]
    assert told == [id, b".", instant, b".", body]


@pytest.mark.parametrize("language", CONTRACT.languages)
def test_the_command_of_the_page_finds_the_signature(language: Language) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    files = {str(each.path): each.content.decode() for each in docs.plan(CONTRACT).files}
    page = files[f"{language}/webhooks.html"]
    (sample,) = re.findall(r'<div class="sample" data-vector>(.*?)</div>', page, re.DOTALL)
    samples = [text(each) for each in re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)]
    done = subprocess.run(
        ["sh", "-eu", "-c", text(sample)],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        encoding="utf-8",
        timeout=20,
    )
    assert done.returncode == 0, done.stderr
    assert f"v1,{done.stdout.strip()}" in samples
    shown = text(page)
    for needed in (ID, TIMESTAMP, SIGNATURE, "HMAC-SHA256", "whsec_", "base64", "2E"):
        assert needed in shown[shown.index(text(sample)[:20]) - 6000 :], needed


@pytest.mark.parametrize(
    "body",
    [
        {"a": 'é\u202e\u200b\x00 it\'s "$(touch canary)" `x` \\ \n %s'},
        {"b": [1.0, None, True, {}]},
        {},
    ],
)
def test_any_example_gives_a_command_that_finds_its_signature(
    body: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = documents.load()
    operation = next(iter(next(iter(document["webhooks"].values())).values()))
    operation["requestBody"]["content"]["application/json"]["examples"] = {"x": {"value": body}}
    for parameter, example in zip(operation["parameters"], ("a'b$c", "soon", "x"), strict=True):
        parameter["example"] = example
    source = tmp_path / "openapi.json"
    source.write_text(json.dumps(document))
    (view,) = views(load_contract(str(source)))
    assert view.content.startswith("a'b$c.1")
    assert view.content.isprintable()
    verify(view, monkeypatch)
    command = ["sh", "-eu", "-c", text(view.sample)]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=20, check=True
    )
    assert view.expected == f"v1,{done.stdout.strip()}"
    assert [each.name for each in tmp_path.iterdir()] == [source.name]


def test_a_webhook_that_is_not_signed_has_no_such_section(tmp_path: Path) -> None:
    document = documents.load()
    operation = next(iter(next(iter(document["webhooks"].values())).values()))
    del operation["x-cynod"]["request"]["signature"]
    assert views(load_contract(str(documents.save(document, tmp_path / "openapi.yaml")))) == ()
