"""Confirmation before a change: a question in a terminal, an option in a script."""

from __future__ import annotations

import sys

import click

from annotator.errors import UsageError

yes_option = click.option("--yes", is_flag=True, help="Do not ask.")
"""`--yes`: make the change without a question."""

dry_run_option = click.option("--dry-run", is_flag=True, help="Only say what would happen.")
"""`--dry-run`: say what would happen, and change nothing."""


def ask(question: str, *, yes: bool) -> None:
    """Ask, unless it was answered on the command line.

    Raises:
        UsageError: The program cannot ask, because it does not run in a terminal.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("no terminal to ask in: add --yes to do it, or --dry-run to change nothing")
    click.confirm(question, abort=True, err=True)
