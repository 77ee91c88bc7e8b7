"""Exports: records in, files out; one module a format, and the table of all formats."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, NamedTuple

from annotator.errors import ExportError, UsageError
from annotator.plain import one_line

if TYPE_CHECKING:
    from annotator.export.folder import Folder
    from annotator.records import Source


class Format(NamedTuple):
    """A format: what it is for, where it is written, and which extra it needs."""

    line: str
    module: str
    extra: str | None = None


FORMATS: dict[str, Format] = {
    "jsonl": Format("everything, one JSON object a line; comes back with `annotator import`", "jsonl"),
}
"""Every format with its line in the help; `write` of `annotator.export.<module>` writes it."""


def write(name: str, source: Source, folder: Folder) -> None:
    """Write a project's export into a folder.

    Raises:
        UsageError: There is no such format.
        ExportError: The format's extra is not installed.
    """
    format_ = FORMATS.get(name)
    if format_ is None:
        raise UsageError(f"{one_line(name)} is no format; formats are {', '.join(FORMATS)}")
    try:
        module = importlib.import_module(f"annotator.export.{format_.module}")
        module.write(source, folder)
    except ModuleNotFoundError as error:
        if format_.extra is None or (error.name or "").startswith("annotator"):
            raise
        raise ExportError(f"{name} needs a package more: pip install 'annotator[{format_.extra}]'") from error
