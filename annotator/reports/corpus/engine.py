"""Query engines that count labels, through ibis: DuckDB, Polars and Spark read files, PostgreSQL a table."""

from __future__ import annotations

import glob
import os
import re
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from annotator.distribution import with_extra
from annotator.errors import AgreementError, UsageError
from annotator.reports.corpus.source import Files, find_files
from annotator.reports.label_files.delimited import BadFileError
from annotator.text.terminal_text import one_line

DEFAULT = "duckdb"
NAMES = "duckdb, polars, spark or postgresql://USER@HOST/DATABASE"
_SIZE = re.compile(r"\d+(\.\d+)? ?[MGT]i?B", re.IGNORECASE)
_SHARE_OF_FREE = 0.6
_PACKAGES = {"duckdb": "ibis-framework[duckdb]", "polars": "ibis-framework[polars]"} | {
    "spark": "ibis-framework[pyspark]",
    "postgresql": "ibis-framework[postgres]",
}
_LONGEST_MESSAGE = 300
_FIRST_LINES = 3
"""Of an engine's message: which line of a file, its text, and what is wrong with it."""


class Opened(NamedTuple):
    """The labels as an engine sees them."""

    table: Any
    """An ibis table with the columns that the source has."""
    separator: str
    """Between the cells of CSV files; it tells the decimal sign."""


@contextmanager
def opened(source: str, engine: str, memory: str | None) -> Iterator[Opened]:
    """The labels as a table of an engine.

    Args:
        source: Files, or for PostgreSQL the name of a table, with its schema where it needs one.
        engine: One of `NAMES`.
        memory: How much DuckDB may hold, such as 4GB; what needs more goes to a temporary folder.

    Raises:
        UsageError: The engine is not known, or `memory` is not a size.
        BadFileError: The source cannot be read.
        AgreementError: A package is missing, or the engine refused.
    """
    kind, _, address = engine.partition("://")
    if kind not in _PACKAGES or (address and kind not in ("spark", "postgresql")):
        raise UsageError(f"--engine is {NAMES}")
    if kind == "postgresql" and not address:
        raise UsageError("the engine postgresql needs an address: postgresql://USER@HOST/DATABASE")
    if memory is not None and kind != "duckdb":
        raise UsageError("--memory works with the engine duckdb")
    if memory is not None and not _SIZE.fullmatch(memory):
        raise UsageError("--memory is a size, such as 800MB or 4GB")
    files = None if kind == "postgresql" else find_files(source)
    with tempfile.TemporaryDirectory(prefix="annotator-") as folder, _explained(kind, source):
        connection = _connect(kind, engine, memory, folder)
        try:
            if files is None:
                schema, _, table = source.rpartition(".")
                yield Opened(connection.table(table, database=schema or None), ",")
            else:
                yield Opened(_read(connection, kind, files), files.separator)
        finally:
            connection.disconnect()


def _connect(kind: str, engine: str, memory: str | None, folder: str) -> Any:
    import ibis  # the extra `scale`

    if kind == "postgresql":
        return ibis.connect(engine)
    if kind == "polars":
        return ibis.polars.connect()
    if kind == "spark":
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.appName("annotator")
        if engine.startswith("spark://"):
            builder = builder.master(engine)
        return ibis.pyspark.connect(builder.getOrCreate())
    limit = memory or _most_of_free()
    return ibis.duckdb.connect(
        temp_directory=folder, preserve_insertion_order=False, **({} if limit is None else {"memory_limit": limit})
    )


def _read(connection: Any, kind: str, files: Files) -> Any:
    """All cells of CSV files are text; Parquet has types of its own."""
    if files.kind == "csv":
        read: Callable[..., Any] = connection.read_csv
        how = {
            # Guessing would take lines for comments and skip them.
            "duckdb": {"columns": dict.fromkeys(files.columns, "string"), "auto_detect": False, "header": True}
            | {"delim": files.separator, "quote": '"', "escape": '"'},
            "polars": {"infer_schema": False, "separator": files.separator},
            "spark": {"header": True, "sep": files.separator, "escape": '"', "multiLine": True},
        }[kind]
    else:
        read = connection.read_parquet
        how = {"union_by_name": True} if kind == "duckdb" else {}
    paths = [glob.escape(path) for path in files.paths] if kind == "duckdb" else list(files.paths)
    return read(paths, **how)


def _most_of_free() -> str | None:
    """Most of the memory that is free, as DuckDB reads it; None where the system does not say."""
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None
    return f"{max(256, int(free * _SHARE_OF_FREE) >> 20)}MiB"


@contextmanager
def _explained(kind: str, source: str) -> Iterator[None]:
    """Turn what an engine raises into one sentence."""
    try:
        # ibis calls what a newer DuckDB or pandas has renamed; the user cannot mend that.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (AgreementError, UsageError, AttributeError, LookupError, TypeError):
        raise
    except ImportError as error:
        raise AgreementError(_missing(kind)) from error
    except Exception as error:  # each engine has errors of its own, and all of them end the computation
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        said = "; ".join(lines[:_FIRST_LINES]) or type(error).__name__
        raise BadFileError(f"{kind} cannot count {one_line(source)}: {one_line(said)[:_LONGEST_MESSAGE]}") from error


def _missing(kind: str) -> str:
    if kind == "duckdb":
        return f"counting a corpus needs ibis and DuckDB; {with_extra('scale')}"
    package = _PACKAGES[kind]
    return f"the engine {kind} needs {package}: add --with '{package}' to uv tool install, or in a checkout to uv run"
