"""Items that a project has and its target lacks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import NamedTuple

from annotator.batch import (
    ArticleItem,
    Bridge,
    CodebookItem,
    CoderItem,
    Cut,
    Item,
    Line,
    PlaceItem,
    ProjectItem,
    SeenItem,
    Spot,
    StepItem,
    Text,
    identity_hash,
    step_identity,
)
from annotator.store.exchange.views import Change, Head, View
from annotator.store.file.connection import Connection
from annotator.store.file.meta import read_meta

_AT_ONCE = 500
"""Steps that are read with all their changes by one query."""


class Unsent:
    """The items of a view that are not known to be at the target, in an order that a reader can take.

    Attributes:
        n_steps: Number of steps among them; one that travels in parts counts once a part.
    """

    def __init__(self, c: Connection, view: View, known: set[int]) -> None:
        """Look for them, in one snapshot; steps are not read in full yet.

        Args:
            c: The project.
            view: The part of the project that is sent.
            known: Hashes of the identities of what the target has.
        """
        self._c = c
        with c.read():
            before = chain(_project(c), _coders(c, view), _codebooks(c), _articles(c, view))
            self._before = [item for item in before if identity_hash(item.identity) not in known]
            self._parts = list(_parts(c, view, known))
            after = chain(_seen(c, view), _places(c, view))
            self._after = [item for item in after if identity_hash(item.identity) not in known]
        self.n_steps = len(self._parts)

    def batches(self, size: int) -> Iterator[list[Item]]:
        """The items, so many at a time. The project may be written to between two of them."""
        items = self._items()
        while some := list(islice(items, size)):
            yield some

    def _items(self) -> Iterator[Item]:
        yield from self._before
        for at in range(0, len(self._parts), _AT_ONCE):
            yield from _read(self._c, self._parts[at : at + _AT_ONCE])
        yield from self._after


def last_step(c: Connection) -> int:
    """The row of the latest step; 0 without any."""
    row = c.one("select max(id) from steps")
    return int(row[0] or 0) if row else 0


def n_steps_after(c: Connection, row: int) -> int:
    """Number of steps behind a row, as long as no rebuild gives rows other numbers."""
    found = c.one("select count(*) from steps where id > ?", (row,))
    return int(found[0]) if found else 0


def texts(c: Connection, article_ids: Iterable[str]) -> Iterator[Text]:
    """The texts of articles of the project."""
    for article_id in article_ids:
        for row in c.all("select article_id, raw_text from articles where article_id = ?", (article_id,)):
            yield Text(*row)


def _project(c: Connection) -> Iterator[Item]:
    at = read_meta(c, "created_at")
    if at is not None:
        yield ProjectItem(created_at=at)


def _coders(c: Connection, view: View) -> Iterator[Item]:
    for row, name, kind, recheck_of, at in c.all(
        "select c.id, c.name, c.kind, r.name, c.created_at from coders c left join coders r on r.id = c.recheck_of"
        " order by c.recheck_of is not null, c.id"
    ):
        if view.named is None or row in view.named:
            yield CoderItem(name=name, is_a=kind, recheck_of=recheck_of, created_at=at)


def _codebooks(c: Connection) -> Iterator[Item]:
    bridges: dict[str, list[Bridge]] = {}
    for after, *bridge in c.all(
        "select a.codebook_id, b.codebook_id, s.n, s.document, s.words, s.at from codebook_steps s"
        " join codebooks b on b.id = s.before join codebooks a on a.id = s.after order by 1, 2, 3"
    ):
        bridges.setdefault(after, []).append(Bridge(*bridge))
    for codebook_id, name, version, document, at in c.all(
        "select codebook_id, name, version, document, added_at from codebooks order by id"
    ):
        yield CodebookItem(
            codebook_id=codebook_id,
            name=name,
            version=version,
            document=document,
            added_at=at,
            bridges=tuple(bridges.get(codebook_id, ())),
        )


_FACTS = "article_id sha256 name title source date url path metadata added_at checksum".split()


def _articles(c: Connection, view: View) -> Iterator[Item]:
    for row, *facts in c.all(f"select id, {', '.join(_FACTS)} from articles order by id"):
        if view.articles is None or row in view.articles:
            cut = c.all("select position, start, end, role from paragraphs where article = ? order by position", (row,))
            yield ArticleItem(**dict(zip(_FACTS, facts, strict=True)), cut=tuple(Cut(*one) for one in cut))


class _Part(NamedTuple):
    """A step for one audience, before it is read: its id, and the numbers of its changes; steps never change."""

    step_id: str
    audience: str
    numbers: tuple[int, ...]


def _parts(c: Connection, view: View, known: set[int]) -> Iterator[_Part]:
    for head, changes in _heads(c, view.authors):
        parts = [
            _Part(head.step_id, audience, numbers)
            for audience, numbers in view.parts(head, changes)
            if identity_hash(step_identity(head.step_id, len(numbers), audience)) not in known
        ]
        if parts and view.holds(head, changes):
            view.n_held += head.did == "do"
        else:
            yield from parts


def _heads(c: Connection, authors: frozenset[int] | None) -> Iterator[tuple[Head, list[Change]]]:
    theirs = "1" if authors is None else "t.coder in (select value from json_each(?))"
    rows = c.stream(
        "select t.id, t.step_id, t.coder, n.name, t.kind, t.of, x.n, x.entity, x.key from steps t"
        f" join coders n on n.id = t.coder left join changes x on x.step = t.id where {theirs} order by t.id, x.n",
        () if authors is None else (json.dumps(sorted(authors)),),
    )
    for _, some in groupby(rows, key=itemgetter(0)):
        lines = list(some)
        yield Head(*lines[0][:6]), [Change(*line[6:]) for line in lines if line[6] is not None]


def _read(c: Connection, parts: Sequence[_Part]) -> list[Item]:
    """Steps in full."""
    these = json.dumps([part.step_id for part in parts])
    heads = {
        head[0]: head[1:]
        for head in c.all(
            "select t.step_id, t.id, n.name, t.at, t.what, t.kind, o.step_id, a.article_id, p.position, t.seen"
            " from json_each(?) e cross join steps t on t.step_id = e.value join coders n on n.id = t.coder"
            " left join steps o on o.id = t.of left join paragraphs p on p.id = t.paragraph"
            " left join articles a on a.id = p.article",
            (these,),
        )
    }
    lines: dict[int, list[Line]] = {}
    for row, *line in c.all(
        "select x.step, x.n, x.entity, x.key, x.before, x.after, x.first_at, x.last_at, x.checksum from json_each(?) e"
        " cross join changes x on x.step = e.value order by x.step, x.n",
        (json.dumps([*{head[0] for head in heads.values()}]),),
    ):
        lines.setdefault(row, []).append(Line(*line))
    items: list[Item] = []
    for part in parts:
        row, coder, at, what, kind, of, article_id, position, seen = heads[part.step_id]
        own = lines.get(row, [])
        if len(own) != len(part.numbers):
            kept = frozenset(part.numbers)
            own = [line for line in own if line.n in kept]
        items.append(
            StepItem(
                audience=part.audience,
                step_id=part.step_id,
                coder=coder,
                at=at,
                what=what,
                did=kind,
                of=of,
                spot=None if article_id is None else Spot(article_id, position),
                seen=seen,
                changes=tuple(own),
            )
        )
    return items


def _seen(c: Connection, view: View) -> Iterator[Item]:
    for coder, name, article_id, position, seconds, at in c.stream(
        "select r.coder, n.name, a.article_id, p.position, r.seconds, r.updated_at from reviews r"
        " join coders n on n.id = r.coder join paragraphs p on p.id = r.paragraph join articles a on a.id = p.article"
        " order by r.coder, r.paragraph"
    ):
        if view.coders is None or coder in view.coders:
            yield SeenItem(coder=name, spot=Spot(article_id, position), seconds=seconds, at=at)


def _places(c: Connection, view: View) -> Iterator[Item]:
    if not view.has_places:
        return
    for coder, name, article_id, position, statement, draft, at in c.all(
        "select l.coder, n.name, a.article_id, p.position, l.statement, l.draft, l.updated_at from places l"
        " join coders n on n.id = l.coder join paragraphs p on p.id = l.paragraph join articles a on a.id = p.article"
        " order by l.coder"
    ):
        if view.coders is None or coder in view.coders:
            yield PlaceItem(coder=name, spot=Spot(article_id, position), statement=statement, draft=draft, at=at)
