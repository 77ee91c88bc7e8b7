"""Aggregated labels: write, read and undo the layer computed from all coders' labels.

The layer is separate. It never changes the codings and never enters agreement or gold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from annotator.records import AggregatedLabel, AggregatedUnit
from annotator.store.file.timestamps import now
from annotator.store.history.history import Undone
from annotator.store.tables.aggregated import AGGREGATE, AGGREGATION, RUN_KEY, read_run, run_in_force
from annotator.store.tables.json_values import dumps

if TYPE_CHECKING:
    from annotator.store.store import Store

_IS_WORK = (
    "exists (select 1 from changes x where x.step = t.id"
    " and x.entity in ('statement', 'mentions', 'label', 'paragraph label', 'review'))"
)
"""Kinds of record that aggregation reads."""


@dataclass(frozen=True)
class Run:
    """One run of a method.

    Attributes:
        about: Method, seed, input and figures for each variable, as JSON; the history keeps it.
        units: The labels by article id, in the order of the articles.
    """

    about: Mapping[str, Any]
    units: Mapping[str, Sequence[AggregatedUnit]]

    @property
    def run_id(self) -> str:
        """The same for the same method, settings and labels."""
        return sha256(dumps([self.about, self._records()]).encode()).hexdigest()[:16]

    def _records(self) -> dict[str, list[dict[str, Any]]]:
        return {article_id: [_record(unit) for unit in units] for article_id, units in self.units.items()}


class Aggregations:
    """The aggregated layer of one project. Each call is one step, committed when it returns."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._c = store.connection

    def put(self, run: Run, made_by: str) -> None:
        """Put a run in force; the previous run stays in the history.

        Args:
            run: The method's result.
            made_by: The person who ran the command.
        """
        facts = {"run": run.run_id, "made_by": made_by, "as_of": self._last_work(), "n_articles": len(run.units)}
        about = {**facts, **run.about}
        what = f"aggregate by {run.about['method']} for {made_by}"
        with self._c.write(), self._store.history.step(self._store.program(), what) as step:
            known = step.get(AGGREGATION, RUN_KEY)
            if known is not None and {**about, "made_at": known["made_at"]} == known:
                return
            for article_id, units in run.units.items():
                step.put(AGGREGATE, [about["run"], article_id], [_record(unit) for unit in units])
            step.put(AGGREGATION, RUN_KEY, {**about, "made_at": now()})

    def undo(self) -> Undone | None:
        """Undo the run in force; the previous run is in force again. None without a run."""
        return self._store.history.undo_last_of(self._store.program(), AGGREGATION)

    def current(self) -> dict[str, Any] | None:
        """The run in force, as `put` received it; None without a run.

        Raises:
            StoreError: Some of its labels are lost.
        """
        return run_in_force(self._c)

    def n_steps_since(self) -> int:
        """Number of coding steps made after the run in force."""
        about = read_run(self._c, 0, RUN_KEY)
        row = self._c.one(
            f"select count(*) from steps t where {_IS_WORK} and (t.at, t.step_id) >"
            " (coalesce((select at from steps where step_id = ?1), ''), coalesce(?1, ''))",
            (about and about["as_of"],),
        )
        return int(row[0]) if row else 0

    def _last_work(self) -> str | None:
        """The id of the last step of coding."""
        row = self._c.one(f"select t.step_id from steps t where {_IS_WORK} order by t.at desc, t.step_id desc limit 1")
        return str(row[0]) if row else None


def _record(unit: AggregatedUnit) -> dict[str, Any]:
    """A unit as the history keeps it."""
    return {
        "paragraph": unit.paragraph,
        "statement_id": unit.statement_id,
        "stands": _label(unit.stands),
        "labels": {name: _label(label) for name, label in unit.labels.items()},
        "evidence": None if unit.evidence is None else list(unit.evidence),
        "of": list(unit.statements),
    }


def _label(label: AggregatedLabel) -> dict[str, Any]:
    return {"value": label.value, "probabilities": dict(label.probabilities), "coders": list(label.coders)}
