"""Run the application and restore the terminal, also after an error."""

from __future__ import annotations

from annotator.app.app import AnnotatorApp
from annotator.session import Session


def run(session: Session, greeting: str = "", *, mouse: bool = True) -> int:
    """Run the labelling screen until the coder leaves; return the exit code.

    Raises:
        Exception: The exception that ended the application; the terminal is restored first.
    """
    app = AnnotatorApp(session, greeting)
    app.run(mouse=mouse)
    if app.crash is not None:
        raise app.crash
    return app.return_code or 0
