"""Copy the history of another project file into this one; the order of files does not matter.

Two files can differ in data without a history, such as an article's title. The choice depends on the values, not on
the order of the files.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from annotator.errors import StoreError
from annotator.model import ROLES, Article, Paragraph, sha256
from annotator.store.file.checksum import of_article, of_change
from annotator.store.file.codebook_text import LOST, is_as_written
from annotator.store.file.connection import Connection
from annotator.store.file.meta import read_meta, write_meta
from annotator.store.history.record_types import ENTITIES
from annotator.store.merge.difference import Difference, rank
from annotator.store.merge.report import Came
from annotator.store.tables.articles import write_paragraphs
from annotator.store.tables.codebooks import UNKNOWN, parsed, replace_steps, steps_between
from annotator.store.tables.json_values import dumps
from annotator.text.terminal_text import one_line

Tick = Callable[[str, int, int], None]
"""Callback, called with what is copied, the number done and the total."""

Row = tuple[Any, ...]

_ARTICLE = "article_id sha256 name title source date url path metadata added_at raw_text checksum".split()


def bring(c: Connection, other: Connection, lacks: Difference, tick: Tick | None = None) -> Came:
    """Copy everything from another file that this one lacks, without a replay. Must run inside a write.

    Args:
        c: The project.
        other: The other file.
        lacks: What this one lacks; what came in meanwhile may be in it.
        tick: Callback for progress.

    Raises:
        StoreError: The other file contradicts this one.
    """
    return _Union(c, other, lacks, tick).run()


class _Union:
    def __init__(self, c: Connection, other: Connection, lacks: Difference, tick: Tick | None) -> None:
        self._c = c
        self._other = other
        self._lacks = lacks
        self._tick = tick or (lambda _what, _done, _total: None)
        self._coders: dict[int, int] = {}
        self._codebooks: dict[int, int] = {}
        self._came = Came([], [], [])

    def run(self) -> Came:
        if self._lacks.has_codings or not self._knows_coders():
            self._bring_coders()
            self._bring_codebooks()
        self._bring_articles()
        self._bring_steps()
        self._bring_seen()
        if self._lacks.has_places:
            self._bring_places()
        if self._lacks.has_codings:
            self._bring_gold()
        times = [at for c in (self._c, self._other) if (at := read_meta(c, "created_at")) is not None]
        if times:
            write_meta(self._c, "created_at", min(times))
        return self._came

    def _knows_coders(self) -> bool:
        """Whether every coder there is here, under the same name."""
        here = {name: row for row, name in self._c.all("select id, name from coders")}
        there = self._other.all("select id, name from coders")
        if not all(name in here for _, name in there):
            return False
        self._coders = {row: here[name] for row, name in there}
        return True

    def _bring_coders(self) -> None:
        from annotator.store.tables.coders import PROGRAM, coder_name

        rows = self._other.all(
            "select c.id, c.name, c.kind, r.name, c.created_at from coders c left join coders r on r.id = c.recheck_of"
            " order by c.recheck_of is not null, c.id"
        )
        for row, name, kind, recheck_of, created_at in rows:
            known = self._known_as(row) if name.startswith(UNKNOWN) else None
            if known is not None:
                self._coders[row] = known
                continue
            if name != PROGRAM and coder_name(name) != name:
                raise StoreError(
                    f"{self._other.name} contains an invalid coder name: {one_line(name)[:60]}; rename it in that file"
                )
            self._recognise(row, name)
            if self._c.one("select 1 from coders where name = ?", (name,)) is None:
                self._came.coders.append(name)
            self._c.execute(
                "insert into coders (name, kind, recheck_of, created_at)"
                " values (?, ?, (select id from coders where name = ?), ?) on conflict (name) do update set"
                # Whoever was once known as a person is one.
                " kind = min(kind, excluded.kind), recheck_of = coalesce(recheck_of, excluded.recheck_of),"
                " created_at = min(created_at, excluded.created_at)",
                (name, kind, recheck_of, created_at),
            )
            self._coders[row] = self._id("coders", "name", name)

    def _recognise(self, coder: int, name: str) -> None:
        """Restore a lost coder name here from the same steps in the other file."""
        if self._c.one("select 1 from coders where name glob ?", (f"{UNKNOWN}*",)) is None:
            return
        known = self._known_as(coder)
        if known is not None and self._c.one("select 1 from coders where name = ?", (name,)) is None:
            self._c.execute("update coders set name = ? where id = ? and name glob ?", (name, known, f"{UNKNOWN}*"))

    def _known_as(self, coder: int) -> int | None:
        """The coder here who made a step that a coder made there whose name was lost."""
        for (step_id,) in self._other.stream("select step_id from steps where coder = ? order by id", (coder,)):
            row = self._c.one("select coder from steps where step_id = ?", (step_id,))
            if row is not None:
                return int(row[0])
        return None

    def _bring_codebooks(self) -> None:
        for row, codebook_id, name, version, document, added_at in self._other.all(
            "select id, codebook_id, name, version, document, added_at from codebooks order by id"
        ):
            try:
                parsed(document)
                if not is_as_written(codebook_id, name, document):
                    raise StoreError(f"the text of {one_line(name)} is not as it was written")
            except StoreError as error:
                raise StoreError(f"{self._other.name} contains an invalid codebook: {one_line(name)}") from error
            self._bring_codebook(codebook_id, name, version, document, added_at)
            self._codebooks[row] = self._id("codebooks", "codebook_id", codebook_id)
        for before, after in self._other.all("select distinct before, after from codebook_steps"):
            self._bring_codebook_steps(before, after)

    def _bring_codebook_steps(self, before: int, after: int) -> None:
        """Keep what leads from one version to another; of two ways to say it the last counts."""
        own = (self._codebooks[before], self._codebooks[after])
        here, there = steps_between(self._c, *own), steps_between(self._other, before, after)
        if rank(there) <= rank(here):
            return
        replace_steps(self._c, *own, there)

    def _bring_codebook(self, codebook_id: str, name: str, version: str, document: str, added_at: str) -> None:
        """Keep a version; it replaces the placeholder of a lost one."""
        here = self._c.one("select name from codebooks where codebook_id = ?", (codebook_id,))
        if here is not None and here[0] == LOST and name != LOST:
            self._c.execute(
                "update codebooks set name = ?, version = ?, document = ?, added_at = ? where codebook_id = ?",
                (name, version, document, added_at, codebook_id),
            )
        elif here is None or name != LOST:
            self._c.execute(
                "insert into codebooks (codebook_id, name, version, document, added_at) values (?, ?, ?, ?, ?)"
                " on conflict (codebook_id) do update set added_at = min(added_at, excluded.added_at)",
                (codebook_id, name, version, document, added_at),
            )

    def _bring_articles(self) -> None:
        for n, row in enumerate(self._lacks.articles, 1):
            self._bring_article(row)
            self._tick("articles", n, len(self._lacks.articles))

    def _bring_article(self, row: int) -> None:
        facts = self._other.one(f"select {', '.join(_ARTICLE)} from articles where id = ?", (row,))
        assert facts is not None  # noqa: S101 (its row was read just now, in the same snapshot)
        cut = self._cut(self._other, row)
        article_id = self._check(facts, cut)
        here = self._c.one("select id, added_at from articles where article_id = ?", (article_id,))
        if here is None:
            self._came.articles.append(article_id)
            article = {**dict(zip(_ARTICLE, facts, strict=True)), "n_paragraphs": len(cut)}
            self._write_cut(self._c.db.table("articles").insert(article).last_rowid or 0, cut)
            return
        self._c.execute("update articles set added_at = min(added_at, ?) where id = ?", (facts[9], here[0]))
        self._choose_facts(here[0], facts)
        self._choose_cut(here[0], article_id, cut)
        chosen = self._c.one(
            "select name, title, source, date, url, path, metadata from articles where id = ?", here[:1]
        )
        assert chosen is not None  # noqa: S101 (chosen just now)
        checksum = of_article(chosen, self._cut(self._c, here[0]))
        self._c.execute("update articles set checksum = ? where id = ? and checksum <> ?1", (checksum, here[0]))

    def _check(self, facts: Row, cut: list[Row]) -> str:
        """Whether an article's paragraphs, ids and checksum are those of its text; its id."""
        try:
            article = Article(
                name=facts[2],
                raw_text=facts[10],
                paragraphs=tuple(Paragraph(position=r[0], start=r[1], end=r[2], role=r[3]) for r in cut),
            )
        except ValidationError as error:
            raise StoreError(
                f"{self._other.name}: the paragraphs of {one_line(facts[2])} do not fit its text"
            ) from error
        if of_article(facts[2:9], cut) != facts[11]:
            raise StoreError(f"{self._other.name}: the record of {one_line(facts[2])} is damaged")
        if (article.article_id, sha256(article.raw_text)) != facts[:2]:
            raise StoreError(f"{self._other.name}: the text of {one_line(facts[2])} does not match its id")
        return str(facts[0])

    def _choose_facts(self, here: int, facts: Row) -> None:
        """Of two namings of one text take, field by field, what says something, and of two the first by alphabet."""
        columns = ("name", "title", "source", "date", "url", "path")
        for column, value in zip(columns, facts[2:8], strict=True):
            self._c.execute(
                f"update articles set {column} = min(coalesce({column}, ?1), coalesce(?1, {column})) where id = ?2",
                (value, here),
            )
        row = self._c.one("select metadata from articles where id = ?", (here,))
        mine, theirs = json.loads(row[0]) if row else {}, json.loads(facts[8])
        joined = {
            name: min((d[name] for d in (mine, theirs) if name in d), key=lambda v: json.dumps(v, sort_keys=True))
            for name in {*mine, *theirs}
        }
        self._c.execute("update articles set metadata = ? where id = ?", (dumps(joined), here))

    def _choose_cut(self, here: int, article_id: str, theirs: list[Row]) -> None:
        mine = self._cut(self._c, here)
        if [r[:3] for r in mine] == [r[:3] for r in theirs]:
            for (position, _, _, role), (_, _, _, other) in zip(mine, theirs, strict=True):
                # In doubt body, which stands first.
                kept = min(role, other, key=ROLES.index)
                if kept != role:
                    self._c.execute(
                        "update paragraphs set role = ? where article = ? and position = ?", (kept, here, position)
                    )
            return
        is_used_here, is_used_there = self._is_used(self._c, article_id), self._is_used(self._other, article_id)
        if is_used_here and is_used_there:
            raise StoreError(
                f"article {article_id} has different paragraphs in {self._other.name} and here, and is coded in both"
            )
        if is_used_there or (not is_used_here and theirs < mine):
            self._c.execute(
                "delete from reviews where paragraph in (select id from paragraphs where article = ?)", (here,)
            )
            self._c.execute("delete from paragraphs where article = ?", (here,))
            self._write_cut(here, theirs)
            self._c.execute("update articles set n_paragraphs = ? where id = ?", (len(theirs), here))

    @staticmethod
    def _is_used(c: Connection, article_id: str) -> bool:
        """Whether any step of the history is about an article, other than one that removed it."""
        key = f'["{article_id}"'
        return (
            c.one("select 1 from changes where key >= ? and key < ? and entity <> 'article' limit 1", (key, key + "~"))
            is not None
            or c.one(
                "select 1 from changes where entity = 'statement' and instr(coalesce(after, before), ?) limit 1",
                (f'"article_id":"{article_id}"',),
            )
            is not None
        )

    @staticmethod
    def _cut(c: Connection, article: int) -> list[Row]:
        return c.all(
            "select position, start, end, role from paragraphs where article = ? order by position", (article,)
        )

    def _write_cut(self, article: int, cut: list[Row]) -> None:
        write_paragraphs(self._c, [value for row in cut for value in (article, *row)])

    def _bring_steps(self) -> None:
        for n, step in enumerate(self._lacks.steps, 1):
            row = self._other.one(
                "select t.id, t.step_id, t.coder, t.at, t.what, t.kind, o.step_id, t.paragraph, t.seen from steps t"
                " left join steps o on o.id = t.of where t.id = ?",
                (step,),
            )
            assert row is not None  # noqa: S101 (compared just now)
            self._bring_step(row)
            self._tick("steps", n, len(self._lacks.steps))

    def _bring_step(self, row: Row) -> None:
        there, step_id, coder, at, what, kind, of, paragraph, seen = row
        here = self._c.one("select id, coder, at, what, kind from steps where step_id = ?", (step_id,))
        if here is None:
            new = self._c.execute(
                "insert into steps (step_id, coder, at, what, kind, of, paragraph, seen)"
                " values (?, ?, ?, ?, ?, (select id from steps where step_id = ?), ?, ?)",
                (step_id, self._coders[coder], at, what, kind, of, self._paragraph(paragraph), seen),
            ).lastrowid
            self._came.steps.append(step_id)
        else:
            if here[1:5] != (self._coders[coder], at, what, kind):
                raise StoreError(
                    f"{self._other.name} and this project record the step {one_line(step_id)[:60]} differently"
                )
            new = here[0]
        changes = self._other.all(
            "select n, entity, key, before, after, first_at, last_at, checksum from changes where step = ? order by n",
            (there,),
        )
        for change in changes:
            if of_change((step_id, at, what, kind), change[:7]) != change[7]:
                raise StoreError(f"{self._other.name} contains a damaged line of history ({at})")
            if change[1] not in ENTITIES:
                raise StoreError(
                    f"{self._other.name} contains a kind of record that this version does not know: "
                    f"{one_line(change[1])[:60]}"
                )
        self._c.executemany(
            "insert into changes (step, n, entity, key, before, after, first_at, last_at, checksum)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (step, n) do nothing",
            [(new, *change) for change in changes],
        )

    def _bring_seen(self) -> None:
        """Seconds and seen paragraphs: the longer time, the earlier sight."""
        for n, (paragraph, coder, seconds, at) in enumerate(self._lacks.seen, 1):
            here = self._paragraph(paragraph)
            if here is not None:
                self._see(here, self._coders[coder], seconds, at)
            self._tick("paragraphs seen", n, len(self._lacks.seen))

    def _see(self, paragraph: int, coder: int, seconds: float, at: str) -> None:
        """Keep that a coder saw a paragraph; the time of a review that the history made stays."""
        self._c.execute(
            "insert into reviews (paragraph, coder, state, seconds, updated_at) values (?, ?, 'open', ?, ?)"
            " on conflict do update set seconds = max(seconds, excluded.seconds)",
            (paragraph, coder, seconds, at),
        )
        self._c.execute(
            "update reviews set updated_at = ?1 where paragraph = ?2 and coder = ?3 and updated_at > ?1"
            " and not exists (select 1 from changes x cross join steps t on t.id = x.step where t.coder = ?3"
            " and x.entity = 'review' and x.key = (select json_array(a.article_id, p.position)"
            " from paragraphs p join articles a on a.id = p.article where p.id = ?2))",
            (at, paragraph, coder),
        )

    def _bring_places(self) -> None:
        for coder, paragraph, statement, draft, at in self._other.all(
            "select coder, paragraph, statement, draft, updated_at from places order by coder"
        ):
            here = self._paragraph(paragraph)
            if here is not None:
                self._c.execute(
                    "insert into places (coder, paragraph, statement, draft, updated_at) values (?, ?, ?, ?, ?)"
                    " on conflict do update set paragraph = excluded.paragraph, statement = excluded.statement,"
                    " draft = excluded.draft, updated_at = excluded.updated_at where excluded.updated_at > updated_at",
                    (self._coders[coder], here, statement, draft, at),
                )

    def _bring_gold(self) -> None:
        """Adjudicated statements that no step of the history made; an older version kept none for them."""
        columns = "evidence_start, evidence_end, speakers, labels, statements, reason, deleted, decided_at"
        changed = ", ".join(f"{name} = excluded.{name}" for name in ["decided_by", *columns.split(", ")])
        for gold_id, paragraph, coder, *rest in self._other.all(
            f"select gold_id, paragraph, decided_by, {columns} from gold"
            " where paragraph not in (select paragraph from verdicts) order by gold_id"
        ):
            here = self._paragraph(paragraph)
            if here is not None:
                self._c.execute(
                    f"insert into gold (gold_id, paragraph, decided_by, {columns})"
                    f" values (?, ?, ?, {', '.join('?' * len(rest))}) on conflict (gold_id) do update set {changed}"
                    " where (excluded.decided_at, excluded.labels, excluded.speakers) > (decided_at, labels, speakers)",
                    (gold_id, here, self._coders[coder], *rest),
                )

    def _paragraph(self, there: int | None) -> int | None:
        """The row here of a paragraph there, if both files cut its article alike."""
        place = self._other.one(
            "select a.article_id, p.position from paragraphs p join articles a on a.id = p.article where p.id = ?",
            (there,),
        )
        row = place and self._c.one(
            "select p.id from paragraphs p join articles a on a.id = p.article"
            " where a.article_id = ? and p.position = ?",
            place,
        )
        return int(row[0]) if row else None

    def _id(self, table: str, column: str, value: str) -> int:
        row = self._c.one(f"select id from {table} where {column} = ?", (value,))
        assert row is not None  # noqa: S101 (written just now)
        return int(row[0])
