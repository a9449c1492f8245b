"""Settings as command line options, all from the one table; errors as click shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from weihai_kg.errors import FindingsError, UsageError, WeihaiKGError
from weihai_kg.settings import ENVIRONMENT_PREFIX, Settings

Command = TypeVar("Command", bound=Callable[..., Any])


def with_settings(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add an option for each named setting; the command gets them as one ``settings`` argument.

    An error of this package ends the command with its message: exit code 2 for wrong usage,
    1 for anything else.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def run(*args: Any, **kwargs: Any) -> Any:
            flags = {name: kwargs.pop(name) for name in names}
            try:
                return command(*args, settings=Settings.load(flags), **kwargs)
            except UsageError as error:
                raise click.UsageError(str(error)) from error
            except FindingsError as error:
                click.echo(str(error), err=True)
                raise SystemExit(1) from error
            except WeihaiKGError as error:
                raise click.ClickException(str(error)) from error

        for each in reversed(fields(Settings)):
            if each.name in names:
                run = _option(each.name, each.default, each.metadata["help"])(run)
        return run

    return decorate


def _option(name: str, default: Any, text: str) -> Callable[[Command], Command]:
    shown = "nothing" if default == "" else str(default)
    return click.option(
        "--" + name.replace("_", "-"),
        name,
        default=None,
        metavar="PATH" if isinstance(default, Path) else type(default).__name__.upper(),
        help=f"{text}  [default: {shown}; {ENVIRONMENT_PREFIX}{name.upper()}]",
    )
