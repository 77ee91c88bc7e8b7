"""JSONL: everything the project holds, one object a line, so that it can come back without loss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import chain
from typing import Any

from annotator.export import flat_rows as flat
from annotator.export.folder import Folder
from annotator.export.jsonl_text import ArticleLines, LineColumns, article_line, encode
from annotator.records import CodebookRecord, CoderRecord, Columns, LabelUses, Source

FILES = (
    "articles",
    "coders",
    "codebooks",
    "steps",
    "speakers",
    "paragraphs",
    "statements",
    "origins",
    "labels",
    "gold",
)
"""The files of an export, in the order in which an import needs them."""

_LARGE = ("articles.jsonl", "paragraphs.jsonl", "statements.jsonl", "origins.jsonl")
"""The files that hold a row an article, a paragraph or a statement, written in one pass."""


def write(source: Source, folder: Folder) -> None:
    """Write the files of a JSONL export and their manifest."""
    uses = _write_large(source, folder)
    write_small(source, folder, uses or source.label_uses())
    folder.write_manifest("manifest.json", "jsonl", source)


def _write_large(source: Source, folder: Folder) -> LabelUses:
    """Write what grows with the project; return the statements' variables and codebook versions.

    Only a coder's own labels have origins and a version each.
    """
    columns, has_origins = Columns.of(source.codebook), source.selection.layer == "individual"
    lines = LineColumns(columns.statement, columns.paragraph)
    with ExitStack() as stack:
        articles, paragraphs, statements, origins = (stack.enter_context(folder.open(name)) for name in _LARGE)
        for article, its_paragraphs in source.walk():
            articles.row(article_line(article, source.spans(article), columns.article))
            here = ArticleLines(article, lines)
            for paragraph in its_paragraphs:
                for pieces in here.paragraphs(paragraph):
                    paragraphs.row(*pieces)
                for one in paragraph.statements:
                    line, origin = here.statement(paragraph, one)
                    statements.row(*line)
                    if has_origins:
                        origins.row(origin)
    return lines.uses if has_origins else set()


def write_small(source: Source, folder: Folder, uses: LabelUses) -> None:
    """Write everything but articles, paragraphs, statements and origins."""
    layer = source.coders if source.selection.layer == "aggregate" else ()
    everyone = sorted({*source.everyone, *layer}, key=lambda coder: coder.name)
    folder.write_lines("coders.jsonl", (encode(_coder(coder)) for coder in everyone))
    folder.write_lines("codebooks.jsonl", _codebooks(source.codebooks(uses), source.in_force))
    folder.write_lines("steps.jsonl", map(encode, source.steps()))
    folder.write_lines("speakers.jsonl", map(encode, source.speakers()))
    folder.write_lines("labels.jsonl", map(encode, source.other_labels(uses)))
    folder.write_lines("gold.jsonl", map(encode, source.gold()))
    _write_any(folder, "assignments.jsonl", (one._asdict() for one in source.assignments()))
    _write_any(folder, "draws.jsonl", source.draws())
    _write_any(folder, "categories.jsonl", _categories(source))
    if source.aggregation is not None:
        folder.write_lines("aggregate.jsonl", map(encode, source.aggregate()))


def _coder(coder: CoderRecord) -> dict[str, Any]:
    """A line of `coders.jsonl`; what a model's labels were made with stands there only if it is known."""
    line = {"coder": coder.name, "kind": coder.kind, "recheck_of": coder.recheck_of}
    return line if coder.model is None else {**line, "model": coder.model.model_dump()}


def _categories(source: Source) -> Iterator[dict[str, Any]]:
    """The categories of the codebook in force with those above them, if any has narrower ones."""
    rows = [dict(zip(flat.CATEGORY, row, strict=True)) for row in flat.category_rows(source)]
    yield from rows if any(row["parent"] is not None for row in rows) else []


def _write_any(folder: Folder, name: str, rows: Iterator[dict[str, Any]]) -> None:
    """Write a file if it has rows."""
    for first in rows:
        folder.write_lines(name, map(encode, chain([first], rows)))


def _codebooks(versions: Iterable[CodebookRecord], in_force: CodebookRecord) -> Iterator[str]:
    """A line for every version of the codebook that is in use; its document stands there as it is stored."""
    for version in versions:
        row = {
            "codebook_id": version.codebook_id,
            "codebook": version.name,
            "codebook_version": version.version,
            "added_at": version.added_at,
            "in_force": version == in_force,
        }
        yield f'{encode(row)[:-1]},"document":{version.document}}}'
