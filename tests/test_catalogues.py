"""The catalogue that the documentation and the console take their texts from."""

from __future__ import annotations

import string
from collections import Counter

import pytest

from cynod_generators.targets.docs.text.words import CATALOGUE as DOCUMENTATION
from cynod_sandbox.console.words import CATALOGUE as CONSOLE
from cynod_spec.i18n.catalogue import Catalogue

SMALL = Catalogue({"results": ("Résultats\u00a0: {count}", "Results: {count}"), "not-a-name": ("oui", "yes")})


def gaps(text: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_a_text_is_found_by_key_and_as_an_attribute() -> None:
    assert SMALL.texts("en")("results", count=3) == "Results: 3"
    assert SMALL.texts("fr").results == "Résultats\u00a0: {count}"
    assert SMALL.texts("fr")("not-a-name") == "oui"
    assert SMALL.both("not-a-name") == ("oui", "yes")
    assert list(SMALL) == ["results", "not-a-name"]


def test_what_a_catalogue_lacks_is_an_error() -> None:
    with pytest.raises(KeyError):
        SMALL.texts("en")("nothing")
    with pytest.raises(KeyError):
        SMALL.texts("en")("results", other=3)
    with pytest.raises(AttributeError, match="nothing"):
        _ = SMALL.texts("en").nothing
    assert getattr(SMALL.texts("en"), "nothing", "else") == "else"
    with pytest.raises(KeyError):
        SMALL.texts("de")


@pytest.mark.parametrize("catalogue", [DOCUMENTATION, CONSOLE], ids=["documentation", "console"])
def test_both_languages_have_the_same_gaps(catalogue: Catalogue) -> None:
    assert len(list(catalogue)) > 100
    for key in catalogue:
        french, english = catalogue.both(key)
        assert french.strip(), key
        assert english.strip(), key
        assert gaps(french) == gaps(english), key
