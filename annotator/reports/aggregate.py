"""One label a unit from many coders, by a method: a layer beside the codings, aggregated and never gold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from annotator.agreement import ReliabilityData, dawid_skene, mace
from annotator.agreement.aggregation import Shares, majority_shares
from annotator.codebook.model import Codebook, Variable
from annotator.errors import UsageError
from annotator.model import Value
from annotator.records import AggregatedLabel, AggregatedUnit, ParagraphRecord, Selection
from annotator.reports.compared.measures import ASIDE, NO_LABEL, STATES, Reader, is_set_valued, measure_of
from annotator.reports.differences.same_statements import Group, joint_evidence, joint_id, same_statements
from annotator.store import Store
from annotator.store.changes.aggregation import Run
from annotator.store.read import comparison
from annotator.text.table_cells import joined
from annotator.text.terminal_text import one_line

METHODS = ("majority", "dawid-skene", "mace")
"""How labels are aggregated."""

STATE, PRESENCE = "state", "presence"
PRESENT, ABSENT = "present", "absent"
DECIMALS = 6
"""Of probabilities and competences, so that the same labels give the same layer on every machine."""

Unit = tuple[int, int]
"""The row of a paragraph, and the place of a group of statements in it; -1 for the paragraph itself."""


@dataclass
class Column:
    """The labels of one variable: those that count, unit by unit, and how many do not and why."""

    name: str
    unit: str
    """paragraph or statement."""
    categories: tuple[Hashable, ...] | None
    """The declared ones; None where any can occur."""
    variable: Variable | None = None
    """None for what is built in: a paragraph's state and a statement's presence."""
    rows: list[tuple[Unit, str, Hashable]] = field(default_factory=list)
    units: set[Unit] = field(default_factory=set)
    """Every unit that could have a label."""
    values: dict[str, Value] = field(default_factory=dict)
    """What the names of sets stand for."""
    left_out: Counter[str] = field(default_factory=Counter)
    labels: dict[Unit, AggregatedLabel] = field(default_factory=dict)
    """What the method made of them."""

    def add(self, unit: Unit, coder: str, label: Any, reason: str | None = None) -> None:
        """Count a label, or why there is none."""
        self.units.add(unit)
        if reason is not None:
            if reason != NO_LABEL:
                self.left_out[reason] += 1
            return
        if isinstance(label, frozenset):
            names = sorted(label)
            label = joined(names)
            self.values[label] = names
        self.rows.append((unit, coder, label))


class Columns(NamedTuple):
    """Everything that is aggregated; without statements there is no presence."""

    state: Column
    presence: Column | None
    variables: tuple[Column, ...]

    @property
    def all(self) -> tuple[Column, ...]:
        """What is built in, then the variables of the codebook."""
        return (self.state, *filter(None, [self.presence]), *self.variables)

    def of(self, what: str) -> list[Column]:
        """The codebook's variables of paragraphs, or of statements."""
        return [column for column in self.variables if column.unit == what]


