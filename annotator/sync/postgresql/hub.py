"""A target in PostgreSQL. The hub shows each reader what they may see; `hub.sql` has the rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from annotator.batch import FORMAT, ITEM, Batch, Item, Spot, Text
from annotator.errors import RefusedError
from annotator.sync.postgresql.address import Address
from annotator.sync.postgresql.audiences import (
    SELF,
    Row,
    Statement,
    joined,
    named_statements,
    new_statements,
    rows_of,
)
from annotator.sync.postgresql.failures import explained
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from psycopg import Connection

HUB_FORMAT = "1"
"""The number of the tables' form, as `hub.sql` notes it down."""

_AT_ONCE = 5000
"""Rows that one query brings."""

_SETTINGS = {
    "application_name": "annotator",
    "client_encoding": "UTF8",
    "connect_timeout": "10",
    "gssencmode": "disable",
    "keepalives_idle": "30",
    "tcp_user_timeout": "30000",
}

_TAKE = """
insert into hub.item (stream, n, i, format, kind, author, audience, step_id, body)
select %s, %s, i - 1, %s, kind, author, audience, step_id, body
from unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[])
with ordinality as incoming (kind, author, audience, step_id, body, i)
"""
"""One statement for a batch. COPY is refused where a table has row-level security."""

_STREAMS = """
with recursive one as (
  (select stream from hub.item order by stream limit 1)
  union all
  select (select i.stream from hub.item i where i.stream > one.stream order by i.stream limit 1)
  from one where one.stream is not null
)
select stream, (select max(n) from hub.item i where i.stream = one.stream) from one where stream is not null
"""
"""Row by row along the index, so that a hub of one's own streams is not read whole."""

_PULL = """
with bound as (
  select n from hub.item where stream = %(stream)s and n > %(after)s order by n, i offset %(most)s limit 1
)
select n, format, kind, author, step_id, body from hub.item
where stream = %(stream)s and n > %(after)s and n <= coalesce((select n from bound), 2147483647)
order by n, i
"""
"""Whole batches, and not many more rows than asked for."""


