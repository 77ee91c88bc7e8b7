"""Runs the application and gives the terminal back in order, whatever happens."""

from __future__ import annotations

import signal
import sys
from types import FrameType

from annotator.app.app import AnnotatorApp
from annotator.session import Session


def run(session: Session, greeting: str = "", *, mouse: bool = True) -> int:
    """Run the labelling screen until the coder leaves; return the exit code."""
    app = AnnotatorApp(session, greeting)

    def leave(_number: int, _frame: FrameType | None) -> None:
        app.call_later(app.action_leave)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, leave)
    app.run(mouse=mouse)
    sys.stdout.flush()
    return app.return_code or 0