def aggregate(
    store: Store,
    method: str = "majority",
    variables: tuple[str, ...] = (),
    selection: Selection | None = None,
    seed: int = 0,
) -> Run:
    """Aggregate the state of paragraphs, which statements are there, and the labels of both.

    Labels count as they do in agreement: defaults do not, and a coder must be done with the paragraph. Statements of
    several coders are the same where the pairwise matching says so, the largest overlaps first and never two of one
    coder. Models of coders are for variables with declared categories. The majority is taken of states and of presence,
    which are too skewed for the models, and of sets, speakers and other entities.

    Args:
        store: The project.
        method: majority, dawid-skene or mace.
        variables: Names of variables of paragraphs and statements; by default every enabled one that has categories
            or names.
        selection: Whose labels are aggregated, and of which paragraphs.
        seed: Of MACE's random starts.

    Raises:
        UsageError: There is no such method, a variable cannot be aggregated, or there is nothing to aggregate.
    """
    if method not in METHODS:
        raise UsageError(f"labels are aggregated by {', '.join(METHODS)}; not {one_line(method)}")
    with store.records(selection, coders="human") as snapshot:
        codebook, chosen = snapshot.codebook, snapshot.chosen
        reader = Reader(codebook, comparison.merged_names(chosen))
        seen = [one for one in snapshot.paragraphs() if one.done]
        groups = {one.id: same_statements(one) for one in seen} if codebook.has_statements else {}
        left_out = comparison.coders_left_out(chosen)
    if not seen:
        raise UsageError("no coder is done with a paragraph yet, so there is nothing to aggregate")
    columns = _columns(codebook, variables)
    for one in seen:
        _collect(columns, reader, one, groups.get(one.id, ()))
    summaries = [_adjudicate(column, method, seed) for column in columns.all]
    about = {
        "method": method,
        "seed": seed if method == "mace" else None,
        "codebook": store.codebooks.current_id(),
        "filters": chosen.selection.narrowing(),
        "coders": dict(Counter(coder for one in seen for coder in one.done)),
        "coders_left_out": list(left_out),
        "n_paragraphs": len(seen),
        "n_statements": _n_standing(columns.presence),
        "variables": summaries,
    }
    return Run(about, _units(seen, groups, columns))


def _n_standing(presence: Column | None) -> dict[str, int]:
    """Statements that stand, that do not, and of which neither is more probable."""
    winners = Counter(label.value for label in presence.labels.values()) if presence is not None else Counter()
    return {PRESENT: winners[PRESENT], ABSENT: winners[ABSENT], "tied": winners[None]}


# which labels enter


def _columns(codebook: Codebook, names: tuple[str, ...]) -> Columns:
    """What is aggregated: state, presence and speakers always, and the variables asked for."""
    can = {v.name: v for v in codebook.variables if _can(v)}
    for name in names:
        if name not in can:
            raise UsageError(f"{one_line(name)} cannot be aggregated; what can: {', '.join(can) or 'nothing'}")
    variables = []
    for name, v in can.items():
        if v is codebook.speaker or (name in names if names else v.enabled):
            measure = measure_of(v)
            categories = None if measure is None or is_set_valued(v) else measure.categories
            variables.append(Column(name, v.scope, categories, v))
    presence = Column(PRESENCE, "statement", (PRESENT, ABSENT)) if codebook.has_statements else None
    return Columns(Column(STATE, "paragraph", STATES), presence, tuple(variables))


def _can(variable: Variable) -> bool:
    return variable.scope != "article" and variable.level in ("nominal", "ordinal", "set", "entity")


def _collect(columns: Columns, reader: Reader, paragraph: ParagraphRecord, groups: Sequence[Group]) -> None:
    """Count every coder's labels of a paragraph and of the statements in it."""
    itself: Unit = (paragraph.id, -1)
    for coder, review in paragraph.done.items():
        columns.state.add(itself, coder, review.state)
        for column, variable in _with_variables(columns.of("paragraph")):
            label, reason = reader.of_label(variable, review.labels.get(column.name))
            is_given = review.is_set_aside and column.name in review.labels
            column.add(itself, coder, label, ASIDE if is_given else reason)
    if columns.presence is not None:
        _collect_presence(columns.presence, paragraph, groups)
    for n, group in enumerate(groups):
        for statement in group:
            for column, variable in _with_variables(columns.of("statement")):
                label, reason = reader.of_statement(variable, statement)
                column.add((paragraph.id, n), statement.coder, label, reason)


def _with_variables(columns: Sequence[Column]) -> Iterator[tuple[Column, Variable]]:
    return ((column, column.variable) for column in columns if column.variable is not None)


