"""What the server takes from openapi.yaml at start: texts, statuses, version, documentation pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

DEFAULT_SPEC = Path(__file__).resolve().parent.parent / "openapi.yaml"
METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True)
class Contract:
    """The facts of the document that answers need."""

    version: str
    languages: tuple[str, ...]
    documentation: str
    max_body: int
    statuses: dict[str, int]
    texts: dict[str, dict[str, str]]
    names: dict[str, str]
    cases: dict[str, str]
    deprecation: str
    deprecation_link: str

    def text(self, code: str, language: str) -> str:
        """Return the catalogue's text of a code."""
        return self.texts[language][code]

    def page(self, code: str) -> str:
        """Return the documentation page of a code."""
        return self.documentation.replace("{code}", code)


def _codes_of(document: dict[str, Any], response: dict[str, Any]) -> list[str]:
    """List the codes one response admits."""
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    found: list[str] = []
    for part in schema.get("allOf", []):
        for choice in part.get("properties", {}).get("code", {}).get("oneOf", []):
            found.append(choice["$ref"].rsplit("/Code", 1)[1])
    return found


def load(path: Path) -> Contract:
    """Read the document and keep what answers need."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    common = document["x-cynod"]
    statuses: dict[str, int] = {}
    for operations in document["paths"].values():
        for method in METHODS:
            for status, response in operations.get(method, {}).get("responses", {}).items():
                statuses.update(dict.fromkeys(_codes_of(document, response), int(status)))
    for response in common["general"]["responses"]:
        statuses.update(dict.fromkeys(_codes_of(document, response), int(response["status"])))
    entries = {
        schema["const"]: schema["x-cynod"]["code"]
        for name, schema in document["components"]["schemas"].items()
        if name.startswith("Code") and "const" in schema
    }
    languages = tuple(common["languages"])
    basic = document["components"]["securitySchemes"]["basic"]["x-cynod"]
    since = datetime.fromisoformat(basic["deprecated-at"].replace("Z", "+00:00"))
    return Contract(
        version=document["info"]["version"],
        languages=languages,
        documentation=common["documentation"],
        max_body=common["max-body"],
        statuses=statuses,
        texts={lang: {code: e["message"][lang] for code, e in entries.items()} for lang in languages},
        names={code: e["name"] for code, e in entries.items()},
        cases={code: e["case"] for code, e in entries.items()},
        deprecation=f"@{int(since.timestamp())}",
        deprecation_link=f'<{basic["deprecation"]}>; rel="deprecation"; type="text/html"',
    )
