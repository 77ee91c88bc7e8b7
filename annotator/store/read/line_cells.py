"""What the labels and the speakers of one statement amount to in a line of JSON; what was read once is remembered.

All labels of a statement come as one column, and all of its speakers as another, since most of the time of reading goes
into columns and rows. The same column comes again and again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from json.encoder import encode_basestring as quote
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from annotator.store.read.json_sql import exact
from annotator.store.tables.json_values import loaded

if TYPE_CHECKING:
    from annotator.store.read.snapshot import Records

_SPEAKERS = 20_000
"""Entries of the registry that are remembered."""

_LONG = 1_000
"""Columns longer than this are not remembered: they hardly come twice."""

_MOST = 2_000_000
"""Characters of columns that are remembered; what they mean takes about eight times as much memory."""

MENTIONS = (
    "(select json_group_array(speaker) || json_group_array(words) || json_group_array(rank)"
    " from (select * from statement_speakers where statement = s.id order by position))"
)
"""The speakers of a statement as one column: their rows, the words chosen and the ranks, each a JSON list."""

T = TypeVar("T")


class Known(dict[str, T]):
    """What columns mean, as many as the memory may take."""

    _size = 0

    def remember(self, column: str, read: T) -> None:
        """Remember one more; when there are too many, all others are forgotten."""
        if len(column) > _LONG:
            return
        self._size += len(column)
        if self._size > _MOST:
            self.clear()
            self._size = len(column)
        self[column] = read


class LabelCells(NamedTuple):
    """What a statement's labels amount to, as JSON.

    Attributes:
        values: A key and a value for each variable.
        origins: How the labels came about, for `origins.jsonl`, to the end of the line.
        codebook: The codebook that the statement stands under.
        version: Its version.
    """

    values: bytes
    origins: bytes
    codebook: bytes
    version: str


class MentionCells(NamedTuple):
    """What a statement's speakers amount to, as JSON: the names, and how they were chosen."""

    names: bytes
    chosen: bytes


class Labels:
    """Reads the column of a statement's labels.

    Attributes:
        column: Its SQL.
        known: What columns amount to that were read before.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._names = [(variable.name, quote(variable.name)) for variable in records.columns.statement]
        columns = ["variable", "origin", "codebook", exact(records.connection, "value")]
        if records.has_steps:
            columns.append(exact(records.connection, "made"))
        lists = " || ".join(f"json_group_array({column})" for column in columns)
        # Not `order by variable`, which costs as much as all the rest: they are sorted when they are read.
        self.column = f"(select {lists} from labels where statement = s.id)"
        self.known = Known[LabelCells]()

    def read(self, column: str) -> LabelCells:
        """Read a column that was not read before."""
        records = self._records
        labels = sorted(zip(*_lists(column), strict=True), key=lambda label: str(label[0]))
        held = {name: loaded(value) for name, _, _, value, *_ in labels}
        versions = {name: records.versions[row] for name, _, row, *_ in labels}
        newest = max(versions.values(), key=lambda version: version.order, default=records.in_force)
        if not records.selection.codebook_versions or newest.version in records.selection.codebook_versions:
            records.seen.update((name, row) for name, _, row, *_ in labels)
        made = {name: loaded(more[0]) for name, _, _, _, *more in labels if more and more[0] is not None}
        read = LabelCells(
            "".join([f",{key}:{dumps(held.get(name))}" for name, key in self._names] + [',"evidence":']).encode(),
            (
                f',"origins":{dumps({name: origin for name, origin, *_ in labels if origin != "coder"})},'
                f'"codebook_id":"{newest.codebook_id}",'
                f'"codebooks":{dumps({name: v.codebook_id for name, v in versions.items() if v is not newest})},'
                f'"made":{dumps(made)}}}\n'
            ).encode(),
            f',"codebook":{quote(newest.name)},"codebook_version":{quote(newest.version)}'.encode(),
            newest.version,
        )
        self.known.remember(column, read)
        return read


class Mentions:
    """Reads the column of a statement's speakers.

    Attributes:
        known: What columns amount to that were read before.
    """

    def __init__(self, records: Records) -> None:
        self._connection = records.connection
        self._speaker = lru_cache(maxsize=_SPEAKERS)(self._find)
        self.known = Known[MentionCells]()

    def read(self, column: str) -> MentionCells:
        """Read a column that was not read before."""
        rows, words, ranks = _lists(column)
        speakers = [self._speaker(row) for row in rows]
        chosen = [
            f'{{"speaker_id":{speaker_id},"words":{quote(said)},"rank":{dumps(rank)}}}'
            for (_, speaker_id), said, rank in zip(speakers, words, ranks, strict=True)
        ]
        read = MentionCells(
            f"[{','.join([name for name, _ in speakers])}]".encode(), f',"speakers":[{",".join(chosen)}]'.encode()
        )
        self.known.remember(column, read)
        return read

    def _find(self, row: int) -> tuple[str, str]:
        found = self._connection.one(
            "select coalesce(m.name, k.name), k.speaker_id from speakers k left join speakers m on m.id = k.merged_into"
            " where k.id = ?",
            (row,),
        )
        assert found is not None  # noqa: S101 (a foreign key)
        return quote(found[0]), quote(found[1])


def dumps(value: Any) -> str:
    """JSON on one line, as every file of the export has it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


_decode = json.JSONDecoder().raw_decode


def _lists(column: str) -> Iterator[Any]:
    """The JSON lists that stand one behind the other in a column."""
    at = 0
    while at < len(column):
        value, at = _decode(column, at)
        yield value
