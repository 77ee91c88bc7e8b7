"""Run the application and restore the terminal, also after an error."""

from __future__ import annotations

from annotator.app.app import AnnotatorApp
from annotator.app.keyed_app import run_app
from annotator.session import Session


def run(session: Session, greeting: str = "", *, mouse: bool = True) -> int:
    """Run the labelling screen until the coder leaves; return the exit code.

    Raises:
        BusyError: Keys were dropped, because another program is writing.
        Exception: The exception that ended the application; the terminal is restored first.
    """
    return run_app(AnnotatorApp(session, greeting), mouse=mouse)
