"""The only place that knows Schemathesis: it makes requests, our observers judge what comes back."""

from cynod_conformance.engine.exploration import Exploration

__all__ = ["Exploration"]
