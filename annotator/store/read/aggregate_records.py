"""The aggregated layer as exports read it: the labels of each unit, and the statements that stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from annotator.errors import UsageError
from annotator.model import Value
from annotator.records import (
    AGGREGATE,
    AggregatedLabel,
    AggregatedUnit,
    LabelRecord,
    MentionRecord,
    ReviewRecord,
    StatementRecord,
)
from annotator.store.read.selection import ARTICLES
from annotator.store.tables.adjudicated import labels_now
from annotator.store.tables.aggregated import read_units, run_in_force
from annotator.store.tables.keys import codebook_row

if TYPE_CHECKING:
    from annotator.store.read.snapshot import Records


class Aggregate:
    """The labels of the run in force, one article in memory at a time."""

    def __init__(self, records: Records) -> None:
        """Look up the run in force.

        Raises:
            UsageError: There is none.
        """
        self._records = records
        self._c = records.connection
        run = run_in_force(self._c)
        if run is None:
            raise UsageError("there is no aggregated layer yet; `annotator aggregate` makes one")
        self.run = run
        self._codebook = codebook_row(self._c, self.run["codebook"])
        speaker = records.codebook.speaker
        self._speaker = None if speaker is None else speaker.name
        self._order = {variable.name: n for n, variable in enumerate(records.codebook.variables)}
        self._units: dict[int, list[AggregatedUnit]] = {}

    def units(self, article_id: str) -> Iterator[AggregatedUnit]:
        """The units of an article, each paragraph before its statements, with labels as the codebook reads them now."""
        for unit in read_units(self._c, 0, [self.run["run"], article_id]) or ():
            evidence = unit["evidence"]
            yield AggregatedUnit(
                unit["paragraph"],
                unit["statement_id"],
                _label(unit["stands"]),
                self._labels(unit["labels"]),
                None if evidence is None else (evidence[0], evidence[1]),
                tuple(unit["of"]),
            )

    def open(self, article_id: str) -> None:
        """Read the units of an article."""
        self._units = {
            at: list(group) for at, group in groupby(self.units(article_id), key=lambda unit: unit.paragraph)
        }

    def take(self, position: int, role: str) -> tuple[tuple[ReviewRecord, ...], tuple[StatementRecord, ...]]:
        """The state of a paragraph and the statements that stand in it, as if a coder called aggregate had coded it.

        A paragraph in which a statement stands is coded; where the coders' states are tied, it is open.
        """
        units = self._units.get(position, ())
        statements = tuple(
            self._statement(unit, unit.statement_id, role)
            for unit in units
            if unit.statement_id is not None and unit.stands.value == "present"
        )
        reviews = tuple(
            self._review(unit, has_statement=bool(statements)) for unit in units if unit.statement_id is None
        )
        return reviews, statements

    def _review(self, unit: AggregatedUnit, *, has_statement: bool) -> ReviewRecord:
        state = "coded" if has_statement else str(unit.stands.value or "open")
        return ReviewRecord(AGGREGATE, state, False, None, None, 0.0, self._records_of(unit))

    def _labels(self, labels: Mapping[str, Any]) -> dict[str, AggregatedLabel]:
        """Labels as the codebook in force reads them, in its order; what it does not know any more is left out."""
        found: dict[str, AggregatedLabel] = {}
        for variable, label in labels.items():
            value = None if label["value"] is None else self._now(variable, label["value"])
            shares: dict[str, float] = {}
            name = variable
            for text, share in label["probabilities"].items():
                now = self._now(variable, text)
                if now is not None:
                    name, shares[str(now[1])] = now[0], shares.get(str(now[1]), 0.0) + share
            if value is not None or label["value"] is None:
                found[name] = AggregatedLabel(None if value is None else value[1], shares, tuple(label["coders"]))
        return dict(sorted(found.items(), key=lambda one: self._order.get(one[0], len(self._order))))

    def _now(self, variable: str, value: Value) -> tuple[str, Value] | None:
        return next(iter(labels_now(self._c, self._codebook, {variable: value}).items()), None)

    def _records_of(self, unit: AggregatedUnit) -> dict[str, LabelRecord]:
        """The labels that have a winner, as a coder's."""
        codebook_id = self.run["codebook"]
        return {
            name: LabelRecord(label.value, "coder", codebook_id)
            for name, label in unit.labels.items()
            if label.value is not None and name != self._speaker
        }

    def _statement(self, unit: AggregatedUnit, statement_id: str, role: str) -> StatementRecord:
        speakers = next((label.value for name, label in unit.labels.items() if name == self._speaker), None)
        start, end = unit.evidence or (None, None)
        return StatementRecord(
            statement_id=statement_id,
            paragraph=unit.paragraph,
            role=role,
            coder=AGGREGATE,
            mentions=tuple(MentionRecord(str(name), str(name), "", None) for name in _names(speakers)),
            labels=self._records_of(unit),
            evidence_start=start,
            evidence_end=end,
            note=None,
            flag=False,
            codebook=self._records.versions[self._codebook],
            created_at=self.run["made_at"],
            updated_at=self.run["made_at"],
        )


def aggregate_rows(records: Records) -> Iterator[dict[str, Any]]:
    """Every label of the layer as a row of `aggregate.jsonl`, also of statements that do not stand."""
    layer = Aggregate(records)
    for article_id, name in records.rows("a.article_id, a.name", ARTICLES, "o.rank"):
        for unit in layer.units(article_id):
            yield from unit.rows(article_id, name)


def aggregate_codebooks(records: Records) -> set[int]:
    """The row of the codebook version that the layer was made under, if the layer is asked for."""
    if records.selection.layer != "aggregate":
        return set()
    return {codebook_row(records.connection, Aggregate(records).run["codebook"])}


def _label(label: Mapping[str, Any]) -> AggregatedLabel:
    return AggregatedLabel(label["value"], label["probabilities"], tuple(label["coders"]))


def _names(value: Value | None) -> list[Value]:
    """The names in a label of speakers."""
    return [] if value is None else list(value) if isinstance(value, list) else [value]
