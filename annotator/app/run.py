"""Run the application and restore the terminal, also after an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from annotator.app.app import AnnotatorApp
from annotator.app.keyed_app import run_app
from annotator.session import Session

if TYPE_CHECKING:
    from annotator.sync.state import State


def run(session: Session, greeting: str = "", *, mouse: bool = True, sync: Callable[[], State] | None = None) -> int:
    """Run the labelling screen until the coder leaves; return the exit code.

    Args:
        session: The session.
        greeting: What the screen says first.
        mouse: Whether the screen takes the mouse.
        sync: Tells how it stands with the exchange with a team, where there is one.

    Raises:
        BusyError: Keys were dropped, because another program is writing.
        Exception: The exception that ended the application; the terminal is restored first.
    """
    return run_app(AnnotatorApp(session, greeting, sync), mouse=mouse)
