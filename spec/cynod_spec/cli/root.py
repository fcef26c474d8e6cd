"""The ``cynod`` command: its subcommands are entry points, imported only when they run.

Exit codes: 0 holds, 1 does not hold, 2 wrong use or configuration, 3 inconclusive, 4 the tool's own error.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final

import click

from cynod_spec.base.errors import DEBUG_VARIABLE
from cynod_spec.cli.command_line import Group
from cynod_spec.i18n.translations import catalogue, lang_option
from cynod_spec.output.terminal import echo_line

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP: Final = "cynod.commands"
SUMMARIES: Final = {  # so that --help imports none of them
    "spec": "Read, check and list the contract.",
    "generate": "Write servers and documentation from the contract.",
    "sandbox": "Run a CYNOD of your own to test against.",
    "conform": "Judge a server against the contract.",
    "config": "Describe the files that configure cynod.",
}
BUILT_IN: Final = {  # of this room: looking through every distribution takes a tenth of lint
    "spec": ("cynod_spec.cli.commands", "spec"),
    "config": ("cynod_spec.cli.commands.config", "config"),
}
_EPILOG: Final = """\b
Exit codes: 0 holds, 1 does not hold, 2 wrong use or configuration,
3 inconclusive (no answer, no verdict), 4 the tool's own error.
Completion: eval "$(_CYNOD_COMPLETE=bash_source cynod)"
(zsh_source and fish_source likewise)."""


class Root(Group):
    """The group whose commands are the entry points of ``cynod.commands``."""

    summaries: Mapping[str, str] = SUMMARIES

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the order of a first use."""
        order = list(SUMMARIES)
        return sorted(
            {*BUILT_IN, *_commands()},
            key=lambda name: (order.index(name) if name in order else len(order), name),
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself, imported now."""
        if cmd_name in BUILT_IN:
            module, name = BUILT_IN[cmd_name]
            command = getattr(import_module(module), name)
        elif (found := _commands().get(cmd_name)) is not None:
            command = found.load()
        else:
            return None
        if not isinstance(command, click.Command):
            raise TypeError(f"{cmd_name} is no click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in --help; only a command without a summary here is imported for its own."""
        rows = []
        for name in self.list_commands(ctx):
            command = None if name in self.summaries else self.get_command(ctx, name)
            rows.append((name, command.get_short_help_str() if command else self.summaries[name]))
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)

    def in_french(self) -> click.Command:
        """As for any group, with French summaries."""
        made = super().in_french()
        assert isinstance(made, Root)  # a copy of this one
        texts = catalogue().paragraphs
        made.summaries = {name: texts.get(says, says) for name, says in self.summaries.items()}
        return made


def _commands() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=GROUP)}


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from cynod_spec.environment.release import release

        echo_line(f"cynod {release()}")
        ctx.exit()


@click.command(cls=Root, epilog=_EPILOG)
@click.option("-v", "--verbose", is_flag=True, help="Say more; show the traceback of an internal error.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
@lang_option("Language of this help. Default: the locale's.")
def cynod(verbose: bool) -> None:
    """The CYNOD contract: its document, servers and docs made from it, the proof that a server keeps it."""
    if verbose:
        os.environ[DEBUG_VARIABLE] = "1"


def main() -> None:
    """Run the command line and leave with its exit code."""
    cynod.main(prog_name="cynod")


if __name__ == "__main__":
    main()
