"""Formats amounts for display."""

from __future__ import annotations

_WITHOUT_DECIMALS = frozenset(  # ISO 4217: no minor unit
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
_WITH_THREE_DECIMALS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))


def shown(amount: int, currency: str, language: str, signed: bool = False) -> str:
    """*amount* minor units of *currency*, with the separators of *language*; *signed*: with ``+`` too."""
    digits = 0 if currency in _WITHOUT_DECIMALS else 3 if currency in _WITH_THREE_DECIMALS else 2
    whole, part = divmod(abs(amount), 10**digits)
    group, point = ("\u202f", ",") if language == "fr" else (",", ".")
    text = f"{whole:,}".replace(",", group) + (f"{point}{part:0{digits}d}" if digits else "")
    sign = "\u2212" if amount < 0 else "+" if signed else ""
    return f"{sign}{text}\u00a0{currency}"
