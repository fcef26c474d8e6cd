"""Each operator makes exactly one change; the rest of the source stays as it is."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from mutation.mutants import Module, ModuleList, drawn, mutants_of, operator

EXAMPLES = {
    "RemoveCall": ("f(x)\ny = f(x)\n", ["pass\ny = f(x)\n"]),
    "RemoveRaise": (
        "if a:\n    raise E(1)  # why\nb()\n",
        ["if a:\n    pass  # why\nb()\n"],
    ),
    "RemoveAssignment": (
        "a = 1\na.b = 2\na[b] += 3\n",
        ["a = 1\npass\na[b] += 3\n", "a = 1\na.b = 2\npass\n"],
    ),
    "UnwrapCall": ("x = max(a, b) + C(d) + e(f=1)\n", ["x = (a) + C(d) + e(f=1)\n"]),
    "RemoveMethod": ("x = a.lower().b(1)\n", ["x = a.b(1)\n"]),
    "SwapStatements": (
        "def f():\n    a = 1  # one\n\n    b(\n        2)\n    return a\n",
        ["def f():\n    b(\n        2)  # one\n\n    a = 1\n    return a\n"],
    ),
    "SwapArguments": ("f(a, b, *c, d=1)\ng(a, a)\n", ["f(b, a, *c, d=1)\ng(a, a)\n"]),
    "SwapValues": (
        'x = {"a": b, "c": d}\nf(e=1, g=2)\n',
        ['x = {"a": d, "c": b}\nf(e=1, g=2)\n', 'x = {"a": b, "c": d}\nf(e=2, g=1)\n'],
    ),
    "SwapAttribute": (
        "x = row.a + row.b\ny = self.c + self.d + row.e()\n",
        [
            "x = row.b + row.b\ny = self.c + self.d + row.e()\n",
            "x = row.a + row.a\ny = self.c + self.d + row.e()\n",
        ],
    ),
    "SwapText": ('f("a")\nf("b")\ng("c")\n', ['f("b")\nf("b")\ng("c")\n', 'f("a")\nf("a")\ng("c")\n']),
    "SwapIn": (
        "x = a in b\ny = a not in b\n",
        ["x = a not in b\ny = a not in b\n", "x = a in b\ny = a in b\n"],
    ),
    "DropOperand": ("x = a and b\n", ["x = a\n", "x = b\n"]),
    "SwapBranches": ("x = a if c else b\n", ["x = (a)\n", "x = (b)\n"]),
    "DropClause": (
        "x = (\n    select(a)\n    .where(b)\n    .limit(1)\n)\n",
        [
            "x = (\n    select(a)\n    \n    .limit(1)\n)\n",
            "x = (\n    select(a)\n    .where(b)\n    \n)\n",
        ],
    ),
    "DropCriterion": (
        "x = select(a).where(b, c)\n",
        ["x = select(a).where(b)\n", "x = select(a).where(c)\n"],
    ),
    "TurnClause": (
        "x = func.max(a.desc())\ny = or_(b)\nz = max\n",
        [
            "x = func.min(a.desc())\ny = or_(b)\nz = max\n",
            "x = func.max(a.asc())\ny = or_(b)\nz = max\n",
            "x = func.max(a.desc())\ny = and_(b)\nz = max\n",
        ],
    ),
}
OURS = [name for name in ModuleList.read().operators if "/" not in name]


@pytest.mark.parametrize("name", OURS)
def test_an_operator_makes_the_changes_of_its_example(name: str) -> None:
    source, changed = EXAMPLES[name]
    made = operator(name)
    places = [place for node in ast_nodes(get_ast(source)) for place in made.mutation_positions(node)]
    assert [mutate_code(source, made, number) for number in range(len(places))] == changed
    assert mutate_code(source, made, len(places)) is None


@pytest.mark.parametrize("name", ["cynod_sandbox.handlers.payments", "cynod_sandbox._generated.language"])
def test_a_mutant_differs_at_its_place_and_nowhere_else(name: str) -> None:
    module = Module.read(name)
    mutants = drawn(mutants_of(module, ModuleList.read().operators), 40, "places")
    assert len(mutants) == 40
    for mutant in mutants:
        compile(mutant.source, mutant.name, "exec")
        before, after = module.source.splitlines(), mutant.source.splitlines()
        first, last = mutant.start[0] - 1, mutant.end[0]
        assert mutant.source != module.source, mutant.name
        assert after[:first] == before[:first], mutant.name
        assert after[len(after) - (len(before) - last) :] == before[last:], mutant.name


def test_what_nobody_outside_can_see_is_left() -> None:
    source = dedent(
        """
        from a import b, c
        @decorated(frozen=True)
        class D:
            e: Literal[1] = 2
            def __repr__(self) -> str:
                return f(3)
        def g(h: Literal[4], *, i: int = 5) -> Literal[6]:
            _log.info("j", 7)
            return h
        if TYPE_CHECKING:
            k = 8
        """
    )
    module = Module("m", Path("m.py"), source)
    found = list(mutants_of(module, ModuleList.read().operators))
    changed = {mutant.change[0] for mutant in found}
    assert changed == {"e: Literal[1] = 2", "def g(h: Literal[4], *, i: int = 5) -> Literal[6]:"}
    assert {mutant.function for mutant in found} == {"D", "g"}


def test_a_seed_draws_the_same_mutants_again_and_more_of_them() -> None:
    module = Module.read("cynod_sandbox.handlers.payments")
    mutants = list(mutants_of(module, ModuleList.read().operators))
    few, many = drawn(mutants, 5, "a"), drawn(reversed(mutants), 9, "a")
    assert many[:5] == few
    assert drawn(mutants, 5, "b") != few
    assert len(drawn(mutants, None, "a")) == len(mutants)


def test_a_mutant_tells_the_lines_that_differ() -> None:
    module = Module("m", Path("m.py"), "def f(a):\n    if a < 1:\n        return 2\n")
    (mutant,) = mutants_of(module, ["core/ReplaceComparisonOperator_Lt_LtE"])
    assert mutant.change == ("if a < 1:", "if a <= 1:")
    assert (mutant.function, mutant.start) == ("f", (2, 9))
