"""Asking before something takes effect: in a terminal by a question, in a script by an option."""

from __future__ import annotations

import sys

import click

from annotator.errors import UsageError

yes_option = click.option("--yes", is_flag=True, help="Do not ask.")
"""`--yes`: take effect without asking."""

dry_run_option = click.option("--dry-run", is_flag=True, help="Only say what would happen.")
"""`--dry-run`: say what would happen, and change nothing."""


def ask(question: str, *, yes: bool) -> None:
    """Ask, unless it was answered on the command line.

    Raises:
        UsageError: Nobody is there to answer.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("nobody is there to be asked: say --yes to do it, or --dry-run only to look")
    click.confirm(question, abort=True, err=True)
