"""Krippendorff (1995), On the reliability of unitizing continuous data, and (2004), p. 254: α_U."""

from __future__ import annotations

import json
from collections.abc import Hashable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement import Continuum, alpha_u, bar_u_alpha, merge_overlaps, u_alpha
from annotator.agreement.coefficients import unitizing
from annotator.agreement.coefficients.unitizing import alpha_u_disagreements
from annotator.agreement.data.continua import Continua, Span
from annotator.errors import AgreementError

FIXTURE = Path(__file__).parents[1] / "fixtures" / "agreement" / "published.json"
UNITS_1995 = json.loads(FIXTURE.read_text(encoding="utf-8"))["unitizing"]["krippendorff1995_p57"]

# Two coders on a continuum from 150 to 450, as the book prints their sections.
P254 = Continuum(
    300,
    {
        "i": [(75, 145, "c"), (220, 250, "c"), (30, 90, "k"), (150, 200, "k")],
        "j": [(70, 150, "c"), (205, 225, "c"), (250, 270, "c"), (30, 90, "k"), (150, 200, "k")],
    },
)


def test_page_254_is_reproduced() -> None:
    disagreements = alpha_u_disagreements([P254])

    assert disagreements["c"] == pytest.approx((0.0144, 0.0532), abs=5e-5)
    assert disagreements["k"] == pytest.approx((0.0, 0.0490), abs=5e-5)
    # The book divides rounded figures and prints .8591.
    assert alpha_u([P254]) == pytest.approx(0.8591, abs=5e-4)


@pytest.mark.parametrize("stretch", [1, 5, 50000])
@pytest.mark.parametrize("category", ["A", "B", "C", "D"])
def test_the_categories_of_1995_at_three_resolutions(category: str, stretch: int) -> None:
    spans = {
        coder: [(stretch * begin, stretch * (begin + length), category) for begin, length in units]
        for coder, units in UNITS_1995["units_begin_length"][category].items()
    }
    alpha = alpha_u([Continuum(24 * stretch, spans)])

    assert alpha == pytest.approx(UNITS_1995["alphaU_by_stretch"][str(stretch)][category], abs=5e-5)
    observed, _ = alpha_u_disagreements([Continuum(24 * stretch, spans)])[category]
    assert observed == pytest.approx(UNITS_1995["Do"][category], abs=5e-6)


@pytest.mark.parametrize("measure", [alpha_u, u_alpha, bar_u_alpha])
def test_equal_spans_agree_perfectly_and_random_ones_hardly(measure) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(9)

    def coder() -> list[tuple[int, int, str]]:
        cuts = np.sort(rng.choice(np.arange(5001), 200, replace=False)).tolist()
        return [(i, j, "xy"[int(rng.integers(2))]) for i, j in zip(cuts[::2], cuts[1::2], strict=True)]

    same = coder()
    assert measure([Continuum(5000, {"a": same, "b": same})]) == pytest.approx(1.0)
    assert abs(measure([Continuum(5000, {"a": coder(), "b": coder()}) for _ in range(10)])) < 0.15


def test_u_alpha_of_a_text_worked_by_hand() -> None:
    # 10 characters; a marks 0-4, b marks 0-5: 9 of 10 characters coincide.
    texts = [Continuum(10, {"a": [(0, 4, "x")], "b": [(0, 5, "x")]})]

    # Gaps 6 + 5, spans 4 + 5; by chance 20 · 2 · 11 · 9 / (20² - (16 + 25 + 11)).
    expected = 20 * 2 * 11 * 9 / (400 - 52)
    assert u_alpha(texts) == pytest.approx(1 - 2 / expected)
    assert bar_u_alpha(texts) == pytest.approx(1 - 2 / expected)


def test_texts_are_compared_with_themselves_only() -> None:
    one = Continuum(100, {"a": [(0, 40, "x")], "b": [(10, 50, "x")]})
    alone = Continuum(500, {"a": [(0, 400, "x")]})

    for measure in (alpha_u, u_alpha, bar_u_alpha):
        assert measure([one, alone]) == measure([one])
    assert u_alpha([one, alone]).n_units_paired == 1
    assert u_alpha([one, one]).n_labels == 4


