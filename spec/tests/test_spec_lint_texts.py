"""Texts: each has its English, and what they mention exists."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from cross_room.lint_examples import BASE, Example

from cynod_spec.base.suggestions import limited
from cynod_spec.build import build
from cynod_spec.environment.locating import default_contract
from cynod_spec.lint import check
from cynod_spec.lint.catalogue import all_rules
from cynod_spec.lint.mentions import DocumentNames, unknown_codes, unknown_names, unknown_paths
from cynod_spec.lint.registry import Subject
from cynod_spec.model import Text
from cynod_spec.source.document import Source
from cynod_spec.source.reading import read

RULES = {rule.id: rule for rule in all_rules()}


@cache
def shipped() -> Source:
    """The shipped document, read once."""
    return read(default_contract())


@cache
def shipped_names() -> DocumentNames:
    """What may be mentioned in the shipped document."""
    return DocumentNames(Subject(shipped(), build(shipped())))


def missed(english: Mapping[str, str]) -> set[str]:
    """Where the shipped document lacks a text in a language when these are its English words."""
    source = replace(shipped(), english=english)
    return {found.at.pointer for found in RULES["text-missing"].run(Subject(source, build(source)))}


def test_every_text_that_is_translated_is_missed_without_its_translation() -> None:
    english = shipped().english
    assert len(english) > 500
    assert missed(english) == set()
    assert english.keys() - missed({}) == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 2.0.0, description", "version: 2.0.0, summary: En bref., description"),
        (
            "- url: https://api.bikes.example/v2",
            "- {url: 'https://api.bikes.example/v2', description: Le vrai.}",
        ),
        (
            "client: {type: http, scheme: basic}",
            "client: {type: http, scheme: basic, description: Le couple.}",
        ),
        ("    Price:\n      type: object", "    Price:\n      title: Prix\n      type: object"),
        (
            "passId: {type: string}\n        price",
            "passId: {type: string, description: Le sien.}\n        price",
        ),
        ("'pass:write': Émettre", "'pass:write': Émettre\n            'pass:end': Rendre"),
        ("RetryAfter:\n      required: true", "RetryAfter:\n      description: Quand.\n      required: true"),
        (
            "example: {price: {units: 1500, currency: XOF}}\n      responses",
            "examples: {un: {summary: Un, value: {price: {units: 1500, currency: XOF}}}}\n      responses",
        ),
        (
            "operationId: readPass\n              parameters",
            "operationId: readPass\n              description: Relire.\n              parameters",
        ),
    ],
)
def test_a_text_without_english_is_missed_wherever_it_stands(old: str, new: str, tmp_path: Path) -> None:
    assert BASE.count(old) == 1, f"{old!r} stands {BASE.count(old)} times in the example"
    path = Example(BASE.replace(old, new), []).written(tmp_path)
    overlay = tmp_path / "locales" / "en.overlay.yaml"
    words = overlay.read_text("utf-8")
    general = "  - target: $.{0}..[?@.description]\n    update: {{description: What it is.}}\n"
    named = [
        *("$.components.parameters[*]", "$.components.responses[*]", "$.webhooks[*][*].responses[*]"),
        *("$.paths[*][*].parameters[?@.name]", "$.webhooks[*][*].parameters[*]"),
        "$.paths[*][*].responses[?@.description]",
    ]
    for part in ("paths", "webhooks", "components"):
        assert general.format(part) in words
        words = words.replace(general.format(part), "")
    words = words.replace("scopes[*]\n", "scopes['pass:write','pass:read']\n")
    words += "".join(f"  - target: {each}\n    update: {{description: What it is.}}\n" for each in named)
    overlay.write_text(words, "utf-8")
    found = [each for each in check(path) if each.rule == "text-missing"]
    assert len(found) == 1, found
    written = path.read_text("utf-8").splitlines()[found[0].at.line - 1][found[0].at.column - 1 :]
    assert written.startswith(("summary:", "description:", "title:", "'pass:end':"))


STALE = {
    "a code": ("Un jeton inconnu reçoit le code 7777.", ["7777"]),
    "codes of one sentence": ("Le code 2002, que 9998 peut remplacer, puis 9997 ou 2003.", ["9998", "9997"]),
    "an internal code": ("It has the internal code 7777.", ["7777"]),
    "a range": ("Jamais un code de 1000 à 7777.", ["7777"]),
    "a path": (
        "Le statut se lit par GET /santé-perdue et /nulle-part/ailleurs.",
        ["GET /santé-perdue", "/nulle-part/ailleurs"],
    ),
    "a method": ("Rien ne répond à DELETE /sante.", ["DELETE /sante"]),
    "a member in backticks": ("Le membre `codePostal` suit.", ["codePostal"]),
    "a member of several words": ("Ni message ni debugTexte ne disent rien.", ["debugTexte"]),
    "a member with an underscore": ("La valeur de expire_dans est un entier.", ["expire_dans"]),
    "a member of a member": ("Le refus remplit `moreInfo.chants`.", ["moreInfo.chants"]),
    "a header": ("L'en-tête X-Perdu est rendu.", ["X-Perdu"]),
    "a header in backticks": ("Voir `Replay-Key: abc`.", ["Replay-Key"]),
    "a clause": ("Voir la clause TOK-99.", ["TOK-99"]),
    "a plain word in backticks": ("Après `jusqua`, la page est vide.", ["jusqua"]),
}
FRESH = [
    "Une heure vaut 3600 secondes, le corps 1 048 576 octets, `1500` vaut 1 500 F CFA.",
    "Le code 2005, une paire erronée le code 2004 ; voir les RFC 6749 et 7009, et ISO 4217.",
    "Le code 2000 vient le 2026-11-02.",
    "Le type application/json, et/ou text/html ; HTTP/1.1, TLS 1.3, `/` à la fin.",
    "Voir https://exemple.invalid/un_chemin/nul?x_y=1 et [la page](https://exemple.invalid/a_b).",
    "`Authorization: Bearer …`, `Accept: text/html`, `null`, `GET`, `https://`, `{`, `[A-Z]{2}`.",
    "Sous /oauth2, POST /cartes et GET /cartes/crt_4fT9aQ répondent.",
    "Le fichier `openapi.yaml` ; l'algorithme SHA-256, UTF-8, et la norme ISO-8601.",
    "Strict-Transport-Security, en-tête Retry-After, refresh_token, `XOF`.",
]


@pytest.mark.parametrize("name", STALE)
def test_what_a_text_mentions_must_exist(name: str) -> None:
    words, expected = STALE[name]
    names = shipped_names()
    for text in (Text(words), Text("", words)):
        found = [
            *(each.name for each in unknown_codes(text, names)),
            *(each.name for each in unknown_paths(text, names)),
            *(each.name for each in unknown_names(text, names)),
        ]
        assert found == expected


@pytest.mark.parametrize("words", FRESH)
def test_what_looks_like_a_mention_and_is_none_is_left_alone(words: str) -> None:
    names = shipped_names()
    text = Text(words)
    assert [*unknown_codes(text, names), *unknown_paths(text, names), *unknown_names(text, names)] == []


def test_a_number_at_the_end_of_a_part_of_a_codes_own_text_is_a_code() -> None:
    names = shipped_names()
    assert [each.name for each in unknown_codes(Text("Prime sur 7777."), names, is_of_code=True)] == ["7777"]
    assert list(unknown_codes(Text("Au bout de 7777 secondes."), names, is_of_code=True)) == []
    assert list(unknown_codes(Text("Prime sur 1002."), names, is_of_code=True)) == []


@pytest.mark.parametrize(
    ("fr", "en", "expected"),
    [
        ("Le membre succes vaut true.", "The succes member MUST be true.", ["succes"]),
        ("Le membre success vaut true.", "The success member MUST be true.", []),
        ("Le paramètre bidule suit.", "The parameter bidule follows.", ["bidule"]),
        ("Le membre nul est refusé.", "The null member is refused.", []),
        ("Le membre absent est refusé.", "The absent member is refused.", []),
    ],
)
def test_a_plain_word_is_a_name_when_both_languages_use_it_as_one(
    fr: str, en: str, expected: list[str]
) -> None:
    assert [each.name for each in unknown_names(Text(fr, en), shipped_names())] == expected


@pytest.mark.parametrize(
    "part", ["a", "aA", "a_a", "](", "/a", "`a", "a.", "a@", "code 1", "X-A", "en-tête X-", "< ", "A1 "]
)
def test_long_texts_are_read_in_a_moment(part: str) -> None:
    text = Text(part * 20_000, part * 20_000 + "(@<")
    before = time.process_time()
    for find in (unknown_codes, unknown_paths, unknown_names):
        with limited():
            list(find(text, shipped_names()))
    assert time.process_time() - before < 3


def test_the_name_that_was_meant_is_suggested() -> None:
    (found,) = unknown_names(Text("Le membre `debugMesage`."), shipped_names())
    assert found.meant == "debugMessage"
