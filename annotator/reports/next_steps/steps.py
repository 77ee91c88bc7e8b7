"""Everything that would raise agreement most, found from the comparisons of a project."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from annotator.agreement import ReliabilityData, VariableReport
from annotator.agreement.intervals.rate_difference import RateDifference
from annotator.codebook.model import Codebook
from annotator.reports.compared.collect import Collection
from annotator.reports.compared.comparisons import label_comparisons, statement_comparisons, together
from annotator.reports.compared.measures import Measure
from annotator.reports.next_steps.confused import Confusion, Names, confusions, costliest_names
from annotator.reports.next_steps.drift import Drift, drifts
from annotator.reports.next_steps.outliers import ArticleCost, CoderRate, costliest_article, costliest_coder

Compared = tuple[Measure, ReliabilityData, VariableReport]


@dataclass(frozen=True)
class NextSteps:
    """What would raise agreement most."""

    confusions: tuple[Confusion, ...] = ()
    names: tuple[Names, ...] = ()
    n_alone: int = 0
    """Statements that one of two coders has alone, counted once for each two coders."""
    n_statements: int = 0
    """Statements that either of two coders has, counted likewise."""
    coder: CoderRate | None = None
    """Who differs most from the others, of three coders or more; None for two."""
    article: ArticleCost | None = None
    drift: tuple[Drift, ...] = ()
    """That of everything first; then of each variable and coder."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "confusions": [one._asdict() for one in self.confusions],
            "names": [one._asdict() for one in self.names],
            "statements": {"alone": self.n_alone, "of": self.n_statements},
            "coder": None if self.coder is None else {"coder": self.coder.coder, **_rates(self.coder.rates)},
            "article": None if self.article is None else self.article._asdict(),
            "drift": [
                {"what": one.what, "kind": one.kind, "until": one.until.isoformat(), **_rates(one.rates)}
                for one in self.drift
            ],
        }


def _rates(rates: RateDifference) -> dict[str, Any]:
    return {
        "rate": _number(rates.first),
        "other_rate": _number(rates.second),
        "difference": _number(rates.value),
        "ci": None if rates.ci is None else list(rates.ci),
        "is_told_from_chance": rates.is_told_from_chance,
    }


def _number(value: float) -> float | None:
    """A rate as JSON holds it; null where nothing was compared."""
    return None if math.isnan(value) else value


def next_steps(collected: Collection, codebook: Codebook, compared: Sequence[Compared]) -> NextSteps:
    """Find what costs most.

    Args:
        collected: What is compared.
        codebook: The version in force, whose rules are quoted.
        compared: The measures of paragraphs and statements that are variables of the codebook.
    """
    of_labels = [
        (measure, data, report, label_comparisons(measure, data, collected.coders))
        for measure, data, report in compared
        if data.unit.size
    ]
    of_statements = statement_comparisons(collected.pairs, collected.coders)
    titled = [(measure.title, one) for measure, _, _, one in of_labels]
    if of_statements.n_compared:
        titled.append(("which statements exist", of_statements))
    every = together([*(one for _, one in titled[: len(of_labels)]), of_statements])
    belongings = collected.units.belongings
    return NextSteps(
        confusions(of_labels, codebook),
        costliest_names(of_labels),
        of_statements.n_differing,
        of_statements.n_compared,
        costliest_coder(every, collected.coders, belongings),
        costliest_article(every, belongings),
        tuple(drifts(every, titled, collected.coders, belongings)),
    )
