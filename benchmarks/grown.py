"""Projects that grow: statements of three coders, made through `annotator init`, `add` and `import`."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

from annotator.codebook.file import default_codebook
from annotator.model import Article
from benchmarks.costs import Cost, annotator, cost
from benchmarks.projects import invented

CODERS = ("ada", "bo", "cy")
N_PARAGRAPHS = 20
AGREEMENT = 0.8
"""The share of labels and speakers in which each coder finds what is true; the others are drawn."""

_FIRST = "Ada Bo Cyra Dov Elin Faro Gwen Hale Ines Jory Kaya Lune Mira Nils Orla Pell Quin Runa Sten Tove".split()
_LAST = (
    "Aas Birk Crane Dahl Eide Foss Grove Holm Isdal Juul Kvam Lund Moe Nass Oland Pryce Rand Stone Tveit Vik".split()
)
SPEAKERS = tuple(f"{first} {last}" for first, last in product(_FIRST, _LAST))
"""400 names."""

_STATEMENT_VARIABLES = ("stance", "claim_type", "target")
_TARGETS = ("harbour", "fishing quota", "ferry", "school", "budget")


class Grown(NamedTuple):
    """A project of so many statements, with the inputs that it was made of."""

    n: int
    folder: Path

    @property
    def project(self) -> Path:
        """The project file."""
        return self.folder / "project.db"

    @property
    def bare(self) -> Path:
        """The same articles without codings; five times as many."""
        return self.folder / "articles-only.db"

    @property
    def articles(self) -> Path:
        """The articles, as `annotator add` reads them."""
        return self.folder / "articles.jsonl"

    @property
    def statements(self) -> Path:
        """The statements, as `annotator import` reads them."""
        return self.folder / "statements.jsonl"

    @property
    def costs(self) -> dict[str, Cost]:
        """What making it has cost."""
        found = json.loads((self.folder / "costs.json").read_text("utf-8"))
        return {name: Cost(*one) for name, one in found.items()}

    def copy(self, *, bare: bool = False) -> Path:
        """A copy of the project, or of the bare one, that may be changed; it replaces the last copy."""
        path = self.folder / "copy" / "project.db"
        shutil.rmtree(path.parent, ignore_errors=True)
        path.parent.mkdir()
        shutil.copy(self.bare if bare else self.project, path)
        return path


def grown(folder: Path, n: int) -> Grown:
    """The project of n statements and n / 10 articles in a folder; it is made unless it is there."""
    made = Grown(n, folder / str(n))
    if not made.folder.exists():
        unfinished = Grown(n, folder / f"{n}.unfinished")
        shutil.rmtree(unfinished.folder, ignore_errors=True)
        unfinished.folder.mkdir(parents=True)
        (unfinished.folder / "costs.json").write_text(json.dumps(_make(unfinished)), encoding="utf-8")
        unfinished.folder.rename(made.folder)
    return made


def _make(made: Grown) -> dict[str, Cost]:
    n_articles = max(1, made.n // 10)
    _write(made.statements, _statements([invented(i, N_PARAGRAPHS) for i in range(n_articles)], made.n))
    found = {}
    for project, count in ((made.bare, n_articles * 5), (made.project, n_articles)):
        texts = (invented(i, N_PARAGRAPHS) for i in range(count))
        _write(made.articles, ({"name": one.name, "text": one.raw_text} for one in texts))
        cost(annotator(project, "init"))
        found["add"] = cost(annotator(project, "add", str(made.articles)))
    cost(annotator(made.project, "import", str(made.statements)))
    shutil.rmtree(f"{made.project}.backups", ignore_errors=True)
    return found


def _write(path: Path, lines: Iterator[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _statements(articles: list[Article], n: int) -> Iterator[dict[str, object]]:
    """Each coder's version of n / 3 statements, coder by coder within a statement."""
    chance = random.Random(7)
    names = {v.name: v.names or _TARGETS for v in default_codebook().variables if v.name in _STATEMENT_VARIABLES}
    for i in range(n // len(CODERS)):
        article = articles[i % len(articles)]
        paragraph = article.paragraphs[i // len(articles) % len(article.paragraphs)]
        middle = article.raw_text.find(". ", paragraph.start, paragraph.end) + 1 or paragraph.end
        true = {name: chance.choice(values) for name, values in names.items()}
        speaker = SPEAKERS[i % len(SPEAKERS)]
        for coder in CODERS:
            right = [chance.random() < AGREEMENT for _ in (*names, "speaker")]
            labels = {
                name: true[name] if is_right else chance.choice(values)
                for (name, values), is_right in zip(names.items(), right, strict=False)
            }
            yield {
                "statement_id": f"{i}-{coder}",
                "article_id": article.article_id,
                "paragraph": paragraph.position,
                "coder": coder,
                "speakers": [speaker if right[-1] else chance.choice(SPEAKERS)],
                "evidence_start": paragraph.start,
                "evidence_end": middle if chance.random() < AGREEMENT else paragraph.end,
                **labels,
            }