def _collect_presence(presence: Column, paragraph: ParagraphRecord, groups: Sequence[Group]) -> None:
    """Count who has each statement, of those who are done with the paragraph."""
    for n, group in enumerate(groups):
        members = {statement.coder for statement in group}
        for coder in paragraph.done:
            presence.add((paragraph.id, n), coder, PRESENT if coder in members else ABSENT)


# what a method makes of them


def _adjudicate(column: Column, method: str, seed: int) -> dict[str, Any]:
    """Let the method find the labels of a column, and say in figures how it went."""
    about: dict[str, Any] = {
        "variable": column.name,
        "unit": column.unit,
        "is_built_in": column.variable is None,
        "method": "majority",
        "n_units": 0,
        "n_ties": 0,
        "n_one_coder": 0,
        "n_without_label": len(column.units),
        "labels_left_out": dict(sorted(column.left_out.items())),
        "has_converged": True,
        "competence": {},
    }
    data = ReliabilityData.from_labels(column.rows, "nominal", column.categories)
    if not data.unit.size:
        return about
    is_modelled = column.variable is not None and column.categories is not None
    result = _aggregation(data, method if is_modelled else "majority", seed)
    column.labels = dict(_labels(result, data, column))
    n_units = len(column.labels)
    competence = zip(data.coders, result.competence.tolist(), strict=True)
    return about | {
        "method": result.method,
        "n_units": n_units,
        "n_ties": sum(label.value is None for label in column.labels.values()),
        "n_one_coder": sum(len(label.coders) == 1 for label in column.labels.values()),
        "n_without_label": len(column.units) - n_units,
        "has_converged": result.converged,
        "competence": {str(coder): round(x, DECIMALS) for coder, x in competence},
    }


def _aggregation(data: ReliabilityData, method: str, seed: int) -> Shares:
    if method == "majority":
        return majority_shares(data)
    return Shares.of(mace(data, seed=seed) if method == "mace" else dawid_skene(data))


def _labels(result: Shares, data: ReliabilityData, column: Column) -> Iterator[tuple[Any, AggregatedLabel]]:
    coders: list[list[str]] = [[] for _ in data.units]
    for unit, coder in zip(data.unit.tolist(), data.coder.tolist(), strict=True):
        coders[unit].append(str(data.coders[coder]))
    names = [str(category) for category in data.categories]
    category, share = result.category.tolist(), result.share.tolist()
    cells = pairwise(result.start.tolist())
    for unit, winner, (first, last), who in zip(data.units, result.winner.tolist(), cells, coders, strict=True):
        chances = sorted((names[category[i]], round(share[i], DECIMALS)) for i in range(first, last))
        value = None if winner < 0 else column.values.get(names[winner], names[winner])
        yield unit, AggregatedLabel(value, {name: x for name, x in chances if x > 0}, tuple(sorted(who)))


# the layer


def _units(
    seen: Sequence[ParagraphRecord], groups: Mapping[int, Sequence[Group]], columns: Columns
) -> dict[str, list[AggregatedUnit]]:
    """The units of each article: a paragraph, then the statements in it."""
    units: dict[str, list[AggregatedUnit]] = {}
    of_paragraph, of_statement = columns.of("paragraph"), columns.of("statement")
    for one in seen:
        here = units.setdefault(one.article_id, [])
        itself = (one.id, -1)
        here.append(AggregatedUnit(one.position, None, columns.state.labels[itself], _of_unit(of_paragraph, itself)))
        if columns.presence is None:
            continue
        for n, group in enumerate(groups.get(one.id, ())):
            unit = (one.id, n)
            ids = tuple(statement.statement_id for statement in group)
            joint = joint_id(group)
            stands, labels = columns.presence.labels[unit], _of_unit(of_statement, unit)
            here.append(AggregatedUnit(one.position, joint, stands, labels, joint_evidence(group), ids))
    return units


def _of_unit(columns: Sequence[Column], unit: Unit) -> dict[str, AggregatedLabel]:
    return {column.name: column.labels[unit] for column in columns if unit in column.labels}
