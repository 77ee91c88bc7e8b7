"""What to do next: planted causes are found and named, and nothing is named where there is none."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pytest

from annotator.cli import run
from annotator.codebook.model import Category, Variable
from annotator.records import Selection
from annotator.reports.codebook_rules import rules_for
from annotator.reports.compared.comparisons import Comparisons
from annotator.reports.compared.units import Belongings
from annotator.reports.next_steps.drift import drifts, told
from annotator.reports.next_steps.outliers import costliest_article, costliest_coder
from annotator.reports.next_steps.sentences import advice
from annotator.reports.next_steps.steps import NextSteps
from annotator.reports.project import ProjectReport, project_report
from annotator.store import Store
from tests.conftest import MakeProject
from tests.reports.coding import CODEBOOK, Said, code

CODERS = ("ada", "ben", "cleo")
N_ARTICLES, N_PARAGRAPHS = 20, 10


def belongings() -> Belongings:
    """Twenty articles of ten paragraphs, an article a day."""
    rows = np.arange(1, N_ARTICLES * N_PARAGRAPHS + 1)
    article = (rows - 1) // N_PARAGRAPHS + 1
    names = {i: (f"id-{i}", f"article-{i}") for i in range(1, N_ARTICLES + 1)}
    return Belongings(rows, article, (rows - 1) % N_PARAGRAPHS, 20310100 + article, -np.ones_like(rows), (), names)


def comparisons(rates: np.ndarray, seed: int = 3) -> Comparisons:
    """Every pair of three coders on every paragraph; they differ at these rates, shape (paragraphs, pairs)."""
    differs = np.random.default_rng(seed).random((N_ARTICLES * N_PARAGRAPHS, 3)) < rates
    first, second = np.array([0, 0, 1]), np.array([1, 2, 2])
    n = len(differs)
    return Comparisons(
        np.repeat(np.arange(1, n + 1), 3),
        np.tile(first, n),
        np.tile(second, n),
        differs.ravel().astype(float),
        np.ones(3 * n),
    )


EVEN = np.full((N_ARTICLES * N_PARAGRAPHS, 3), 0.2)


def test_a_coder_who_differs_from_the_others_is_named() -> None:
    found = costliest_coder(comparisons(EVEN + np.array([0, 0.25, 0.25])), CODERS, belongings())
    even = costliest_coder(comparisons(EVEN), CODERS, belongings())

    assert found is not None
    assert found.coder == "cleo"
    assert found.rates.is_told_from_chance
    assert found.rates.first == pytest.approx(0.45, abs=0.06)
    assert found.rates.second == pytest.approx(0.2, abs=0.06)
    assert even is not None
    assert not even.rates.is_told_from_chance


def test_an_article_that_differs_more_is_named() -> None:
    rates = EVEN.copy()
    rates[40:50] = 0.7
    planted = comparisons(rates)

    found, even = costliest_article(planted, belongings()), costliest_article(comparisons(EVEN), belongings())

    assert found is not None
    assert (found.name, found.n_paragraphs) == ("article-5", 10)
    assert found.rate == pytest.approx(planted.differing[120:150].mean())
    assert found.other_rate == pytest.approx(np.delete(planted.differing, slice(120, 150)).mean())
    assert found.stands_out
    assert even is not None
    assert not even.stands_out


def test_the_test_of_articles_is_the_exact_one_where_all_deals_can_be_counted() -> None:
    share = np.array([0.9, 0.7, 0.6, 0.1, 0.3, 0.0, 0.2, 0.4])
    two_articles = belongings()
    two_articles.article[:8] = [1, 1, 1, 2, 2, 2, 2, 2]
    once = Comparisons(np.arange(1, 9), np.zeros(8, int), np.ones(8, int), share, np.ones(8))

    found = costliest_article(once, two_articles)

    # With two articles, the deviation of one mirrors that of the other; their sizes standardise both alike.
    sums = [sum(share[list(deal)]) for deal in combinations(range(8), 3)]
    centre = 3 * share.mean()
    exact = np.mean([abs(one - centre) >= abs(share[:3].sum() - centre) - 1e-9 for one in sums])
    assert found is not None
    assert found.p == pytest.approx(exact, abs=0.02)


def test_no_article_stands_out_in_about_one_of_twenty_cases_by_chance() -> None:
    found = [costliest_article(comparisons(EVEN, seed), belongings()) for seed in range(20)]

    assert sum(one is not None and one.stands_out for one in found) <= 4


def test_drift_is_told_from_chance_and_dated() -> None:
    rates = EVEN.copy()
    rates[100:] = 0.45
    later, even = comparisons(rates), comparisons(EVEN)

    found = list(drifts(later, [("stance", later)], CODERS, belongings()))

    assert [(one.kind, one.what) for one in found] == [
        ("all", ""),
        ("variable", "stance"),
        *(("coder", name) for name in CODERS),
    ]
    assert found[0].until.isoformat() == "2031-01-10"
    assert found[0].rates.first == later.differing[300:].mean()
    assert found[0].rates.second == later.differing[:300].mean()
    assert set(told(found)) == {"all", "variable", "coder"}
    assert told(list(drifts(even, [], CODERS, belongings()))) == {}


def test_a_variable_that_one_half_lacks_has_no_rate_there_in_json() -> None:
    every = comparisons(EVEN)
    early = Comparisons(
        every.paragraph[:90], every.first[:90], every.second[:90], every.differing[:90], every.compared[:90]
    )

    found = list(drifts(every, [("stance", early)], CODERS, belongings()))
    told_in_json = NextSteps(drift=tuple(found)).to_dict()["drift"]

    assert json.dumps(told_in_json, allow_nan=False)
    assert told_in_json[1]["rate"] is None
    assert told_in_json[1]["difference"] is None
    assert told_in_json[1]["other_rate"] == early.differing.mean()


def test_a_project_of_one_day_has_no_drift() -> None:
    one_day = belongings()
    one_day.day[:] = 20310101

    assert list(drifts(comparisons(EVEN), [], CODERS, one_day)) == []


STANCE = Variable(
    name="stance",
    guidance="Votes count. A neutral word is not support: then code neutral.",
    categories=(
        Category(name="support", use="Praises.", avoid="Not for mere reports. Not for silence (neutral)."),
        Category(name="neutral", definition="Takes no side."),
        Category(name="oppose", use="Blames."),
        Category(name="bare"),
    ),
)


@pytest.mark.parametrize(
    ("pair", "rules"),
    [
        (("support", "neutral"), ("support: Not for silence (neutral).",)),
        (("oppose", "neutral"), ("oppose: Blames.", "neutral: Takes no side.")),
        (("bare", "other"), ()),
    ],
)
def test_the_rule_that_tells_two_categories_apart_is_quoted(pair: tuple[str, str], rules: tuple[str, ...]) -> None:
    assert rules_for(STANCE, *pair) == rules


def test_guidance_that_names_both_comes_before_definitions() -> None:
    bare = STANCE.model_copy(update={"categories": (Category(name="support"), Category(name="neutral"))})

    assert rules_for(bare, "support", "neutral") == ("A neutral word is not support: then code neutral.",)


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    store = make_project(*(f"First of {i}.\nSecond.\nThird." for i in range(3)), codebook=CODEBOOK)
    stances = ["oppose", "support", "oppose", "neutral", "oppose", "support", "support"]
    for paragraph, stance in enumerate(stances, 1):
        code(store, "ada", paragraph, Said({"stance": stance, "kind": "fact"}))
        code(store, "ben", paragraph, Said({"stance": "oppose", "kind": "fact"}))
    code(store, "ada", 8, Said({"kind": "demand"}))
    code(store, "ben", 8, state="no claim")
    return store


def report_of(store: Store) -> ProjectReport:
    return project_report(store, Selection())


def test_the_report_counts_confusions_as_they_stand_in_the_project(project: Store) -> None:
    steps = report_of(project).next_steps

    assert steps is not None
    first = steps.confusions[0]
    assert (first.variable, first.categories, first.n, first.n_compared) == (
        "stance",
        ("oppose", "support"),
        3,
        7,
    )
    assert (steps.n_alone, steps.n_statements) == (1, 8)
    assert steps.coder is None
    assert steps.drift == ()


def test_the_default_report_says_what_to_do_after_the_figures(
    capsys: pytest.CaptureFixture[str], project: Store
) -> None:
    assert run(["--project", str(project.path), "agreement"]) == 0
    out = capsys.readouterr().out

    assert "Missed by both: Chapman" in out
    titles = [
        "1 Paragraphs",
        "3 What is said of matched",
        "What to do next",
        "Before you rely on these figures",
        "Missed by both",
    ]
    places = [out.index(title) for title in titles]
    assert places == sorted(places)
    assert out.index("! ") > places[-2]
    assert "stance: oppose and support were confused in 3 of 7 comparisons" in " ".join(out.split())
    assert "The codebook does not tell them apart: add a rule to it." in " ".join(out.split())

    assert run(["--project", str(project.path), "agreement", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["next_steps"]
    assert found["confusions"][0]["categories"] == ["oppose", "support"]
    assert found["statements"] == {"alone": 1, "of": 8}


def test_an_empty_project_prints_no_tables(capsys: pytest.CaptureFixture[str], make_project: MakeProject) -> None:
    store = make_project("One.\nTwo.", codebook=CODEBOOK)

    assert run(["--project", str(store.path), "agreement"]) == 0

    out = capsys.readouterr().out
    assert "nothing to compare yet" in out
    assert "α" not in out


def test_nothing_to_do_is_not_said_at_length() -> None:
    assert list(advice(NextSteps())) == []


def test_a_small_word_is_the_name_of_a_category_only_in_quotation_marks() -> None:
    sides = STANCE.model_copy(
        update={
            "guidance": None,
            "categories": (
                Category(
                    name="against", definition="Is against it.", avoid="Not for reports. Not for a «for» in jest."
                ),
                Category(name="for", use="Praises.", avoid="Not against a wall."),
            ),
        }
    )

    assert rules_for(sides, "against", "for") == ("against: Not for a «for» in jest.",)
