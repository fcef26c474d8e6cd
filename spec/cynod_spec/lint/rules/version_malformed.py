"""Versions that do not say what changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cynod_spec.base.semantic_versions import read
from cynod_spec.lint.registry import Found, Subject, rule

_NUMBERS = re.compile(r"[vV]?\.?(\d+)(?:\.(\d+))?(?:\.(\d+))?")


@rule(
    "version-malformed",
    says="the version {version!r} is no semantic version",
    hint="write three numbers, such as {meant}",
    good="version: 2.0.0",
    bad="⟦version⟧: v2",
)
def version_malformed(subject: Subject) -> Iterator[Found]:
    """``info.version`` is a semantic version (semver 2.0.0), which partners and `cynod spec diff` compare.

    It has three numbers without leading zeros, and no ``v`` before them.
    """
    version = subject.contract.version
    if read(version) is None:
        yield subject.source.at("/info/version"), {"version": version, "meant": _meant(version)}


def _meant(version: str) -> str:
    """The semantic version that *version* was probably meant to be."""
    found = _NUMBERS.match(version)
    return ".".join(str(int(each or 0)) for each in found.groups()) if found else "1.0.0"
