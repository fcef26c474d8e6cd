"""The commands that read a document, called with a hostile one: what they wrote, judged.

Every fault is noted in ``Desk.found`` with the command that is at fault.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cross_room import report_judge as judge
from cross_room import tool_judge as tools
from cross_room.canaries import Canaries, canaries
from cross_room.hostile_commands import CYNOD, environment, piped
from cross_room.hostile_document import FREE, Author, written
from cynod_spec import load_contract
from cynod_spec.base.errors import CynodError

HEADINGS = "".join(
    f"\n{line}"
    for line in ("# Changes of the contract", "## Breaking changes", "## Risky changes", "## Safe changes")
)
CHANGELOG = (
    "<section class><h2></h2><h3></h3><p class><br></p><ul><li><code></code></li></ul>",
    "<details><summary></summary></details></section>",
)


@dataclass
class Desk:
    """Where an architect works on a hostile document: an empty folder, and what was found wrong."""

    folder: Path
    canaries: Canaries
    found: list[str] = field(default_factory=list)

    def call(self, *words: str | Path) -> tools.Ended:
        """How a command of ``cynod`` ends, which is judged as every command is."""
        here = self.folder / "desk"
        here.mkdir(exist_ok=True)
        named = tuple(map(str, words))
        done = tools.Ended(named, *piped([str(CYNOD), *named], here, environment(self.canaries)))
        self.tell(done, tools.ended(done))
        self.tell(done, [f"it left {path.name!r}" for path in here.iterdir()])
        self.tell(done, self.canaries.harmed())
        self.tell(done, [f"it shows {each}" for each in self.canaries.said(done.out + done.err)])
        return done

    def tell(self, done: tools.Ended, faults: Sequence[str]) -> None:
        """Note *faults* of the command *done*."""
        folder = str(self.folder)
        words = " ".join(word.replace(folder, "") for word in done.words)
        self.found += [f"cynod {words!a}: {fault}" for fault in faults]


def is_contract(path: Path) -> bool:
    """Whether *path* is read as a contract."""
    try:
        load_contract(str(path))
    except CynodError:
        return False
    return True


def accepted(desk: Desk, author: Author, kind: str, most: int) -> tuple[Path, Path, dict[str, Any]] | None:
    """The document of *author* with as many payloads as are accepted, its twin, and what it says.

    Each that is refused on the way is refused in good order.
    """
    count = most
    while count:
        document, path = author.hostile(kind, count), desk.folder / f"{kind}-{count}.json"
        path.write_text(written(document), encoding="utf-8")
        if is_contract(path):
            twin = desk.folder / f"twin-{kind}.json"
            twin.write_text(written(author.twin(kind, count)), encoding="utf-8")
            return path, twin, document
        for form in ("text", "json", "sarif", "github"):
            done = desk.call("spec", "lint", path, "--format", form)
            desk.tell(done, tools.refused(done))
        done = desk.call("spec", "codes", "--spec", path)
        desk.tell(done, tools.refused(done))
        count //= 2
    return None


def check_lint(desk: Desk, path: Path) -> None:
    """Lint says the same of *path* in every format."""
    done = desk.call("spec", "lint", path, "--format", "json")
    desk.tell(done, tools.parses(done))
    count = tools.findings(done)
    for form, check in (("text", tools.text), ("sarif", tools.sarif), ("github", tools.github)):
        done = desk.call("spec", "lint", path, "--format", form)
        desk.tell(done, check(done, count))


def check_diff(desk: Desk, old: Path, new: Path, twin: Path) -> None:
    """The diff says the same in every format; the *twin* of a document shows what its pages may hold."""
    done = desk.call("spec", "diff", old, new, "--format", "json")
    desk.tell(done, tools.parses(done))
    count = tools.findings(done)
    for form, check in (("text", tools.text), ("github", tools.github)):
        done = desk.call("spec", "diff", old, new, "--texts", "--format", form)
        desk.tell(done, check(done, count))
    honest = desk.call("spec", "diff", old, twin, "--format", "markdown").text
    done = desk.call("spec", "diff", old, new, "--format", "markdown")
    desk.tell(done, tools.markdown(done, honest + HEADINGS))
    honest = desk.call("spec", "diff", old, twin, "--format", "html").text
    done = desk.call("spec", "diff", old, new, "--format", "html")
    desk.tell(done, judge.page(done.text, [honest, *CHANGELOG]))


def check_listings(desk: Desk, path: Path) -> None:
    """Clauses and codes, in every format."""
    contract = load_contract(str(path))
    ids = {"clauses": [c.id for c in contract.clauses], "codes": [c.value for c in contract.codes]}
    for command, known in ids.items():
        done = desk.call("spec", command, "--spec", path)
        desk.tell(done, tools.table(done, known))
        done = desk.call("spec", command, "--spec", path, "--format", "json")
        desk.tell(done, tools.parses(done))
        done = desk.call("spec", command, "--spec", path, "--format", "csv")
        desk.tell(done, tools.sheet(done, len(known)))


def check_bundles(desk: Desk, path: Path, document: dict[str, Any], author: Author) -> None:
    """Bundles and overlays say what the document says."""
    done = desk.call("spec", "bundle", path, "--format", "json")
    desk.tell(done, tools.same(done, document))
    done = desk.call("spec", "bundle", path)
    desk.tell(done, tools.same_yaml(done, document))
    done = desk.call("spec", "bundle", path, "--flat", "--format", "json")
    desk.tell(done, tools.refused(done) if done.code else tools.parses(done))
    overlay = desk.folder / "overlay.json"
    title, text = (author.canaries.filled(payload) for payload in random.Random(author.seed).sample(FREE, 2))
    action = {"target": "$.info", "update": {"title": text}}
    overlay.write_text(
        written({"overlay": "1.0.0", "info": {"title": title, "version": "1"}, "actions": [action]}), "utf-8"
    )
    done = desk.call("spec", "overlay", path, overlay, "--format", "json")
    desk.tell(done, tools.same(done, {**document, "info": {**document["info"], "title": text}}))


def check_generated(desk: Desk, path: Path, twin: Path) -> None:
    """The server starts no command, and the site is no other than its twin's but for its texts."""
    out = desk.folder / "server"
    done = desk.call("generate", "server", "--target", "fastapi", "-o", out, "--spec", path)
    if done.code == 0:
        desk.tell(done, tools.server(out))
        loads = "from cynod_server.handlers import Handlers as H; H()"
        loads += "; from cynod_server._generated.contract import Contract as C; C.load()"
        code, _, err = piped([sys.executable, "-B", "-c", loads], out, dict(os.environ))
        desk.tell(done, [f"it does not start: {err[-300:]!r}"] if code else [])
        desk.tell(done, [f"it left {each.name!r}" for each in out.rglob("p[0-9][0-9][0-9]")])
    site, honest = desk.folder / "site", desk.folder / "twin"
    done = desk.call("generate", "docs", "-o", site, "--spec", path)
    if done.code == 0 and desk.call("generate", "docs", "-o", honest, "--spec", twin).code == 0:
        desk.tell(done, tools.site(site, honest))


@contextmanager
def desk(folder: Path, seed: int) -> Iterator[tuple[Desk, Author]]:
    """A desk in *folder*, and the author of *seed*."""
    print(f"seed {seed}")
    with canaries(folder / "canaries") as birds:
        yield Desk(folder, birds), Author(seed, birds)
