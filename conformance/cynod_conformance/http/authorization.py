"""Values of the Authorization header (RFC 7617), and the media type of OAuth 2.0 forms."""

from __future__ import annotations

import base64

FORM = "application/x-www-form-urlencoded"


def basic(key: str, secret: str) -> str:
    """The value of ``Authorization`` for a Basic pair."""
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()
