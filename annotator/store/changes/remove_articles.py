"""Take articles out of a project, and put them back: steps of the history, so that a merge and a pack carry them.

A removed article keeps its text, its number and all work on it. Nothing counts them until it is put back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from annotator.errors import UsageError
from annotator.store.store import Store
from annotator.store.tables.article_removal import ARTICLE
from annotator.store.tables.json_values import dumps
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

_SHOWN = 3


class Removable(NamedTuple):
    """An article that can be removed or put back.

    Attributes:
        article_id: Its id.
        name: Its name.
        n_paragraphs: Number of its paragraphs.
        removed_at: When it was removed; None for an article of the project.
    """

    article_id: str
    name: str
    n_paragraphs: int
    removed_at: str | None


class Work(NamedTuple):
    """What was done in an article.

    Attributes:
        n_coded: Number of paragraphs that somebody coded, noted, flagged or adjudicated.
        coders: Who has work there, by name.
    """

    n_coded: int
    coders: tuple[str, ...]


class Removal:
    """Removes articles of a project and puts them back."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._c = store.connection

    def find(self, names: Sequence[str]) -> list[Removable]:
        """The articles of these ids or names, each once, removed or not.

        Raises:
            UsageError: There is no such article, or several have one name.
        """
        ids: dict[str, list[str]] = {}
        for article_id, name in self._c.all("select article_id, name from articles order by article_id"):
            for called in {article_id, name}:
                ids.setdefault(called, []).append(article_id)
        found: dict[str, Removable] = {}
        for name in names:
            same = ids.get(name, [])
            if not same:
                raise UsageError(f"there is no article {one_line(name)} in this project")
            if len(same) > 1:
                some = ", ".join(same[:_SHOWN]) + (", …" if len(same) > _SHOWN else "")
                raise UsageError(
                    f"the name {one_line(name)} is that of {counted(len(same), 'article')}; name one by its id: {some}"
                )
            if same[0] not in found:
                found[same[0]] = self._one(same[0])
        return list(found.values())

    def removed(self) -> list[Removable]:
        """The removed articles, in the order in which they were added."""
        rows = self._c.all("select a.article_id from removed r join articles a on a.id = r.article order by a.id")
        return [self._one(article_id) for (article_id,) in rows]

    def last(self) -> list[Removable]:
        """The articles that the latest step removed which are still removed."""
        found = [(self._step_of(one.article_id), one) for one in self.removed()]
        latest = max((step for step, _ in found), default=None)
        return [one for step, one in found if step == latest]

    def work(self, article_id: str) -> Work:
        """What anybody has done in an article; not to be shown to a coder in an open phase."""
        row = self._c.one(
            "select min(p.id), max(p.id), p.article from paragraphs p join articles a on a.id = p.article"
            " where a.article_id = ?",
            (article_id,),
        )
        assert row is not None  # noqa: S101 (found before)
        rows = self._c.all(
            "select distinct x.paragraph, coalesce(o.name, n.name) from (select coder, paragraph from reviews"
            " where paragraph between ?1 and ?2 and (state not in ('unseen', 'open') or flag = 1 or note is not null"
            " or role is not null)"
            " union all select coder, paragraph from statements where paragraph between ?1 and ?2 and deleted = 0"
            " union all select l.coder, l.paragraph from coders k cross join paragraph_labels l on l.coder = k.id"
            " and l.paragraph between ?1 and ?2"
            " union all select coder, ?1 from article_labels where article = ?3"
            " union all select decided_by, paragraph from verdicts where paragraph between ?1 and ?2"
            " union all select decided_by, paragraph from gold where paragraph between ?1 and ?2 and deleted = 0) x"
            " join coders n on n.id = x.coder left join coders o on o.id = n.recheck_of",
            row,
        )
        return Work(len({paragraph for paragraph, _ in rows}), tuple(sorted({name for _, name in rows})))

    def remove(self, articles: Sequence[Removable], by: str | None = None) -> None:
        """Remove articles, in one step of the history, which keeps the name of the person."""
        self._put([one for one in articles if one.removed_at is None], "remove", {"removed": True}, by)

    def put_back(self, articles: Sequence[Removable], by: str | None = None) -> None:
        """Put removed articles back, with all work on them, in one step of the history."""
        self._put([one for one in articles if one.removed_at is not None], "put back", None, by)

    def _put(self, articles: Sequence[Removable], verb: str, value: dict[str, bool] | None, by: str | None) -> None:
        if not articles:
            return
        what = f"article {one_line(articles[0].name)}" if len(articles) == 1 else counted(len(articles), "article")
        person = "" if by is None else f" (by {by})"
        with self._store.history.step(self._store.program(), f"{verb} {what}{person}") as step:
            for one in articles:
                step.put(ARTICLE, [one.article_id], value)

    def _one(self, article_id: str) -> Removable:
        row = self._c.one(
            "select a.article_id, a.name, a.n_paragraphs, r.article from articles a"
            " left join removed r on r.article = a.id where a.article_id = ?",
            (article_id,),
        )
        assert row is not None  # noqa: S101 (found before)
        return Removable(row[0], row[1], row[2], None if row[3] is None else self._step_of(article_id)[0])

    def _step_of(self, article_id: str) -> tuple[str, str]:
        """Time and id of the latest step that removed an article."""
        row = self._c.one(
            "select t.at, t.step_id from changes x join steps t on t.id = x.step"
            " where x.key = ? and x.entity = ? and x.after is not null order by t.at desc, t.step_id desc limit 1",
            (dumps([article_id]), ARTICLE),
        )
        return ("", "") if row is None else (row[0], row[1])
