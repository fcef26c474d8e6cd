"""The JSON Schemas of the configuration files, as they are published: for editors, in French and in English.

They are made from the models. ``schemas/`` holds them as the wheel ships them, since a ``#:schema`` line of a
TOML file names a file; a test keeps them equal to what :func:`json_schema` makes, and
``cynod config schema --file NAME --lang LANG -o FILE`` writes one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import msgspec

from cynod_spec.configuration.cynod_toml import CynodToml
from cynod_spec.configuration.partners_file import PartnersFile
from cynod_spec.configuration.waivers_file import WaiversFile
from cynod_spec.i18n.translations import Language, translated

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
FOLDER: Final = Path(__file__).parent / "schemas"


class ConfigurationFile(NamedTuple):
    """A file that configures cynod: its *title* in English, and what it may hold."""

    title: str
    model: type[msgspec.Struct]


FILES: Final[Mapping[str, ConfigurationFile]] = {
    "cynod": ConfigurationFile("cynod.toml, for cynod conform", CynodToml),
    "partners": ConfigurationFile("Partners of a server, for cynod sandbox --partners", PartnersFile),
    "waivers": ConfigurationFile("Waivers, for cynod conform --waivers", WaiversFile),
}
"""Every such file, by the name that ``cynod config schema --file`` gives it."""


def json_schema(name: str, language: Language) -> dict[str, Any]:
    """The JSON Schema (2020-12) of the file *name*, its titles and descriptions in *language*."""
    title, model = FILES[name]
    (root,), components = msgspec.json.schema_components([model])
    defined = {each: _published(schema, language) for each, schema in components.items()}
    own = defined.pop(str(root["$ref"]).rpartition("/")[2])
    about = {
        "$schema": DIALECT,
        "$id": f"urn:cynod:configuration:{name}:1",
        "title": translated(title, language),
    }
    return {**about, **own, "$defs": defined}


def directive(name: str, language: Language) -> str:
    """The comment that tells an editor of the schema of the file *name*, as it is installed here.

    Editors with Taplo (Even Better TOML) and Tombi read it in the first lines of a TOML file.
    """
    return f"#:schema {shipped(name, language).as_uri()}"


def shipped(name: str, language: Language) -> Path:
    """Where the schema of the file *name* is installed."""
    return FOLDER / f"{name}.{language}.schema.json"


def texts() -> Iterator[str]:
    """Every title and description, in English."""
    for name, (title, _) in FILES.items():
        yield title
        yield from _descriptions(json_schema(name, "en"))


def _published(schema: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """*schema* without the names of classes, its descriptions in *language*."""
    made = {key: value for key, value in schema.items() if key != "title"}
    if "description" in made:
        made["description"] = translated(made["description"], language)
    if "properties" in made:
        made["properties"] = {key: _published(each, language) for key, each in made["properties"].items()}
    if not made.get("required", True):
        del made["required"]
    return made


def _descriptions(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in cast("dict[str, object]", schema).items():
            if key == "description" and isinstance(value, str):
                yield value
            else:
                yield from _descriptions(value)
