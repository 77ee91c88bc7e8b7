"""Forty published data sets: every coefficient equals its exact value to twelve decimals."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annotator.agreement import (
    Coefficient,
    ReliabilityData,
    alpha_per_category,
    brennan_prediger,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    percent_agreement,
    scott_pi,
)

FIXTURE = Path(__file__).parents[1] / "fixtures" / "agreement" / "published.json"
SETS = json.loads(FIXTURE.read_text(encoding="utf-8"))["sets"]

WEIGHTED = {"ac2": gwet_ac1, "bp": brennan_prediger, "fleiss": fleiss_kappa, "cohen": cohen_kappa}
PLAIN = {
    "ac1": gwet_ac1,
    "bp": brennan_prediger,
    "fleiss_kappa": fleiss_kappa,
    "cohen_kappa": cohen_kappa,
    "scott_pi": scott_pi,
}
PERCENT = {
    "percent_agreement": "unit mean",
    "percent_agreement_pooled_pairs": "all pairs",
    "percent_agreement_pooled_m-1": "per label",
}


def measure(name: str, categories: list[Any]) -> Callable[[Any], Coefficient] | None:
    if name.startswith("alpha_"):
        return partial(krippendorff_alpha, level=name.removeprefix("alpha_"), categories=categories)
    if name in PERCENT:
        return partial(percent_agreement, definition=PERCENT[name], categories=categories)
    if name in PLAIN:
        return partial(PLAIN[name], categories=categories)
    kind, _, weights = name.partition("_")
    if kind in WEIGHTED and weights in ("linear", "quadratic", "ordinal"):
        return partial(WEIGHTED[kind], weights=weights, categories=categories)
    return None


def test_there_are_forty_data_sets() -> None:
    assert len(SETS) == 40


@pytest.mark.parametrize("name", SETS)
def test_every_coefficient_equals_its_exact_value(name: str) -> None:
    data, categories, exact = SETS[name]["labels"], SETS[name]["categories"], SETS[name]["exact"]
    checked = 0
    for label, value in exact.items():
        compute = measure(label, categories)
        if compute is not None:
            assert compute(data) == pytest.approx(value, abs=1e-12), label
            checked += 1

    assert checked >= 7
    per_category = {str(category): alpha for category, alpha in alpha_per_category(data).items()}
    assert per_category == pytest.approx(exact["per_category_alpha"], abs=1e-12)


@pytest.mark.parametrize("name", [name for name in SETS if "alpha_ratio" in SETS[name]["exact"]])
def test_numbers_in_an_array_take_the_fast_way_to_the_same_alpha(name: str) -> None:
    data = np.array([[np.nan if x is None else x for x in row] for row in SETS[name]["labels"]], dtype=float)
    for level in ("nominal", "ordinal", "interval", "ratio"):
        value = SETS[name]["exact"][f"alpha_{level}"]
        assert krippendorff_alpha(data, level) == pytest.approx(value, abs=1e-12)
        assert krippendorff_alpha(data.astype(np.float32), level) == pytest.approx(value, abs=1e-12)
        triples = ReliabilityData.from_array(data, level)
        assert krippendorff_alpha(triples) == pytest.approx(value, abs=1e-12)
