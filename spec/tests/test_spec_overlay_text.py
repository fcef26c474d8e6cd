"""``cynod spec overlay`` changes the text where the overlay says so: all else keeps its octets."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from cynod_spec.base.errors import DocumentError
from cynod_spec.cli.commands import spec
from cynod_spec.environment.locating import default_contract
from cynod_spec.source.editing import edited, same
from cynod_spec.source.overlay import Overlay, apply, read
from cynod_spec.source.parsing import parse
from cynod_spec.source.writing import yaml_text

DOCUMENT = """\
# The contract of the shop.
openapi: 3.1.0   # of 2021
info:
    title:   "Shop"      # what it is called
    version: '1.0'
    # Longer than one line.
    description: |
      First.

      Second.
# Where it answers
servers:
    - url: https://a.example   # production
      description: >-
          Main
          place
    - {url: "https://b.example"}   # spare
paths: {}
tags: [a, b,
       c]  # three
x-flow: { one: 1, two: 2 }  # kept
x-empty:
x-last: 0x1F
"""
HEAD = "overlay: 1.0.0\ninfo: {title: o, version: '1'}\nactions:\n"


def overlay_of(actions: str) -> Overlay:
    return read(parse(HEAD + actions, "o.yaml"), "o.yaml")


def overlaid(folder: Path, document: str, actions: str, name: str = "openapi.yaml", *options: str) -> Any:
    """The outcome of the command, its output in ``out.yaml`` or ``out.json``."""
    (folder / name).write_bytes(document.encode())
    (folder / "overlay.yaml").write_text(HEAD + actions, encoding="utf-8")
    out = str(folder / ("out" + Path(name).suffix))
    files = [str(folder / name), str(folder / "overlay.yaml")]
    return CliRunner().invoke(spec, ["overlay", *files, "-o", out, *options])


def changed(folder: Path, document: str, actions: str, name: str = "openapi.yaml", *options: str) -> str:
    done = overlaid(folder, document, actions, name, *options)
    assert done.exit_code == 0, done.exception or done.output
    assert "comments are lost" not in done.stderr
    return (folder / ("out" + Path(name).suffix)).read_bytes().decode()


CHANGES: dict[str, tuple[Any, ...]] = {  # name → the overlay's actions, then (old text, new text)…
    "a scalar in its quotes": (
        "- {target: $.info, update: {title: Store}}",
        ('    title:   "Shop"  ', '    title:   "Store"  '),
    ),
    "a text that reads as a number": (
        "- {target: $.info, update: {version: '2.0', title: 1e3}}",
        ("'1.0'", "'2.0'"),
        ('"Shop"', "1000.0"),
    ),
    "a block of text": (
        '- {target: $.info, update: {description: "One.\\n\\nTwo.\\n"}}',
        ("      First.\n\n      Second.\n", "        One.\n\n        Two.\n"),
    ),
    "members that come": (
        "- {target: $.info, update: {summary: 'a: b', contact: {name: me, x-l: [1, {a: 2}]}}}",
        (
            "      Second.\n",
            "      Second.\n    summary: 'a: b'\n    contact:\n        name: me\n        x-l:\n"
            "            - 1\n            -   a: 2\n",
        ),
    ),
    "an item that comes": (
        "- {target: $.servers, update: {url: 'https://c.example', x-a: 1}}",
        ("# spare\n", "# spare\n    -   url: https://c.example\n        x-a: 1\n"),
    ),
    "an item that goes": (
        "- {target: '$.servers[0]', remove: true}",
        (
            "    - url: https://a.example   # production\n"
            "      description: >-\n          Main\n          place\n",
            "",
        ),
    ),
    "a member that goes, with the comment above it": (
        "- {target: $.info.description, remove: true}",
        ("    # Longer than one line.\n    description: |\n      First.\n\n      Second.\n", ""),
    ),
    "the first member of an item": (
        "- {target: '$.servers[0].url', remove: true}\n- {target: '$.servers[0]', update: {x-a: /v1}}",
        ("url: https://a.example   # production\n      description", "description"),
        ("          place\n", "          place\n      x-a: /v1\n"),
    ),
    "a list in brackets": (
        "- {target: $.tags, update: [d, 'e,f']}\n- {target: '$.tags[1]', remove: true}",
        ("[a, b,\n       c]", "[a,\n       c, d, 'e,f']"),
    ),
    "a mapping in braces": (
        "- {target: \"$['x-flow']\", update: {one: [true, {x: null}], three: '3'}}\n"
        "- {target: \"$['x-flow'].two\", remove: true}",
        ("{ one: 1, two: 2 }", "{ one: [true, {x: null}], three: '3' }"),
    ),
    "an empty mapping and an empty value": (
        "- {target: $.paths, update: {/x: {get: {operationId: a}}}}\n- {target: $, update: {x-empty: [1]}}",
        ("paths: {}\n", "paths:\n    /x:\n        get:\n            operationId: a\n"),
        ("x-empty:\n", "x-empty:\n    - 1\n"),
    ),
    "an item at the end of a list, and a member after that list": (
        "- {target: $.servers, update: {url: 'https://c.example'}}\n- {target: $.tags, update: [d]}\n"
        "- {target: '$.servers[0]', update: {x-a: [1]}}",
        ("          place\n", "          place\n      x-a:\n          - 1\n"),
        ("# spare\n", "# spare\n    -   url: https://c.example\n"),
        ("       c]", "       c, d]"),
    ),
    "all of a mapping": (
        "- {target: \"$['x-flow'].*\", remove: true}",
        ("{ one: 1, two: 2 }", "{}"),
    ),
    "members at the end": (
        "- {target: $, update: {x-last: 31.0, x-more: yes}}",
        ("x-last: 0x1F\n", "x-last: 31.0\nx-more: 'yes'\n"),
    ),
}


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("case", CHANGES)
def test_only_the_target_changes(case: str, line_break: str, tmp_path: Path) -> None:
    actions, *replacements = CHANGES[case]
    expected = DOCUMENT
    for old, new in replacements:
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    made = changed(tmp_path, DOCUMENT.replace("\n", line_break), actions)
    assert made == expected.replace("\n", line_break)


FLOW = """\
openapi: 3.1.0
info: {
  title: a,  # of the title
  summary: s,  # of the summary
  # of the version
  version: '1'  # too
}
x-list: [
  one,  # 1
  two, three,  # 2 and 3
  four
]
paths: {}
"""


@pytest.mark.parametrize(
    ("target", "gone", "left"),
    [
        ("$.info.title", "  title: a,  # of the title\n", ""),
        ("$.info.summary", "  summary: s,  # of the summary\n", ""),
        ("$.info.version", "  version: '1'  # too\n", ""),
        ("$['x-list'][1]", "  two, three", "   three"),
        ("$['x-list'][3]", "  four\n", ""),
    ],
)
def test_comments_between_brackets_stay(target: str, gone: str, left: str, tmp_path: Path) -> None:
    made = changed(tmp_path, FLOW, f'- {{target: "{target}", remove: true}}')
    assert FLOW.count(gone) == 1
    assert made == FLOW.replace(gone, left)


def test_neighbours_among_comments_go_together(tmp_path: Path) -> None:
    made = changed(tmp_path, FLOW, "- {target: \"$['x-list'][1:4]\", remove: true}")
    assert yaml.safe_load(made)["x-list"] == ["one"]
    assert "# 1" in made


def test_a_list_and_the_mapping_that_it_ends_grow_at_once() -> None:
    before = "x:\n  a:  # listed\n  - 1  # one\ny:\n- a:\n  - b:\n    - 1  # deep\n"
    after = {"x": {"a": [1, 2], "z": 3}, "y": [{"a": [{"b": [1, 2], "c": 3}, 4], "d": 5}, 6]}
    made = edited(before, after, "a.yaml")
    assert made is not None
    assert same(parse(made, "a.yaml").value, after)
    assert all(comment in made for comment in ("# listed", "# one", "# deep"))


def test_a_document_in_json_keeps_its_layout(tmp_path: Path) -> None:
    document = (
        '{\n   "openapi": "3.1.0",\n   "info": {"title": "t", "version": "1"},\n   "paths": {},\n'
        '   "tags": [\n      {"name": "a"}\n   ]\n}\n'
    )
    actions = (
        "- {target: $.info, update: {title: 'é \"1\"', summary: s}}\n- {target: $.tags, update: {name: b}}\n"
        "- {target: $, update: {x-a: {b: [1]}}}\n"
    )
    made = changed(tmp_path, document, actions, "openapi.json", "--format", "json")
    assert made == (
        '{\n   "openapi": "3.1.0",\n   "info": {"title": "é \\"1\\"", "version": "1", "summary": "s"},\n'
        '   "paths": {},\n'
        '   "tags": [\n      {"name": "a"},\n      {\n         "name": "b"\n      }\n   ],\n'
        '   "x-a": {\n      "b": [\n         1\n      ]\n   }\n}\n'
    )


ALIASES = """\
openapi: 3.1.0
info: &info {title: t, version: '1'}  # first
x-base: &base
  a: 1
  b: [1, 2]
