"""How each command of ``cynod`` ends: its exit code, and one printer for what went wrong.

A command raises :class:`~cynod_spec.base.errors.CynodError` for a mistake of its user and ends by
``context.exit(code)``; it prints no error itself. A command of another room is declared with these classes:

.. code-block:: python

    @click.command(cls=Command)
    def greet() -> None:
        raise UsageError("there is nobody to greet", "name somebody")  # two lines on stderr, exit code 2
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Final, TypeVar

import click

from cynod_spec.base.errors import DEBUG_VARIABLE, CynodError, ExitCode, InternalError
from cynod_spec.i18n.translations import TranslatedCommand, TranslatedGroup
from cynod_spec.output.control_characters import folded
from cynod_spec.output.errors import print_cynod_error, print_error, print_traceback

_Options = TypeVar("_Options")
INTERRUPTED_EXIT_CODE: Final = 130
"""Exit code of a command that Ctrl-C ended, as shells give it (128 + SIGINT)."""
_HELP_OPTIONS: Final = ("-h", "--help")
_VERBOSE_KEY: Final = "cynod.verbose"  # in `Context.meta`, which a context shares with those below it
_NOT_INTERNAL: Final = (CynodError, click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError)


class ErrorReporting(click.Command):
    """A command that prints its errors and leaves with their exit code, wherever it is started from."""

    def main(self, *args: Any, **options: Any) -> Any:
        """As click's, which it calls; in standalone mode it leaves with the command's exit code."""
        run = partial(super().main, *args, **{**options, "standalone_mode": False})
        return sys.exit(exit_code(run)) if options.get("standalone_mode", True) else run()

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """As click's. Help has the same options below ``cynod`` as by itself: click keeps the first ones."""
        extra.setdefault("help_option_names", list(_HELP_OPTIONS))
        return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """As click's; an exception that is no mistake of the user becomes an InternalError."""
        try:
            return super().invoke(ctx)
        except _NOT_INTERNAL:
            raise
        except Exception as error:
            raise InternalError(error, shows_traceback=_VERBOSE_KEY in ctx.meta) from error


class Command(ErrorReporting, TranslatedCommand):
    """A command with help in two languages and the errors of all commands."""


class Group(ErrorReporting, TranslatedGroup):
    """A group with help in two languages and the errors of all commands."""

    command_class = Command


def options_as(kind: Callable[..., _Options]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Hand the command its parameters as one object: ``kind(**parameters)``, as its argument ``options``.

    *kind* is a frozen dataclass whose fields have the names of the command's parameters:

    .. code-block:: python

        @dataclass(frozen=True, kw_only=True)
        class GreetOptions:
            name: str
            lang: str = "fr"

        @click.command(cls=Command)
        @click.argument("name")
        @click.option("--lang", default="fr")
        @options_as(GreetOptions)
        def greet(options: GreetOptions) -> None: ...
    """

    def decorated(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def with_options(**parameters: Any) -> None:
            command(options=kind(**parameters))

        return with_options

    return decorated


def show_tracebacks(context: click.Context) -> None:
    """Let an internal error of the command of *context*, and of those below it, show its traceback."""
    context.meta[_VERBOSE_KEY] = True


def exit_code(run: Callable[[], Any]) -> int:
    """Run a command; print what went wrong, if something did. Gives the exit code.

    *run* calls click's ``main`` outside standalone mode, which returns what ``context.exit`` was given.
    """
    try:
        code = run()
    except click.Abort:
        print_error("interrupted")
        return INTERRUPTED_EXIT_CODE
    except click.UsageError as error:
        return _usage_error(error)
    except click.ClickException as error:
        print_error(error.format_message())
        return ExitCode.WRONG_USE
    except InternalError as error:
        return _internal_error(error)
    except CynodError as error:
        print_cynod_error(error)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the last resort, while the command line is read
        return _internal_error(InternalError(error))
    return code if isinstance(code, int) else ExitCode.HOLDS


def _usage_error(error: click.UsageError) -> int:
    """Print what click says of wrong use; a group that was given no command shows its help instead."""
    if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):  # since click 8.2
        error.show()
        return ExitCode.WRONG_USE
    hint = ""
    if error.ctx is not None and error.ctx.command.get_help_option(error.ctx) is not None:
        hint = f"`{error.ctx.command_path} {max(error.ctx.help_option_names, key=len)}` shows its use"
    print_error(folded(error.format_message()), hint)
    return ExitCode.WRONG_USE


def _internal_error(error: InternalError) -> int:
    if error.shows_traceback or os.environ.get(DEBUG_VARIABLE):
        print_traceback(error.cause)
        print_error(str(error))
    else:
        print_cynod_error(error)
    return error.exit_code
