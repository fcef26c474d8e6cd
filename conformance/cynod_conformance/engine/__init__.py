"""The only place that knows Schemathesis: it makes requests, our observers judge what comes back."""

from cynod_conformance.engine.adapter import explore

__all__ = ["explore"]
