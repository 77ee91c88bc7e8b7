"""Codings made up for tests of agreement: who says what in which paragraph."""

from __future__ import annotations

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
