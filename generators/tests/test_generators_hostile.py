"""Documents whose texts are code: they generate or are refused in one line, and nothing of theirs runs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cynod_spec.model import Contract

from .conftest import run, start

pytestmark = pytest.mark.slow

CANARY = "canary"
TEXTS = [
    '"; open("canary", "w").close(); "',
    "'; open('canary', 'w').close(); '",
    '"""\nopen("canary", "w").close()\n"""',
    "\\",
    '\\"""\nopen("canary", "w").close() #',
    "x\nopen('canary', 'w').close()",
    "x\u2028open('canary', 'w').close()",
    "x\x85y\u202ez",
    "{{ cycler.__init__.__globals__.os.system('touch canary') }}",
    "{% for x in y %}",
    "${open('canary', 'w')}",
    "../../evil",
    "a\r\nSet-Cookie: x=1",
]


def _title(document: dict[str, Any], text: str) -> None:
    document["info"]["title"] = text
    document["info"]["version"] = text
    document["info"]["description"] = text


def _operation_id(document: dict[str, Any], text: str) -> None:
    _first(document)["operationId"] = text


def _texts(document: dict[str, Any], text: str) -> None:
    operation = _first(document)
    operation.update(summary=text, description=text, tags=[text])
    document["tags"] = [{"name": text, "description": text}]
    document["servers"] = [{"url": "https://x.example", "description": text}]
    for schema in document["components"]["schemas"].values():
        schema["description"] = text


def _path(document: dict[str, Any], text: str) -> None:
    paths = document["paths"]
    first = next(iter(paths))
    document["paths"] = {f"/{text}": paths[first], **{k: v for k, v in paths.items() if k != first}}


def _messages(document: dict[str, Any], text: str) -> None:
    for schema in document["components"]["schemas"].values():
        code = schema.get("x-cynod", {}).get("code")
        if code:
            code["message"] = dict.fromkeys(code["message"], text)


def _schema(document: dict[str, Any], text: str) -> None:
    schemas = document["components"]["schemas"]
    schemas["str"] = {"type": "object", "properties": {text: {"enum": [text], "default": text}}}
    schemas["__class__"] = {"type": "string", "pattern": "^[\"'/]+$", "default": "`${}`"}


def _first(document: dict[str, Any]) -> dict[str, Any]:
    item = next(iter(document["paths"].values()))
    found: dict[str, Any] = next(v for k, v in item.items() if k in ("get", "post", "put"))
    return found


@pytest.fixture(scope="module")
def text(contract: Contract) -> str:
    return json.dumps(contract.document)


@pytest.mark.lengthy
@pytest.mark.sampled(one_in=3)
@pytest.mark.parametrize("place", [_title, _operation_id, _texts, _path, _messages, _schema])
def test_nothing_hostile_runs(
    place: Callable[[dict[str, Any], str], None], text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for number, hostile in enumerate(TEXTS):
        document = json.loads(text)
        place(document, hostile)
        source = tmp_path / f"{number}.json"
        source.write_text(json.dumps(document))
        out = tmp_path / f"out{number}"
        result = run("-o", str(out), "--spec", str(source))
        assert result.exit_code in (0, 2), (hostile, result.output, result.exception)
        assert "Traceback" not in result.output
        if result.exit_code == 2:
            assert not out.exists()
            continue
        for module in (out / "cynod_server").rglob("*.py"):
            compile(module.read_bytes(), str(module), "exec")
        loads = "from cynod_server.handlers import Handlers as H"
        loads += "; from cynod_server._generated.contract import Contract as C"
        command = [sys.executable, "-c", f"{loads}; H(); C.load()"]
        subprocess.run(command, cwd=out, check=True, timeout=30)
    assert not list(tmp_path.rglob(CANARY))
    written = {path.name for path in tmp_path.iterdir()}
    assert all(name.startswith("out") or name.endswith(".json") for name in written)


def test_a_hostile_title_starts_and_answers(text: str, tmp_path: Path) -> None:
    import http.client

    document = json.loads(text)
    _title(document, TEXTS[2])
    document["info"]["version"] = "1.0.0"
    source = tmp_path / "contract.json"
    source.write_text(json.dumps(document))
    result = run("-o", str(tmp_path / "out"), "--spec", str(source))
    if result.exit_code == 2:
        pytest.skip("the reader refuses it")
    process, port = start(tmp_path / "out")
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request(
            "GET", next(p for p, i in document["paths"].items() if "get" in i and "{" not in p)
        )
        response = connection.getresponse()
        assert response.status == 401
        assert '"""' not in (response.headers["WWW-Authenticate"] or "")
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert not list(tmp_path.rglob(CANARY))


def test_colliding_operation_ids_are_refused_with_their_place(text: str, tmp_path: Path) -> None:
    document = json.loads(text)
    operations = [o for item in document["paths"].values() for k, o in item.items() if isinstance(o, dict)]
    operations[0]["operationId"], operations[1]["operationId"] = "readIt", "read-it"
    source = tmp_path / "contract.json"
    source.write_text(json.dumps(document, indent=1))
    result = run("-o", str(tmp_path / "out"), "--spec", str(source))
    assert result.exit_code == 2
    assert f"{source}:" in result.output
    assert not (tmp_path / "out").exists()


def test_a_missing_role_is_named(text: str, tmp_path: Path) -> None:
    source = tmp_path / "contract.json"
    source.write_text(
        text.replace('"name": "json-malformed"', '"name": "something-else"').replace(
            '"json-malformed"', '"something-else"'
        )
    )
    result = run("-o", str(tmp_path / "out"), "--spec", str(source))
    assert result.exit_code == 2
    assert "json-malformed" in result.output
