"""What a reader of a target wants of it: the lead everything, a coder what is for all or for them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256

from annotator.batch import ArticleItem, Item, PlaceItem, StepItem, is_of, is_open_to
from annotator.errors import StoreError
from annotator.store.file.connection import Connection
from annotator.store.merge.audience import OF_STATEMENT
from annotator.store.tables.study.named_facts import FEEDBACK, read_facts
from annotator.text.terminal_text import one_line


class Reader:
    """One reader of a target."""

    def __init__(self, c: Connection, coder: str | None, *, is_among_coders: bool = False) -> None:
        """Get to know a reader.

        Args:
            c: The project.
            coder: The coder; None is the lead.
            is_among_coders: Whether the lead reads the folder of one coder, who does not describe the lead's articles.
        """
        self._is_among_coders = is_among_coders
        self._c = c
        self._coder = coder
        self._articles: set[str] = set()
        self._has_plan = False
        if coder is not None:
            assigned = self._column(
                "select a.article_id from assignments s join coders n on n.id = s.coder"
                " join paragraphs p on p.id = s.first join articles a on a.id = p.article where n.name = ?",
                coder,
            )
            self._has_plan = bool(assigned)
            self._articles = assigned | self._column("select article_id from articles")

    def _column(self, sql: str, *parameters: str) -> set[str]:
        return {value for (value,) in self._c.all(sql, parameters)}

    def learn(self, items: Iterable[Item]) -> None:
        """Look at what comes: assignments and own work name articles that a coder wants."""
        if self._coder is None:
            return
        for item in items:
            if not isinstance(item, StepItem):
                continue
            if item.spot is not None and is_of(item.coder, self._coder):
                self._articles.add(item.spot.article_id)
            for change in item.changes:
                if change.entity == "assignment" and (key := json.loads(change.key))[0] == self._coder:
                    self._articles.add(key[1])
                    self._has_plan = True

    def wants(self, item: Item) -> bool:
        """Whether an item is for this reader."""
        if self._coder is None:
            is_known = isinstance(item, ArticleItem) and self._is_among_coders and self.has_article(item.article_id)
            return not is_known
        if isinstance(item, StepItem):
            return is_open_to(item.audience, self._coder)
        if isinstance(item, PlaceItem):
            return is_of(item.coder, self._coder)
        return not isinstance(item, ArticleItem) or not self._has_plan or item.article_id in self._articles

    def check_owners(self, items: Iterable[Item]) -> None:
        """Look whether what comes from the folder of one coder changes or undoes what another coder did.

        Raises:
            StoreError: It does.
        """
        steps = [item for item in items if isinstance(item, StepItem)] if self._is_among_coders else []
        undone = {(item.of, item.coder) for item in steps if item.of is not None}
        changed = {
            (json.loads(change.key)[0], item.coder)
            for item in steps
            for change in item.changes
            if change.entity in OF_STATEMENT
        }
        for pairs, table, name in ((undone, "steps", "step_id"), (changed, "statements", "statement_id")):
            foreign = self._c.one(
                f"select n.name from json_each(?) e join {table} t on t.{name} = json_extract(e.value, '$[0]')"
                " join coders n on n.id = t.coder where n.name <> json_extract(e.value, '$[1]') limit 1",
                (json.dumps(sorted(pairs)),),
            )
            if foreign is not None:
                raise StoreError(
                    f"the folder of a coder contains a change of what {one_line(foreign[0])} did; nothing more of that"
                    " stream is taken in"
                )

    def visible(self) -> str:
        """A hash of what decides how much a coder may see: closed phases, phases with feedback, own assignments."""
        facts = [
            sorted(read_facts(self._c, FEEDBACK)),
            self._c.all("select phase from phases order by phase"),
            self._c.all(
                "select a.article_id, p.position, s.last - s.first, s.phase from assignments s"
                " join coders n on n.id = s.coder join paragraphs p on p.id = s.first"
                " join articles a on a.id = p.article where n.name = ? order by 1, 2, 3, 4",
                (self._coder,),
            ),
        ]
        return sha256(json.dumps(facts).encode()).hexdigest()[:16]

    def has_article(self, article_id: str) -> bool:
        """Whether the project has an article."""
        return self._c.one("select 1 from articles where article_id = ?", (article_id,)) is not None

    def has_step(self, step_id: str) -> bool:
        """Whether the project has a step."""
        return self._c.one("select 1 from steps where step_id = ?", (step_id,)) is not None


def open_phases(c: Connection) -> list[str]:
    """The phases in which somebody has an assignment and that are not closed: codings are still blind."""
    rows = c.all("select distinct phase from assignments where phase not in (select phase from phases) order by phase")
    return [phase for (phase,) in rows]
