"""What is said of backups: what they take, and that older ones were removed for their size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotator.store.file.backup_retention import limit, shown_size

if TYPE_CHECKING:
    from annotator.store.file.backup import Backup


def say_removed(made: Backup) -> None:
    """Say how many older backups were removed for a new one, if any."""
    n = made.n_removed
    if n:
        click.echo(
            f"{n} older backup{'s were' if n > 1 else ' was'} removed, because together they took more than"
            f" {shown_size(limit(made.path.parent))}; `annotator backup --limit SIZE` allows more.",
            err=True,
        )


def say_size(folder: Path, n_bytes: int) -> None:
    """Say what the backups take and may take."""
    click.echo(
        f"They take {shown_size(n_bytes)} of at most {shown_size(limit(folder))}. Above that, those closest together"
        " in time go first; `annotator backup --limit SIZE` sets another limit.",
        err=True,
    )
