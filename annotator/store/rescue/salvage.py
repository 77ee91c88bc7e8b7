"""What is legible of a damaged project, in a new one, and a list of what is not.

The history is taken line by line, as far as its checksums hold, and the state made anew from it; where lines of the
history are lost, the tables of coders' work fill what it no longer says, as a step of the new history.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, get_args

from pydantic import ValidationError

from annotator.codebook.model import Codebook, Scope, Variable
from annotator.errors import AnnotatorError, StoreError
from annotator.model import Article, CoderKind, Paragraph
from annotator.store.file.checksum import of_article, of_change
from annotator.store.file.codebook_text import LOST
from annotator.store.file.connection import Connection
from annotator.store.file.database_files import new_database
from annotator.store.file.meta import read_meta
from annotator.store.file.project_file import build_bare
from annotator.store.file.timestamps import now
from annotator.store.history import renumber as order
from annotator.store.history.history import History
from annotator.store.history.record_types import ENTITIES
from annotator.store.history.replay import rebuild
from annotator.store.rescue.recover_rows import Legible, legible
from annotator.store.store import Store
from annotator.store.tables.articles import write_paragraphs
from annotator.store.tables.codebooks import UNKNOWN, parsed
from annotator.store.tables.coders import PROGRAM, coder_name, coder_row
from annotator.store.tables.keys import Key, Times
from annotator.text.terminal_text import one_line


class Salvaged(NamedTuple):
    """What became of a damaged project.

    Attributes:
        path: The new project.
        kept: How many articles, steps, statements and reviews it holds.
        lost: What is not in it, a sentence each.
    """

    path: Path
    kept: dict[str, int]
    lost: list[str]


def salvage(damaged: Path, target: Path) -> Salvaged:
    """Bring what can be read of a damaged project into a new file; the damaged one is not touched.

    Raises:
        StoreError: There is nothing to save, or the new file cannot be written.
    """
    with new_database(target) as unfinished, legible(damaged) as found:
        build_bare(unfinished)
        with Store(unfinished) as store:
            store.connection.before_first_write = None
            kept = _Salvage(found, store).run()
    return Salvaged(target, kept, found.lost)


_TABLES = {
    "mentions": "statement_speakers",
    "label": "labels",
    "paragraph label": "paragraph_labels",
    "article label": "article_labels",
}
"""Records that leave no row behind when they are taken away, and their tables."""


_CODEBOOK = ("codebook_id", "name", "version", "document", "added_at")


class _Salvage:
    def __init__(self, found: Legible, store: Store) -> None:
        self._old = found.c
        self._whole = found.whole
        self._store = store
        self._c = store.connection
        self._lost = found.lost
        self._coders: dict[int, int] = {}
        self._codebooks: dict[int, int] = {}
        self._articles: dict[int, str] = {}

    def run(self) -> dict[str, int]:
        with self._c.write():
            self._coders_and_codebooks()
            self._save_articles()
            is_complete = self._save_history()
            triggers = order.allow_rewriting(self._c)
            order.order_steps(self._c)
            order.forbid_rewriting(self._c, triggers)
            order.count_steps(self._c)
            self._stand_in_for_codebooks()
            if self._c.one("select 1 from changes where entity = 'codebook' and after is not null limit 1") is None:
                self._choose_codebook()
            rebuilt = rebuild(self._c)
            if rebuilt.orphans:
                n = len(rebuilt.orphans)
                self._lost.append(f"{n} records of the history have lost their article or their beginning")
            if not is_complete:
                self._fill_from_tables()
            self._save_seen()
            self._save_gold()
            rebuild(self._c)
        counts = ("articles", "steps", "statements", "reviews")
        return {table: (self._c.one(f"select count(*) from {table}") or (0,))[0] for table in counts}

    def _rows(self, table: str, *names: str) -> list[tuple[Any, ...]]:
        return self._old.all(f"select {', '.join(names)} from {table} order by 1")

    def _coders_and_codebooks(self) -> None:
        known = {row[0]: row[1:] for row in self._rows("coders", "id", "name", "kind", "created_at", "recheck_of")}
        used = {row[0] for row in self._rows("steps", "coder") if isinstance(row[0], int)}
        for coder in sorted({*known, *used}):
            name, kind, created_at, _ = known.get(coder, (None, None, None, None))
            try:
                name = name if name == PROGRAM else coder_name(str(name or ""))
            except AnnotatorError:
                name = f"{UNKNOWN}{coder}"
                self._lost.append(f"the name of a coder; the work stands under “{name}”")
            kind = kind if kind in get_args(CoderKind) else "human"
            self._coders[coder] = coder_row(self._c, name, kind, at=created_at)
        for coder, (_, _, _, recheck_of) in known.items():
            if recheck_of in self._coders:
                self._c.db.table("coders").update(self._coders[coder], {"recheck_of": self._coders[recheck_of]})
        for row, *facts in self._rows("codebooks", "id", *_CODEBOOK):
            try:
                parsed(str(facts[3]))
            except StoreError:
                self._lost.append(f"the codebook version {one_line(str(facts[2]))[:40]}")
                continue
            self._codebooks[row] = self._insert("codebooks", zip(_CODEBOOK, facts, strict=True))
        names = "before after n document words at".split()
        for before, after, *rest in self._rows("codebook_steps", *names):
            if before in self._codebooks and after in self._codebooks:
                facts = [self._codebooks[before], self._codebooks[after], *rest]
                with suppress(StoreError):
                    self._insert("codebook_steps", zip(names, facts, strict=True))

    def _insert(self, table: str, row: Iterable[tuple[str, Any]]) -> int:
        return int(self._c.db.table(table).insert(dict(row)).last_rowid or 0)

    def _save_articles(self) -> None:
        names = "id article_id sha256 name title source date url path metadata added_at checksum raw_text".split()
        for row in self._rows("articles", *names):
            cut = self._old.all(
                "select position, start, end, role from paragraphs where article = ? order by position", (row[0],)
            )
            called = one_line(str(row[3]))[:60]
            try:
                article = Article(
                    name=row[3],
                    raw_text=row[12],
                    paragraphs=tuple(Paragraph(position=p[0], start=p[1], end=p[2], role=p[3]) for p in cut),
                )
            except ValidationError:
                self._lost.append(f"the article {called}, whose paragraphs can no longer be told")
                continue
            if article.article_id != row[1]:
                self._lost.append(f"the article {called}, whose text was changed by the damage")
                continue
            if of_article(row[3:10], cut) != row[11]:
                self._lost.append(f"what was known about the article {called} may have been changed by the damage")
            self._articles[row[0]] = article.article_id
            facts = (*row[1:11], of_article(row[3:10], cut), row[12])
            new = self._insert("articles", [*zip(names[1:], facts, strict=True), ("n_paragraphs", len(cut))])
            write_paragraphs(self._c, [value for paragraph in cut for value in (new, *paragraph)])

    def _save_history(self) -> bool:
        """Bring the legible lines of the history; whether none is missing."""
        n_bad = 0
        ids: dict[int, int] = {}
        for row in self._rows("steps", "id", "step_id", "coder", "at", "what", "kind", "of", "seen"):
            step, step_id, coder, at, what, kind, of, seen = row
            changes = self._old.all(
                "select n, entity, key, before, after, first_at, last_at, checksum from changes"
                " where step = ? order by n",
                (step,),
            )
            whole = [change for change in changes if _holds((step_id, at, what, kind), change)]
            n_bad += len(changes) - len(whole)
            if (kind != "do") != (of in ids):
                kind, of = ("do", None) if kind != "do" else (kind, None)
                whole = [(*change[:7], of_change((step_id, at, what, kind), change[:7])) for change in whole]
            try:
                new = self._c.execute(
                    "insert into steps (step_id, coder, at, what, kind, of, seen) values (?, ?, ?, ?, ?, ?, ?)",
                    (step_id, self._coders.get(coder), at, what, kind, ids.get(of), seen),
                ).lastrowid
                self._c.executemany(
                    "insert into changes (step, n, entity, key, before, after, first_at, last_at, checksum)"
                    " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [(new, *change) for change in whole],
                )
            except StoreError:
                n_bad += 1
                continue
            ids[step] = new or 0
        astray = self._old.one("select count(*) from changes where step not in (select id from steps)")
        n_bad += int(astray[0]) if astray else 0
        gaps = max(ids, default=0) - len(ids) + self._n_blank()
        if n_bad or gaps:
            self._lost.append(f"{max(n_bad, gaps)} lines of the history or more")
        return not n_bad and not gaps and {"steps", "changes"} <= self._whole

    def _n_blank(self) -> int:
        """How many steps lack a line: every step has one at least, and its lines are numbered."""
        row = self._c.one(
            "select count(*) from (select t.kind, count(x.id) as held, coalesce(max(x.n) + 1, 0) as made from steps t"
            " left join changes x on x.step = t.id group by t.id) where held <> made or (kind = 'do' and held = 0)"
        )
        return int(row[0]) if row else 0

    def _choose_codebook(self) -> None:
        """Without a history of the codebook, the version that was in force, else the latest."""
        current = read_meta(self._old, "codebook")
        latest = self._c.one("select codebook_id from codebooks order by added_at desc, id desc limit 1")
        if latest is None:
            latest = (self._stand_in("000000000000", ()),)
        known = self._c.one("select codebook_id from codebooks where codebook_id = ?", (current,))
        with History(self._c).step(self._store.program(), "salvaged by doctor") as step:
            step.put("codebook", [], (known or latest)[0])

    def _stand_in_for_codebooks(self) -> None:
        """Where a codebook that labels were made under is lost, let one stand for it that takes any text."""
        variables: dict[str, dict[str, Variable]] = {}
        for entity, key_text, after in self._c.all(
            "select entity, key, after from changes where after is not null"
            " and (entity like '%label' or entity = 'codebook')"
        ):
            value = json.loads(after)
            if entity == "codebook":
                variables.setdefault(value, {})
            else:
                scope: Scope = "article" if entity[0] == "a" else "paragraph" if entity[0] == "p" else "statement"
                name = json.loads(key_text)[-1]
                variables.setdefault(value["codebook"], {})[name] = Variable(name=name, scope=scope, level="text")
        for codebook_id, known in variables.items():
            if self._c.one("select 1 from codebooks where codebook_id = ?", (codebook_id,)):
                continue
            self._stand_in(codebook_id, tuple(known.values()))

    def _stand_in(self, codebook_id: str, variables: tuple[Variable, ...]) -> str:
        if not variables and not self._articles and self._c.one("select 1 from steps limit 1") is None:
            raise StoreError("neither an article nor a line of the history can be read: there is nothing to save")
        codebook = Codebook(
            name=LOST, version=codebook_id, variables=variables or (Variable(name="text", level="text"),)
        )
        self._lost.append(f"the codebook version {codebook_id}; its labels are kept as plain text")
        facts = (codebook_id, LOST, codebook_id, codebook.model_dump_json(), now())
        self._insert("codebooks", zip(_CODEBOOK, facts, strict=True))
        return codebook_id

    def _fill_from_tables(self) -> None:
        """Where lines of the history are lost, let the tables say what they still can."""
        filled: Counter[str] = Counter()
        for entity, key, old_coder, value, times in _records(self._old):
            coder = self._coders.get(old_coder) if old_coder else self._store.program()
            if coder is None or value is None:
                continue
            try:
                with History(self._c).step(coder, "salvaged by doctor") as step:
                    if step.get(entity, key) != value:
                        step.put(entity, key, value, times)
                        filled[entity] += 1
            except StoreError:
                self._lost.append(f"a {entity} that refers to what is lost")
        for entity, key, coder, *_ in list(_records(self._c)):
            # What a whole table no longer holds was taken away, even if the line that says so is lost.
            if self._was_taken_away(entity, key, coder):
                with suppress(StoreError), History(self._c).step(coder or 0, "salvaged by doctor") as step:
                    step.put(entity, key, None)
                    filled[entity] += 1
        for entity, n in filled.items():
            self._lost.append(f"the history of {n} {entity} records; their last state was saved")

    def _was_taken_away(self, entity: str, key: Key, coder: int | None) -> bool:
        table = _TABLES.get(entity)
        if table is None or not {table, "statements", "paragraphs", "articles"} <= self._whole:
            return False
        before = next((old for old, new in self._coders.items() if new == coder), 0)
        with suppress(AnnotatorError, ValueError, TypeError):
            return ENTITIES[entity].read(self._old, before, key) is None
        return False

    def _save_seen(self) -> None:
        for paragraph, coder, seconds, at in self._rows("reviews", "paragraph", "coder", "seconds", "updated_at"):
            here = self._paragraph(paragraph)
            if here is not None and coder in self._coders and isinstance(seconds, int | float):
                with suppress(StoreError):
                    self._c.execute(
                        "insert into reviews (paragraph, coder, state, seconds, updated_at) values (?, ?, 'open', ?, ?)"
                        " on conflict do update set seconds = excluded.seconds",
                        (here, self._coders[coder], float(seconds), at),
                    )

    def _save_gold(self) -> None:
        names = "evidence_start evidence_end speakers labels statements reason deleted decided_at".split()
        for gold_id, paragraph, coder, *rest in self._rows("gold", "gold_id", "paragraph", "decided_by", *names):
            if self._c.one("select 1 from gold where gold_id = ?", (gold_id,)) is not None:
                continue  # the history has it
            here = self._paragraph(paragraph)
            try:
                if here is None or coder not in self._coders:
                    raise StoreError("what it refers to is lost")
                facts = [("gold_id", gold_id), ("paragraph", here), ("decided_by", self._coders[coder])]
                self._insert("gold", [*facts, *zip(names, rest, strict=True)])
            except StoreError:
                self._lost.append("an adjudicated statement")

    def _paragraph(self, old: object) -> int | None:
        row = self._old.one("select article, position from paragraphs where id = ?", (old,))
        if row is None or row[0] not in self._articles:
            return None
        here = self._c.one(
            "select p.id from paragraphs p join articles a on a.id = p.article"
            " where a.article_id = ? and p.position = ?",
            (self._articles[row[0]], row[1]),
        )
        return int(here[0]) if here else None


def _records(c: Connection) -> Iterator[tuple[str, Key, int | None, Any, Times | None]]:
    """Every record that the tables hold: its kind, its key, its coder's row, its value, and when it was made."""
    place = "join paragraphs p on p.id = {0}.paragraph join articles a on a.id = p.article"
    mine = "join statements s on s.id = {0}.statement"
    plans = {
        "speaker": "json_array(speaker_id), null, created_at, created_at from speakers"
        " order by merged_into is not null, id",
        "statement": "json_array(statement_id), coder, created_at, updated_at from statements order by id",
        "mentions": "distinct json_array(s.statement_id), s.coder, s.created_at, s.updated_at"
        " from statement_speakers m " + mine.format("m"),
        "label": "json_array(s.statement_id, l.variable), s.coder, l.updated_at, l.updated_at from labels l "
        + mine.format("l"),
        "paragraph label": "json_array(a.article_id, p.position, l.variable), l.coder, l.updated_at, l.updated_at"
        " from paragraph_labels l " + place.format("l"),
        "article label": "json_array(a.article_id, l.variable), l.coder, l.updated_at, l.updated_at"
        " from article_labels l join articles a on a.id = l.article",
        "review": "json_array(a.article_id, p.position), r.coder, r.updated_at, r.updated_at from reviews r "
        + place.format("r"),
        "assignment": "json_array(c.name, a.article_id, p.position, p.position + s.last - s.first, s.phase), null,"
        " null, null from assignments s join coders c on c.id = s.coder join paragraphs p on p.id = s.first"
        " join articles a on a.id = p.article order by s.coder, s.position",
        "phase": "json_array(phase), null, closed_at, closed_at from phases",
        "unblinding": "json_array(c.name, u.at), null, u.at, u.at from unblindings u join coders c on c.id = u.coder",
        "aggregation": "json_array('aggregate'), null, null, null from meta where key = 'aggregate'",
        "verdict": "json_array(a.article_id, p.position), v.decided_by, v.decided_at, v.decided_at from verdicts v "
        + place.format("v"),
    }
    for entity, sql in plans.items():
        for key_text, coder, first, last in c.all(f"select {sql}"):
            key = json.loads(key_text)
            times = Times(first, last) if isinstance(first, str) and isinstance(last, str) else None
            with suppress(AnnotatorError, ValueError, TypeError):
                yield entity, key, coder, ENTITIES[entity].read(c, coder or 0, key), times


def _holds(step: tuple[Any, ...], change: tuple[Any, ...]) -> bool:
    try:
        return of_change(step, change[:7]) == change[7] and change[1] in ENTITIES
    except (TypeError, ValueError):
        return False
