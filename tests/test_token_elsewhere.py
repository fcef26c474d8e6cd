"""A token endpoint that the document puts on another host: only cynod.toml says who is sent the secrets."""

from __future__ import annotations

from pathlib import Path

import pytest
from cross_room import documents
from cross_room.servers import cynod

from cynod_conformance.config.settings import read_config
from cynod_conformance.launch.sandbox_process import sandbox
from cynod_spec import load_contract

pytestmark = pytest.mark.slow


def test_tokens_are_asked_for_where_the_configuration_says(tmp_path: Path) -> None:
    document = documents.load()
    contract = load_contract()
    for operation in contract.operations:
        if operation.is_oauth:
            document["paths"][operation.path]["servers"] = [{"url": "https://auth.example"}]
    token = contract.find("token")
    assert token is not None
    spec = documents.save(document, tmp_path / "openapi.yaml")
    with sandbox(["--strict", "--log-level", "warning"]) as written:
        text, url = Path(written).read_text("utf-8"), read_config(written).base_url
        config = tmp_path / "cynod.toml"
        config.write_text(text, "utf-8")
        words = ("conform", url, "--spec", spec, "--config", config, "--report-dir", tmp_path / "report")
        refused = cynod(*words, "--clause", "TOK-1")
        assert refused.returncode == 2, refused.stderr
        assert "https://auth.example: secrets go only where you say" in refused.stderr
        assert "token_url" in refused.stderr
        there = url.replace("127.0.0.1", "localhost")  # another origin, where the same server answers
        target = f'[target]\ntoken_url = "{there}{token.path}"'
        config.write_text(text.replace("[target]", target), "utf-8")
        judged = cynod(*words, "--clause", "TOK-1", "--clause", "TOK-18")
    assert judged.returncode == 0, judged.stdout + judged.stderr
