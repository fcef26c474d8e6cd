"""The rules themselves: what ``--rules`` prints."""

from __future__ import annotations

from cynod_spec.diff.rows import RULES


def table(language: str) -> str:
    """A line a rule: its id, its severity in each direction, its sentence."""
    lines = [f"{'rule':34} {'request':9} {'response':9} {'contract':9} "]
    for rule in sorted(RULES.values(), key=lambda rule: rule.id):
        severities = (rule.request, rule.response, rule.contract)
        columns = " ".join(f"{severity or '-':9}" for severity in severities)
        lines.append(f"{rule.id:34} {columns} {rule.fr if language == 'fr' else rule.en}")
    return "\n".join(lines) + "\n"
