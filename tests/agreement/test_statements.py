"""Labels of matched statements, alone and with unmatched statements counted as disagreement."""

from __future__ import annotations

from typing import Any

import pytest

from annotator.agreement import (
    MatchedParagraph,
    ReliabilityData,
    alpha_with_unmatched,
    attribute_data,
    krippendorff_alpha,
    match_statements,
)
from annotator.agreement.matched_statements import MatchedLabels

STANCES = ("oppose", "neutral", "support")


def paragraph(name: str, a: list[Any], b: list[Any], only_b: list[Any] | None = None) -> MatchedParagraph:
    """Statements of A and B on the same sentences, and some of B alone behind them."""
    alone = only_b or []
    spans_a = [(10 * i, 10 * i + 8, frozenset("x")) for i in range(len(a))]
    spans_b = [(10 * i, 10 * i + 8, frozenset("x")) for i in range(len(b) + len(alone))]
    return MatchedParagraph(name, ("ana", "ben"), match_statements(spans_a, spans_b), a, b + alone)


def test_each_match_is_a_unit_with_two_labels() -> None:
    data = attribute_data(
        [paragraph("p1", ["oppose", "support"], ["oppose", "neutral"]), paragraph("p2", ["support"], ["support"])],
        "ordinal",
        STANCES,
    )

    expected = [["oppose", "support", "support"], ["oppose", "neutral", "support"]]
    assert len(data.units) == 3
    assert data.coders == ("ana", "ben")
    assert krippendorff_alpha(data) == krippendorff_alpha(expected, "ordinal", STANCES)


def test_a_statement_without_a_label_leaves_its_unit_to_the_other_coder() -> None:
    data = attribute_data([paragraph("p1", ["oppose", None], ["oppose", "neutral"])], "nominal", STANCES)

    assert data.patterns.n_units == 2
    assert data.patterns.n_units_paired == 1


def test_without_unmatched_statements_both_figures_are_equal() -> None:
    found = [paragraph(f"p{i}", ["oppose", "support"], ["oppose", "neutral" if i % 3 else "support"]) for i in range(9)]

    for level in ("nominal", "ordinal"):
        matched = krippendorff_alpha(attribute_data(found, level, STANCES))
        assert alpha_with_unmatched(found, level, STANCES).value == pytest.approx(matched.value, abs=1e-12)


def test_statements_that_one_coder_misses_lower_alpha() -> None:
    complete = [paragraph(f"p{i}", ["oppose", "support"], ["oppose", "support"]) for i in range(10)]
    missing = [*complete, *(paragraph(f"q{i}", ["oppose"], ["oppose"], ["support"]) for i in range(5))]

    assert krippendorff_alpha(attribute_data(missing, "ordinal", STANCES)) == 1.0
    result = alpha_with_unmatched(missing, "ordinal", STANCES)
    assert result < 0.85
    assert result.ci is not None
    assert result.n_units == 30


def test_a_missed_statement_is_a_nominal_disagreement_with_a_category_of_its_own() -> None:
    found = [paragraph("p1", ["oppose", "support"], ["oppose", "support"], ["neutral"])]

    by_hand = ReliabilityData.from_array(
        [["oppose", "support", "nothing"], ["oppose", "support", "neutral"]], "nominal", [*STANCES, "nothing"]
    )
    assert alpha_with_unmatched(found, "nominal", STANCES) == pytest.approx(float(krippendorff_alpha(by_hand)))


def test_speakers_are_compared_as_sets() -> None:
    found = [
        paragraph("p1", [{"minister"}, {"envoy"}], [{"minister"}, {"envoy", "minister"}]),
        paragraph("p2", [{"envoy"}], [{"envoy"}], [{"minister"}]),
    ]

    matched = krippendorff_alpha(attribute_data(found, "set"))
    assert 0 < alpha_with_unmatched(found, "set") < matched < 1


def test_labels_taken_away_leave_their_statements_matched_and_unmatched() -> None:
    labels = MatchedLabels.of([paragraph("p", ["oppose", "other"], ["other", "support"], ["other", "oppose"])])

    kept = labels.without({"other"})

    data = attribute_data(kept, "nominal", STANCES)
    assert [data.categories[i] for i in data.category] == ["oppose", "support"]
    assert len(kept.alone_label) == 2
    assert [labels.values[i] if i >= 0 else None for i in kept.alone_label] == [None, "oppose"]
