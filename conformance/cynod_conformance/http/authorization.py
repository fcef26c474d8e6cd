"""Values of the Authorization header (RFC 7617), and the media type of OAuth 2.0 forms."""

from __future__ import annotations
