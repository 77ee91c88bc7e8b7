"""The exchange with a team while a coder works, and what is left to do of it after the session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotator.sync.remembered import target_of

if TYPE_CHECKING:
    from annotator.sync.state import State


@contextmanager
def exchanging(project: Path) -> Iterator[Callable[[], State] | None]:
    """Exchange with the project's target for as long as the block runs; it gets a function that tells the state.

    After the block the last steps are sent, and what had to wait for the end of the session is taken in. The project
    must be closed by then.
    """
    target = target_of(project)
    if target is None:
        yield None
        return
    from annotator.sync.worker import Worker  # only with a target

    worker = Worker(project, target)
    worker.start()
    try:
        yield lambda: worker.state
    finally:
        is_done = worker.stop()
    if is_done and worker.state.n_waiting:
        _take_in(project, target, worker.state.n_waiting)


def _take_in(project: Path, target: str, n_waiting: int) -> None:
    """Take in what needs the whole project rebuilt, such as a new codebook."""
    from annotator.sync.worker import Worker
    from annotator.text.counted import counted

    click.echo(f"Taking in {counted(n_waiting, 'change')} of the team; Ctrl+C leaves it for the next time.", err=True)
    worker = Worker(project, target, may_rebuild=True)
    worker.run_once()
    if worker.state.reason:
        click.echo(worker.state.reason, err=True)
