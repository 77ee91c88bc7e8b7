"""Percent agreement, in three definitions that differ as soon as labels are missing; every figure names its own."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from annotator.agreement.coefficients.krippendorff import Data, describe, level_of
from annotator.agreement.coefficients.result import NO_PAIRS, Coefficient
from annotator.agreement.data.reliability import as_patterns
from annotator.errors import AgreementError

DEFINITIONS = {
    "unit mean": "mean over the units with two labels or more of the share of agreeing pairs (Gwet 2014)",
    "all pairs": "agreeing pairs of labels, of all pairs on the same unit",
    "per label": "1 - observed disagreement: units weighted by their number of labels (Krippendorff 2018)",
}
"""The definitions of percent agreement and what each counts."""


def percent_agreement(
    data: Data, definition: str = "unit mean", categories: Sequence[Hashable] | None = None
) -> Coefficient:
    """The share of agreement that was observed, between 0 and 1; chance is not taken out.

    Args:
        data: An array (coders, units), ReliabilityData, or Patterns.
        definition: A key of `DEFINITIONS`. All three are equal when every unit has the same number of labels.
        categories: The declared categories, for an array.

    Raises:
        AgreementError: there is no such definition.
    """
    if definition not in DEFINITIONS:
        raise AgreementError(f"Percent agreement is {', '.join(DEFINITIONS)}; not {definition!r}.")
    patterns = as_patterns(data, level_of(data, None), categories)
    p = patterns.paired
    if not len(p):
        return describe("percent_agreement", None, patterns, definition, NO_PAIRS)
    pairs = p.m * (p.m - 1)
    agreeing = p.squares - p.m
    if definition == "unit mean":
        value = p.multiplicity @ (agreeing / pairs) / p.n_units
    elif definition == "all pairs":
        value = (p.multiplicity @ agreeing) / (p.multiplicity @ pairs)
    else:
        value = p.multiplicity @ (agreeing / (p.m - 1)) / p.n_labels
    return describe("percent_agreement", float(value), patterns, definition)
