"""Shares of a variable's categories: from human codings alone, corrected by them, and from a model alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annotator import __version__
from annotator.agreement import PrevalenceEstimate, estimate_ratio
from annotator.agreement.data.clusters import Clusters
from annotator.agreement.prevalence_estimate import FEW_DIFFER
from annotator.errors import AgreementError, UsageError
from annotator.records import CoderRecord, Selection
from annotator.reports.compared.measures import Reader
from annotator.reports.estimate.coded_units import (
    NO_DRAW,
    NO_MODEL,
    By,
    CodedUnit,
    Key,
    Question,
    UnitCounter,
    question,
)
from annotator.reports.estimate.sample import Draw, draw_of, inclusion_of
from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.read import comparison
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

Floats = npt.NDArray[np.float64]

CORRECTED = ("human", "dsl", "ppi")
"""Methods whose shares hold."""
METHODS = (*CORRECTED, "model")

MODEL_ALONE = (
    "The model's own shares must not be used: its errors do not cancel out, so that they are off by its bias, and their"
    " intervals are narrow around the wrong value."
)
_MOST_NAMES = 30
"""Names (speakers, targets) that are listed, and groups of them: the most frequent ones."""
_MOST_FEW = 6
"""Shares that one warning names."""
_FEW_ARTICLES = 10
"""With fewer coded articles, intervals are wide and rough."""


@dataclass(frozen=True, eq=False)
class Share:
    """The share of one category by each method; the reason in words where there is none."""

    category: str
    estimates: Mapping[str, PrevalenceEstimate | str]

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {"category": self.category, **{name: _as_json(one) for name, one in self.estimates.items()}}


def _as_json(one: PrevalenceEstimate | str) -> dict[str, Any]:
    if isinstance(one, str):
        return {"value": None, "ci": None, "ci_method": None, "se": None, "undefined": one}
    ci = None if one.ci is None else list(one.ci)
    return {"value": one.value, "ci": ci, "ci_method": one.ci_method, "se": one.se, "undefined": None}


@dataclass(frozen=True, eq=False)
class GroupShares:
    """The shares in one outlet, month or speaker's statements, or in the whole project."""

    group: str | None
    n_units: int
    n_coded: int
    n_articles: int
    """Articles with a coded unit."""
    shares: tuple[Share, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "group": self.group,
            "n_units": self.n_units,
            "n_coded": self.n_coded,
            "n_articles_coded": self.n_articles,
            "shares": [one.to_dict() for one in self.shares],
        }


@dataclass(frozen=True, eq=False)
class EstimateReport:
    """Everything that `annotator estimate` says."""

    asked: Question
    humans: tuple[str, ...]
    model: str | None
    n_units: int
    """Paragraphs or articles that the estimates are about."""
    n_coded: int
    """Those of them that a human coder is done with."""
    probabilities: str
    """Where the inclusion probabilities come from, in a sentence."""
    groups: tuple[GroupShares, ...]
    left_out: Mapping[str, int]
    warnings: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """As `annotator estimate --json` writes it."""
        return {
            "software": f"annotator {__version__}",
            "variable": self.asked.name,
            "of": self.asked.of,
            "by": self.asked.by,
            "humans": list(self.humans),
            "model": self.model,
            "n_units": self.n_units,
            "n_coded": self.n_coded,
            "probabilities": self.probabilities,
            "groups": [one.to_dict() for one in self.groups],
            "left_out": dict(self.left_out),
            "model_alone": None if self.model is None else MODEL_ALONE,
            "warnings": list(self.warnings),
        }


