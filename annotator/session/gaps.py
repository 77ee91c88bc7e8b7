"""What a paragraph lacks before it is done, and which paragraphs of an article are still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from annotator.codebook.model import Codebook, Variable
from annotator.model import Label, Statement
from annotator.session import form
from annotator.session.cursor import Cursor
from annotator.session.open_article import OpenArticle
from annotator.store.coder.coding import Coding

MOST_NAMED = 4
"""So many open paragraphs are named by their numbers; the rest are counted."""


class Gap(NamedTuple):
    """What is missing, in words; and the statement that lacks it, if it is one."""

    words: str
    statement: int | None = None


class Held(NamedTuple):
    """What a coder has said of a paragraph and its article."""

    article: Mapping[str, Label]
    paragraph: Mapping[str, Label]
    statements: Sequence[Statement]

    @classmethod
    def of(cls, cursor: Cursor) -> Held:
        """What the coder has said where they stand."""
        return cls(cursor.article_labels, cursor.review.labels, cursor.statements)

    @property
    def around(self) -> dict[str, Label]:
        """The labels of the paragraph and the article."""
        return {**self.article, **self.paragraph}


def of_article(codebook: Codebook, held: Held) -> str | None:
    """What is missing of the article itself."""
    return _missing(form.missing_of_unit(codebook, "article", held.article, {}), "missing for the article: ")


def of_paragraph(codebook: Codebook, held: Held) -> str | None:
    """What is missing of the paragraph itself."""
    return _missing(form.missing_of_unit(codebook, "paragraph", held.paragraph, held.around), "missing: ")


def before_done(codebook: Codebook, held: Held) -> Gap | None:
    """What is missing before the paragraph is done; None where nothing is."""
    gap = of_paragraph(codebook, held)
    if gap is not None:
        return Gap(gap)
    if not held.statements:
        is_coded = any(form.is_decided(label) for label in held.paragraph.values())
        return None if is_coded else Gap("nothing is coded here: x says “no claim”")
    for i, statement in enumerate(held.statements):
        missing = form.missing(codebook, statement, held.around)
        which = f"statement {i + 1}: " if len(held.statements) > 1 else ""
        if missing:
            return Gap(f"{which}missing: " + ", ".join(variable.title for variable in missing), i)
        category = form.needs_note(codebook, statement)
        if category is not None:
            return Gap(f"{which}“{category}” needs a note (w)", i)
    return None


def _missing(variables: Sequence[Variable], before: str) -> str | None:
    return before + ", ".join(variable.title for variable in variables) if variables else None


def open_in(coding: Coding, article: OpenArticle, key: str) -> str:
    """The paragraphs of an article that the coder is not done with, and the key that goes there; empty if none."""
    n = coding.progress(article.first, article.last).left
    found: list[int] = []
    at = coding.next_left(article.first - 1) if n else None
    while at is not None and article.first <= at <= article.last and len(found) < MOST_NAMED:
        if found and at <= article.paragraphs[found[-1] - 1].id:
            break
        found.append(article.index_of(at) + 1)
        at = coding.next_left(at)
    if not found:
        return ""
    more = f" and {n - len(found)} more" if n > len(found) else ""
    numbers = ", ".join(map(str, found))
    return f"{n} open in article {article.number}: ¶ {numbers}{more}; {key} {article.number}/{found[0]} goes there"
