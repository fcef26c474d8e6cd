"""Observers: pure functions of one exchange, each judging one clause on whatever passes by.

This package imports ``cynod_spec`` alone, so that a server may judge its own answers with it.
"""

from cynod_conformance.observe import (
    catalogue,
    correlation,
    envelopes,
    errors,
    http,
    leakage,
    robustness,
    tokens,
    transport,
)
from cynod_conformance.observe.declare import OBSERVERS, Context, Observer, Seen, judge, observe
from cynod_conformance.observe.exchange import Exchange, Json, Request, Response, parse_json

__all__ = [
    "OBSERVERS",
    "Context",
    "Exchange",
    "Json",
    "Observer",
    "Request",
    "Response",
    "Seen",
    "catalogue",
    "correlation",
    "envelopes",
    "errors",
    "http",
    "judge",
    "leakage",
    "observe",
    "parse_json",
    "robustness",
    "tokens",
    "transport",
]
