"""One label a unit from many coders, as a layer to export beside the individual labels: aggregated, never gold."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from annotator.agreement import Aggregation, ReliabilityData, dawid_skene, mace, majority
from annotator.codebook.model import Variable
from annotator.errors import UsageError
from annotator.reports.collect import match
from annotator.reports.measures import Reader, measure_of
from annotator.store import Store
from annotator.store.read.codings import Choice, CodedParagraph, CodedStatement, Codings, SeenParagraph
from annotator.text.terminal_text import one_line

METHODS = ("majority", "dawid-skene", "mace")
"""How labels are aggregated."""

Statements = tuple[tuple[str, CodedStatement], ...]
"""Statements of several coders that are taken to be the same, at most one a coder."""


@dataclass(frozen=True)
class Aggregated:
    """The aggregated label of one unit."""

    variable: str
    unit: str
    """paragraph or statement."""
    article_id: str
    paragraph: int
    """Its position in the article."""
    statements: tuple[str, ...]
    """The ids of the statements that were taken to be the same; empty for a paragraph."""
    coders: tuple[str, ...]
    label: str | None
    """None for a tie, which is never broken."""
    is_tie: bool
    probabilities: dict[str, float]
    """Of each category with a probability above zero; for a majority, the shares of the labels."""

    def to_dict(self) -> dict[str, Any]:
        """As a line of JSON holds it."""
        return {
            "variable": self.variable,
            "unit": self.unit,
            "article_id": self.article_id,
            "paragraph": self.paragraph,
            "statements": list(self.statements),
            "coders": list(self.coders),
            "label": self.label,
            "is_tie": self.is_tie,
            "probabilities": self.probabilities,
        }


@dataclass(frozen=True)
class Layer:
    """The aggregated labels of one variable, with what the method says of each coder."""

    variable: str
    method: str
    """The method with its settings, in words."""
    competence: dict[str, float]
    """By coder: the probability of a right label (majority, Dawid-Skene) or of not guessing (MACE)."""
    has_converged: bool
    labels: tuple[Aggregated, ...]

    @property
    def n_ties(self) -> int:
        """Units without a winner."""
        return sum(one.is_tie for one in self.labels)


def layers(
    store: Store, method: str = "majority", variables: tuple[str, ...] = (), choice: Choice | None = None, seed: int = 0
) -> Iterator[Layer]:
    """Aggregate the nominal and ordinal variables of paragraphs and statements, one after another.

    Labels count as they do in agreement: defaults do not, and a coder must be done with the paragraph. Statements of
    several coders are the same where the pairwise matching says so, the largest overlaps first and never two of one
    coder; a statement that one coder alone has is a unit of its own.

    Args:
        store: The project.
        method: majority, dawid-skene or mace.
        variables: Names; by default every nominal and ordinal variable that is enabled.
        choice: Whose labels are aggregated.
        seed: Of MACE's random starts.

    Raises:
        UsageError: There is no such method, or a variable cannot be aggregated.
    """
    if method not in METHODS:
        raise UsageError(f"labels are aggregated by {', '.join(METHODS)}; not {one_line(method)}")
    with store.connection.read():
        codebook = store.codebooks.current()
        codings = Codings(store.connection, choice)
        reader = Reader(codebook, codings.merged_names)
        seen = [one for one in codings.paragraphs() if one.done]
        groups = {one.paragraph: same_statements(one) for one in seen} if codebook.has_statements else {}
    for variable in _chosen(codebook.variables, variables):
        yield _layer(variable, reader, seen, groups, method, seed)


def same_statements(seen: SeenParagraph) -> tuple[Statements, ...]:
    """The statements of all coders in a paragraph, in groups that are taken to be the same one."""
    codings = [coding for coding in seen.done.values() if coding.statements]
    groups: dict[tuple[str, int], list[tuple[str, int]]] = {
        (coding.coder, i): [(coding.coder, i)] for coding in codings for i in range(len(coding.statements))
    }
    by_name = {coding.coder: coding for coding in codings}
    for _, first, second in sorted(_links(seen, codings), key=lambda link: (-link[0], link[1], link[2])):
        one, other = groups[first], groups[second]
        if one is other or {coder for coder, _ in one} & {coder for coder, _ in other}:
            continue
        one += other
        for member in other:
            groups[member] = one
    distinct = {id(group): group for group in groups.values()}.values()
    return tuple(tuple((coder, by_name[coder].statements[i]) for coder, i in sorted(group)) for group in distinct)


def _links(
    seen: SeenParagraph, codings: list[CodedParagraph]
) -> Iterator[tuple[int, tuple[str, int], tuple[str, int]]]:
    """Shared characters and the two statements of every match."""
    for a, b in combinations(codings, 2):
        for i, j in match(seen, a, b).pairs:
            spans = [(s.start or seen.start, s.end or seen.end) for s in (a.statements[i], b.statements[j])]
            shared = min(spans[0][1], spans[1][1]) - max(spans[0][0], spans[1][0])
            yield shared, (a.coder, i), (b.coder, j)


def _layer(
    variable: Variable,
    reader: Reader,
    seen: list[SeenParagraph],
    groups: dict[int, tuple[Statements, ...]],
    method: str,
    seed: int,
) -> Layer:
    rows: list[tuple[Hashable, str, Any]] = []
    places: dict[Hashable, tuple[SeenParagraph, Statements]] = {}
    for one in seen:
        if variable.scope == "paragraph":
            places[one.paragraph] = (one, ())
            for coder, coding in one.done.items():
                label, _ = reader.label(variable, coding.labels.get(variable.name))
                rows.append((one.paragraph, coder, None if coding.is_set_aside else label))
        for n, group in enumerate(groups.get(one.paragraph, ()) if variable.scope == "statement" else ()):
            places[one.paragraph, n] = (one, group)
            for coder, statement in group:
                label, _ = reader.label(variable, reader.decision(variable, statement))
                rows.append(((one.paragraph, n), coder, label))
    data = ReliabilityData.from_labels(rows, "nominal", variable.names)
    if not data.unit.size:
        return Layer(variable.name, method, {}, True, ())
    found = _aggregation(data, method, seed)
    coders = {unit: [] for unit in data.units}  # type: dict[Hashable, list[str]]
    for unit, coder in zip(data.unit.tolist(), data.coder.tolist(), strict=True):
        coders[data.units[unit]].append(str(data.coders[coder]))
    ties = set(found.ties)
    labels = tuple(
        _aggregated(variable, *places[unit], tuple(coders[unit]), winner, unit in ties, chances, found.categories)
        for unit, winner, chances in zip(found.units, found.winners, found.probabilities.tolist(), strict=True)
    )
    competence = {str(c): x for c, x in zip(found.coders, found.competence.tolist(), strict=True)}
    return Layer(variable.name, found.method, competence, found.converged, labels)


def _aggregation(data: ReliabilityData, method: str, seed: int) -> Aggregation:
    if method == "mace":
        return mace(data, seed=seed)
    return dawid_skene(data) if method == "dawid-skene" else majority(data)


def _aggregated(
    variable: Variable,
    seen: SeenParagraph,
    group: Statements,
    coders: tuple[str, ...],
    winner: Hashable | None,
    is_tie: bool,
    chances: list[float],
    categories: tuple[Hashable, ...],
) -> Aggregated:
    return Aggregated(
        variable.name,
        variable.scope,
        seen.article_id,
        seen.position,
        tuple(statement.statement_id for _, statement in group),
        coders,
        None if winner is None else str(winner),
        is_tie,
        {str(category): chance for category, chance in zip(categories, chances, strict=True) if chance > 0},
    )


def _chosen(variables: tuple[Variable, ...], names: tuple[str, ...]) -> list[Variable]:
    can = {v.name: v for v in variables if measure_of(v) and v.categories and v.level in ("nominal", "ordinal")}
    can = {name: v for name, v in can.items() if v.scope != "article"}
    for name in names:
        if name not in can:
            raise UsageError(f"{one_line(name)} cannot be aggregated; what can: {', '.join(can) or 'nothing'}")
    return [v for name, v in can.items() if (name in names if names else v.enabled)]
