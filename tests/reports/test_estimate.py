"""`annotator estimate`: shares from human codings and a model's, what is counted and what is left out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotator.agreement import PrevalenceEstimate, estimate_prevalence
from annotator.cli import run
from annotator.errors import UsageError
from annotator.reports.estimate.shares import MODEL_ALONE, EstimateReport, Share, estimate_shares
from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan
from tests.conftest import MakeOnce, MakeProject, article
from tests.reports.coding import CODEBOOK, Said, code

HUMANS = ("ada", "ben")


def four_of_ten(path: Path) -> None:
    """Ten articles of two paragraphs; two humans code the first four, a model all."""
    texts = [f"Paragraph one of article {i}.\nIts second." for i in range(10)]
    found = [
        article(text, f"a{i}").model_copy(update={"source": ("Post", "Daily")[i % 2], "date": f"2025-0{1 + i // 5}-03"})
        for i, text in enumerate(texts)
    ]
    with Store.create(path, CODEBOOK, found) as store:
        store.connection.before_first_write = None
        _code(store)


def _code(store: Store) -> None:
    store.coder("llm", "model")
    for row in range(1, 21):
        n = (row - 1) // 2
        said = [Said({"stance": "support" if row % 3 else "oppose"}, ["Bo" if row % 2 else "Cy"])]
        tone = {"tone": "loud" if row % 4 else "calm"}
        code(store, "llm", row, *said, labels=tone, genre="news" if n % 2 else "opinion")
        for coder in HUMANS if n < 4 else ():
            made = [] if coder == "ben" and row == 2 else [Said({"stance": "support" if row % 2 else "oppose"}, ["Bo"])]
            genre = "news" if n < 3 else "opinion"
            code(store, coder, row, *made, state="coded" if made else "no claim", labels={"tone": "calm"}, genre=genre)


@pytest.fixture
def store(tmp_path: Path, make_once: MakeOnce) -> Iterator[Store]:
    with Store(make_once(four_of_ten, tmp_path / "project.db")) as store:
        yield store


def share(report: EstimateReport, category: str, group: int = 0) -> Share:
    return next(one for one in report.groups[group].shares if one.category == category)


def value(one: Share, method: str) -> float:
    found = one.estimates[method]
    assert isinstance(found, PrevalenceEstimate), found
    return found.value


def test_shares_of_statements_come_from_humans_both_and_the_model(store: Store) -> None:
    """4 of the humans' 7.5 statements support, and of the model's 20 those in rows that 3 does not divide."""
    report = estimate_shares(store, "stance")

    one = share(report, "support")
    assert (report.humans, report.model, report.n_units, report.n_coded) == (("ada", "ben"), "llm", 20, 8)
    assert value(one, "human") == pytest.approx(4 / 7.5)
    assert value(one, "model") == pytest.approx(14 / 20)
    # Wholes: 20 - 8/.4 + 7.5/.4 = 18.75; parts: 14 - 6/.4 + 4/.4 = 9.
    assert value(one, "dsl") == pytest.approx(9 / 18.75)
    assert set(one.estimates) == {"human", "dsl", "ppi", "model"}
    assert "4 of 10 articles" in report.probabilities


def test_shares_of_paragraphs_are_those_of_the_library(store: Store) -> None:
    report = estimate_shares(store, "tone")

    human = [0.0] * 8 + [float("nan")] * 12
    model = [float(row % 4 > 0) for row in range(1, 21)]
    for method in ("human", "dsl", "ppi", "model"):
        expected = estimate_prevalence(human, model, 0.4, [i // 2 for i in range(20)], method)
        assert value(share(report, "loud"), method) == pytest.approx(expected.value)
        assert share(report, "loud").estimates[method].ci == pytest.approx(expected.ci)  # type: ignore[union-attr]


def test_shares_of_articles_and_of_claims(store: Store) -> None:
    genre, claim = estimate_shares(store, "genre"), estimate_shares(store, "claim")

    assert (genre.n_units, genre.n_coded) == (10, 4)
    assert value(share(genre, "news"), "human") == pytest.approx(3 / 4)
    assert value(share(genre, "news"), "model") == pytest.approx(1 / 2)
    assert value(share(claim, "claim"), "human") == pytest.approx(7.5 / 8)
    assert value(share(claim, "claim"), "model") == 1.0


def test_by_outlet_month_and_speaker(store: Store) -> None:
    outlets = estimate_shares(store, "stance", "outlet")
    months = estimate_shares(store, "stance", "month")
    speakers = estimate_shares(store, "stance", "speaker")

    assert [(one.group, one.n_units, one.n_coded, one.n_articles) for one in outlets.groups] == [
        ("Daily", 10, 4, 2),
        ("Post", 10, 4, 2),
    ]
    assert [one.group for one in months.groups] == ["2025-01", "2025-02"]
    assert share(months, "support", 1).estimates["human"] == (
        "No unit has a human label; without any, only the model's own share can be computed."
    )
    assert [one.group for one in speakers.groups] == ["Bo", "Cy"]
    assert value(share(speakers, "support"), "model") == pytest.approx(7 / 10)


def test_the_probabilities_of_stored_draws_are_used(tmp_path: Path, make_once: MakeOnce) -> None:
    """4 of 10 articles are drawn in the pilot, 3 of the other 6 in the main phase: the frame has π = .4 + .6 · .5."""
    path = make_once(four_of_ten, tmp_path / "drawn.db")
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(HUMANS, overlap="100%", number=4, seed=1), "pilot", "p")
        plan.put(plan.draw(HUMANS, overlap="100%", number=3, seed=1), "main", "m")
        drawn = {one.article_id for one in plan.given()}
        for row in range(1, 21):
            if _article_id(store, row) in drawn and row > 8:
                code(store, "ada", row, Said({"stance": "support"}))

        report = estimate_shares(store, "stance")

        inside = sum(1 for one in range(1, 5) if _article_id(store, 2 * one) in drawn)
    assert report.probabilities == "Inclusion probabilities are those of the stored draws: 0.7."
    assert (report.n_units, report.n_coded) == (20, 14)
    assert any(f"{8 - 2 * inside} units coded without having been drawn" in said for said in report.warnings)


def test_a_sample_that_is_half_coded_counts_as_a_smaller_sample(tmp_path: Path, make_once: MakeOnce) -> None:
    path = make_once(four_of_ten, tmp_path / "half.db")
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(HUMANS, overlap="100%", seed=1), "main", "m")

        report = estimate_shares(store, "stance")

    assert report.probabilities.endswith("stored draws: 0.4.")
    assert report.warnings[0].startswith("Of what was drawn, 4 of 10 articles are coded by now.")
    assert value(share(report, "support"), "dsl") == pytest.approx(9 / 18.75)


def _article_id(store: Store, row: int) -> str:
    sql = "select a.article_id from paragraphs p join articles a on a.id = p.article where p.id = ?"
    return str(store.connection.all(sql, (row,))[0][0])


def test_without_a_model_only_the_humans_share_is_given(make_project: MakeProject) -> None:
    store = make_project("One.\nTwo.\nThree.", codebook=CODEBOOK)
    for row, stance in ((1, "oppose"), (2, "support"), (3, "support")):
        code(store, "ada", row, Said({"stance": stance}))

    report = estimate_shares(store, "stance")

    assert report.model is None
    assert set(share(report, "support").estimates) == {"human"}
    assert value(share(report, "support"), "human") == pytest.approx(2 / 3)
    assert "come from 1 article only" in report.warnings[0]


def test_paragraphs_that_the_model_has_not_coded_are_left_out_and_counted(store: Store) -> None:
    with store.coding("llm").step("open", 1) as step:
        step.review(state="open")

    report = estimate_shares(store, "stance")

    assert report.n_units == 19
    assert report.left_out == {"the model is not done with it": 1}
    assert report.warnings[0].startswith("1 unit left out, because the model is not done with it")
    assert "1 unit of those left out was coded by a human." in report.warnings


def test_few_differences_between_humans_and_model_are_warned_of(store: Store) -> None:
    """Rows 1, 2, 3, 4 and more differ in stance; in tone only rows 1 to 8 that 4 does not divide, which are six."""
    stance, claim = estimate_shares(store, "stance"), estimate_shares(store, "claim")

    assert not any("differ in fewer than" in said for said in estimate_shares(store, "tone").warnings)
    assert any("may be too narrow for claim." in said for said in claim.warnings)
    assert any("oppose" in said for said in stance.warnings if "differ in fewer" in said)


def test_a_default_is_not_a_decision_and_what_is_set_aside_does_not_count(make_project: MakeProject) -> None:
    store = make_project("One.\nTwo.\nThree.", codebook=CODEBOOK)
    code(store, "ada", 1, Said({"stance": ("oppose", "default")}), labels={"tone": "calm"})
    code(store, "ada", 2, Said({"stance": "support"}), labels={"tone": "loud"})
    code(store, "ada", 3, state="furniture", labels={"tone": "loud"})

    assert value(share(estimate_shares(store, "stance"), "support"), "human") == 1.0
    assert value(share(estimate_shares(store, "tone"), "loud"), "human") == 0.5


@pytest.mark.parametrize(
    ("variable", "options", "says"),
    [
        ("colour", {}, "there is no variable colour in the codebook; choose one of speaker, stance"),
        ("weight", {}, "weight has no categories"),
        ("tone", {"by": "speaker"}, "--by speaker works with variables of statements"),
        ("stance", {"model": "ada"}, "ada is not a model in this project; its models are llm"),
    ],
)
def test_what_cannot_be_estimated_is_refused(store: Store, variable: str, options: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        estimate_shares(store, variable, **options)


def test_two_models_must_be_told_apart(store: Store) -> None:
    store.coder("other", "model")

    with pytest.raises(UsageError, match="name the model with --model: llm, other"):
        estimate_shares(store, "stance")


def test_a_project_without_human_codings_has_no_estimate(make_project: MakeProject) -> None:
    store = make_project("One.", codebook=CODEBOOK)
    store.coder("llm", "model")

    with pytest.raises(UsageError, match="a model's labels alone give no estimate"):
        estimate_shares(store, "stance")


def test_the_command_prints_a_table_and_why_the_models_own_shares_must_not_be_used(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.coding("idle")
    assert run(["--project", str(store.path), "estimate", "stance"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert run(["--project", str(store.path), "estimate", "stance", "--by", "outlet", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert "8 paragraphs of 20 coded by humans. Human coders: ada and ben. Model: llm." in shown
    assert MODEL_ALONE in shown
    assert (found["variable"], found["by"], len(found["groups"])) == ("stance", "outlet", 2)
    assert found["groups"][0]["shares"][0].keys() == {"category", "human", "dsl", "ppi", "model"}
    assert found["groups"][0]["shares"][0]["human"].keys() == {"value", "ci", "ci_method", "se", "undefined"}