def estimate_shares(
    store: Store, variable: str, by: By | None = None, model: str | None = None, roles: tuple[str, ...] = ()
) -> EstimateReport:
    """Estimate the shares of a variable's categories from one snapshot.

    Args:
        store: The project.
        variable: A variable of the codebook with categories or names, or `claim`.
        by: What the shares are divided by.
        model: The model whose labels are combined with the human codings; by default the project's only one.
        roles: Only paragraphs of these roles.

    Raises:
        UsageError: There is no such variable or model, or no human coding.
    """
    with store.records() as snapshot:
        humans, chosen_model = _coders(snapshot.everyone, model)
    names = (*humans, *((chosen_model,) if chosen_model is not None else ()))
    chosen = AssignmentPlan(store).without_training(Selection(names, (), roles))
    with store.records(chosen, coders="human") as snapshot:
        asked = question(snapshot.codebook, variable, by)
        reader = Reader(snapshot.codebook, comparison.merged_names(snapshot.chosen))
        known = inclusion_of(snapshot.chosen.connection, asked)
        counter = UnitCounter(asked, reader, humans, chosen_model, None if known is None else known.frame)
        units = [unit for article, paragraphs in snapshot.walk() for unit in counter.count(article, paragraphs)]
        declared = () if asked.variable is None or asked.variable.level == "entity" else asked.variable.names
    if not any(unit.n_coders for unit in units):
        raise UsageError("no human coder is done with anything that could be counted; code a drawn sample first")
    draw = draw_of(units, known)
    frame = _Frame(units, draw)
    categories = ("claim",) if asked.variable is None else declared or _most(units)
    groups = tuple(frame.group(name, categories) for name in _groups(units, by))
    warnings = (*draw.warnings, *_left_out_said(counter), *frame.warnings())
    counted_humans = tuple(name for name in humans if name in counter.counted_humans)
    return EstimateReport(
        asked, counted_humans, chosen_model, len(units), frame.n_coded, draw.said, groups, counter.left_out, warnings
    )


def _coders(everyone: Sequence[CoderRecord], model: str | None) -> tuple[tuple[str, ...], str | None]:
    humans = tuple(one.name for one in everyone if one.kind == "human" and one.recheck_of is None)
    models = [one.name for one in everyone if one.kind == "model"]
    if not humans:
        raise UsageError("no human coder is in this project; a model's labels alone give no estimate")
    if model is None and len(models) > 1:
        raise UsageError(f"name the model with --model: {', '.join(map(one_line, models))}")
    if model is not None and model not in models:
        known = f"its models are {', '.join(map(one_line, models))}" if models else "it has none"
        raise UsageError(
            f"{one_line(model)} is not a model in this project; {known} (`annotator import FILE --as model`)"
        )
    return humans, model if model is not None else (models[0] if models else None)


def _groups(units: Sequence[CodedUnit], by: By | None) -> list[str]:
    """The groups in their order: outlets and months by name, speakers by frequency."""
    if by is None:
        return [""]
    if by != "speaker":
        return sorted({unit.group for unit in units})
    found: Counter[str] = Counter()
    for unit in units:
        found.update(unit.human_whole)
        found.update(unit.model_whole)
    return [name for name, _ in sorted(found.items(), key=lambda one: (-one[1], one[0]))[:_MOST_NAMES]]


def _most(units: Sequence[CodedUnit]) -> tuple[str, ...]:
    """The most frequent names."""
    found: Counter[str] = Counter()
    for unit in units:
        for counts in (unit.human, unit.model):
            for (_, name), n in counts.items():
                found[name] += n
    return tuple(name for name, _ in sorted(found.items(), key=lambda one: (-one[1], one[0]))[:_MOST_NAMES])


