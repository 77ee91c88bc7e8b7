"""Navigation: next open paragraph, articles, flags, doubts, search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from annotator.model import DONE, State
from annotator.records import SET_ASIDE
from annotator.session import gaps
from annotator.session.cursor import Cursor, Refused
from annotator.session.instrument import Instrument
from annotator.session.keys import custom_keys
from annotator.session.open_article import OpenArticle
from annotator.session.passing import Passed, told
from annotator.session.recorder import Notice, Recorder
from annotator.store.coder.coding import Coding, Progress
from annotator.store.coder.paragraph_filters import Filter
from annotator.store.tables.articles import Articles
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.session.search_query import Place as FoundPlace

_LONGEST_NAME = 40


class ArticleProgress(NamedTuple):
    """An article by its number and title, with what a coder has done in it."""

    number: int
    title: str
    progress: Progress


class Navigation:
    """Moves the cursor to another paragraph."""

    def __init__(
        self,
        articles: Articles,
        coding: Coding,
        instrument: Instrument,
        cursor: Cursor,
        recorder: Recorder,
        what_next: Callable[[], str],
    ) -> None:
        """Move this cursor; `what_next` says what comes after the last paragraph of all."""
        self._what_next = what_next
        self._articles = articles
        self._coding = coding
        self._instrument = instrument
        self._cursor = cursor
        self._recorder = recorder

    # from here

    def move(self, direction: int) -> None:
        """Go so many paragraphs forward, or back, over the ends of articles."""
        self._recorder.count_time()
        article = self._cursor.article
        index = self._cursor.index + direction
        left = self._left_behind()
        if 0 <= index < len(article.paragraphs):
            self.arrive(article.paragraphs[index].id)
        else:
            other = self._articles.neighbour(article.row, direction)
            if other is None:
                raise Refused("this is the last paragraph" if direction > 0 else "this is the first paragraph")
            is_begun = self._coding.progress(article.first, article.last).done > 0
            left = left or (self._open_in(article) if direction > 0 and is_begun else "")
            self._arrive_in(other, 0 if direction > 0 else -1)
        if left:
            self._recorder.say(left, is_warning=True)

    def move_article(self, direction: int) -> None:
        """Go to the next article, or to the one before."""
        self._recorder.count_time()
        other = self._articles.neighbour(self._cursor.article.row, direction)
        if other is None:
            raise Refused("this is the last article" if direction > 0 else "this is the first article")
        self._arrive_in(other, 0)

    def go_on(self, passed: Sequence[Passed] = ()) -> None:
        """Go to the next open paragraph; stay on one whose gold is shown now that the coder is done with it.

        Args:
            passed: The paragraphs in between that the same step is done with.
        """
        self._cursor.reload()
        if not self._cursor.sees_gold:
            self.go_next(passed)
            return
        self._recorder.save_place()
        key = custom_keys.shown(self._instrument.keys.first_of("done"))
        self._recorder.say(f"gold stands beside your answer, which stays; {key} goes on")

    def go_next(self, passed: Sequence[Passed] = ()) -> None:
        """Go to the next open paragraph; say how the article stands on leaving it, and what comes next."""
        cursor = self._cursor
        here, article = cursor.paragraph.id, cursor.article
        following = self._coding.next_left(here)
        if following is None:
            end = self._end_of_all()
            cursor.reload()
            self._recorder.save_place()
        else:
            is_inside = article.first <= following <= article.last
            end = Notice("") if is_inside else self._end_of_article()
            self.arrive(following)
            if not is_inside and end.text:
                end = Notice(f"{end.text}; now: {_named(cursor.article)}", end.is_warning)
            if self._coding.turns_back(here, following) and not end.is_warning:
                end = Notice("; ".join(filter(None, (end.text, "from the start again: these are left"))))
        said = "; ".join(filter(None, (end.text, self._told(passed))))
        if said:
            shown = tuple(f"Passed: ¶ {one.number}, {one.role}: {one_line(one.text)}" for one in passed)
            self._recorder.say(said, is_warning=end.is_warning, shown=shown)

    def _end_of_all(self) -> Notice:
        """That everything is done, and what to do then, or what the article still lacks."""
        gap = self._gap_of_article()
        done = "every paragraph is done"
        return Notice(f"{done}, but {gap}", is_warning=True) if gap else Notice(f"{done}; {self._what_next()}")

    def _end_of_article(self) -> Notice:
        """What is open in the article that the coder leaves, or that it is done."""
        article = self._cursor.article
        left = self._open_in(article)
        if left:
            return Notice(left, is_warning=True)
        gap = self._gap_of_article()
        number = str(article.number)
        if gap:
            return Notice(f"article {number} is done, but {gap} ([ goes back)", is_warning=True)
        n = len(self._articles)
        if not self._coding.assigned.is_planned and self._articles.is_numbered_through:
            number += f" of {n}"
        return Notice(f"article {number} is done")

    def _told(self, passed: Sequence[Passed]) -> str:
        if not passed:
            return ""
        undo = custom_keys.shown(self._instrument.keys.first_of("undo"))
        return f"{told(passed, self._cursor.article.number)}; {undo} takes it back"

    def next_flagged(self) -> None:
        """Go to the next flagged paragraph, from the start again at the end."""
        self._recorder.count_time()
        found = self._coding.next_flagged(self._cursor.paragraph.id)
        if found is None:
            raise Refused("nothing is flagged; ! flags a paragraph")
        self.arrive(found)

    def next_doubt(self) -> None:
        """Go to the next paragraph with a decision that a change of the codebook put in doubt."""
        self._recorder.count_time()
        found = self._coding.next_doubt(self._cursor.paragraph.id)
        if found is None:
            raise Refused("nothing is in doubt")
        self.arrive(found)
        doubt = self._cursor.stand_on_doubt()
        n = self._coding.n_doubts()
        why = f": {doubt.variable}, {one_line(doubt.reason)}" if doubt is not None else ""
        self._recorder.say(
            f"{counted(n, 'decision')} in doubt{why}; choose a value again (the same or another) to decide"
        )

    # to a certain place

    def go_to(self, paragraph: int) -> None:
        """Go to a paragraph by its id."""
        self._recorder.count_time()
        self.arrive(paragraph)

    def go_to_place(self, text: str) -> None:
        """Go where a coder typed: `7` is paragraph 7 here, `3/7` paragraph 7 of article 3, else part of a name."""
        self._recorder.count_time()
        article, _, number = text.strip().rpartition("/")
        if number.isdecimal() and (not article or article.isdecimal()):
            self._go_to_number(int(article) if article else None, int(number))
            return
        found = self._articles.find(text.strip()) if text.strip() else None
        if found is None:
            raise Refused(f"no article is called {one_line(text)[:40]!r}")
        self._arrive_in(found, 0)

    def open_article(self, row: int) -> None:
        """Go to the first paragraph of an article that is not done, or to its first."""
        self._recorder.count_time()
        article = self._article(row)
        following = self._coding.next_left(article.first - 1)
        is_inside = following is not None and article.first <= following <= article.last
        self.arrive(following if following is not None and is_inside else article.first)

    def arrive(self, paragraph: int, statement: str | None = None) -> None:
        """Stand in a paragraph, on the statement of that id, else on its first one; the paragraph is seen thereby."""
        self._cursor.go(paragraph, statement)
        self._recorder.arrive()

    # what there is

    def find(self, text: str) -> list[FoundPlace]:
        """The paragraphs that hold these words and meet these conditions, as a coder types them."""
        from annotator.session import search_query  # a session that searches nothing need not load it

        return search_query.find(self._coding, self._instrument.codebook, text)

    def articles(self, text: str, most: int = 200) -> list[tuple[int, str]]:
        """The articles whose id, name or title holds these words: row, and a line with the coder's progress."""
        lines = []
        for row, title, progress in self.progress_of(text, most):
            sign = "●" if progress.left == 0 else "○" if progress.done else "·"
            flags = f"  !{progress.flagged}" if progress.flagged else ""
            lines.append((row, f"{sign} {progress.done:>3}/{progress.done + progress.left:<3}{flags}  {title}"))
        return lines

    def progress_of(self, text: str, most: int) -> list[ArticleProgress]:
        """The articles whose id, name or title holds these words, with the coder's progress in each."""
        return [
            ArticleProgress(
                found.id,
                found.title or found.name,
                self._coding.progress(found.first, found.first + found.n_paragraphs - 1),
            )
            for found in self._articles.search(text, most)
        ]

    # inside

    def _article(self, row: int) -> OpenArticle:
        is_open = row == self._cursor.article.row
        return self._cursor.article if is_open else OpenArticle(self._articles, self._coding, row)

    def _arrive_in(self, row: int, index: int) -> None:
        self.arrive(self._article(row).paragraphs[index].id)

    def _go_to_number(self, article: int | None, number: int) -> None:
        """Go to the paragraph of that number, of the article of that number or of this one."""
        row = self._cursor.article.row if article is None else self._articles.nth(article)
        if row is None and article is not None and self._articles.is_removed(article):
            raise Refused(f"article {article} was removed from the project")
        if row is None:
            raise Refused(f"the project has {counted(len(self._articles), 'article')}")
        paragraphs = self._article(row).paragraphs
        if not 1 <= number <= len(paragraphs):
            raise Refused(f"that article has {counted(len(paragraphs), 'paragraph')}")
        self.arrive(paragraphs[number - 1].id)

    def _left_behind(self) -> str:
        """That the paragraph has all it needs and stays open, if it does."""
        cursor, keys = self._cursor, self._instrument.keys
        is_open = cursor.state == "open" and bool(cursor.statements)
        if not is_open or gaps.before_done(self._instrument.codebook, gaps.Held.of(cursor)) is not None:
            return ""
        key = custom_keys.shown(keys.first_of("done"))
        return f"¶ {cursor.index + 1} lacks nothing and stays open; {key} there says that it is done"

    def _open_in(self, article: OpenArticle) -> str:
        return gaps.open_in(self._coding, article, custom_keys.shown(self._instrument.keys.first_of("go_to")))

    def gap_at_end(self, state: State, held: gaps.Held | None = None) -> str | None:
        """What the article itself lacks, in words, where this state would finish its last open paragraph.

        An article of which every paragraph is set aside needs no label.

        Args:
            state: The state that the paragraph would have.
            held: What the coder has said, where the cursor does not know it yet.
        """
        gap = self._gap_of_article(held)
        cursor, article = self._cursor, self._cursor.article
        if gap is None:
            return None
        n_left = self._coding.progress(article.first, article.last).left - (cursor.state not in DONE)
        if n_left > 0:
            return None
        coded = self._coding.filtered(Filter(states=("coded", "no claim"), article=article.row), limit=2)
        is_set_aside = state in SET_ASIDE and set(coded) <= {cursor.paragraph.id}
        return None if is_set_aside else gap

    def gap_now(self) -> str | None:
        """What is missing before the paragraph is done, in words, read from the project in the middle of a step."""
        cursor, coding = self._cursor, self._coding
        paragraph = cursor.paragraph.id
        labels = coding.article_labels(cursor.article.row), coding.review(paragraph).labels
        held = gaps.Held(*labels, coding.statements(paragraph))
        gap = gaps.before_done(self._instrument.codebook, held)
        return gap.words if gap is not None else self.gap_at_end("coded", held)

    def _gap_of_article(self, held: gaps.Held | None = None) -> str | None:
        """What the article itself lacks, in words."""
        return gaps.of_article(self._instrument.codebook, held or gaps.Held.of(self._cursor))


def _named(article: OpenArticle) -> str:
    """An article's title or name, as long as a line has room for it."""
    name = one_line(article.title or article.name)
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"
