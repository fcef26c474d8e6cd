"""Changing an envelope is an edit of the document alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cynod_spec import load_contract
from cynod_spec.model import Contract
from cynod_spec.schema.validation import Validators

from .conftest import Client, run, start


@pytest.mark.slow
def test_another_flag_and_one_more_member(contract: Contract, tmp_path: Path) -> None:
    document = json.loads(json.dumps(contract.document))
    for envelope in contract.envelopes.values():
        name = envelope.at.pointer.rpartition("/")[2]
        schema = document["components"]["schemas"][name]
        flag = envelope.member("flag")
        assert flag is not None
        member = schema["properties"][flag.path[0]]
        member["const"] = str(member["const"]).lower()
        schema["required"].append("site")
        schema["properties"]["site"] = {"const": 2}
    source = tmp_path / "contract.json"
    source.write_text(json.dumps(document))
    result = run("-o", str(tmp_path / "out"), "--spec", str(source))
    assert result.exit_code == 0, result.output
    process, port = start(tmp_path / "out")
    try:
        changed = load_contract(str(source))
        client, validators = Client(changed, port), Validators(changed)
        for effect, status in (("health", 200), ("whoami", 401)):
            operation = client.operation(effect)
            answer = client.call(operation, who=None)
            assert answer.status == status
            assert answer.json["site"] == 2
            response = operation.response(status)
            assert response is not None
            assert response.schema is not None
            assert not validators.errors(response.schema, answer.json)
    finally:
        process.terminate()
        process.communicate(timeout=20)
