"""Archive: a folder or zip for Dataverse, OSF or Zenodo, as RO-Crate with Croissant metadata."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from annotator.export import flat_rows as flat
from annotator.export.folder import Folder
from annotator.export.formats import csv_tables, jsonl
from annotator.export.formats.archive.croissant import croissant
from annotator.export.formats.archive.described import About, described
from annotator.export.formats.archive.licence import licence_text
from annotator.export.formats.archive.readme import readme
from annotator.export.formats.archive.ro_crate import ro_crate
from annotator.export.without_texts import LOSS
from annotator.export.without_texts import without_texts as without
from annotator.records import Source

TOP = "archive"


class Parts(NamedTuple):
    """What an archive holds besides the exported project.

    Attributes:
        history: The lines of the history; None leaves it out.
        draws: How samples were drawn, a sentence each.
        methods: The paragraph for a methods section.
        codebook: The codebook as a file, in YAML.
        page: The codebook to read, in HTML.
        at: The day of the last change, as an ISO date.
    """

    history: Iterable[Mapping[str, Any]] | None
    draws: list[str]
    methods: str
    codebook: str
    page: str
    at: str


def write(
    source: Source,
    folder: Folder,
    parts: Parts,
    *,
    without_texts: bool = False,
    licence: str | None = None,
    packed: bool = False,
) -> None:
    """Write archive/, or archive.zip.

    Args:
        source: The project.
        folder: Where to.
        parts: What belongs to it besides.
        without_texts: Leave out the articles' texts and all words quoted from them.
        licence: A licence by its SPDX name (CC-BY-4.0), its address or its text.
        packed: Write a zip instead of a folder.
    """
    tables = without(source) if without_texts else source
    with folder.within(f"{TOP}/data") as data:
        csv_tables.write_tables(tables, data)
    with folder.within(f"{TOP}/data/jsonl") as lines:
        if without_texts:
            jsonl.write_small(source, lines, source.label_uses())
            folder.lose(LOSS)
        else:
            jsonl.write(source, lines)
    with folder.within(TOP) as top:
        top.write_text("codebook/codebook.yaml", parts.codebook)
        top.write_text("codebook/codebook.html", parts.page)
        if parts.history is None:
            folder.lose("the history, because only a part of the project is exported")
        else:
            top.write_lines("history.jsonl", (json.dumps(line, ensure_ascii=False) for line in parts.history))
        top.write_text("methods.txt", f"{parts.methods}\n")
        top.write_text("LICENCE.txt", licence_text(licence, has_texts=not without_texts))
    _describe(source, folder, parts, licence, has_texts=not without_texts)
    if packed:
        folder.pack(TOP, f"{TOP}.zip")
    folder.lose("who made the project and who owns its rights: say so where you deposit it")
    folder.lose("the project file itself, with deleted statements and each coder's place: keep a copy of it")
    folder.write_manifest("archive.manifest.json", "archive", source, licence=licence)


def _describe(source: Source, folder: Folder, parts: Parts, licence: str | None, *, has_texts: bool) -> None:
    """Write README.md, croissant.json and ro-crate-metadata.json, which name the files before them."""
    about = About(source, parts.at, licence, parts.draws, has_texts)
    written: list[tuple[str, Callable[[], str]]] = [
        ("croissant.json", lambda: _json(croissant(about, described(folder, f"{TOP}/data"), _columns(source)))),
        ("README.md", lambda: readme(about, described(folder, TOP))),
        ("ro-crate-metadata.json", lambda: _json(ro_crate(about, described(folder, TOP)))),
    ]
    for name, text in written:
        with folder.within(TOP) as top:
            top.write_text(name, text())


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


_TYPES = {
    **dict.fromkeys(
        "paragraph paragraph_start paragraph_end evidence_start evidence_end start end code characters paragraphs"
        " position".split(),
        "Integer",
    ),
    "seconds": "Float",
    "flag": "Boolean",
    "outside_scale": "Boolean",
    "retired": "Boolean",
}


def _columns(source: Source) -> dict[str, dict[str, str]]:
    """The columns of each table with their types."""
    numbers = {v.name: "Float" for v in source.codebook.variables if v.is_numeric}
    rows = flat.TableRows(source, metadata=False)
    tables = {
        "statements": rows.statement_columns,
        "paragraphs": rows.paragraph_columns,
        "labels": rows.label_columns,
        "articles": rows.article_columns,
        "coders": flat.CODER,
        "categories": flat.CATEGORY,
        "assignments": flat.ASSIGNMENT,
    }
    known = {"articles": _TYPES, "categories": _TYPES}
    return {
        table: {name: known.get(table, {**_TYPES, **numbers}).get(name, "Text") for name in names}
        for table, names in tables.items()
    }
