"""What another project file has that this one lacks, found in bulk before any row is read."""

from __future__ import annotations

from typing import Any, NamedTuple

from annotator.store.file.codebook_text import LOST
from annotator.store.file.connection import Connection
from annotator.store.file.meta import read_meta
from annotator.store.tables.codebooks import UNKNOWN, RecordedStep, steps_between

OTHER = "other"
"""The name under which the other file is attached."""


class Seen(NamedTuple):
    """A paragraph that a coder saw there longer, earlier, or there alone; rows of the other file."""

    paragraph: int
    coder: int
    seconds: float
    at: str


class Difference(NamedTuple):
    """What another file has that this one lacks; rows are those of the other file.

    Attributes:
        steps: Steps that are not here, or not with all of their changes.
        articles: Articles that are not here, or described otherwise.
        seen: Paragraphs seen.
        has_codings: Whether coders, codebooks or gold without a history differ.
        has_places: Whether a coder was at work there later, or the project is older there.
    """

    steps: list[int]
    articles: list[int]
    seen: list[Seen]
    has_codings: bool
    has_places: bool

    @property
    def is_nothing(self) -> bool:
        """Whether the other file has nothing that this one lacks."""
        return not any(self)

    @property
    def changes_records(self) -> bool:
        """Whether it is about more than paragraphs seen and places, which the history does not hold."""
        return bool(self.steps or self.articles or self.has_codings)


def compare(c: Connection, other: Connection) -> Difference:
    """Compare another file with this one. Must not run inside a transaction.

    Raises:
        StoreError: The other file cannot be read beside this one.
    """
    with c.beside(other, OTHER), c.read():
        return Difference(
            _steps(c),
            [row for (row,) in c.all(_ARTICLES)],
            [Seen(*row) for row in c.all(_SEEN)],
            has_codings=_has_coders(c) or _has_codebooks(c, other) or c.one(_GOLD) is not None,
            has_places=c.one(_PLACES) is not None or _is_older(c, other),
        )


def _steps(c: Connection) -> list[int]:
    """Steps that differ, or lack changes here, in the order of their times.

    In a copy the rows have the same numbers, which is compared fastest.
    """
    if c.one(_STEPS_BY_ROW) is None and c.one(_CHANGES_BY_ROW) is None:
        return []
    c.execute(_SAME_STEPS)
    sql = f"select id from {OTHER}.steps where id in ({_STEPS} union {_CHANGES}) order by at, step_id"
    return [row for (row,) in c.all(sql)]


def _has_coders(c: Connection) -> bool:
    if c.one(f"select 1 from coders where name glob '{UNKNOWN}*'") is not None:
        return True
    return c.one(_CODERS) is not None


def _has_codebooks(c: Connection, other: Connection) -> bool:
    if c.one(_CODEBOOKS) is not None:
        return True
    here = {codebook_id: row for row, codebook_id in c.all("select id, codebook_id from codebooks")}
    there = dict(other.all("select id, codebook_id from codebooks"))
    for before, after in other.all("select distinct before, after from codebook_steps"):
        own = steps_between(c, here[there[before]], here[there[after]])
        if rank(steps_between(other, before, after)) > rank(own):
            return True
    return False


def rank(steps: list[RecordedStep]) -> tuple[Any, ...]:
    """When steps were recorded last, and what they say: of two versions of them the greater counts in every file."""
    return max((step[3] for step in steps), default=""), steps


def _is_older(c: Connection, other: Connection) -> bool:
    here, there = read_meta(c, "created_at"), read_meta(other, "created_at")
    return there is not None and (here is None or there < here)


_STEPS_BY_ROW = f"""
select 1 from {OTHER}.steps o join {OTHER}.coders oc on oc.id = o.coder
left join main.steps m on m.id = o.id left join main.coders mc on mc.id = m.coder
where (m.step_id, mc.name, m.at, m.what, m.kind) is not (o.step_id, oc.name, o.at, o.what, o.kind) limit 1
"""

_CHANGES_BY_ROW = f"""
select 1 from {OTHER}.changes x
where not exists (select 1 from main.changes y where y.step = x.step and y.n = x.n) limit 1
"""

