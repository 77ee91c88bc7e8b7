"""The labels of statements as records; statements that are labelled alike share one set, which is read once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from annotator.records import CodebookRecord, LabelRecord
from annotator.store.read.chosen import Chosen
from annotator.store.tables.json_values import loaded

_LONG = 1_000
"""Keys longer than this are not remembered: they hardly come twice."""

_MOST = 2_000_000
"""Characters of keys that are remembered; their sets take about eight times as much memory."""

KEY = (
    "(select json_group_array(json_array(variable, value, origin, codebook, made, entry))"
    " || max(typeof(value) = 'real' or typeof(made) = 'real') from labels where statement = s.id)"
)
"""What tells the labels of a statement apart from others: all of them as JSON, and 1 if it may round one of them."""


class LabelSet(NamedTuple):
    """The labels of a statement by variable, and the newest codebook version that one of them was made under."""

    labels: Mapping[str, LabelRecord]
    codebook: CodebookRecord


class LabelSets:
    """Reads the labels of statements."""

    def __init__(self, chosen: Chosen) -> None:
        self._chosen = chosen
        self._known: dict[str, LabelSet] = {}
        self._size = 0
        self._none = LabelSet({}, chosen.in_force)

    def of(self, statement: int, key: str | None) -> LabelSet:
        """The labels of the statement in this row, whose KEY this is."""
        if key is None:
            return self._none
        return self._known.get(key) or self._read(statement, key)

    def _read(self, statement: int, key: str) -> LabelSet:
        versions = self._chosen.versions
        rows = self._chosen.connection.all(
            "select l.variable, l.value, l.origin, l.codebook, l.made, e.speaker_id from labels l"
            " left join speakers e on e.id = l.entry where l.statement = ? order by l.variable",
            (statement,),
        )
        labels = {
            variable: LabelRecord(loaded(value), origin, versions[codebook].codebook_id, loaded(made), entry)
            for variable, value, origin, codebook, made, entry in rows
        }
        newest = max((versions[row[3]] for row in rows), key=lambda version: version.order)
        found = LabelSet(labels, newest)
        if len(key) <= _LONG and key.endswith("0"):
            self._remember(key, found)
        return found

    def _remember(self, key: str, found: LabelSet) -> None:
        """Remember one more; when there are too many, all others are forgotten."""
        self._size += len(key)
        if self._size > _MOST:
            self._known.clear()
            self._size = len(key)
        self._known[key] = found
