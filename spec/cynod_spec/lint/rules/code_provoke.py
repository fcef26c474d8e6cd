"""Codes that say nothing about how to provoke them."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "code-provoke",
    says="the code {code} must have either `provoke` or `unprovokable`; it has {what}",
    hint="say how a tester provokes it, or why none can",
    good="""
    CodeR04:
      const: R04
      title: Laissez-passer inconnu
      x-cynod:
        code:
          name: pass-unknown
          case: functional
          message: {fr: Nul ne le connaît, en: Nobody knows it}
          provoke: Inventer.
    """,
    bad="""
    ⟦CodeR04⟧:
      const: R04
      title: Laissez-passer inconnu
      x-cynod:
        code:
          name: pass-unknown
          case: functional
          message: {fr: Nul ne le connaît, en: Nobody knows it}
    """,
)
def code_provoke(subject: Subject) -> Iterator[Found]:
    """A tester learns for each code how to see it, or why that is impossible."""
    for code in subject.contract.codes:
        if bool(code.provoke.fr) is bool(code.unprovokable.fr):
            yield code.at, {"code": code.value, "what": "both" if code.provoke.fr else "neither"}
