"""The aggregated layer as exports read it: the labels of each unit, and the statements that stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from annotator.errors import UsageError
from annotator.model import STATES, Role, State, Value
from annotator.records import (
    AGGREGATE,
    AggregatedLabel,
    AggregatedUnit,
    LabelRecord,
    MentionRecord,
    ReviewRecord,
    StatementRecord,
)
from annotator.store.read.chosen import Chosen, Place
from annotator.store.read.selection import ARTICLES
from annotator.store.tables.adjudicated import labels_now
from annotator.store.tables.aggregated import read_units, run_in_force
from annotator.store.tables.codebooks import Codebooks
from annotator.store.tables.keys import codebook_row


class Aggregate:
    """The labels of the run in force, the articles of a block in memory at a time."""

    def __init__(self, chosen: Chosen) -> None:
        """Look up the run in force.

        Raises:
            UsageError: There is none.
        """
        self._c = chosen.connection
        run = run_in_force(self._c)
        if run is None:
            raise UsageError("there is no aggregated layer yet; `annotator aggregate` makes one")
        self.run = run
        self._codebook = codebook_row(self._c, self.run["codebook"])
        self._version = chosen.versions[self._codebook]
        codebook = Codebooks(self._c).current()
        self._speaker = None if codebook.speaker is None else codebook.speaker.name
        self._order = {variable.name: n for n, variable in enumerate(codebook.variables)}
        self._units: dict[tuple[str, int], list[AggregatedUnit]] = {}

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

    def open(self, places: Iterable[Place]) -> None:
        """Read the units of the articles that some paragraphs stand in."""
        self._units = {}
        for article_id in {place.article_id for place in places}:
            for unit in self.units(article_id):
                self._units.setdefault((article_id, unit.paragraph), []).append(unit)

    def take(self, place: Place) -> tuple[list[ReviewRecord], dict[str, list[StatementRecord]]]:
        """The state of a paragraph and the statements that stand in it, as if a coder called aggregate had coded it.

        A paragraph in which a statement stands is coded; where the coders' states are tied, it is open.
        """
        units = self._units.get((place.article_id, place.position), ())
        statements = [
            self._statement(unit, unit.statement_id, place.role)
            for unit in units
            if unit.statement_id is not None and unit.stands.value == "present"
        ]
        reviews = [self._review(unit, has_statement=bool(statements)) for unit in units if unit.statement_id is None]
        return reviews, {AGGREGATE: statements} if statements else {}

    def _review(self, unit: AggregatedUnit, *, has_statement: bool) -> ReviewRecord:
        stands: State | None = next((state for state in STATES if state == unit.stands.value), None)
        state: State = "coded" if has_statement else stands or "open"
        return ReviewRecord(AGGREGATE, state, False, None, None, 0.0, self._records_of(unit), self.run["made_at"])

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

    def _statement(self, unit: AggregatedUnit, statement_id: str, role: Role) -> StatementRecord:
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
            codebook=self._version,
            created_at=self.run["made_at"],
            updated_at=self.run["made_at"],
        )


def aggregate_rows(chosen: Chosen) -> Iterator[dict[str, Any]]:
    """Every label of the layer as a row of `aggregate.jsonl`, also of statements that do not stand."""
    layer = Aggregate(chosen)
    for article_id, name in chosen.rows("a.article_id, a.name", ARTICLES, "o.rank"):
        for unit in layer.units(article_id):
            yield from unit.rows(article_id, name)


def aggregate_codebooks(chosen: Chosen) -> set[int]:
    """The row of the codebook version that the layer was made under, if the layer is asked for."""
    if chosen.selection.layer != "aggregate":
        return set()
    return {codebook_row(chosen.connection, Aggregate(chosen).run["codebook"])}


def _label(label: Mapping[str, Any]) -> AggregatedLabel:
    return AggregatedLabel(label["value"], label["probabilities"], tuple(label["coders"]))


def _names(value: Value | None) -> list[Value]:
    """The names in a label of speakers."""
    return [] if value is None else list(value) if isinstance(value, list) else [value]
