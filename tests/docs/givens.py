"""What a page finds in its folder: projects that people have coded, and tables of labels."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from annotator.cli.commands.label import make_samples
from annotator.cli.options import Project
from annotator.codebook.file import default_codebook
from annotator.ingest.sample_articles import sample_articles
from annotator.model import Speaker
from annotator.store import Store
from tests.conftest import MakeOnce
from tests.reports.coding import Said, code

_STANCES = ("oppose", "neutral", "support", "mixed")
_CLAIMS = ("fact", "interpretation", "evaluation", "demand", "denial")
_SPEAKERS = ("Torleif Grindheim", "Ása Brandt", "journalist")


def coded(path: Path, coders: tuple[str, ...] = ("maria", "jan")) -> None:
    """The five samples, which every coder has coded to the end; they differ in about one label in six."""
    project = Project()
    project.path = path
    make_samples(project)
    with Store(path) as store:
        paragraphs = [one.id for article in store.articles.all() for one in store.articles.paragraphs(article.id)]
        for number, coder in enumerate(coders):
            true, slip = random.Random(7), random.Random(number)  # noqa: S311 (the same project every time)
            for paragraph in paragraphs:
                _code(store, coder, paragraph, true, slip)


def _code(store: Store, coder: str, paragraph: int, true: random.Random, slip: random.Random) -> None:
    """Code a paragraph as all coders do, but for what slips."""

    def choose(among: tuple[str, ...]) -> str:
        chosen = true.choice(among)
        return slip.choice(among) if slip.random() < 0.15 else chosen

    kind = true.random()
    labels = {"stance": choose(_STANCES), "claim_type": choose(_CLAIMS), "target": choose(("the halt", "the harbour"))}
    speaker = choose(_SPEAKERS)
    if kind < 0.2:
        code(store, coder, paragraph, state="furniture")
    elif kind < 0.5 or slip.random() < 0.05:
        code(store, coder, paragraph, state="no claim")
    else:
        code(store, coder, paragraph, Said({**labels, "mode": "indirect"}, (speaker,), (0, 12)))


def speakers(path: Path) -> None:
    """A project with entries for the same people under several names, and statements that use them."""
    entries = [
        Speaker(speaker_id=str(UUID(int=1)), name="Brandt"),
        Speaker(speaker_id=str(UUID(int=2)), name="the mayor"),
        Speaker(speaker_id=str(UUID(int=3)), name="the minister", aliases=("the minister for ports",)),
        Speaker(speaker_id=str(UUID(int=4)), name="harbour fee"),
    ]
    with Store.create(path, default_codebook(), sample_articles(), entries) as store:
        for paragraph, name in enumerate(("Brandt", "the mayor", "the minister", "the minister for ports"), 1):
            code(store, "maria", paragraph, Said({"stance": "oppose"}, (name,)))


def labels(path: Path, coders: tuple[str, ...] = ("ada", "ben", "cleo")) -> None:
    """A table of labels on an ordinal scale: 40 units."""
    chance = random.Random(3)  # noqa: S311 (the same table every time)
    scale = ("low", "middle", "high")
    rows = ["unit,coder,label"]
    for unit in range(1, 41):
        true = chance.randrange(3)
        for coder in coders:
            label = chance.randrange(3) if chance.random() < 0.2 else true
            rows.append(f"{unit},{coder},{scale[label]}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def parquet(table: Path, path: Path) -> None:
    """The same labels as a Parquet file."""
    from pyarrow import csv  # type: ignore[import-untyped]
    from pyarrow.parquet import write_table  # type: ignore[import-untyped]

    path.parent.mkdir()
    write_table(csv.read_csv(table), path)


def model(path: Path) -> None:
    """What a model says of every paragraph of the samples, and the prompt that it was given."""
    chance = random.Random(11)  # noqa: S311 (the same labels every time)
    lines = []
    for article in sample_articles():
        for n in range(len(article.paragraphs)):
            row: dict[str, object] = {"article_id": article.article_id, "paragraph": n, "coder": "gpt", "stance": None}
            if chance.random() < 0.5:
                row |= {"speakers": ["journalist"], "stance": chance.choice(_STANCES), "target": "the halt"}
            lines.append(json.dumps(row))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.with_name("prompt.txt").write_text("Who says what?\n", encoding="utf-8")


def put(given: str, folder: Path, make_once: MakeOnce) -> None:
    """Put what a comment names into a folder, as `coded`, `coded by kim, lou` or `labels`.

    Raises:
        AssertionError: The comment names something else.
    """
    name, _, coders = given.partition(" by ")
    names = tuple(one.strip() for one in coders.split(",")) if coders else ()
    if name == "coded":
        make_once(_of(names or ("maria", "jan")), folder / "annotations.db")
    elif name == "labels":
        labels(folder / "labels.csv", names or ("ada", "ben", "cleo"))
    elif given == "speakers":
        make_once(speakers, folder / "annotations.db")
    elif given == "parquet":
        parquet(folder / "labels.csv", folder / "labels" / "part.parquet")
    else:
        assert given == "model", f"nothing prepared is called {given!r}: tests/docs/givens.py"
        model(folder / "labels.jsonl")


def _of(coders: tuple[str, ...]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        coded(path, coders)

    write.__name__ = "_".join(("coded", *coders))
    return write
