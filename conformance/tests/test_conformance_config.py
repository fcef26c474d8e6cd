"""cynod.toml: strict, one line an error, secrets never echoed; and the command's own refusals."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cynod_conformance.cli.conform_command import conform
from cynod_conformance.config.settings import read_config
from cynod_conformance.runner.preflight import check_url
from cynod_spec.base.errors import UsageError

SECRET = "never-shown-0123456789"


def write(folder: Path, text: str) -> str:
    path = folder / "cynod.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_secrets_come_from_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYNOD_TEST_SECRET", SECRET)
    (tmp_path / "secret.txt").write_text(SECRET + "\n", encoding="utf-8")
    config = read_config(
        write(
            tmp_path,
            '[credentials.primary]\nconsumer_key = "k"\nconsumer_secret = "env:CYNOD_TEST_SECRET"\n'
            '[credentials.core]\nconsumer_key = "c"\nconsumer_secret = "file:secret.txt"\n',
        )
    )
    assert {c.secret for c in config.credentials.values()} == {SECRET}
    assert SECRET not in repr(config)


@pytest.mark.parametrize(
    "text",
    [
        "[target",
        "[targets]\n",
        '[target]\nbase = "x"\n',
        "target = 1\n",
        '[credentials.stranger]\nconsumer_key = "k"\nconsumer_secret = "s"\n',
        '[credentials.primary]\nconsumer_key = "k"\n',
        '[credentials.primary]\nconsumer_key = "k"\nconsumer_secret = "env:CYNOD_NO_SUCH"\n',
        '[credentials.primary]\nconsumer_key = "k"\nconsumer_secret = "file:nowhere"\n',
        '[limits]\ntoken_ttl = "long"\n',
        "[limits]\ntoken_ttl = -1\n",
        '[target]\nallow_http = "yes"\n',
        '[webhook]\nsecret = "whsec_é"\n',
        '[webhook]\nsecret = "never-shown-0123456789"\n',
        "[webhook]\nlisten = 9000\n",
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_config(write(tmp_path, text))
    assert "\n" not in caught.value.message.replace("\n", "", 0)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("url", ["ftp://x", "x", "http://api.example.org", "https://u:p@x", "https://x?q=1"])
def test_an_address_that_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        check_url(url, False)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://localhost", "http://[::1]:8080", "https://x/v1"]
)
def test_an_address_that_is_taken(url: str) -> None:
    check_url(url, False)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 2),
        (["http://127.0.0.1:1", "--sandbox"], 2),
        (["https://x", "--config", "/nowhere/cynod.toml"], 2),
        (["https://x", "--clause", "NO-1"], 2),
        (["https://x", "--operation", "nothing"], 2),
        (["https://x", "--replay", "A.1"], 2),
        (["http://127.0.0.1:1"], 3),
    ],
)
def test_refusals_of_the_command(arguments: list[str], code: int) -> None:
    found = CliRunner().invoke(conform, arguments)
    assert found.exit_code == code, found.output
    assert "Traceback" not in found.output
