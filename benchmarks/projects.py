"""The projects that are measured: the five articles, one very long article, and a very large project."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from annotator.codebook.file import default_codebook
from annotator.ingest.article import make
from annotator.model import Article
from annotator.store import Store
from tests.conftest import ARTICLES, REAL, read_articles

BARE = (sys.executable, "-m", "benchmarks.bare")
ROOT = Path(__file__).resolve().parents[1]

WHICH = "the five real articles" if REAL else "the five sample articles"

_SENTENCES = (
    "The harbour office of {town} said on Monday that the pier would be closed.",
    "“We have waited for {n} years,” said Ada Stone, the minister, in {town}.",
    "Bo Reed of the fishing union denied it.",
    "The council votes on the plan in the spring of year {n}.",
)
_TOWNS = ("Langavik", "Storhamn", "Eastmere", "Port Alder", "Kirkholm")


def five(folder: Path) -> Path:
    """A project with the five articles."""
    return _make(folder / "annotations.db", read_articles(ARTICLES))


def long_article(folder: Path, n_paragraphs: int = 2000) -> Path:
    """A project with one article of so many paragraphs."""
    return _make(folder / "annotations.db", [invented(1, n_paragraphs)])


def large(folder: Path, n_articles: int = 50_000, n_paragraphs: int = 20) -> Path:
    """A project of so many articles with so many paragraphs each."""
    return _make(folder / "annotations.db", (invented(i, n_paragraphs) for i in range(n_articles)))


def invented(number: int, n_paragraphs: int) -> Article:
    """An invented article; every number gives another."""
    return make("\n".join(_paragraphs(number, n_paragraphs)), f"article-{number}", f"article-{number}.txt")


def _paragraphs(number: int, n: int) -> Iterator[str]:
    for i in range(n):
        words = {"town": _TOWNS[(number + i) % len(_TOWNS)], "n": number * 1000 + i}
        yield " ".join(_SENTENCES[(i + j) % len(_SENTENCES)].format(**words) for j in range(2))


def _make(path: Path, articles: Iterator[Article] | list[Article]) -> Path:
    Store.create(path, default_codebook(), articles).close()
    return path
