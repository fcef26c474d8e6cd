"""Operations of OpenAPI 3.2's further methods: ``query`` and ``additionalOperations``."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from cynod_generators.ir.build import build
from cynod_spec import load_contract
from cynod_spec.model import Contract
from cynod_spec.source.reading import read


def test_operations_of_further_methods_are_generated_too(contract: Contract, tmp_path: Path) -> None:
    document: Any = copy.deepcopy(dict(read(contract.file).value))
    document["openapi"] = "3.2.0"
    health = contract.find("health")
    assert health is not None
    item = document["paths"][health.path]
    read_operation = item.pop(health.method.lower())
    other = {**copy.deepcopy(read_operation), "operationId": "copyHealth"}
    item.update({"query": read_operation, "additionalOperations": {"COPY": other}})
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document), "utf-8")
    built = build(load_contract(str(path)))
    methods = {each["method"]: each["id"] for each in built["operations"] if each["path"] == health.path}
    assert methods == {"QUERY": health.id, "COPY": "copyHealth"}
