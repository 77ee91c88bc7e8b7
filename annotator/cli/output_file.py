"""Write a report or a document to the file that the user names."""

from __future__ import annotations

from pathlib import Path

from annotator.errors import ExportError
from annotator.files import private
from annotator.text.terminal_text import one_line


def write_output(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all, for its owner alone.

    Raises:
        ExportError: It cannot be written; what stood there is as it was.
    """
    try:
        private.write(path, content)
    except OSError as error:
        reason = (error.strerror or "refused").lower()
        raise ExportError(f"{one_line(str(path))} cannot be written: {reason}") from error
