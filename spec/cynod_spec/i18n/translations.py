"""The language of ``--help`` and of the comments of ``cynod.toml``: French or English.

The commands hold their texts in English; ``french.toml`` holds the French of each paragraph and is read only
when French is wanted. Errors and log lines are in English in both languages.
"""

from __future__ import annotations

import codecs
import copy
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, Literal, NamedTuple, TypeVar, cast

import click

Language = Literal["fr", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en")
OPTION: Final = "--lang"
CATALOGUE: Final = os.path.join(os.path.dirname(__file__), "french.toml")

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)
_META_KEY: Final = "cynod.lang"  # in `Context.meta`, which a context shares with those below it
_LOCALE_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")  # POSIX.1-2017 XBD 8.2: the first that is set
_UNTRANSLATED: Final = ("c", "posix")
_VERBATIM: Final = "\b\n"  # click's mark of a paragraph that is not wrapped
# What click writes behind a help: "  [default: 1; required]", or that in brackets by itself.
_EXTRAS: Final = r"(?P<before>^|  )\[(?P<items>[^\[\]]+)\]$"  # compiled where French is wanted
_DEFAULT: Final = "default: "


def locale_language(environment: Mapping[str, str]) -> Language:
    """The language of messages that *environment* asks for; English for ``C``, ``POSIX`` and unknown ones.

    As GNU gettext reads it: ``LC_ALL``, ``LC_MESSAGES`` and ``LANG`` name the locale; when that is not
    ``C``, the list ``LANGUAGE`` comes first.
    """
    named = next((environment[name] for name in _LOCALE_VARIABLES if environment.get(name)), "C")
    if _code(named) in _UNTRANSLATED:
        return "en"
    for each in (environment.get("LANGUAGE") or named).split(":"):
        code = _code(each)
        if code in LANGUAGES:
            return "fr" if code == "fr" else "en"
        if code in _UNTRANSLATED:
            break
    return "en"


def _code(locale: str) -> str:
    """The language in the name of a locale, in lower case: ``fr`` of ``fr_FR.UTF-8@euro``."""
    for mark in "_.@-":
        locale = locale.partition(mark)[0]
    return locale.lower()


def asked_language(context: click.Context) -> Language | None:
    """The language that ``--lang`` on the command line names; None without one."""
    return cast("Language | None", context.meta.get(_META_KEY))


def language(context: click.Context) -> Language:
    """The language that ``--lang`` on the command line names, else the locale's."""
    return asked_language(context) or locale_language(os.environ)


def _look_for_language(context: click.Context, arguments: Sequence[str]) -> None:
    """Note the last valid ``--lang`` of *arguments*: ``--help`` acts before click reads what follows it."""
    for at, argument in enumerate(arguments):
        if argument == "--":
            return
        name, equals, value = argument.partition("=")
        if name == OPTION:
            value = value if equals else "".join(arguments[at + 1 : at + 2])
            if value in LANGUAGES:
                context.meta[_META_KEY] = value


class TranslatedCommand(click.Command):
    """A command whose ``--help`` is in the language that ``--lang`` or the locale names."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, once the language is known."""
        _look_for_language(ctx, args)
        return super().parse_args(ctx, args)

    def get_help(self, ctx: click.Context) -> str:
        """The help; what standard output cannot encode is escaped."""
        return _encodable(_french_help(self, ctx) if language(ctx) == "fr" else super().get_help(ctx))

    def in_french(self) -> click.Command:
        """A copy for the help only, with French texts in the place of its own."""
        made = copy.copy(self)
        french = catalogue()
        made.help, made.short_help, made.epilog = map(french.text, (self.help, self.short_help, self.epilog))
        return made


