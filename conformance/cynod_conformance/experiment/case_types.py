"""The test cases of probes, by what they vary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cynod_conformance.experiment.inputs import InputLocation
from cynod_spec.model import Operation


@dataclass(frozen=True)
class TestCase:
    """One thing that a probe must exercise. ``label`` names it in reports, once among those of its clause."""

    __test__: ClassVar[bool] = False  # pytest looks for classes whose names begin so

    label: str


@dataclass(frozen=True)
class OperationCase(TestCase):
    """One operation."""

    operation: Operation


@dataclass(frozen=True)
class ScopeCase(OperationCase):
    """One operation and a scope that it needs."""

    scope: str


@dataclass(frozen=True)
class CodeCase(OperationCase):
    """One operation and the stable name of a code that it lists."""

    code: str


@dataclass(frozen=True)
class CodePairCase(OperationCase):
    """One operation and the stable names of two codes that one request to it can earn."""

    codes: tuple[str, str]


@dataclass(frozen=True)
class InputCase(OperationCase):
    """One operation and an input of it: a parameter or a member of its body."""

    input: InputLocation


@dataclass(frozen=True)
class BodyObjectCase(OperationCase):
    """One operation and an object in its body; the path () is that of the whole body."""

    path: tuple[str, ...]
