"""The command-line options that bound connections, the same as those of a generated server."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from .._generated.limits import OPTIONS


def limit_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add these options to *command*, which receives the arguments of ``Limits``, by name, as ``limits``."""

    @wraps(command)
    def with_limits(**parameters: Any) -> None:
        limits = {option.name: parameters.pop(option.name) for option in OPTIONS}
        command(**parameters, limits=limits)

    decorated: Callable[..., None] = with_limits
    for option in reversed(OPTIONS):
        decorated = click.option(
            option.flag,
            option.name,
            type=click.IntRange(option.least, option.most)
            if option.is_count
            else click.FloatRange(option.least, option.most, min_open=True),
            default=option.default,
            show_default=True,
            metavar="N" if option.is_count else "SECONDS",
            help=f"{option.help[0].upper()}{option.help[1:]}.",
        )(decorated)
    return decorated