class _Frame:
    """The units as arrays."""

    def __init__(self, units: Sequence[CodedUnit], draw: Draw) -> None:
        self._units = units
        self._draw = draw
        self._has_model = any(unit.model_whole for unit in units)
        self._is_coded = draw.is_drawn & np.array([unit.n_coders > 0 for unit in units])
        self._article = np.unique([unit.article for unit in units], return_inverse=True)[1].astype(np.int64)
        self._remarks: dict[str, None] = {}
        self._few: list[str] = []

    @property
    def n_coded(self) -> int:
        """Units with a human coding."""
        return int(self._is_coded.sum())

    def group(self, name: str, categories: Sequence[str]) -> GroupShares:
        """The shares in one group."""
        has_own_units = any(unit.group for unit in self._units)
        at = [i for i, unit in enumerate(self._units) if not has_own_units or unit.group == name]
        chosen = np.array(at, np.int64)
        whole = self._counts(at, lambda unit: (unit.human_whole[name], unit.model_whole[name]))
        shares = [Share(category, self._estimates(chosen, at, (name, category), whole)) for category in categories]
        # Among a speaker's statements, only paragraphs that hold one count as coded.
        coded = self._is_coded[chosen] & (has_own_units | (np.nan_to_num(whole[0]) > 0) if name else True)
        n_articles = int(np.unique(self._article[chosen[coded]]).size)
        return GroupShares(name or None, chosen.size, int(coded.sum()), n_articles, tuple(shares))

    def warnings(self) -> Iterator[str]:
        """What weakens the estimates, in sentences."""
        n = int(np.unique(self._article[self._is_coded]).size)
        if n < _FEW_ARTICLES:
            yield f"The human codings come from {counted(n, 'article')} only: intervals are wide and rough."
        yield from self._remarks
        if self._few:
            more = f" and {len(self._few) - _MOST_FEW} more" if len(self._few) > _MOST_FEW else ""
            yield (
                f"Humans and model differ in fewer than {FEW_DIFFER} of the coded units: the intervals of DSL and PPI++"
                f" may be too narrow for {', '.join(self._few[:_MOST_FEW])}{more}. Have more units coded."
            )

    def _estimates(
        self, chosen: npt.NDArray[np.int64], at: list[int], key: Key, whole: tuple[Floats, Floats]
    ) -> dict[str, PrevalenceEstimate | str]:
        part = self._counts(at, lambda unit: (unit.human[key], unit.model[key]))
        clusters = Clusters(self._article[chosen], "article")
        found: dict[str, PrevalenceEstimate | str] = {}
        for method in METHODS if self._has_model else ("human",):
            human = None if method == "model" else (part[0], whole[0])
            model = None if method == "human" else (part[1], whole[1])
            try:
                one = estimate_ratio(human, model, self._draw.probability[chosen], clusters, method)
            except AgreementError as refusal:
                found[method] = str(refusal)
                continue
            found[method] = one
            if method == "dsl":
                self._remarks |= dict.fromkeys(said for said in one.remarks if "are coded where" in said)
                if one.n_differ < FEW_DIFFER and (one.value > 0 or one.se > 0):
                    group, category = key
                    self._few.append(f"{category} in {group}" if group else category)
        return found

    def _counts(self, at: list[int], of: Any) -> tuple[Floats, Floats]:
        """Mean count of the human coders, nan where none counts, and the model's, for each of some units."""
        pairs = [of(self._units[i]) for i in at]
        n_coders = np.array([self._units[i].n_coders for i in at], np.float64)
        human = np.array([pair[0] for pair in pairs], np.float64)
        coded = self._is_coded[np.array(at, np.int64)]
        return np.where(coded, human / np.maximum(n_coders, 1), np.nan), np.array([p[1] for p in pairs], np.float64)


def _left_out_said(counter: UnitCounter) -> Iterator[str]:
    for reason, n in counter.left_out.items():
        if reason == NO_MODEL:
            yield (
                f"{counted(n, 'unit')} left out, because the model is not done with {'it' if n == 1 else 'them'}: the"
                " estimates are about the others only."
            )
        elif reason == NO_DRAW:
            yield (
                f"{counted(n, 'unit')} left out, because no draw could take {'it' if n == 1 else 'them'}; a draw for"
                " training does not count."
            )
    n = counter.n_coded_left_out
    if n:
        yield f"{counted(n, 'unit')} of those left out {'was' if n == 1 else 'were'} coded by a human."
