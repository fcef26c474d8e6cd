"""The one place that knows Schemathesis and Hypothesis."""

from cynod_conformance.engine.adapter import explore

__all__ = ["explore"]
