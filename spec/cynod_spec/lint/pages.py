"""The page of a rule: its docstring, its sentence and its two examples, as Markdown."""

from __future__ import annotations

from cynod_spec.lint.registry import Rule

_OPEN, _CLOSE = "⟦⟧"


def page(rule: Rule) -> str:
    """The page of *rule*, ending with a newline."""
    kind = rule.level + (", mended by `--fix`" if rule.fixable else "")
    parts = [
        f"# {rule.id}",
        f"*{kind}*",
        rule.documentation,
        f"It says: {_sentence(rule.says)}\n\nHint: {_sentence(rule.hint)}",
        f"## Good\n\n{_code(rule.good)}",
        f"## Bad\n\n{_code(rule.bad)}",
    ]
    if rule.reported_in:
        parts.append(f"It is reported here:\n\n{_code(rule.reported_in)}")
    return "\n\n".join(parts) + "\n"


def _sentence(text: str) -> str:
    return (
        text.replace("{{", "\0")
        .replace("}}", "\1")
        .replace("{", "‹")
        .replace("}", "›")
        .translate({0: "{", 1: "}"})
    )


def _code(example: str) -> str:
    """*example* as YAML; a comment below a line points at what is reported in it."""
    lines = []
    for line in example.splitlines():
        if _OPEN not in line:
            lines.append("  " + line)
            continue
        start = line.index(_OPEN)
        width = line.replace(_OPEN, "", 1).index(_CLOSE) - start
        lines.append("  " + line.replace(_OPEN, "").replace(_CLOSE, ""))
        lines.append("# " + " " * start + "^" * width)
    return "```yaml\n" + "\n".join(lines) + "\n```"
