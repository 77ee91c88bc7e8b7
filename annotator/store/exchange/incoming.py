"""Items from a target as a small project file, which is then taken in as any other file is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from annotator.batch import (
    ArticleItem,
    CodebookItem,
    CoderItem,
    Item,
    PlaceItem,
    ProjectItem,
    SeenItem,
    Spot,
    StepItem,
)
from annotator.errors import StoreError
from annotator.files.temporary import temporary_folder
from annotator.store.file.connection import Connection
from annotator.store.file.meta import read_meta, write_meta
from annotator.store.file.project_file import build_bare
from annotator.store.merge.take_in import TakenIn, take_in
from annotator.store.store import Store
from annotator.store.tables.articles import write_paragraphs
from annotator.store.tables.codebooks import seal_steps
from annotator.store.tables.coders import PROGRAM


class Unready(NamedTuple):
    """What items refer to and neither they nor the project have: ids of undone steps, and articles without a text."""

    steps: frozenset[str]
    articles: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.steps or self.articles)

    def concerns(self, item: Item) -> bool:
        """Whether an item is among what must wait."""
        if isinstance(item, StepItem):
            return item.of in self.steps
        return isinstance(item, ArticleItem) and item.article_id in self.articles


def unready(c: Connection, items: Iterable[Item], texts: Mapping[str, str]) -> Unready:
    """What these items refer to, and must come first or with them."""
    items = tuple(items)
    coming = {item.step_id for item in items if isinstance(item, StepItem)}
    steps = {item.of for item in items if isinstance(item, StepItem) and item.of is not None} - coming
    articles = {item.article_id for item in items if isinstance(item, ArticleItem)} - set(texts)
    return Unready(
        frozenset(one for one in steps if c.one("select 1 from steps where step_id = ?", (one,)) is None),
        frozenset(one for one in articles if c.one("select 1 from articles where article_id = ?", (one,)) is None),
    )


def take_items(
    store: Store,
    items: Iterable[Item],
    texts: Mapping[str, str],
    *,
    name: str,
    between: Callable[[], None] | None = None,
    may_rebuild: bool = True,
) -> TakenIn:
    """Take in items for which nothing is unready.

    Args:
        store: The project.
        items: The items, each step after the one that it undoes.
        texts: The texts of the articles among them, by id; the project's own are not needed.
        name: What the source is called in an error.
        between: Called after each transaction.
        may_rebuild: Whether the project may be rebuilt as a whole; if false, what needs it waits.

    Raises:
        StoreError: An item contradicts the project, or is damaged.
    """
    with temporary_folder("items") as folder:
        path = folder / "items.db"
        build_bare(path)
        other = Connection(path)
        try:
            other.execute("pragma synchronous = off")
            other.name = name
            with other.write():
                _Small(store.connection, other, texts).write(items)
            other.forbid_writing()
            return take_in(store, other, between=between, may_rebuild=may_rebuild)
        finally:
            other.close()


class _Small:
    """A project file that is being filled: with items, and with copies of the project's rows that they refer to."""

    def __init__(self, c: Connection, other: Connection, texts: Mapping[str, str]) -> None:
        self._c = c
        self._other = other
        self._texts = texts
        self._coders: dict[str, int] = {}
        self._steps: dict[str, int] = {}
        self._articles: dict[str, int | None] = {}
        self._facts: dict[str, ArticleItem] = {}

    def write(self, items: Iterable[Item]) -> None:
        items = tuple(items)
        for item in items:
            if isinstance(item, CoderItem):
                self._add_coder(item)
            elif isinstance(item, ArticleItem):
                self._facts[item.article_id] = item
            elif isinstance(item, ProjectItem):
                known = read_meta(self._other, "created_at")
                write_meta(self._other, "created_at", min(filter(None, (known, item.created_at))))
        self._add_codebooks([item for item in items if isinstance(item, CodebookItem)])
        for article_id in self._facts:
            self._article(article_id)
        for item in items:
            if isinstance(item, StepItem):
                self._add_step(item)
            elif isinstance(item, SeenItem):
                self._add_seen(item)
            elif isinstance(item, PlaceItem):
                self._add_place(item)

    def _add_coder(self, item: CoderItem) -> None:
        base = None if item.recheck_of is None else self._coder(item.recheck_of)
        self._other.execute(
            "insert into coders (name, kind, recheck_of, created_at) values (?, ?, ?, ?) on conflict (name) do update"
            " set kind = excluded.kind, recheck_of = coalesce(recheck_of, excluded.recheck_of),"
            " created_at = excluded.created_at",
            (item.name, item.is_a, base, item.created_at),
        )

    def _coder(self, name: str, at: str | None = None) -> int:
        """A coder's row; of one without an item, as the project knows them, else as a person who began at a time."""
        row = self._coders.get(name)
        if row is None:
            found = self._other.one("select id from coders where name = ?", (name,))
            row = self._coders[name] = int(found[0]) if found else self._copy_coder(name, at)
        return row

    def _copy_coder(self, name: str, at: str | None) -> int:
        known = self._c.one(
            "select n.kind, n.created_at, b.name from coders n left join coders b on b.id = n.recheck_of"
            " where n.name = ?",
            (name,),
        )
        kind, created_at, base = known or ("model" if name == PROGRAM else "human", at or "9999", None)
        return _row_of(
            self._other.execute(
                "insert into coders (name, kind, recheck_of, created_at) values (?, ?, ?, ?)",
                (name, kind, None if base is None else self._coder(base), created_at),
            )
        )

    def _add_codebooks(self, items: list[CodebookItem]) -> None:
        if not items:
            return
        for item in items:
            self._add_codebook(item.codebook_id, item.name, item.version, item.document, item.added_at)
        for item in items:
            for before, *bridge in item.bridges:
                if self._has_codebook(before):
                    self._other.execute(
                        "insert or ignore into codebook_steps (before, after, n, document, words, at) values"
                        " ((select id from codebooks where codebook_id = ?),"
                        " (select id from codebooks where codebook_id = ?), ?, ?, ?, ?)",
                        (before, item.codebook_id, *bridge),
                    )
        seal_steps(self._other)

    def _add_codebook(self, *values: str) -> None:
        self._other.execute(
            "insert into codebooks (codebook_id, name, version, document, added_at) values (?, ?, ?, ?, ?)"
            " on conflict (codebook_id) do update set added_at = min(added_at, excluded.added_at)",
            values,
        )

    def _has_codebook(self, codebook_id: str) -> bool:
        if self._other.one("select 1 from codebooks where codebook_id = ?", (codebook_id,)) is not None:
            return True
        known = self._c.one(
            "select codebook_id, name, version, document, added_at from codebooks where codebook_id = ?", (codebook_id,)
        )
        if known is not None:
            self._add_codebook(*known)
        return known is not None

    def _article(self, article_id: str) -> int | None:
        """The row of an article: the one that comes, else a copy of the project's; None if neither has it."""
        if article_id not in self._articles:
            self._articles[article_id] = self._add_article(article_id)
        return self._articles[article_id]

    def _add_article(self, article_id: str) -> int | None:
        names = "article_id sha256 name title source date url path metadata added_at checksum".split()
        known = self._c.one(
            f"select id, raw_text, {', '.join(names)} from articles where article_id = ?", (article_id,)
        )
        item = self._facts.get(article_id)
        if item is not None:
            facts: tuple[Any, ...] = tuple(getattr(item, name) for name in names)
            cut: list[Any] = list(item.cut)
            text = self._texts[article_id] if known is None else known[1]
        elif known is not None:
            _, text, *facts_here = known
            facts = tuple(facts_here)
            cut = self._c.all(
                "select position, start, end, role from paragraphs where article = ? order by position", known[:1]
            )
        else:
            return None
        row = _row_of(
            self._other.execute(
                f"insert into articles ({', '.join(names)}, raw_text, n_paragraphs) values"
                f" ({', '.join('?' * len(names))}, ?, ?)",
                (*facts, text, len(cut)),
            )
        )
        write_paragraphs(self._other, [value for paragraph in cut for value in (row, *paragraph)])
        return row

    def _paragraph(self, spot: Spot | None) -> int | None:
        if spot is None:
            return None
        found = self._other.one(
            "select id from paragraphs where article = ? and position = ?",
            (self._article(spot.article_id), spot.position),
        )
        return None if found is None else int(found[0])

    def _add_step(self, item: StepItem) -> None:
        row = self._steps.get(item.step_id)
        if row is None:
            of = None if item.of is None else self._step(item.of)
            row = self._steps[item.step_id] = _row_of(
                self._other.execute(
                    "insert into steps (step_id, coder, at, what, kind, of, paragraph, seen)"
                    " values (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        item.step_id,
                        self._coder(item.coder, item.at),
                        item.at,
                        item.what,
                        item.did,
                        of,
                        self._paragraph(item.spot),
                        item.seen,
                    ),
                )
            )
        self._other.executemany(
            "insert into changes (step, n, entity, key, before, after, first_at, last_at, checksum)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (step, n) do nothing",
            [(row, *change) for change in item.changes],
        )

    def _step(self, step_id: str) -> int:
        """The row of a step that another undoes: the one that came, else a copy of the project's, without changes."""
        row = self._steps.get(step_id)
        if row is not None:
            return row
        known = self._c.one(
            "select n.name, t.at, t.what, t.kind, o.step_id, t.seen from steps t join coders n on n.id = t.coder"
            " left join steps o on o.id = t.of where t.step_id = ?",
            (step_id,),
        )
        if known is None:
            raise StoreError(f"{self._other.name} undoes a step that is not there")
        coder, at, what, kind, of, seen = known
        row = self._steps[step_id] = _row_of(
            self._other.execute(
                "insert into steps (step_id, coder, at, what, kind, of, seen) values (?, ?, ?, ?, ?, ?, ?)",
                (step_id, self._coder(coder), at, what, kind, None if of is None else self._step(of), seen),
            )
        )
        return row

    def _add_seen(self, item: SeenItem) -> None:
        paragraph = self._paragraph(item.spot)
        if paragraph is not None:
            self._other.execute(
                "insert into reviews (paragraph, coder, state, seconds, updated_at) values (?, ?, 'open', ?, ?)"
                " on conflict do update set seconds = max(seconds, excluded.seconds),"
                " updated_at = min(updated_at, excluded.updated_at)",
                (paragraph, self._coder(item.coder, item.at), item.seconds, item.at),
            )

    def _add_place(self, item: PlaceItem) -> None:
        paragraph = self._paragraph(item.spot)
        if paragraph is not None:
            self._other.execute(
                "insert into places (coder, paragraph, statement, draft, updated_at) values (?, ?, ?, ?, ?)"
                " on conflict do update set paragraph = excluded.paragraph, statement = excluded.statement,"
                " draft = excluded.draft, updated_at = excluded.updated_at where excluded.updated_at > updated_at",
                (self._coder(item.coder, item.at), paragraph, item.statement, item.draft, item.at),
            )


def _row_of(cursor: Any) -> int:
    return int(cursor.lastrowid)
