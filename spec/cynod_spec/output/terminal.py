"""Lines on a terminal, or in the log of a CI job: the only place that prints what holds text from outside.

Whatever a line is made of is escaped here and styled afterwards, so that no escape sequence, line break or
command of a CI service comes from a document, a target or the name of a file:

- hidden characters are written as their code point, among them ESC, without which there is no section marker
  of GitLab or Travis CI, and CR, which overwrites a line;
- ``##[…]`` and its kin are defused wherever they stand (see ``one_line``);
- GitHub obeys a line that begins with ``::``, white space before it or not: no line made here does.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

import click

from cynod_spec.output.control_characters import one_line

GUTTER: Final = "  | "
"""What stands before each line of a text whose line breaks are not our own."""
_COMMAND: Final = "::"
_DEFUSED: Final = "⟨U+003A⟩"


class Styled(NamedTuple):
    """A part of a line in a colour of ``click.style``, bold or not; shown on a terminal only."""

    text: str
    colour: str | None = None
    bold: bool | None = None


Part = str | Styled


def line(*parts: Part) -> str:
    """*parts* as one line, escaped, then styled; ``click.echo`` removes the style where no terminal is."""
    shown = [one_line(part if isinstance(part, str) else part.text) for part in parts]
    _defuse(shown)
    return "".join(
        text if isinstance(part, str) else _styled(text, part.colour, part.bold)
        for part, text in zip(parts, shown, strict=True)
    )


def lines(text: str, gutter: str = GUTTER) -> list[str]:
    """*text*, a text of several lines such as a traceback, as lines that begin with *gutter*."""
    return [line(gutter, each) for each in text.replace("\r\n", "\n").rstrip("\n").split("\n")]


def echo_line(*parts: Part, err: bool = False) -> None:
    """Print *parts* as one line, on standard error if *err*."""
    click.echo(line(*parts), err=err)


def echo_all(made: Iterable[str], *, err: bool = False) -> None:
    """Print lines that ``line`` made, in one go."""
    click.echo("".join(f"{each}\n" for each in made), nl=False, err=err)


def echo_written(text: str, *, err: bool = False) -> None:
    """Print *text* as it is: the writer of its format has escaped what it holds."""
    click.echo(text, nl=False, err=err)


@lru_cache(256)
def _styled(text: str, colour: str | None, bold: bool | None) -> str:
    return click.style(text, fg=colour, bold=bold)


def _defuse(shown: list[str]) -> None:
    """Mark the first colon of a line that begins with a command of GitHub, if *shown* is one."""
    if "".join(shown).lstrip().startswith(_COMMAND):
        first = next(index for index, text in enumerate(shown) if text.strip())
        shown[first] = shown[first].replace(":", _DEFUSED, 1)
