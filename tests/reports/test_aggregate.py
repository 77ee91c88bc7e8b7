"""Aggregated labels: ties stay ties, the same statement of several coders is one unit, and what stands is said."""

from __future__ import annotations

from typing import Any

import pytest

from annotator.errors import UsageError
from annotator.records import AggregatedUnit, Selection
from annotator.reports.aggregate import aggregate
from annotator.reports.differences.same_statements import same_statements
from annotator.store import Store
from annotator.store.changes.aggregation import Run
from tests.conftest import MakeProject
from tests.reports.coding import CODEBOOK, Said, code


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    store = make_project("\n".join(f"Paragraph number {i} of a text." for i in range(6)), codebook=CODEBOOK)
    for coder, stance in (("ada", "oppose"), ("ben", "oppose"), ("cleo", "support")):
        code(store, coder, 1, Said({"stance": stance}, evidence=(0, 9)), labels={"tone": "calm"})
    for coder, stance in (("ada", "oppose"), ("ben", "support")):
        code(store, coder, 2, Said({"stance": stance}, evidence=(0, 9)))
    code(store, "cleo", 2, state="no claim")
    code(store, "cleo", 3, Said({"stance": "unclear"}))
    code(store, "ada", 4, Said({"stance": ("neutral", "default")}))
    code(store, "ben", 4, state="no claim")
    code(store, "ada", 5, Said({"stance": "neutral"}), state="open")
    return store


def units(run: Run) -> list[AggregatedUnit]:
    return [unit for units in run.units.values() for unit in units]


def statements(run: Run) -> dict[int, AggregatedUnit]:
    """The statements by the place of their paragraph; there is one in each."""
    return {unit.paragraph: unit for unit in units(run) if unit.statement_id is not None}


def about(run: Run, name: str) -> dict[str, Any]:
    return next(one for one in run.about["variables"] if one["variable"] == name)


def test_the_majority_wins_and_a_tie_has_no_winner(project: Store) -> None:
    run = aggregate(project)

    stance = {at: unit.labels["stance"] for at, unit in statements(run).items() if "stance" in unit.labels}
    assert {at: (label.value, label.coders) for at, label in stance.items()} == {
        0: ("oppose", ("ada", "ben", "cleo")),
        1: (None, ("ada", "ben")),
        2: ("unclear", ("cleo",)),
    }
    assert stance[0].probabilities == pytest.approx({"oppose": 2 / 3, "support": 1 / 3}, abs=1e-6)
    assert len(statements(run)[0].statements) == 3
    figures = about(run, "stance")
    assert (figures["n_units"], figures["n_ties"], figures["n_one_coder"], figures["n_without_label"]) == (3, 1, 1, 1)
    assert figures["labels_left_out"] == {"left at the codebook's default, which is not a decision": 1}


def test_a_statement_stands_where_most_coders_who_are_done_have_it(project: Store) -> None:
    run = aggregate(project)

    assert {at: (unit.stands.value, unit.stands.probability) for at, unit in statements(run).items()} == {
        0: ("present", 1.0),
        1: ("present", pytest.approx(2 / 3, abs=1e-6)),
        2: ("present", 1.0),
        3: (None, 0.5),
    }
    assert run.about["n_statements"] == {"present": 3, "absent": 0, "tied": 1}


def test_paragraphs_have_a_state_and_their_own_labels(project: Store) -> None:
    run = aggregate(project)

    of_paragraphs = {unit.paragraph: unit for unit in units(run) if unit.statement_id is None}
    states = {at: unit.stands.value for at, unit in of_paragraphs.items()}
    assert states == {0: "coded", 1: "coded", 2: "coded", 3: None}
    assert of_paragraphs[0].labels["tone"].value == "calm"
    assert "tone" not in of_paragraphs[1].labels


