"""Exports: records in, files out; one module a format, and the table of all formats."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from annotator.distribution import with_extra
from annotator.errors import ExportError, UsageError
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.export.folder import Folder
    from annotator.records import Source


class Format(NamedTuple):
    """A format.

    Attributes:
        line: Its line in the help.
        module: The module that writes it.
        extra: The extra that it needs.
        options: The options that it takes.
        needs: What its `write` is given besides the records, computed from the store.
    """

    line: str
    module: str
    extra: str | None = None
    options: tuple[str, ...] = ()
    needs: str | None = None


_TABLES = ("metadata", "without_texts")

FORMATS: dict[str, Format] = {
    "jsonl": Format("everything, one JSON object a line; comes back with `annotator import`", "jsonl"),
    "csv": Format("tidy tables for R and spreadsheets", "csv_tables", options=_TABLES),
    "parquet": Format(
        "the same tables for pandas, DuckDB and R (needs the extra parquet)",
        "parquet_tables",
        "parquet",
        ("metadata",),
        needs="matrices",
    ),
    "xlsx": Format(
        "an Excel workbook: statements, paragraphs, articles, coders, codebook (needs the extra excel)",
        "xlsx",
        "excel",
        _TABLES,
    ),
    "sav": Format("data files for SPSS and Stata with value labels (needs the extra spss)", "sav", "spss", _TABLES),
    "archive": Format(
        "all of the project for Dataverse, OSF or Zenodo, as RO-Crate with Croissant",
        "archive",
        options=("without_texts", "licence", "packed"),
        needs="parts",
    ),
    "matrix": Format(
        "unit × coder matrices a variable for ReCal, R irr and irrCAC, SPSS KALPHA", "matrix", needs="matrices"
    ),
    "soft": Format(
        "per unit the distribution over categories and each coder's value, for machine learning", "soft", needs="rows"
    ),
    "hf": Format("a dataset folder for Hugging Face `datasets`, split by article", "hf"),
    "qdpx": Format("a REFI-QDA project for NVivo, MAXQDA, ATLAS.ti, QualCoder", "qdpx"),
    "qdc": Format("the codebook alone, for the same programs", "qdc"),
    "dna": Format("a database for Discourse Network Analyzer 3", "dna", options=("target",)),
    "network": Format(
        "speakers × targets and congruence as GraphML, GEXF and edge lists", "network", options=("target",)
    ),
    "labelstudio": Format("tasks with an annotation a coder, and their config", "labelstudio"),
    "doccano": Format("span labels, a file a coder and variable", "doccano"),
    "prodigy": Format("spans with tokens, a file a coder and variable", "prodigy"),
    "conll": Format("CoNLL-2003: tokens with BIO tags, a file a coder and variable", "conll"),
    "docbin": Format("spaCy's DocBin, a file a coder (needs the extra spacy)", "docbin", "spacy"),
    "argilla": Format("a record a statement, with a response a coder", "argilla"),
    "brat": Format("standoff annotation, a folder a coder", "brat"),
    "webannotation": Format("W3C Web Annotations as JSON-LD", "webannotation"),
}
"""Every format with its line in the help; `write` of `annotator.export.<module>` writes it."""

OPTIONS = {
    "target": "--target",
    "metadata": "--with-metadata",
    "without_texts": "--without-texts",
    "licence": "--licence",
    "packed": "--zip",
}
"""Options of single formats, with their names on the command line."""


def write(name: str, source: Source, folder: Folder, **options: Any) -> None:
    """Write a project's export into a folder.

    Args:
        name: The format.
        source: The project.
        folder: Where to.
        options: Options that the format takes (`OPTIONS`), where None and False leave one out, and what it needs.

    Raises:
        UsageError: There is no such format, or it does not take an option.
        ExportError: The format's extra is not installed, or the files cannot be written.
    """
    given = {option: value for option, value in options.items() if value not in (None, False)}
    format_ = checked(name, set(given) - {one.needs for one in FORMATS.values() if one.needs})
    try:
        module = importlib.import_module(f"annotator.export.formats.{format_.module}")
        with _without_collector():
            if format_.needs is None and given.pop("without_texts", False):
                source = _without_texts(source, folder)
            module.write(source, folder, **given)
    except OSError as error:
        from annotator.export.folder import refusal  # what only lists the formats does not need it

        raise refusal(folder.path, error) from error
    except ModuleNotFoundError as error:
        if format_.extra is None or (error.name or "").startswith("annotator"):
            raise
        raise ExportError(f"{name} needs a package more; {with_extra(format_.extra)}") from error


def _without_texts(source: Source, folder: Folder) -> Source:
    from annotator.export.without_texts import LOSS, without_texts  # what only lists the formats does not need it

    folder.lose(LOSS)
    return without_texts(source)


def checked(name: str, options: Iterable[str]) -> Format:
    """A format, after a look at the options that it is given.

    Raises:
        UsageError: There is no such format, or it does not take an option.
    """
    format_ = FORMATS.get(name)
    if format_ is None:
        raise UsageError(f"{one_line(name)} is not a known format; formats are {', '.join(FORMATS)}")
    for option in options:
        if option not in format_.options:
            takers = [other for other, one in FORMATS.items() if option in one.options]
            listed = " and ".join([", ".join(takers[:-1]), takers[-1]] if takers[1:] else takers)
            raise UsageError(f"{OPTIONS[option]} applies to {listed}, not to {name}")
    return format_


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
