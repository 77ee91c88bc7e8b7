"""Passing: furniture and bylines that the text gives away are done with the key that finishes the paragraph before.

The coder has not looked at them, and the data say so: the state is the one that follows from the role, and the coder
has spent no second on the paragraph.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from annotator.model import UNREAD, Role, State
from annotator.session import gaps
from annotator.session.cursor import Cursor
from annotator.session.instrument import Instrument
from annotator.session.open_article import OpenArticle
from annotator.store.coder.coding import Coding, CodingStep
from annotator.store.tables.articles import Articles

_MOST = 200
"""So many paragraphs are passed with one key; the next key passes more."""


class Passed(NamedTuple):
    """A paragraph that is passed: its row, its article's number, its place there from 1, its role and its text."""

    paragraph: int
    article: int
    number: int
    role: Role
    text: str

    @property
    def state(self) -> State:
        """The state that its role gives it."""
        return UNREAD[self.role]


class Passing:
    """Finds what is passed ahead of the coder. It writes only through the step that it is given."""

    def __init__(self, articles: Articles, coding: Coding, instrument: Instrument, cursor: Cursor) -> None:
        self._articles = articles
        self._coding = coding
        self._instrument = instrument
        self._cursor = cursor

    @property
    def is_on(self) -> bool:
        """Whether anything is passed under this codebook.

        Where every paragraph needs a label, a paragraph is what is coded, and a wrong guess would lose it.
        """
        codebook = self._instrument.codebook
        return codebook.pass_guessed and not any(v.required and not v.when for v in codebook.asked("paragraph"))

    def ahead(self) -> list[Passed]:
        """What is passed when the coder is done here: the next open paragraphs, up to the first to be looked at."""
        found: list[Passed] = []
        here = self._cursor.paragraph.id
        if not self.is_on or self._coding.assigned.has_to_be_seen(here):
            return found
        article: OpenArticle | None = self._cursor.article
        at = self._coding.next_left(here)
        while at is not None and len(found) < _MOST:
            if not _holds(article, at):
                article = self._article_of(at)
            if article is None:
                break
            run, at = self._run(article, at, {here, *(one.paragraph for one in found)})
            is_at_end = at is None or at == here or not _holds(article, at)
            if not run or (is_at_end and not self._may_finish(article)):
                break
            found += run
            if not is_at_end:
                break
        return found

    def write(self, step: CodingStep, passed: Iterable[Passed]) -> None:
        """Be done with these paragraphs in the coder's step."""
        for one in passed:
            step.pass_over(one.paragraph, one.state)
            self._cursor.article.marks.forget(one.paragraph)

    def _run(self, article: OpenArticle, at: int | None, besides: set[int]) -> tuple[list[Passed], int | None]:
        """What is passed in an article from an open paragraph on, and the open paragraph after it."""
        run: list[Passed] = []
        while at is not None and at not in besides and _holds(article, at) and self._passes(article, at):
            if len(besides) > _MOST:
                break
            index = article.index_of(at)
            run.append(Passed(at, article.number, index + 1, article.paragraphs[index].role, article.text(index)))
            besides.add(at)
            at = self._coding.next_left(at)
        return run, at

    def _passes(self, article: OpenArticle, paragraph: int) -> bool:
        index = article.index_of(paragraph)
        is_empty = article.paragraphs[index].role in UNREAD
        return is_empty and self._coding.may_pass(paragraph) and index in article.certain

    def _may_finish(self, article: OpenArticle) -> bool:
        """Whether an article may end with what is passed: the coder is in it, and it lacks no label of its own."""
        if article is not self._cursor.article:
            return False
        return gaps.of_article(self._instrument.codebook, gaps.Held.of(self._cursor)) is None

    def _article_of(self, paragraph: int) -> OpenArticle | None:
        row = self._articles.of_paragraph(paragraph)
        return None if row is None else OpenArticle(self._articles, self._coding, row)


def told(passed: Sequence[Passed], article: int) -> str:
    """What was passed, in words: ¶ 4–6, ¶ 1 of article 2 passed as furniture.

    Args:
        passed: In reading order, at least one.
        article: The number of the article that goes without saying.
    """
    numbers: dict[Role, dict[int, list[int]]] = {}
    for one in passed:
        numbers.setdefault(one.role, {}).setdefault(one.article, []).append(one.number)
    return "; ".join(
        f"{', '.join(_place(members, where, article) for where, members in places.items())} passed as {role}"
        for role, places in numbers.items()
    )


def _place(numbers: Iterable[int], where: int, article: int) -> str:
    return f"¶ {_ranges(numbers)}" + (f" of article {where}" if where != article else "")


def _ranges(numbers: Iterable[int]) -> str:
    """Numbers in ascending order: 4–6, 9."""
    runs = (list(run) for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]))
    ends = ((run[0][1], run[-1][1]) for run in runs)
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in ends)


def _holds(article: OpenArticle | None, paragraph: int) -> bool:
    return article is not None and article.first <= paragraph <= article.last
