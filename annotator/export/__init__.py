"""Exports: records in, files out; one module a format, and the table of all formats."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from annotator.distribution import with_extra
from annotator.errors import ExportError, UsageError
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.export.folder import Folder
    from annotator.records import Source


class Format(NamedTuple):
    """A format: what it is for, where it is written, which extra it needs, and whether it asks for the target."""

    line: str
    module: str
    extra: str | None = None
    has_target: bool = False


FORMATS: dict[str, Format] = {
    "jsonl": Format("everything, one JSON object a line; comes back with `annotator import`", "jsonl"),
    "csv": Format("tidy tables for R, SPSS and spreadsheets", "csv_tables"),
    "parquet": Format(
        "the same tables for pandas, DuckDB and R (needs the extra parquet)", "parquet_tables", "parquet"
    ),
    "matrix": Format("unit × coder matrices a variable for ReCal, R irr and irrCAC, SPSS KALPHA", "matrix"),
    "hf": Format("a dataset folder for Hugging Face `datasets`, split by article", "hf"),
    "qdpx": Format("a REFI-QDA project for NVivo, MAXQDA, ATLAS.ti, QualCoder", "qdpx"),
    "qdc": Format("the codebook alone, for the same programs", "qdc"),
    "dna": Format("a database for Discourse Network Analyzer 3", "dna", has_target=True),
    "network": Format("speakers × targets and congruence as GraphML, GEXF and edge lists", "network", has_target=True),
    "labelstudio": Format("tasks with an annotation a coder, and their config", "labelstudio"),
    "doccano": Format("span labels, a file a coder and variable", "doccano"),
    "prodigy": Format("spans with tokens, a file a coder and variable", "prodigy"),
    "argilla": Format("a record a statement, with a response a coder", "argilla"),
    "brat": Format("standoff annotation, a folder a coder", "brat"),
    "webannotation": Format("W3C Web Annotations as JSON-LD", "webannotation"),
}
"""Every format with its line in the help; `write` of `annotator.export.<module>` writes it."""


def write(name: str, source: Source, folder: Folder, target: str | None = None) -> None:
    """Write a project's export into a folder.

    Args:
        name: The format.
        source: The project.
        folder: Where to.
        target: The variable that says what statements are about, for formats that need one; by default `target`.

    Raises:
        UsageError: There is no such format, or it asks for no target.
        ExportError: The format's extra is not installed, or the files cannot be written.
    """
    format_ = FORMATS.get(name)
    if format_ is None:
        raise UsageError(f"{one_line(name)} is not a known format; formats are {', '.join(FORMATS)}")
    if target is not None and not format_.has_target:
        takers = " and ".join(other for other, one in FORMATS.items() if one.has_target)
        raise UsageError(f"--target applies to {takers}; {name} holds every variable")
    try:
        module = importlib.import_module(f"annotator.export.formats.{format_.module}")
        with _without_collector():
            module.write(source, folder, **({"target_name": target} if format_.has_target else {}))
    except OSError as error:
        from annotator.export.folder import refusal  # what only lists the formats does not need it

        raise refusal(folder.path, error) from error
    except ModuleNotFoundError as error:
        if format_.extra is None or (error.name or "").startswith("annotator"):
            raise
        raise ExportError(f"{name} needs a package more; {with_extra(format_.extra)}") from error


@contextmanager
def _without_collector() -> Iterator[None]:
    """Spare a fifth of the time: records make no cycles, but their number sets off the search for some."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
