"""Amounts as people write them."""

from __future__ import annotations

_WHOLE = frozenset(  # ISO 4217: currencies without a minor unit
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
_THOUSANDTHS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))


def shown(amount: int, currency: str, language: str, signed: bool = False) -> str:
    """*amount* minor units of *currency*, grouped as *language* does; *signed*: with a plus as well."""
    digits = 0 if currency in _WHOLE else 3 if currency in _THOUSANDTHS else 2
    whole, part = divmod(abs(amount), 10**digits)
    group, point = ("\u202f", ",") if language == "fr" else (",", ".")
    text = f"{whole:,}".replace(",", group) + (f"{point}{part:0{digits}d}" if digits else "")
    sign = "\u2212" if amount < 0 else "+" if signed else ""
    return f"{sign}{text}\u00a0{currency}"
