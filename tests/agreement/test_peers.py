"""Other packages on random data: equal to twelve decimals where they follow the literature."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annotator.agreement import (
    Continuum,
    ReliabilityData,
    brennan_prediger,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    u_alpha,
)

FIXTURE = Path(__file__).parents[1] / "fixtures" / "agreement" / "peers.json"
PEERS = json.loads(FIXTURE.read_text(encoding="utf-8"))
COEFFICIENTS = {"fleiss": fleiss_kappa, "gwet": gwet_ac1, "bp": brennan_prediger}


def ours(name: str, data: Any, categories: list[int]) -> float:
    package, *rest = name.split("_")
    if package == "alpha":
        return float(krippendorff_alpha(data, rest[0], categories))
    if package == "irrcac":
        weights = "nominal" if rest[1] == "identity" else rest[1]
        return float(COEFFICIENTS[rest[0]](data, weights, categories))
    if package == "statsmodels":
        return float(fleiss_kappa(data, "nominal", categories))
    return float(cohen_kappa(data, rest[1], categories))


@pytest.mark.parametrize("case", PEERS["cases"], ids=range(len(PEERS["cases"])))
def test_coefficients_equal_those_of_the_peers(case: dict[str, Any]) -> None:
    for name, value in case["values"].items():
        assert ours(name, case["labels"], case["categories"]) == pytest.approx(value, abs=1e-12), name


def test_every_peer_has_its_version_and_licence() -> None:
    assert PEERS["versions"].keys() == PEERS["licences"].keys()
    names = {name.split("_")[0] for case in PEERS["cases"] for name in case["values"]}
    assert names == {"alpha", "irrcac", "statsmodels", "sklearn"}


@pytest.mark.parametrize("metric", ["jaccard", "masi"])
def test_alpha_of_sets_equals_that_of_nltk(metric: str) -> None:
    rows = [(unit, coder, frozenset(labels)) for coder, unit, labels in PEERS["sets"]["rows"]]
    data = ReliabilityData.from_labels(rows, "set")

    assert krippendorff_alpha(data, metric=metric) == pytest.approx(PEERS["sets"][metric], abs=1e-12)


def test_u_alpha_equals_that_of_krippendorff_unitized_alpha() -> None:
    for case in PEERS["unitizing"]:
        spans = {coder: [tuple(span) for span in found] for coder, found in case["spans"].items()}
        assert u_alpha([Continuum(case["length"], spans)]) == pytest.approx(case["u_alpha"], abs=1e-12)
