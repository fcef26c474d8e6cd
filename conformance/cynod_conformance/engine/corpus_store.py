"""Corpora kept between runs, a file each, under the user's cache folder: data alone, never executed.

A file that is damaged, foreign or cannot be read is a corpus that is not there.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args

from cynod_conformance.base.phases import Phase
from cynod_conformance.engine.cases import Case, Corpus
from cynod_conformance.engine.settings import EXAMPLES
from cynod_spec.output import files

FORMAT_VERSION = 3  # of the files, and of how cases are made: a change of either asks for the next number
SUFFIX = ".corpus"
MAX_KEPT_FILES = 32  # files
MAX_CORPUS_OCTETS = 64 * 1024 * 1024  # octets of a corpus, unpacked
TOOLS = ("schemathesis", "hypothesis", "jsonschema-rs")


def folder() -> Path:
    """Where this user's caches are, by the customs of the platform (XDG_CACHE_HOME on Linux)."""
    from platformdirs import user_cache_path

    return user_cache_path("cynod", appauthor=False)


def name_of(document: Mapping[str, Any], seed: int, phases: Sequence[Phase]) -> str:
    """What the corpus of *document* is called: a hash of all that its cases depend on."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    made_by = [FORMAT_VERSION, EXAMPLES, python, *(installed(tool) for tool in TOOLS)]
    said = json.dumps([made_by, seed, list(phases), document], default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def installed(tool: str) -> str:
    """The version of a distribution; empty when it is not there."""
    with suppress(ModuleNotFoundError):
        return version(tool)
    return ""


class Store:
    """The corpora in the folder *where*."""

    def __init__(self, where: Path) -> None:
        self._where = where

    def read(self, name: str) -> Corpus | None:
        """The corpus *name*; None when it is not there, or not what it should be."""
        path = self._where / (name + SUFFIX)
        try:
            corpus = unpacked(path.read_bytes(), name)
        except (OSError, zlib.error, ValueError, TypeError, LookupError, AttributeError, RecursionError):
            return None
        with suppress(OSError):
            os.utime(path)  # the ones longest unused go first
        return corpus

    def write(self, name: str, corpus: Corpus) -> None:
        """Keep *corpus* under *name*, whole or not at all; where nothing can be kept, nothing is."""
        with suppress(OSError):
            self._where.mkdir(mode=0o700, parents=True, exist_ok=True)
            files.replace(self._where / (name + SUFFIX), packed(name, corpus), private=True)
            self._prune()

    def _prune(self) -> None:
        aged = sorted(self._where.glob("*" + SUFFIX), key=lambda path: path.stat().st_mtime)
        for path in aged[:-MAX_KEPT_FILES]:
            path.unlink(missing_ok=True)


def packed(name: str, corpus: Corpus) -> bytes:
    """*corpus* as the octets of a file: JSON, whose escapes keep lone surrogates, deflated."""
    cases = [{**asdict(case), "content": case.content.decode("latin-1")} for case in corpus.cases]
    said = {"name": name, "cases": cases, "troubles": list(corpus.troubles)}
    return zlib.compress(json.dumps(said, separators=(",", ":")).encode())


def unpacked(data: bytes, name: str) -> Corpus:
    """The corpus *name* in a file's octets. Raises what decoding raises, ValueError for another's."""
    inflating = zlib.decompressobj()
    text = inflating.decompress(data, MAX_CORPUS_OCTETS)
    if not inflating.eof:
        raise ValueError("no end")
    said = json.loads(text)
    if said["name"] != name:
        raise ValueError("another corpus")
    return Corpus(tuple(_case(each) for each in said["cases"]), tuple(_texts(said["troubles"])))


def _case(said: Any) -> Case:
    pairs = [tuple(_texts(pair)) for pair in said["headers"]]
    if any(len(pair) != 2 for pair in pairs) or said["phase"] not in get_args(Phase):
        raise ValueError("no case")
    if not said["target"].startswith("/"):
        raise ValueError("no target")
    parameters, query = said["path_parameters"], said["query"]
    _texts([*parameters, *parameters.values(), said["method"], said["operation"], said["media_type"] or ""])
    if query is not None and type(query) is not dict:
        raise ValueError("no query")
    content = said["content"].encode("latin-1")
    return Case(**{**said, "headers": tuple(pairs), "content": content, "positive": said["positive"] is True})


def _texts(values: Iterable[Any]) -> list[str]:
    found = list(values)
    if not all(type(value) is str for value in found):
        raise ValueError("no text")
    return found