x-one:
  <<: *base
  b: 3
x-two: *base  # second
x-three: [*info, *base]
paths: {}
"""
ALIASED = {
    "what the alias repeats": ("- {target: \"$['x-base']\", update: {a: 2}}", ("a: 1", "a: 2")),
    "the alias": ("- {target: \"$['x-two']\", update: {c: 2}}", None),
    "an item that is an alias": ("- {target: \"$['x-three'][1].b\", update: 3}", None),
    "what is merged": ("- {target: \"$['x-one']\", update: {a: 5}}", ("  b: 3\n", "  b: 3\n  a: 5\n")),
    "what is merged goes": ("- {target: \"$['x-one'].a\", remove: true}", None),
    "the anchor goes": ("- {target: \"$['x-base']\", remove: true}", None),
    "another member": ("- {target: $.info, update: {title: u}}", None),
}


@pytest.mark.parametrize("case", ALIASED)
def test_an_alias_stays_unless_it_means_another_value(case: str, tmp_path: Path) -> None:
    actions, *replacements = ALIASED[case]
    made = changed(tmp_path, ALIASES, actions)
    before, after = parse(ALIASES, "a.yaml").value, parse(made, "a.yaml").value
    assert same(after, apply(before, overlay_of(actions)))
    for line in ("# first", "# second", "paths: {}", "openapi: 3.1.0"):
        assert line in made
    if replacements[0] is not None and case != "what the alias repeats":
        assert made == ALIASES.replace(*replacements[0])


def test_an_alias_keeps_its_value_when_its_anchor_changes(tmp_path: Path) -> None:
    made = changed(tmp_path, ALIASES, ALIASED["what the alias repeats"][0])
    value = parse(made, "a.yaml").value
    assert value["x-base"]["a"] == 2
    assert value["x-one"]["a"] == value["x-two"]["a"] == value["x-three"][1]["a"] == 1


def test_nothing_but_the_target_changes_in_the_contract(tmp_path: Path) -> None:
    text = Path(default_contract()).read_text(encoding="utf-8")
    made = changed(tmp_path, text, "- {target: '$.paths.*[?@.operationId].tags', update: [essai]}\n")
    paths, rest, others = text.partition("\nwebhooks:")
    expected, count = re.subn(r"(?m)^(      tags: \[.*)\]$", r"\1, essai]", paths)
    assert count > 0
    assert made == expected + rest + others


def test_references_to_files_follow_the_document(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "Dog one.yaml").write_text("{type: string}\n", encoding="utf-8")
    document = (
        "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n"
        "    Dog: {$ref: './parts/Dog%20one.yaml'} # of its own\n"
    )
    (tmp_path / "openapi.yaml").write_text(document, encoding="utf-8")
    (tmp_path / "o.yaml").write_text(HEAD + "- {target: $.info, update: {title: u}}", encoding="utf-8")
    files = [str(tmp_path / name) for name in ("openapi.yaml", "o.yaml")]
    assert CliRunner().invoke(spec, ["overlay", *files]).stdout == document.replace("title: t", "title: u")
    out = tmp_path / "build" / "out.yaml"
    assert CliRunner().invoke(spec, ["overlay", *files, "-o", str(out)]).exit_code == 0
    assert "{$ref: '../parts/Dog%20one.yaml'} # of its own" in out.read_text(encoding="utf-8")


def test_what_stands_in_another_file_is_changed_in_the_bundle(tmp_path: Path) -> None:
    (tmp_path / "Dog.yaml").write_text("{type: string}\n", encoding="utf-8")
    document = (
        "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n"
        "components: {schemas: {Dog: {$ref: Dog.yaml}}}\n"
    )
    actions = "- {target: \"$['x-files']['Dog.yaml']\", update: {maxLength: 3}}"
    made = parse(changed(tmp_path, document, actions), "a.yaml").value
    assert made["components"]["schemas"] == {"Dog": {"type": "string", "maxLength": 3}}


@pytest.mark.parametrize("line", ["# ##[error]x", "# \u200b", "x-a: |\n  ::error::x"], ids=ascii)
def test_what_a_log_obeys_is_kept_in_a_file_only(line: str, tmp_path: Path) -> None:
    document = f"openapi: 3.1.0\ninfo: {{title: t, version: '1'}}  # kept\n{line}\npaths: {{}}\n"
    actions = "- {target: $.info, update: {title: u}}"
    assert changed(tmp_path, document, actions) == document.replace("title: t", "title: u")
    done = CliRunner().invoke(
        spec, ["overlay", *(str(tmp_path / name) for name in ("openapi.yaml", "overlay.yaml"))]
    )
    assert "comments are lost" in done.stderr
    assert line.splitlines()[-1] not in done.stdout
    assert yaml.safe_load(done.stdout)["info"]["title"] == "u"


json_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)
json_object = st.dictionaries(
    st.sampled_from("abcdé") | st.text(max_size=4), json_value, min_size=1, max_size=5
)


def assert_written(before: Any, after: Any, form: str) -> None:
    text = {
        "block": lambda: yaml_text(before),
        "indented": lambda: yaml_text(before, indent=4, are_items_indented=True),
        "flow": lambda: yaml.safe_dump(before, default_flow_style=True, allow_unicode=True, width=60),
        "json": lambda: json.dumps(before),
        "pretty": lambda: json.dumps(before, indent=3),
    }[form]()
    name = "a.json" if form in ("json", "pretty") else "a.yaml"
    try:
        if not same(parse(text, name).value, before):
            return  # PyYAML's own flow style quotes less than this project's writer
    except DocumentError:
        return
    made = edited(text, after, name)
    assert made is not None
    assert same(parse(made, name).value, after)
    assert edited(text, before, name) == text


FORMS = ("block", "indented", "flow", "json", "pretty")


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@settings(deadline=None, max_examples=15)
@given(json_object, json_object)
def test_any_change_reads_as_meant(form: str, before: Any, after: Any) -> None:
    assert_written({"x": before, "y": [before]}, {"x": {**before, **after}, "y": [after, before]}, form)
    assert_written({"x": before, "y": [before, 1]}, {"y": [after], "x": after}, form)


@pytest.mark.soak
@pytest.mark.parametrize("form", FORMS)
@settings(deadline=None, max_examples=5_000)
@given(json_object, json_object)
def test_any_change_reads_as_meant_at_length(form: str, before: Any, after: Any) -> None:
    assert_written({"x": before, "y": [before]}, {"x": {**before, **after}, "y": [after, before]}, form)
    assert_written({"x": before, "y": [before, 1]}, {"y": [after], "x": after}, form)
