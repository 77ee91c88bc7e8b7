"""Options that several commands share: --project, --coder, --json."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store import Store

DEFAULT_PROJECT = "annotations.db"
SAMPLE_PROJECT = "samples.db"
"""The project of the sample articles, which a bare `annotator` opens where there is no other."""

F = TypeVar("F", bound=Callable[..., Any])


class Project:
    """The project file that a command works on."""

    def __init__(self) -> None:
        named = os.environ.get("ANNOTATOR_PROJECT")
        self.path = Path(named or DEFAULT_PROJECT)
        self.is_given = bool(named)

    def open(self, *, read_only: bool = False) -> Store:
        """Open it.

        Raises:
            StoreError: It does not exist, or is not a project.
        """
        from annotator.store import Store

        store = Store(self.path, read_only=read_only)
        store.connection.on_wait = self._say_so
        return store

    def _say_so(self, seconds: float) -> None:
        """Say once that a write waits; it is asked again four times a second."""
        if seconds < 0.5:
            name = one_line(str(self.path))
            click.echo(f"waiting: another program is writing to {name}", err=True)


def _remember(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    project = ctx.ensure_object(Project)
    if value is not None:
        project.path = Path(value)
        project.is_given = True


project_option: Callable[[F], F] = click.option(
    "--project",
    metavar="PATH",
    expose_value=False,
    callback=_remember,
    is_eager=True,
    help=f"The project file ({DEFAULT_PROJECT}; or set ANNOTATOR_PROJECT).",
)
"""`--project PATH`, before or after the command."""

json_option: Callable[[F], F] = click.option("--json", "as_json", is_flag=True, help="Write JSON.")
"""`--json`: one JSON document, or one object a line where the help says so."""

coder_option: Callable[[F], F] = click.option(
    "--coder", metavar="NAME", help="Name of the coder (or set ANNOTATOR_CODER)."
)
"""`--coder NAME`: the coder, as in the labelling screen."""

as_coder_option: Callable[[F], F] = click.option(
    "--coder", metavar="NAME", help="Show only what this coder may see (or set ANNOTATOR_CODER)."
)
"""`--coder NAME` of a command that only reads: the caller."""

pass_project = click.make_pass_decorator(Project, ensure=True)
"""Hands the project to a command as its first argument."""


def is_coder_named() -> bool:
    """Whether ANNOTATOR_CODER names the coder."""
    return "ANNOTATOR_CODER" in os.environ


def default_coder() -> str:
    """The coder's name where none is given: ANNOTATOR_CODER, else the user's name on this machine."""
    import getpass

    name = os.environ.get("ANNOTATOR_CODER")
    if name is not None:
        return name
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "coder"
