"""What is said of an archive and of each of its files, for the README, RO-Crate and Croissant."""

from __future__ import annotations

from typing import NamedTuple

from annotator.export.folder import Folder
from annotator.records import Source

_ABOUT = {
    "README.md": "What this is, and how to read it",
    "LICENCE.txt": "Who may do what with it",
    "methods.txt": "Paragraph for a methods section: who coded what, and how far the coders agree",
    "history.jsonl": "Every recorded change, oldest first: when, who, what, before and after",
    "croissant.json": "The tables for machines, as Croissant 1.0",
    "codebook/codebook.yaml": "The codebook as a file, which annotator reads",
    "codebook/codebook.html": "The codebook to read and print, with its versions",
    "data/statements.csv": "A row a statement and coder",
    "data/paragraphs.csv": "A row a paragraph and coder",
    "data/labels.csv": "A row a label: unit × coder × variable, with its origin and codebook version",
    "data/articles.csv": "A row an article: title, source, date, address, metadata, SHA-256 of its text",
    "data/coders.csv": "A row a coder: human, model or pre-annotation",
    "data/categories.csv": "A row a category of the codebook",
    "data/assignments.csv": "A row an assigned paragraph and coder, with phase, order and inclusion probability",
}
_TYPES = {
    "csv": "text/csv",
    "jsonl": "application/jsonl",
    "json": "application/json",
    "html": "text/html",
    "md": "text/markdown",
    "txt": "text/plain",
    "yaml": "application/yaml",
}


class About(NamedTuple):
    """What is said of the whole.

    Attributes:
        source: The project.
        at: The day of its last change.
        licence: The licence as given.
        draws: How samples were drawn.
        has_texts: Whether the articles' texts are in it.
    """

    source: Source
    at: str
    licence: str | None
    draws: list[str]
    has_texts: bool

    @property
    def title(self) -> str:
        """Its name."""
        return f"Codings of news with the codebook {self.source.codebook.title or self.source.codebook.name}"

    @property
    def description(self) -> str:
        """A sentence on what it holds."""
        n, codebook = len(self.source.coders), self.source.codebook
        texts = "" if self.has_texts else " The articles' texts are not part of it."
        return (
            f"{self.source.n_articles} news articles coded by {n} coder{'s' * (n != 1)} with the codebook"
            f" {codebook.name}, version {codebook.version}: data, codebook, history and methods.{texts}"
        )


class Described(NamedTuple):
    """A file: its path in the archive, type, size in bytes, hash, rows if it has any, and what it is."""

    path: str
    kind: str
    size: int
    sha256: str
    rows: int | None
    about: str


def described(folder: Folder, top: str) -> list[Described]:
    """The files that were written below a folder, by their paths from there."""
    found = []
    for name, written in sorted(folder.files.items()):
        if name.startswith(f"{top}/"):
            path = name.removeprefix(f"{top}/")
            size = folder.stage(name).stat().st_size
            kind = _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
            about = (
                _ABOUT.get(path)
                or _ABOUT.get(f"data/{path}")
                or "Lines of the project, as `annotator import` reads them"
            )
            found.append(Described(path, kind, size, written.sha256, written.rows, about))
    return found
