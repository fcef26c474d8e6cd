"""Draws each room from its imports: its packages in the order of their layers, and what each of them imports.

    python docs/draw_rooms.py [ROOM…]    such as cynod_spec; without one, all of them

An import that a contract of import-linter in ``pyproject.toml`` excepts is listed by itself and not drawn.
Exit codes: 0 every arrow leads down, 1 an arrow leads up or imports form a circle, 2 wrong use.
Needs grimp, which import-linter installs.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import grimp

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {
    "cynod_spec": "spec",
    "cynod_generators": "generators",
    "cynod_conformance": "conformance",
    "cynod_sandbox": "sandbox",
}
Arrows = Mapping[str, frozenset[str]]
"""Each package of a room, with the packages of the same room that it imports."""


@dataclass(frozen=True)
class Drawing:
    """The packages of a room and their arrows; *layers* is their order from the top, where one is kept."""

    room: str
    arrows: Arrows
    layers: tuple[tuple[str, ...], ...]
    exceptions: tuple[str, ...]

    def circle(self) -> tuple[str, ...]:
        """The packages of a circle of imports, the first again at the end; none when there is no circle."""
        try:
            tuple(TopologicalSorter(self.arrows).static_order())
        except CycleError as error:
            return tuple(reversed(error.args[1]))
        return ()

    def upward(self) -> Iterator[tuple[str, str]]:
        """Each arrow that does not lead to a lower layer."""
        depth = {name: number for number, layer in enumerate(self.layers) for name in layer}
        for name, imported in self.arrows.items():
            for other in sorted(imported):
                if name in depth and depth.get(other, -1) <= depth[name]:
                    yield name, other

    def lines(self) -> Iterator[str]:
        """The drawing as text: a line for each package, a blank line between two layers."""
        yield self.room
        for layer in self.layers or (tuple(sorted(self.arrows)),):
            for name in layer:
                imported = ", ".join(sorted(self.arrows.get(name, ())))
                yield f"  {name:<16} {'→ ' + imported if imported else ''}".rstrip()
            yield ""
        for exception in self.exceptions:
            yield f"  excepted: {exception}"


def main(arguments: Sequence[str]) -> int:
    """Print the drawing of each room that is named, and what is wrong with it."""
    if not set(arguments) <= set(ROOMS):
        print(__doc__, file=sys.stderr)
        return 2
    wrong = 0
    for room in arguments or ROOMS:
        found = drawing(room, contracts())
        print("\n".join(found.lines()))
        if circle := found.circle():
            print(f"  a circle: {' → '.join(circle)}\n")
            wrong = 1
        for name, other in found.upward():
            print(f"  leads up: {name} → {other}\n")
            wrong = 1
    return wrong


def contracts() -> list[Mapping[str, Any]]:
    """The contracts of import-linter."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found: list[Mapping[str, Any]] = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    return found


def drawing(room: str, kept: Sequence[Mapping[str, Any]]) -> Drawing:
    """The drawing of *room*, of which import-linter keeps the contracts *kept*."""
    excepted = [
        each
        for contract in kept
        if contract["type"] in ("layers", "acyclic_siblings")
        for each in contract.get("ignore_imports", ())
        if each.startswith(f"{room}.")
    ]
    found, used = arrows(room, imports(room), excepted)
    return Drawing(room, found, layers(room, kept), used)


def layers(room: str, kept: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, ...], ...]:
    """The layers of *room* from top to bottom, each with the packages that stand beside each other in it."""
    for contract in kept:
        if contract["type"] == "layers" and contract.get("containers") == [room]:
            return tuple(tuple(re.findall(r"[\w.]+", layer)) for layer in contract["layers"])
    return ()


def imports(room: str) -> Iterator[tuple[str, str]]:
    """Each import between two modules of *room*: who imports, what is imported."""
    sys.path.insert(0, str(ROOT / ROOMS[room]))
    graph = grimp.build_graph(room, cache_dir=None)
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            yield module, imported


def arrows(
    room: str, found: Iterable[tuple[str, str]], excepted: Sequence[str]
) -> tuple[Arrows, tuple[str, ...]]:
    """The arrows between the packages of *room*, and the exceptions that an import needed.

    A module in the room's root is a package of its own. The room's doors, its root and ``__main__``, are left
    out.
    """
    drawn: dict[str, set[str]] = {}
    used: set[str] = set()
    for importer, imported in found:
        if {room, f"{room}.__main__"} & {importer, imported}:
            continue
        upper, lower = (name.split(".")[1] for name in (importer, imported))
        drawn.setdefault(upper, set())
        drawn.setdefault(lower, set())
        if upper == lower:
            continue
        exception = next((each for each in excepted if matches(each, importer, imported)), None)
        if exception is not None:
            used.add(exception)
        else:
            drawn[upper].add(lower)
    return {name: frozenset(others) for name, others in drawn.items()}, tuple(sorted(used))


def matches(exception: str, importer: str, imported: str) -> bool:
    """Whether *exception*, as ``importer -> imported`` with ``*`` and ``**``, names this import."""
    left, right = (part.strip().replace("**", "*") for part in exception.split("->"))
    return fnmatchcase(importer, left) and fnmatchcase(imported, right)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
