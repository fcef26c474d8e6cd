"""One run from preflight to verdict."""
