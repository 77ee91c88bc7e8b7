"""Codings made up for tests of agreement: who says what in which paragraph."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from annotator.codebook.model import Category, Codebook, Variable
from annotator.model import State, Value
from annotator.store import Store

CODEBOOK = Codebook(
    name="harbour",
    version="2.0",
    variables=(
        Variable(name="speaker", level="entity", key="q", multiple=True),
        Variable(
            name="stance",
            level="ordinal",
            categories=(
                Category(name="oppose", key="o"),
                Category(name="neutral", key="n"),
                Category(name="support", key="s"),
                Category(name="unclear", key="u", outside_scale=True),
            ),
        ),
        Variable(name="kind", key="y", categories=tuple(Category(name=name) for name in ("fact", "demand", "denial"))),
        Variable(name="issues", level="set", key="i", categories=tuple(Category(name=n) for n in ("jobs", "sea"))),
        Variable(name="weight", level="interval", key="v"),
        Variable(name="words", level="text", key="e"),
        Variable(name="tone", scope="paragraph", key="t", categories=(Category(name="calm"), Category(name="loud"))),
        Variable(name="genre", scope="article", key="r", categories=(Category(name="news"), Category(name="opinion"))),
    ),
)
"""A codebook with every level and scope."""


class Said(NamedTuple):
    """A statement: labels by variable, speakers, evidence within the paragraph; labels may carry an origin."""

    labels: Mapping[str, Value | tuple[Value, str]]
    speakers: Sequence[str] = ("Ása Brandt",)
    evidence: tuple[int, int] | None = None
    note: str | None = None


def code(
    store: Store,
    coder: str,
    paragraph: int,
    *statements: Said,
    state: State = "coded",
    labels: Mapping[str, Value | tuple[Value, str]] | None = None,
    genre: str | None = None,
    note: str | None = None,
) -> None:
    """Code a paragraph in one step, as a coder would."""
    article = store.articles.of_paragraph(paragraph)
    assert article is not None
    start = next(p.start for p in store.articles.paragraphs(article) if p.id == paragraph)
    with store.coding(coder).step("code", paragraph) as step:
        for said in statements:
            span = None if said.evidence is None else (start + said.evidence[0], start + said.evidence[1])
            statement = step.add_statement(span)
            step.set_speakers(statement, [(name, None) for name in said.speakers])
            for name, label in said.labels.items():
                step.label(statement, name, *_with_origin(label))
            if said.note:
                step.change_statement(statement, note=said.note)
        for name, label in (labels or {}).items():
            step.label_paragraph(name, *_with_origin(label))
        if genre:
            step.label_article("genre", genre)
        step.review(state=state, note=note)


def _with_origin(label: Any) -> tuple[Any, str]:
    return label if isinstance(label, tuple) else (label, "coder")


RANDOM_TEXTS = tuple("\n".join(f"Paragraph {i} of article {a} and more." for i in range(20)) for a in (1, 2))
"""The articles of a project that is coded at random."""

_CODERS = ("zoe", "ada", "ben", "cleo")
_ORIGINS = ("coder", "coder", "default", "sticky")
_STATES: tuple[State, ...] = ("coded",) * 7 + ("open", "furniture", "duplicate", "no claim")


def code_at_random(store: Store) -> Store:
    """Have four coders and a model code `RANDOM_TEXTS`: with corrected roles, phases, merges, deletions, odd values."""
    chance = random.Random(5)  # noqa: S311 (a test wants the same numbers every time)
    store.coder("llm", "model")
    for paragraph in range(1, 41):
        for coder in (*_CODERS, "llm"):
            if chance.random() < 0.8:
                said = [_random_statement(chance) for _ in range(chance.choice((0, 1, 1, 2, 3)))]
                tone = {"tone": (chance.choice(("calm", "loud")), chance.choice(_ORIGINS))}
                state, genre = chance.choice(_STATES), chance.choice(("news", "opinion", None, None))
                code(store, coder, paragraph, *said, state=state, labels=tone, genre=genre)
            if chance.random() < 0.15:
                with store.coding(coder).step("role", paragraph) as step:
                    step.review(state=chance.choice(_STATES), role=chance.choice(("caption", "headline")))
    with store.connection.write():
        _assign(store)
        store.connection.execute("update statements set deleted = 1 where id % 7 = 0")
        store.connection.execute("update paragraph_labels set value = 'gone' where paragraph % 9 = 0")
        store.connection.execute(
            "update speakers set merged_into = (select id from speakers where name = 'Bo') where name = 'Ása'"
        )
    return store


def _random_statement(chance: random.Random) -> Said:
    labels: dict[str, Any] = {
        "stance": (chance.choice(("oppose", "support", "unclear")), chance.choice(_ORIGINS)),
        "issues": chance.choice((["jobs"], ["jobs", "sea"], [])),
        "weight": chance.choice((0.1 + 0.2, 0.3, 2)),
    }
    start = chance.randrange(10)
    evidence = None if chance.random() < 0.2 else (start, start + chance.randrange(1, 12))
    return Said(labels, chance.choice((("Ása",), ("Bo",), ("Cai", "Ása"), ())), evidence)


def _assign(store: Store) -> None:
    """Give everybody but zoe two runs of paragraphs."""
    for name in _CODERS[1:]:
        row = store.coder(name).id
        for first, last, phase, batch in ((3, 10, "training", "one"), (15, 30, "main", "two")):
            store.connection.execute(
                "insert into assignments (coder, recorder, first, last, phase, batch, position, n_left)"
                " values (?, ?, ?, ?, ?, ?, ?, 0)",
                (row, row, first, last, phase, batch, first),
            )
