"""Runs the application and gives the terminal back in order, whatever happens."""

from __future__ import annotations

from annotator.app.app import AnnotatorApp
from annotator.session import Session


def run(session: Session, greeting: str = "", *, mouse: bool = True) -> int:
    """Run the labelling screen until the coder leaves; return the exit code.

    Raises:
        Exception: What ended the application before; the terminal is in order by then.
    """
    app = AnnotatorApp(session, greeting)
    app.run(mouse=mouse)
    if app.crash is not None:
        raise app.crash
    return app.return_code or 0
