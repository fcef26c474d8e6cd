"""How secrets are kept out of the log. A generated server has the module itself here."""

from __future__ import annotations

from cynod_spec.output.redaction import masked

__all__ = ["masked"]
