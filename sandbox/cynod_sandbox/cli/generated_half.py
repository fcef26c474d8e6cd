"""Chooses the generated half that a sandbox serves: the installed one, or one generated for another document.

The installed half was generated from one document. When the document to be served differs, ``cynod generate
server`` generates a half into a temporary folder, which replaces the installed one in this process and in its
workers. The handlers stay the same, because they name nothing of the document.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from filecmp import cmp
from pathlib import Path

import cynod_sandbox
from cynod_sandbox import PATH_VARIABLE
from cynod_spec.base.errors import UsageError
from cynod_spec.output.errors import printed_message
from cynod_spec.source.reading import is_same

_PACKAGE = "cynod_sandbox"
_FOLDER = "_generated"
_MANIFEST = ".cynod-manifest.json"
_RUNNING = (f"{_PACKAGE}.cli", f"{_PACKAGE}.cli.sandbox_command", __name__)
"""Modules that run while the half is replaced, and hold nothing of it."""
_INSTALLED = Path(__file__).parents[1] / _FOLDER
GENERATION_TIMEOUT_S = 120.0


@contextmanager
def generated_from(document: str) -> Iterator[bool]:
    """While the block runs, ``cynod_sandbox._generated`` is the half generated from *document*.

    Gives whether it had to be generated for this run. Enter it before any module of the generated half is
    used. Raises UsageError when no server can be generated from *document*.
    """
    if is_current(document):
        yield False
        return
    with tempfile.TemporaryDirectory(prefix="cynod-") as folder:
        _generate(document, Path(folder))
        made = Path(folder) / _PACKAGE
        if _are_equal(made / _FOLDER, _INSTALLED):  # only comments changed, or the layout of the text
            yield False
            return
        with _adopted(made):
            yield True


def is_current(document: str) -> bool:
    """Whether the installed half was generated from exactly *document* and the files read with it."""
    try:
        manifest = json.loads((_INSTALLED / _MANIFEST).read_text(encoding="utf-8"))
        return is_same(document, manifest["document"], manifest["inputs"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _generate(document: str, folder: Path) -> None:
    # A separate process: the rooms do not import each other. `-P`: imports nothing from the current folder.
    command = [sys.executable, "-P", "-m", "cynod_spec.cli", "generate", "server", "--target", "fastapi"]
    command += ["--layout", "package", "--package", _PACKAGE, "-o", str(folder), f"--spec={document}"]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=GENERATION_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UsageError(f"no server could be generated from {document} in time") from None
    if done.returncode:
        why = next(filter(None, map(printed_message, done.stderr.splitlines())), "it said nothing")
        raise UsageError(
            f"the sandbox is of another document, and none can be generated from this one: {why}",
            "`cynod spec lint` says what is wrong with a document",
        )


def _are_equal(made: Path, installed: Path) -> bool:
    names = {each.name for each in made.iterdir()} - {_MANIFEST}
    return all(
        (installed / name).is_file() and cmp(made / name, installed / name, shallow=False) for name in names
    )


@contextmanager
def _adopted(folder: Path) -> Iterator[None]:
    """Use the generated half in *folder*, in this process and in those that it starts."""
    os.environ[PATH_VARIABLE] = str(folder)
    cynod_sandbox.__path__.insert(0, str(folder))
    for name in [each for each in sys.modules if each.startswith(f"{_PACKAGE}.") and each not in _RUNNING]:
        del sys.modules[name]  # imported for the options, from the installed half
    try:
        yield
    finally:
        del os.environ[PATH_VARIABLE]
        cynod_sandbox.__path__.remove(str(folder))