def test_nothing_to_compare_is_said_in_words() -> None:
    for measure in (alpha_u, u_alpha, bar_u_alpha):
        assert measure([]).undefined == "undefined: no text was divided by two coders"
        empty = measure([Continuum(10, {"a": [], "b": []})])
        assert str(empty.undefined).startswith("undefined: there is nothing but gaps")
    whole = [Continuum(10, {"a": [(0, 10, "x")], "b": [(0, 10, "x")]})]
    assert u_alpha(whole).value is None


def test_spans_that_overlap_or_leave_the_text_are_refused() -> None:
    with pytest.raises(AgreementError, match="Spans of a overlap at character 3"):
        u_alpha([Continuum(10, {"a": [(0, 5, "x"), (3, 8, "y")], "b": []})])
    with pytest.raises(AgreementError, match="one category overlap at character 3"):
        alpha_u([Continuum(10, {"a": [(0, 5, "x"), (3, 8, "x")], "b": []})])
    with pytest.raises(AgreementError, match="does not lie in a text of 10 characters"):
        u_alpha([Continuum(10, {"a": [(5, 11, "x")], "b": []})])


def test_overlapping_spans_of_one_category_are_joined_and_touching_ones_are_not() -> None:
    spans = [(3, 8, "x"), (0, 5, "x"), (8, 9, "x"), (2, 4, "y")]

    assert merge_overlaps(spans) == [(0, 8, "x"), (2, 4, "y"), (8, 9, "x")]


@st.composite
def texts(draw: st.DrawFn) -> list[Continuum]:
    """Texts of up to 60 characters, each divided by some of four coders into spans of two categories."""
    found = []
    for _ in range(draw(st.integers(0, 5))):
        spans: dict[Hashable, list[Span]] = {}
        for coder in draw(st.lists(st.sampled_from("abcd"), unique=True)):
            cuts = sorted(draw(st.lists(st.integers(0, 60), unique=True, max_size=6)))
            kind = draw(st.sampled_from("xy"))
            spans[coder] = [
                (i, j, kind if n else "x") for n, (i, j) in enumerate(zip(cuts[::2], cuts[1::2], strict=False))
            ]
        found.append(Continuum(60, spans))
    return found


@given(texts())
def test_texts_as_arrays_are_the_same_texts(found: list[Continuum]) -> None:
    arrays = Continua.of(found)

    assert arrays.one_by_one() == found
    assert arrays.divided().one_by_one() == [one for one in found if any(one.spans.values())]
    assert arrays.select(arrays.tracks > 1).one_by_one() == [one for one in found if len(one.spans) > 1]


@given(texts())
def test_bar_u_alpha_is_that_of_counting_character_by_character(found: list[Continuum]) -> None:
    n, inside, observed, own = 0, 0, 0.0, 0.0
    for one in found:
        if len(one.spans) < 2:
            continue
        marks = np.array([[any(i <= at < j for i, j, _ in spans) for at in range(60)] for spans in one.spans.values()])
        n += marks.size
        inside += int(marks.sum())
        differ = marks.sum(axis=0) * (~marks).sum(axis=0)
        observed += float(differ.sum()) / (len(marks) - 1)
        own += float((~marks).sum() + sum((j - i) ** 2 for spans in one.spans.values() for i, j, _ in spans))

    alpha = bar_u_alpha(found)

    expected = n * inside * (n - inside) / (n**2 - own) if n**2 > own else 0.0
    assert (alpha.value is None) == (expected <= 0)
    if expected > 0:
        assert alpha == pytest.approx(1 - observed / expected)


def test_how_many_texts_are_worked_through_at_once_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    spans: dict[Hashable, list[Span]] = {
        coder: [(i, i + 3, "x"), (i + 4, i + 9, "y")] for i, coder in enumerate("abcdefg")
    }
    found = [Continuum(30 + i, spans) for i in range(40)]
    whole = [u_alpha(found).value, bar_u_alpha(found).value]
    monkeypatch.setattr(unitizing, "_NUMBERS", 10)

    assert [u_alpha(found).value, bar_u_alpha(found).value] == whole