class Hub:
    """One connection to a hub, made when it is first needed and again after it was lost.

    Attributes:
        name: The address without a password.
    """

    def __init__(self, address: Address) -> None:
        self.name = address.name
        self._address = address
        self._connection: Connection[Any] | None = None
        self._coder = ""
        self._is_lead = False

    @property
    def coder(self) -> str:
        """The coder whose role this is."""
        with self._working():
            return self._coder

    @property
    def is_lead(self) -> bool:
        """Whether this role leads the study, and may read everything."""
        with self._working():
            return self._is_lead

    def streams(self) -> dict[str, int]:
        """The streams of which this reader may see something, each with the number of the last such batch."""
        with self._working() as c:
            return dict(c.execute(_STREAMS).fetchall())

    def last(self, stream: str) -> int:
        """The number of the last batch of one's own stream; 0 if it has none."""
        with self._working() as c:
            row = c.execute("select last from hub.stream where stream = %s", (stream,)).fetchone()
            return 0 if row is None else int(row[0])

    def push(self, batch: Batch) -> None:
        """Keep a batch in one transaction. Steps that are there already, word for word, are not sent twice.

        Raises:
            RefusedError: The batch does not follow the last one, or has something that this role may not send.
        """
        if batch.first != batch.last:
            raise RefusedError("a hub in PostgreSQL takes batches one by one, not joined")
        with self._working() as c, c.transaction():
            # A lead may hold the work of members, too; they send it themselves.
            others = {name for (name,) in c.execute("select hub.names_of_others()")} if self._is_lead else set()
            spots = self._spots(c, batch, others)
            rows = [
                row
                for item in batch.items
                for row in rows_of(item, spots, self._coder, is_lead=self._is_lead)
                if row.author not in others
            ]
            # The number counts, also where everything is there already.
            rows = _without_sent(c, rows) or [Row("nothing", self._coder, SELF, None, "")]
            if batch.first == 1:
                c.execute("insert into hub.stream (stream) values (%s) on conflict do nothing", (batch.stream,))
            c.execute(_TAKE, (batch.stream, batch.last, batch.format, *map(list, zip(*rows, strict=True))))

    def _spots(self, c: Connection[Any], batch: Batch, others: set[str]) -> dict[Statement, Spot]:
        """The paragraphs of a batch's statements; the hub keeps those that are new."""
        told, named = new_statements(batch.items), named_statements(batch.items)
        lacking = sorted({statement for statement, _ in named.difference(told)})
        known: dict[Statement, Spot] = {}
        if lacking:
            found = c.execute(
                "select statement_id, author, article_id, position from hub.statement where statement_id = any(%s)",
                (lacking,),
            )
            known = {(statement, author): Spot(article, position) for statement, author, article, position in found}
        if new := {one: spot for one, spot in told.items() if one[1] not in others}:
            columns = zip(*((*statement, *spot) for statement, spot in new.items()), strict=True)
            c.execute(
                "insert into hub.statement (statement_id, author, article_id, position)"
                " select * from unnest(%s::text[], %s::text[], %s::text[], %s::integer[]) on conflict do nothing",
                [list(column) for column in columns],
            )
        return known | told

    def pull(self, stream: str, after: int) -> Iterator[Batch]:
        """The batches of a stream behind a number, as far as this reader may see them.

        Raises:
            RefusedError: A batch is damaged, or is in a newer format.
        """
        while True:
            with self._working() as c:
                rows = c.execute(_PULL, {"stream": stream, "after": after, "most": _AT_ONCE - 1}).fetchall()
            for n, group in groupby(rows, key=lambda row: int(row[0])):
                yield _batch(stream, n, [row[1:] for row in group])
                after = n
            if len(rows) < _AT_ONCE:
                return

    def put_texts(self, texts: Iterable[Text]) -> None:
        """Keep texts of articles; one that is there already stays.

        Raises:
            RefusedError: A text has a NUL character in it, which PostgreSQL cannot store.
        """
        rows = list(texts)
        for text in rows:
            if "\0" in text.raw_text:
                raise RefusedError(
                    f"the text of article {one_line(text.article_id)} has a NUL character, which a hub in PostgreSQL"
                    " cannot store; use a folder as target"
                )
        with self._working() as c, c.transaction(), c.cursor() as cursor:
            cursor.executemany(
                "insert into hub.article (article_id, raw_text) values (%s, %s) on conflict do nothing", rows
            )

    def lacking(self, article_ids: Collection[str]) -> set[str]:
        """Those of these articles whose text the hub does not have, or does not show to this reader."""
        with self._working() as c:
            found = c.execute("select article_id from hub.article where article_id = any(%s)", (list(article_ids),))
            return set(article_ids).difference(article_id for (article_id,) in found)

    def get_texts(self, article_ids: Collection[str]) -> Iterator[Text]:
        """The texts of these articles, as far as this reader may see them."""
        wanted = sorted(article_ids)
        for start in range(0, len(wanted), 100):
            with self._working() as c:
                rows = c.execute(
                    "select article_id, raw_text from hub.article where article_id = any(%s) order by article_id",
                    (wanted[start : start + 100],),
                ).fetchall()
            yield from (Text(*row) for row in rows)

    def now(self) -> datetime | None:
        """The time by the hub's clock."""
        with self._working() as c:
            row = c.execute("select clock_timestamp() at time zone 'UTC'").fetchone()
            return None if row is None else row[0].replace(tzinfo=UTC)

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def _working(self) -> Iterator[Connection[Any]]:
        """The connection, with errors in our words; one that broke is left, and the next call makes another."""
        with explained(self._address.host):
            if self._connection is None or self._connection.closed:
                self._connection = self._connect()
            yield self._connection

    def _connect(self) -> Connection[Any]:
        import psycopg

        c = psycopg.connect(**{**_SETTINGS, **self._address.settings}, autocommit=True)  # type: ignore[arg-type]
        try:
            # A machine that falls asleep in the middle of a push must not hold its locks.
            c.execute("set idle_in_transaction_session_timeout = '30s'")
            self._recognise(c)
        except BaseException:
            c.close()
            raise
        return c

    def _recognise(self, c: Connection[Any]) -> None:
        """Look who this role is, and whether this version knows the hub's tables.

        Raises:
            RefusedError: The role is not a member, or the hub has another form.
        """
        row = c.execute("select hub.me(), hub.is_lead(), (select value from hub.meta where name = 'format')").fetchone()
        coder, self._is_lead, form = row or (None, False, None)
        if coder is None:
            raise RefusedError("this name is not a member of the hub; ask the lead for an invitation")
        if form != HUB_FORMAT:
            raise RefusedError(f"the hub was set up by a newer version of annotator (form {form}); upgrade annotator")
        self._coder = coder


def _without_sent(c: Connection[Any], rows: list[Row]) -> list[Row]:
    """Leave out the steps that another stream of this coder has brought, word for word: the project was copied."""
    ids = sorted({row.step_id for row in rows if row.step_id is not None})
    found = c.execute("select step_id, audience, body from hub.item where step_id = any(%s)", (ids,)).fetchall()
    return [row for row in rows if (row.step_id, row.audience, row.body) not in set(found)] if found else rows


def _batch(stream: str, n: int, rows: Sequence[tuple[Any, ...]]) -> Batch:
    form = rows[0][0]
    if form > FORMAT:
        raise RefusedError(f"batch {n} of {one_line(stream)} was written by a newer version of annotator; upgrade it")
    try:
        items = joined(_item(*row[2:]) for row in rows if row[1] != "nothing")
        return Batch(stream=stream, first=n, last=n, format=form, items=items)
    except ValueError:
        raise RefusedError(f"batch {n} of {one_line(stream)} is damaged") from None


def _item(author: str, step_id: str | None, body: str) -> Item:
    """An item that says of itself what the policies of the hub have looked at.

    Raises:
        ValueError: It says something else, or is damaged.
    """
    item = ITEM.validate_json(body)
    if getattr(item, "coder", author) != author or getattr(item, "step_id", None) != step_id:
        raise ValueError(author)
    return item