class TranslatedGroup(TranslatedCommand, click.Group):
    """A group whose ``--help`` is in the language that ``--lang`` or the locale names."""

    command_class = TranslatedCommand

    def in_french(self) -> click.Command:
        """As for any command; the list of its commands is in French too."""
        made = cast(click.Group, super().in_french())
        made.subcommand_metavar = catalogue().metavars.get(self.subcommand_metavar, self.subcommand_metavar)
        made.commands = {
            name: each.in_french() if isinstance(each, TranslatedCommand) else each
            for name, each in self.commands.items()
        }
        return made


def lang_option(says: str) -> Callable[[_Decorated], _Decorated]:
    """``--lang fr|en``, where it is about *says*. Only ``language(context)`` tells the command."""
    return click.option(OPTION, type=click.Choice(LANGUAGES), expose_value=False, help=says)


class Catalogue(NamedTuple):
    """French words by the English ones: of paragraphs, of click's own words, of metavariables."""

    paragraphs: Mapping[str, str]
    words: Mapping[str, str]
    metavars: Mapping[str, str]

    def text(self, english: str | None) -> str | None:
        """The French of a help text or epilog, paragraph by paragraph; an unknown one stays English."""
        if english is None:
            return None
        return "\n\n".join(
            mark + self.paragraphs.get(paragraph, paragraph) for mark, paragraph in paragraphs(english)
        )


@cache
def catalogue() -> Catalogue:
    """What ``french.toml`` holds."""
    import tomllib

    with open(CATALOGUE, "rb") as file:
        read = tomllib.load(file)
    return Catalogue({each["en"]: each["fr"] for each in read["paragraphs"]}, read["words"], read["metavars"])


def translated(english: str, wanted: Language) -> str:
    """A sentence in the language *wanted*."""
    return catalogue().paragraphs[english] if wanted == "fr" else english


def paragraphs(text: str) -> Iterator[tuple[str, str]]:
    """Each paragraph of a help text as the catalogue names it, after click's mark if it is not wrapped."""
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        if paragraph.startswith(_VERBATIM):
            yield _VERBATIM, paragraph.removeprefix(_VERBATIM).rstrip()
        else:
            yield "", " ".join(paragraph.split())


def shown_metavar(option: click.Option) -> str:
    """What stands for the value of *option* in the help: a word, or choices."""
    return option.metavar or option.type.name.upper()


def _french_help(command: TranslatedCommand, context: click.Context) -> str:
    made = command.in_french()
    made.params = [_french_parameter(each) for each in command.get_params(context)]
    made.add_help_option = False  # it is among the parameters
    formatter = _FrenchFormatter(width=context.terminal_width, max_width=context.max_content_width)
    made.format_help(context, formatter)
    return formatter.getvalue().rstrip("\n")


def _french_parameter(parameter: click.Parameter) -> click.Parameter:
    if not isinstance(parameter, click.Option):
        return parameter
    made = copy.copy(parameter)
    made.help = catalogue().text(parameter.help)
    made.metavar = catalogue().metavars.get(shown_metavar(parameter), parameter.metavar)
    return made


class _FrenchFormatter(click.HelpFormatter):
    """Writes click's own words in French: headings, ``[default: …]``, ``[required]``."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{catalogue().words['Usage']}\u00a0: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(f"{catalogue().words.get(heading, heading)}\u00a0")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        french = [(name, re.sub(_EXTRAS, _french_extras, text)) for name, text in rows]
        super().write_dl(french, col_max, col_spacing)


def _french_extras(found: re.Match[str]) -> str:
    words = catalogue().words
    items = []
    for item in found["items"].split("; "):
        if item.startswith(_DEFAULT):
            items.append(f"{words['default']}\u00a0: {item.removeprefix(_DEFAULT)}")
        else:
            items.append(words.get(item, item))
    joined = "\u00a0; ".join(items)
    return f"{found['before']}[{joined}]"


def _encodable(text: str) -> str:
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    if codecs.lookup(encoding).name == "ascii":  # a misconfigured locale: click writes UTF-8 there
        return text
    return text.encode(encoding, "backslashreplace").decode(encoding)
