"""The README of an archive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from annotator import __version__
from annotator.export.formats.archive.described import About, Described
from annotator.export.formats.csv_tables import CELLS
from annotator.text.terminal_text import one_line


def readme(about: About, files: Sequence[Described]) -> str:
    """The text of README.md."""
    return "\n".join(_lines(about, files)) + "\n"


def _lines(about: About, files: Sequence[Described]) -> Iterator[str]:
    selection = about.source.selection
    yield f"# {one_line(about.title)}"
    yield ""
    yield f"{one_line(about.description)} Last changed on {about.at}. Written by annotator {__version__}."
    yield ""
    if not selection.is_everything:
        yield f"This is a part of the project: {one_line(str(selection.as_json()))}."
        yield ""
    yield from ("## Files", "", "| file | rows | what |", "| --- | ---: | --- |")
    for file in files:
        yield f"| `{file.path}` | {'' if file.rows is None else file.rows} | {file.about} |"
    yield from ("", "`ro-crate-metadata.json` describes the files with their sizes and SHA-256.")
    yield from ("", "## How to read it", "")
    yield f"Tables are CSV in UTF-8; {CELLS}."
    yield "Offsets are half-open, from 0, in Unicode code points of the article's text."
    yield (
        "An empty project takes `data/jsonl` with `annotator import`."
        if about.has_texts
        else (
            "The articles' texts, the paragraphs' and the words quoted as evidence are left out. If you have the"
            " articles, check them by the SHA-256 in `data/articles.csv`, and find each statement by its offsets."
        )
    )
    yield from ("", "## How the articles were shared out", "")
    yield from (f"- {one_line(draw)}" for draw in about.draws)
    if not about.draws:
        yield "Nothing was assigned: every coder could code everything."
    yield from ("", "## Rights", "")
    licence = one_line(about.licence or "none was chosen yet")
    yield f"Licence: {licence}. See `LICENCE.txt`."
