"""The configuration of a run: `cynod.toml`, and where its OAuth 2.0 endpoints are."""
