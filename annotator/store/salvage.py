"""What is legible of a damaged project, in a new one, and a list of what is not.

The history is taken line by line, as far as its checksums hold, and the state made anew from it; where lines of the
history are lost, the tables of coders' work fill what it no longer says, as a step of the new history.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from pydantic import ValidationError

from annotator.codebook import Codebook, Scope, Variable
from annotator.errors import AnnotatorError, StoreError
from annotator.model import ROLES, STATES, Article, Paragraph
from annotator.plain import one_line
from annotator.store import order
from annotator.store.checksum import of_article, of_change
from annotator.store.codebooks import LOST, parsed
from annotator.store.connection import Connection, plain_connection
from annotator.store.entities import ENTITIES, Key
from annotator.store.files import appear, refuse_left_over, remove_database
from annotator.store.history import History
from annotator.store.pages import Pages
from annotator.store.replay import rebuild
from annotator.store.schema import columns
from annotator.store.store import PROGRAM, Store, build_bare, coder_name

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
_JSON = re.compile(r"[\[{\"0-9tfn-]")
_FORMS = {
    "at": _TIME,
    **dict.fromkeys(("step_id", "statement_id", "speaker_id", "gold_id", "merge_id"), _UUID),
    **dict.fromkeys(("document", "metadata", "key", "before", "after", "draft"), _JSON),
    "article_id": re.compile(r"[0-9a-f]{16}$"),
    "codebook_id": re.compile(r"[0-9a-f]{12}$"),
    "sha256": re.compile(r"[0-9a-f]{64}$"),
    **{
        name: re.compile("(" + "|".join(map(re.escape, words)) + ")$")
        for name, words in (("state", STATES), ("role", ROLES), ("entity", tuple(ENTITIES)))
    },
    "kind": re.compile(r"(human|model|pre-annotation|do|undo|redo|step|article|coder)$"),
}
"""What the text of a column looks like, wherever the column is."""


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
    name = one_line(str(target))
    if target.exists():
        raise StoreError(f"{name} exists already")
    refuse_left_over(target, name)
    unfinished = target.with_name(f".{target.name}.{uuid4().hex[:8]}.unfinished")
    try:
        with _legible(damaged) as (found, lost):
            build_bare(unfinished)
            with Store(unfinished) as store:
                store.connection.before_first_write = None
                kept = _Salvage(found, store, lost).run()
        appear(unfinished, target, name)
    except OSError as error:
        raise StoreError(f"{name} cannot be made: {(error.strerror or 'refused').lower()}") from error
    finally:
        remove_database(unfinished)
    return Salvaged(target, kept, lost)


class _Found:
    """The legible rows, in tables without rules, and which tables are whole."""

    def __init__(self, c: Connection, whole: set[str]) -> None:
        self.c = c
        self.whole = whole


@contextmanager
def _legible(damaged: Path) -> Iterator[tuple[_Found, list[str]]]:
    with tempfile.TemporaryDirectory(prefix="annotator-") as folder:
        copy = Path(folder) / "copy.db"
        for part in ("", "-wal", "-journal"):
            if Path(f"{damaged}{part}").exists():
                shutil.copyfile(f"{damaged}{part}", f"{copy}{part}")
        _fold(copy)
        loose = Path(folder) / "loose.db"
        c = plain_connection(loose)
        try:
            found, lost = _read_pages(copy, c)
            yield found, lost
        finally:
            c.close()


def _fold(copy: Path) -> None:
    """Let SQLite play its journals back, if it still can."""
    with suppress(AnnotatorError):
        c = Connection(copy)
        try:
            c.execute("pragma wal_checkpoint(truncate)")
        finally:
            c.close()


def _read_pages(path: Path, c: Connection) -> tuple[_Found, list[str]]:
    pages = Pages(path)
    layout = columns()
    for table, names in layout.items():
        c.execute(f"create table {table} ({', '.join(names)})")
        key = ", ".join(list(names)[: _KEYS.get(table, 1)])
        c.execute(f"create unique index once_{table} on {table} ({key})")
    roots = pages.tables()
    whole: set[str] = set()
    lost: list[str] = []
    with c.write():
        for table, root in roots.items():
            if table in layout:
                before = len(pages.lost)
                for row in pages.rows(root):
                    _keep(c, table, layout[table], row.rowid, row.values)
                if len(pages.lost) == before:
                    whole.add(table)
        if pages.lost or set(layout) - set(roots):
            for has_rowid, row in pages.strays():
                found = _table_of(layout, row.values, has_rowid=has_rowid)
                if found is not None:
                    _keep(c, found, layout[found], row.rowid, row.values)
    if not pages.has_header:
        lost.append("the beginning of the file is gone")
    if set(layout) - set(roots):
        lost.append("the list of tables is damaged; rows were told apart by what they hold")
    if pages.lost:
        lost.append(f"{len(pages.lost)} pages of {pages.n} are illegible in whole or in part")
    return _Found(c, whole), lost


_KEYS = {
    "meta": 1,
    "reviews": 2,
    "labels": 2,
    "paragraph_labels": 3,
    "article_labels": 3,
    "statement_speakers": 2,
    "aliases": 2,
    "done_runs": 2,
    "merged": 3,
}
"""How many columns make the key of the tables without a row number."""


def _keep(c: Connection, table: str, names: Collection[str], rowid: int | None, values: tuple[Any, ...]) -> None:
    if len(values) > len(names):
        return
    row = list(values) + [None] * (len(names) - len(values))
    if rowid is not None and row[0] is None:
        row[0] = rowid
    c.execute(f"insert or ignore into {table} values ({', '.join('?' * len(names))})", row)


def _table_of(layout: dict[str, dict[str, str]], values: tuple[Any, ...], *, has_rowid: bool) -> str | None:
    """The table that a row found astray must come from, by what its columns hold."""
    fitting = [
        (score, table)
        for table, types in layout.items()
        if (table not in _KEYS) == has_rowid and len(values) == len(types) and (score := _fit(types, values)) >= 0
    ]
    return max(fitting)[1] if fitting and (len(fitting) == 1 or max(fitting)[0] > 1) else None


_TABLES = {
    "mentions": "statement_speakers",
    "label": "labels",
    "paragraph label": "paragraph_labels",
    "article label": "article_labels",
}
"""Records that leave no row behind when they are taken away, and their tables."""

_TYPES: dict[str, tuple[type, ...]] = {"INTEGER": (int,), "TEXT": (str,), "REAL": (int, float)}


def _fit(types: dict[str, str], values: tuple[Any, ...]) -> int:
    """How many columns hold what only such a column holds; -1 if one holds what it cannot."""
    score = 0
    for (name, type_), value in zip(types.items(), values, strict=True):
        if value is None:
            continue
        if not isinstance(value, _TYPES.get(type_.upper(), (object,))):
            return -1
        form = _FORMS.get(name) or (_TIME if name.endswith("_at") else None)
        if form is not None and not form.match(str(value)):
            return -1
        score += form is not None
    return score


class _Salvage:
    def __init__(self, found: _Found, store: Store, lost: list[str]) -> None:
        self._old = found.c
        self._whole = found.whole
        self._store = store
        self._c = store.connection
        self._lost = lost
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
            rebuilt = rebuild(self._c)
            if not rebuilt.codebooks:
                self._choose_codebook()
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
                name = f"unknown coder {coder}"
                self._lost.append(f"the name of a coder; the work stands under “{name}”")
            self._c.execute(
                "insert into coders (name, kind, created_at) values (?, ?, ?) on conflict do nothing",
                (name, kind if kind in ("human", "model", "pre-annotation") else "human", created_at or "1970-01-01"),
            )
            row = self._c.one("select id from coders where name = ?", (name,))
            self._coders[coder] = int(row[0]) if row else 0
        for coder, (_, _, _, recheck_of) in known.items():
            if recheck_of in self._coders:
                self._c.execute(
                    "update coders set recheck_of = ? where id = ?", (self._coders[recheck_of], self._coders[coder])
                )
        for row, *facts in self._rows("codebooks", "id", "codebook_id", "name", "version", "document", "added_at"):
            try:
                parsed(str(facts[3]))
            except StoreError:
                self._lost.append(f"the codebook version {one_line(str(facts[2]))[:40]}")
                continue
            self._codebooks[row] = self._insert(
                "codebooks", "codebook_id, name, version, document, added_at", tuple(facts)
            )
        for before, after, *rest in self._rows("codebook_steps", "before", "after", "n", "document", "words", "at"):
            if before in self._codebooks and after in self._codebooks:
                with suppress(StoreError):
                    self._insert(
                        "codebook_steps",
                        "before, after, n, document, words, at",
                        (self._codebooks[before], self._codebooks[after], *rest),
                    )

    def _insert(self, table: str, names: str, values: tuple[Any, ...]) -> int:
        marks = ", ".join("?" * len(values))
        row = self._c.execute(f"insert into {table} ({names}) values ({marks})", values).lastrowid
        return int(row or 0)

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
            checksum = of_article(row[3:10], cut)
            new = self._insert(
                "articles", f"{', '.join(names[1:])}, n_paragraphs", (*row[1:11], checksum, row[12], len(cut))
            )
            self._c.executemany(
                "insert into paragraphs (article, position, start, end, role) values (?, ?, ?, ?, ?)",
                [(new, *paragraph) for paragraph in cut],
            )

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
                new = self._insert(
                    "steps",
                    "step_id, coder, at, what, kind, of, seen",
                    (step_id, self._coders.get(coder), at, what, kind, ids.get(of), seen),
                )
                self._c.executemany(
                    "insert into changes (step, n, entity, key, before, after, first_at, last_at, checksum)"
                    " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [(new, *change) for change in whole],
                )
            except StoreError:
                n_bad += 1
                continue
            ids[step] = new
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
        row = self._old.one("select value from meta where key = 'codebook'")
        latest = self._c.one("select codebook_id from codebooks order by added_at desc, id desc limit 1")
        if latest is None:
            latest = (self._stand_in("000000000000", ()),)
        known = row and self._c.one("select codebook_id from codebooks where codebook_id = ?", row)
        with History(self._c).step(self._program(), "salvaged by doctor") as step:
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
        self._insert(
            "codebooks",
            "codebook_id, name, version, document, added_at",
            (codebook_id, LOST, codebook_id, codebook.model_dump_json(), "1970-01-01T00:00:00Z"),
        )
        return codebook_id

    def _program(self) -> int:
        self._c.execute(
            "insert into coders (name, kind, created_at) values (?, 'model', '1970-01-01') on conflict do nothing",
            (PROGRAM,),
        )
        row = self._c.one("select id from coders where name = ?", (PROGRAM,))
        return int(row[0]) if row else 0

    def _fill_from_tables(self) -> None:
        """Where lines of the history are lost, let the tables say what they still can."""
        filled: Counter[str] = Counter()
        for entity, key, old_coder, value in _records(self._old):
            coder = self._coders.get(old_coder) if old_coder else self._program()
            if coder is None or value is None:
                continue
            try:
                with History(self._c).step(coder, "salvaged by doctor") as step:
                    if step.get(entity, key) != value:
                        step.put(entity, key, value)
                        filled[entity] += 1
            except StoreError:
                self._lost.append(f"a {entity} that refers to what is lost")
        for entity, key, coder, _ in list(_records(self._c)):
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
            here = self._paragraph(paragraph)
            try:
                if here is None or coder not in self._coders:
                    raise StoreError("what it refers to is lost")
                self._insert(
                    "gold",
                    ", ".join(["gold_id", "paragraph", "decided_by", *names]),
                    (gold_id, here, self._coders[coder], *rest),
                )
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


def _records(c: Connection) -> Iterator[tuple[str, Key, int | None, Any]]:
    """Every record that the old tables hold: its kind, its key, its coder's row, and its value."""
    place = "join paragraphs p on p.id = {0}.paragraph join articles a on a.id = p.article"
    plans: list[tuple[str, str]] = [
        ("speaker", "select json_array(speaker_id), null from speakers order by merged_into is not null, id"),
        ("statement", "select json_array(statement_id), coder from statements order by id"),
        (
            "mentions",
            "select distinct json_array(s.statement_id), s.coder from statement_speakers m"
            " join statements s on s.id = m.statement",
        ),
        (
            "label",
            "select json_array(s.statement_id, l.variable), s.coder from labels l"
            " join statements s on s.id = l.statement",
        ),
        (
            "paragraph label",
            "select json_array(a.article_id, p.position, l.variable), l.coder from paragraph_labels l "
            + place.format("l"),
        ),
        (
            "article label",
            "select json_array(a.article_id, l.variable), l.coder from article_labels l"
            " join articles a on a.id = l.article",
        ),
        ("review", "select json_array(a.article_id, p.position), r.coder from reviews r " + place.format("r")),
    ]
    for entity, sql in plans:
        for key_text, coder in c.all(sql):
            key = json.loads(key_text)
            with suppress(AnnotatorError, ValueError, TypeError):
                yield entity, key, coder, ENTITIES[entity].read(c, coder or 0, key)


def _holds(step: tuple[Any, ...], change: tuple[Any, ...]) -> bool:
    try:
        return of_change(step, change[:7]) == change[7] and change[1] in ENTITIES
    except (TypeError, ValueError):
        return False