def test_speakers_and_sets_are_compared_as_a_whole_by_majority(make_project: MakeProject) -> None:
    store = make_project("A paragraph in which somebody says something.", codebook=CODEBOOK)
    for coder, issues, names in (
        ("ada", ["sea", "jobs"], ["Ása Brandt", "Harbour Union"]),
        ("ben", ["jobs", "sea"], ["Harbour Union", "Ása Brandt"]),
        ("cleo", ["jobs"], ["Ása Brandt"]),
    ):
        code(store, coder, 1, Said({"issues": issues}, speakers=names, evidence=(0, 20)))

    one = statements(run := aggregate(store, "dawid-skene"))[0]

    assert one.labels["issues"].value == ["jobs", "sea"]
    assert one.labels["speaker"].value == ["Harbour Union", "Ása Brandt"]
    assert one.labels["issues"].probabilities == pytest.approx({"jobs|sea": 2 / 3, "jobs": 1 / 3}, abs=1e-6)
    assert about(run, "issues")["method"] == "majority"
    assert (about(run, "presence")["method"], about(run, "state")["method"]) == ("majority", "majority")


@pytest.mark.parametrize("method", ["dawid-skene", "mace"])
def test_a_model_of_coders_says_how_far_each_is_to_be_trusted(method: str, project: Store) -> None:
    run = aggregate(project, method)

    competence = about(run, "stance")["competence"]
    assert set(competence) == {"ada", "ben", "cleo"}
    assert all(0 <= x <= 1 for x in competence.values())
    labels = [label for unit in units(run) for label in (unit.stands, *unit.labels.values())]
    assert all(sum(label.probabilities.values()) == pytest.approx(1, abs=1e-5) for label in labels)


@pytest.mark.parametrize("method", ["majority", "dawid-skene", "mace"])
def test_the_same_labels_and_seed_make_the_same_run(method: str, project: Store) -> None:
    assert aggregate(project, method, seed=3).run_id == aggregate(project, method, seed=3).run_id
    assert aggregate(project, method, ("stance",)).run_id != aggregate(project, method).run_id


def test_statements_of_three_coders_become_groups_with_one_a_coder(make_project: MakeProject) -> None:
    store = make_project("A paragraph with two statements in it, one after the other.", codebook=CODEBOOK)
    code(store, "ada", 1, Said({}, evidence=(0, 20)), Said({}, evidence=(20, 50)))
    code(store, "ben", 1, Said({}, evidence=(22, 48)), Said({}, evidence=(0, 18)))
    code(store, "cleo", 1, Said({}, evidence=(0, 50)))
    with store.records(coders="human") as records:
        paragraph = records.paragraph(1)
    assert paragraph is not None

    groups = same_statements(paragraph)

    assert [tuple((one.coder, one.evidence_start) for one in group) for group in groups] == [
        (("ada", 0), ("ben", 0)),
        (("ada", 20), ("ben", 22), ("cleo", 0)),
    ]
    # Of three stretches the one most like the others stands.
    found = [unit for unit in units(aggregate(store)) if unit.statement_id is not None]
    assert [unit.evidence for unit in found] == [(0, 20), (20, 50)]


def test_every_variable_with_categories_or_names_is_aggregated(project: Store) -> None:
    names = [one["variable"] for one in aggregate(project).about["variables"]]
    assert names == ["state", "presence", "speaker", "stance", "kind", "issues", "tone"]

    names = [one["variable"] for one in aggregate(project, variables=("tone",)).about["variables"]]
    assert names == ["state", "presence", "speaker", "tone"]


def test_only_the_coders_that_were_named_enter(project: Store) -> None:
    run = aggregate(project, selection=Selection(coders=("cleo",)))

    assert run.about["coders"] == {"cleo": 3}
    assert {label.coders for unit in units(run) for label in unit.labels.values()} == {("cleo",)}


def test_what_cannot_be_aggregated_is_refused(project: Store, make_project: MakeProject) -> None:
    with pytest.raises(UsageError, match="by majority, dawid-skene, mace"):
        aggregate(project, "loudest")
    for name in ("weight", "words", "genre"):
        with pytest.raises(UsageError, match=f"{name} cannot be aggregated; what can: speaker, stance"):
            aggregate(project, "majority", (name,))
    with pytest.raises(UsageError, match="nothing to aggregate"):
        aggregate(make_project("Nobody has been here.", codebook=CODEBOOK, name="empty.db"))