_SAME_STEPS = f"""
create temp table same_steps as select o.id as there, m.id as here from {OTHER}.steps o
left join main.steps m on m.step_id = o.step_id order by o.id
"""

_STEPS = f"""
select o.id from temp.same_steps s cross join {OTHER}.steps o on o.id = s.there
join {OTHER}.coders oc on oc.id = o.coder left join main.steps m on m.id = s.here
left join main.coders mc on mc.id = m.coder
where (mc.name, m.at, m.what, m.kind) is not (oc.name, o.at, o.what, o.kind)
"""

_CHANGES = f"""
select x.step from temp.same_steps s cross join {OTHER}.changes x on x.step = s.there
left join main.changes y on y.step = s.here and y.n = x.n where y.n is null
"""

_FACTS = " or ".join(
    f"(o.{name} is not null and (m.{name} is null or m.{name} > o.{name}))"
    for name in ("name", "title", "source", "date", "url", "path")
)
"""Whether the other naming of a text would be chosen in any field."""

_ARTICLES = f"""
select o.id from {OTHER}.articles o left join main.articles m on m.article_id = o.article_id
where m.id is null or m.added_at > o.added_at or m.n_paragraphs <> o.n_paragraphs or (m.checksum <> o.checksum and (
  {_FACTS} or m.metadata <> o.metadata or exists (
    select 1 from {OTHER}.paragraphs y left join main.paragraphs x on x.article = m.id and x.position = y.position
    where y.article = o.id and (x.start, x.end, x.role) is not (y.start, y.end, y.role))))
order by o.id
"""

_SEEN = f"""
select paragraph, coder, seconds, at from (
  select r.paragraph, r.coder, r.seconds,
    case when m.coder is null or (r.updated_at < m.updated_at and m.state = 'open' and m.flag = 0 and m.note is null
        and m.role is null and not exists (select 1 from main.changes x join main.steps s on s.id = x.step
          where x.key = json_array(oa.article_id, op.position) and x.entity = 'review' and s.coder = m.coder))
      then r.updated_at else m.updated_at end as at,
    m.coder is null or r.seconds > m.seconds as is_more, m.updated_at as earlier, a.id as article, p.id as here
  from {OTHER}.reviews r join {OTHER}.coders oc on oc.id = r.coder join {OTHER}.paragraphs op on op.id = r.paragraph
  join {OTHER}.articles oa on oa.id = op.article left join main.articles a on a.article_id = oa.article_id
  left join main.paragraphs p on p.article = a.id and p.position = op.position
  left join main.coders c on c.name = oc.name left join main.reviews m on m.coder = c.id and m.paragraph = p.id
) where (is_more or at < earlier) and (article is null or here is not null) order by coder, paragraph
"""

_CODERS = f"""
select 1 from {OTHER}.coders o left join {OTHER}.coders r on r.id = o.recheck_of
left join main.coders m on m.name = o.name
where m.id is null or m.kind > o.kind or m.created_at > o.created_at or (r.id is not null and m.recheck_of is null)
  or o.name glob '{UNKNOWN}*' limit 1
"""

_CODEBOOKS = f"""
select 1 from {OTHER}.codebooks o left join main.codebooks m on m.codebook_id = o.codebook_id
where m.id is null or m.added_at > o.added_at or (m.name = '{LOST}' and o.name <> '{LOST}') limit 1
"""

_PLACES = f"""
select 1 from {OTHER}.places o join {OTHER}.coders oc on oc.id = o.coder
left join main.coders c on c.name = oc.name left join main.places m on m.coder = c.id
where m.updated_at is null or o.updated_at > m.updated_at limit 1
"""

_GOLD = f"""
select 1 from {OTHER}.gold o left join main.gold m on m.gold_id = o.gold_id
where o.paragraph not in (select paragraph from {OTHER}.verdicts)
  and (m.id is null or (o.decided_at, o.labels, o.speakers) > (m.decided_at, m.labels, m.speakers)) limit 1
"""
