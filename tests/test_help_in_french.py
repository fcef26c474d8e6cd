"""``--help`` and the comments of ``cynod.toml`` are in French when ``--lang`` or the locale says so."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from cynod_conformance.cli.conform_command import conform
from cynod_generators.cli import docs, generate, server
from cynod_sandbox.app import settings_file
from cynod_sandbox.cli import sandbox
from cynod_sandbox.provisioning.seed import Credential, Seed
from cynod_sandbox.webhooks.endpoints import Endpoint
from cynod_spec.cli.commands import spec
from cynod_spec.cli.commands.config import config, schema
from cynod_spec.cli.root import SUMMARIES, cynod
from cynod_spec.configuration import published
from cynod_spec.i18n.translations import (
    CATALOGUE,
    TranslatedCommand,
    catalogue,
    language,
    locale_language,
    paragraphs,
    shown_metavar,
    translated,
)

NAMES = (
    *("", "generate", "generate server", "generate docs", "sandbox", "conform"),
    *("config", "config schema"),
)
COMMANDS: tuple[click.Command, ...] = (cynod, generate, server, docs, sandbox, conform, config, schema)
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
MAX_COLUMNS = 80
WIDE_MARKS = (":", ";", "?", "!", "»")  # a no-break space stands before each


def shown(*arguments: str, charset: str = "utf-8", **environment: str) -> str:
    """What *arguments* print under the locale of *environment* and no other; they succeed."""
    given = {name: environment.get(name) for name in VARIABLES}
    result = CliRunner(charset=charset).invoke(cynod, arguments, env=given, prog_name="cynod")
    assert result.exit_code == 0, result.output
    return result.output


def is_french(text: str) -> bool:
    """Whether a help is in French; it is never in both languages."""
    french, english = "Affiche cette aide" in text, "Show this message" in text
    assert french != english, text
    return french


@dataclass
class Texts:
    """What the commands and the file of settings say, as the catalogue names it."""

    paragraphs: set[str] = field(default_factory=set)
    metavars: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def texts() -> Texts:
    """All that partners may read."""
    found = Texts({*SUMMARIES.values(), *settings_file.COMMENTS, *published.texts()}, {"COMMAND [ARGS]..."})
    for command in COMMANDS:
        context = click.Context(command, info_name="cynod", help_option_names=["-h", "--help"])
        options = [
            each for each in command.get_params(context) if isinstance(each, click.Option) and not each.hidden
        ]
        said = [command.help, command.short_help, command.epilog, *(option.help for option in options)]
        for text in filter(None, said):
            found.paragraphs |= {paragraph for _, paragraph in paragraphs(text)}
        for option in options:
            assert option.help, f"{command.name} {option.opts} has no help"
            if not (option.is_flag or isinstance(option.type, click.Choice)):
                found.metavars.add(shown_metavar(option))
    return found


def test_every_text_has_its_french_and_every_entry_its_text(texts: Texts) -> None:
    assert set(catalogue().paragraphs) == texts.paragraphs


def test_metavariables_are_french_or_the_same_in_both_languages(texts: Texts) -> None:
    same = {"URL", "CIDR", "N"}
    assert set(catalogue().metavars) == texts.metavars - same


def test_no_entry_stands_twice() -> None:
    entries = tomllib.loads(Path(CATALOGUE).read_text(encoding="utf-8"))["paragraphs"]
    assert len(entries) == len(catalogue().paragraphs)


def test_french_has_its_spaces() -> None:
    for text in catalogue().paragraphs.values():
        for mark in WIDE_MARKS:
            assert f" {mark}" not in text.replace("\\ ", ""), f"a plain space before {mark!r}: {text}"


@pytest.mark.parametrize("command", NAMES)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_option_may_stand_before_and_after_help(command: str, lang: str) -> None:
    words = command.split()
    orders = [
        [*words, "--lang", lang, "--help"],
        [*words, "--help", f"--lang={lang}"],
        [*words, "-h", "--lang", lang],
        ["--lang", lang, *words, "--help"],
    ]
    helps = {shown(*order, LANG="fr_FR.UTF-8" if lang == "en" else "en_GB.UTF-8") for order in orders}
    assert len(helps) == 1 or command == "conform"
    assert {is_french(text) for text in helps} == {lang == "fr"}


@pytest.mark.parametrize("command", NAMES)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_help_fits_a_terminal(command: str, lang: str) -> None:
    too_long = [
        line
        for line in shown(*command.split(), "--help", "--lang", lang).splitlines()
        if len(line) > MAX_COLUMNS
    ]
    assert not too_long


@pytest.mark.parametrize("command", NAMES)
def test_a_french_help_leaves_no_english_word_of_click(command: str) -> None:
    text = shown(*command.split(), "--help", "--lang", "fr")
    assert text.startswith(f"Usage\u00a0: cynod {command}".rstrip())
    assert "\nOptions\u00a0:\n" in text
    for word in (
        "Usage:",
        "Options:",
        "Commands:",
        "[default",
        "required",
        "Default:",
        "COMMAND ",
        "INTEGER",
    ):
        assert word not in text, word


def test_defaults_and_duties_are_told_in_french() -> None:
    assert "[par\u00a0défaut\u00a0: 127.0.0.1]" in shown("sandbox", "--help", LANG="fr_SN.UTF-8")
    assert "[obligatoire]" in shown("generate", "docs", "--help", LANG="fr_SN.UTF-8")


def test_groups_list_their_commands_in_french() -> None:
    assert "Juger un serveur d'après le contrat." in shown("--help", LANG="fr")
    assert "Génère la documentation" in shown("generate", "--help", LANG="fr")


def test_a_group_without_command_helps_in_french_too() -> None:
    environment = {**dict.fromkeys(VARIABLES), "LANG": "fr_FR"}
    for arguments in ([], ["generate"]):
        assert is_french(CliRunner().invoke(cynod, arguments, env=environment, prog_name="cynod").output)


def test_the_last_of_several_options_counts_as_click_has_it() -> None:
    assert is_french(shown("sandbox", "--lang", "en", "--lang", "fr", "--help"))


@pytest.mark.parametrize(
    "arguments", [["--lang", "de", "--help"], ["--help", "--lang"], ["--lang=", "--help"]]
)
def test_help_outlives_a_language_that_is_none(arguments: list[str]) -> None:
    environment = {**dict.fromkeys(VARIABLES), "LANG": "fr_FR"}
    result = CliRunner().invoke(cynod, ["sandbox", *arguments], env=environment, prog_name="cynod")
    if result.exit_code:  # click reads the option before it knows of the help
        assert result.exit_code == 2
        assert "Traceback" not in result.output
    else:
        assert is_french(result.output)


def test_an_unknown_language_is_refused() -> None:
    result = CliRunner().invoke(cynod, ["sandbox", "--lang", "de"], prog_name="cynod")
    assert result.exit_code == 2
    assert "'de' is not one of 'fr', 'en'" in result.output


def test_what_follows_two_dashes_is_no_option() -> None:
    assert not is_french(shown("conform", "--help", "--", "--lang=fr"))


def test_architects_help_stays_english() -> None:
    assert not is_french(shown("spec", "--help", LANG="fr_FR.UTF-8"))
    assert not isinstance(spec, TranslatedCommand)


LOCALES = [
    ({}, "en"),
    ({"LANG": "fr_FR.UTF-8"}, "fr"),
    ({"LANG": "fr"}, "fr"),
    ({"LANG": "fr_CA.ISO-8859-1@euro"}, "fr"),
    ({"LANG": "en_US.UTF-8"}, "en"),
    ({"LANG": "de_DE.UTF-8"}, "en"),
    ({"LANG": "fro_FR"}, "en"),
    ({"LANG": ""}, "en"),
    ({"LC_MESSAGES": "fr_FR", "LANG": "en_US"}, "fr"),
    ({"LC_MESSAGES": "en_US", "LANG": "fr_FR"}, "en"),
    ({"LC_ALL": "fr_FR", "LC_MESSAGES": "en_US", "LANG": "en_US"}, "fr"),
    ({"LC_ALL": "en_US", "LC_MESSAGES": "fr_FR", "LANG": "fr_FR"}, "en"),
    ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "fr_FR"}, "fr"),
    ({"LC_ALL": "C", "LANG": "fr_FR"}, "en"),
    ({"LC_ALL": "POSIX", "LANG": "fr_FR"}, "en"),
    ({"LC_CTYPE": "fr_FR.UTF-8"}, "en"),
    ({"LANGUAGE": "fr"}, "en"),  # without a locale there is nothing to translate
    ({"LANGUAGE": "fr", "LANG": "C"}, "en"),
    ({"LANGUAGE": "fr", "LANG": "C.UTF-8"}, "en"),
    ({"LANGUAGE": "fr", "LC_ALL": "POSIX", "LANG": "fr_FR"}, "en"),
    ({"LANGUAGE": "fr:en", "LANG": "en_US.UTF-8"}, "fr"),
    ({"LANGUAGE": "en:fr", "LANG": "fr_FR.UTF-8"}, "en"),
    ({"LANGUAGE": "wo:fr_SN:en", "LANG": "wo_SN"}, "fr"),
    ({"LANGUAGE": "C:fr", "LANG": "fr_FR"}, "en"),
    ({"LANGUAGE": "wo", "LANG": "fr_FR"}, "en"),  # the list takes the locale's place
    ({"LANGUAGE": "", "LANG": "fr_FR"}, "fr"),
    ({"LANGUAGE": ":fr", "LANG": "en_US"}, "fr"),
]


@pytest.mark.parametrize(("environment", "expected"), LOCALES)
def test_the_locale_is_read_as_gettext_reads_it(environment: dict[str, str], expected: str) -> None:
    assert locale_language(environment) == expected


def test_help_asks_the_locale() -> None:
    assert is_french(shown("sandbox", "--help", LANGUAGE="fr", LC_ALL="en_US.UTF-8"))
    assert not is_french(shown("sandbox", "--help", LC_ALL="C", LANG="fr_FR.UTF-8"))


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("charset", ["latin-1", "koi8-r", "cp437"])
def test_help_survives_an_output_without_its_letters(charset: str, lang: str) -> None:
    text = shown("conform", "--help", "--lang", lang, charset=charset)
    assert 'active = "\\u2026"' in text
    if lang == "fr":
        assert ("D\\xe9marre" if charset == "koi8-r" else "Démarre") in text


def test_help_survives_an_output_of_ascii() -> None:
    """click takes it for UTF-8 that the environment does not declare."""
    command = [sys.executable, "-m", "cynod_spec.cli", "conform", "--help", "--lang=fr"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert "Démarre" in done.stdout.decode()


def test_english_help_reads_no_catalogue() -> None:
    catalogue.cache_clear()
    shown("--help", LANG="en_US.UTF-8")
    shown("sandbox", "--help", LANG="C.UTF-8")
    assert catalogue.cache_info().currsize == 0
    shown("--help", LANG="fr_FR.UTF-8")
    assert catalogue.cache_info().currsize == 1


# cynod.toml


def seed() -> Seed:
    """What a file of settings tells, as small as it may be."""
    return Seed(
        credentials={"primary": Credential("cle", "secret")},
        cards={"active": "5399411234564821"},
        webhook=Endpoint("http://127.0.0.1:9000/cynod", "whsec_AAAA"),
    )


def written(path: Path, lang: str) -> str:
    """The file as *lang* has it."""
    settings_file.write(
        path,
        base_url="http://127.0.0.1:8080",
        seed=seed(),
        token_ttl=60,
        max_body=1024,
        troubles={"5399411234564838": "latency=5000"},
        language="fr" if lang == "fr" else "en",
    )
    return path.read_text(encoding="utf-8")


def comments(text: str) -> Iterator[str]:
    """The comments of a file of settings."""
    return (line.removeprefix("# ") for line in text.splitlines() if line.startswith("#"))


def test_the_file_says_the_same_in_both_languages(tmp_path: Path) -> None:
    french, english = (written(tmp_path / f"{lang}.toml", lang) for lang in ("fr", "en"))
    assert tomllib.loads(french) == tomllib.loads(english)
    for text in settings_file.COMMENTS:
        assert text in " ".join(comments(english))
        assert translated(text, "fr") in " ".join(comments(french))
        assert text not in " ".join(comments(french))
    directive, *lines = french.splitlines()
    assert directive.startswith("#:schema file:///")  # a URL cannot be folded
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        ([], {}, "en"),
        ([], {"LANG": "fr_FR.UTF-8"}, "fr"),
        (["--lang", "fr"], {"LANG": "en_US.UTF-8"}, "fr"),
        (["--lang=en"], {"LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_the_sandbox_knows_the_language_of_its_file(
    arguments: list[str],
    environment: dict[str, str],
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    given = [*arguments, "--write-config", "cynod.toml"]
    assert language(sandbox.make_context("sandbox", given)) == expected


# The language of a report


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["conform", "--list"], "fr"),
        (["conform", "--list", "--lang", "en"], "en"),
        (["--lang", "en", "conform", "--list"], "en"),
        (["--lang", "en", "conform", "--list", "--lang=fr"], "fr"),
    ],
)
def test_a_report_is_in_the_language_asked_for_and_else_in_french(
    arguments: list[str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    languages: list[str] = []

    def listed(options: Any) -> int:
        languages.append(options.language)
        return 0

    monkeypatch.setattr("cynod_conformance.cli.conform_command.listed", listed)
    shown(*arguments, LANG="en_US.UTF-8")
    assert languages == [expected]
