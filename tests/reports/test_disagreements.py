"""The disagreements that a coder may see: the worst first, and nothing while they are still blind."""

from __future__ import annotations

import pytest

from annotator.reports.differences.disagreements import DisagreementFilter, Search, find_disagreements
from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan
from tests.conftest import MakeProject
from tests.reports.coding import CODEBOOK, Said, code


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    store = make_project(
        "\n".join(f"Paragraph number {i} of a text." for i in range(5)),
        "Another article.\nWith a second paragraph.",
        codebook=CODEBOOK,
    )
    code(store, "ada", 1, Said({"stance": "oppose", "kind": "fact"}, evidence=(0, 9), note="harsh"))
    code(store, "ben", 1, Said({"stance": "neutral", "kind": "fact"}, evidence=(0, 9)))
    code(store, "ada", 2, Said({"stance": "oppose", "issues": ["jobs"]}, ("Ása", "Bo")))
    code(store, "ben", 2, Said({"stance": "support", "issues": ["jobs", "sea"]}, ("Ása",)), note="twice?")
    code(store, "ada", 3, Said({"kind": "demand"}))
    code(store, "ben", 3, state="no claim")
    code(store, "ada", 4, Said({"stance": "oppose"}))
    code(store, "ben", 4, Said({"stance": "oppose"}))
    code(store, "ada", 5, state="furniture")
    code(store, "ben", 5, state="no claim", labels={"tone": "loud"})
    code(store, "ben", 6, Said({"stance": "oppose"}))
    code(store, "cleo", 6, Said({"stance": "support"}))
    return store


def test_the_worst_paragraphs_come_first_with_what_differs(project: Store) -> None:
    found = find_disagreements(project, "ada")

    summary = [(one.place.position, [d.variable for d in one.differences], round(one.cost, 2)) for one in found.items]
    assert summary == [
        (1, ["speaker", "stance", "issues"], round(2 / 3 + 1 + 2 / 3, 2)),
        (4, ["state", "tone"], 1.5),
        (2, ["statement"], 1.0),
        (0, ["stance"], 0.5),
    ]
    assert found.n_compared == 5


def test_a_coder_sees_only_paragraphs_that_they_are_done_with(project: Store) -> None:
    assert [one.place.article_name for one in find_disagreements(project, "cleo").items] == ["article-2"]
    assert find_disagreements(project, "ada").n_not_done == 1
    assert find_disagreements(project, "nobody").items == ()

    with project.coding("ada").step("reopen", 2) as step:
        step.review(state="open")

    found = find_disagreements(project, "ada")
    assert 1 not in {one.place.position for one in found.items}
    assert found.n_not_done == 1  # paragraph 2 has one coder left who is done, and hides nothing


def test_what_is_assigned_stays_hidden_until_its_phase_is_closed(project: Store) -> None:
    ada = project.coder("ada").id
    project.connection.execute(
        "insert into assignments (coder, recorder, first, last, phase, batch, position, n_left)"
        " values (?, ?, 1, 3, 'main', 'b', 1, 0)",
        (ada, ada),
    )

    hidden = find_disagreements(project, "ada")
    project.connection.execute("insert into phases (phase, closed_at) values ('main', '2031-01-01T00:00:00Z')")
    shown = find_disagreements(project, "ada")

    assert (hidden.items, hidden.n_blind) == ((), 5)
    assert (len(shown.items), shown.n_blind) == (4, 0)
    assert len(find_disagreements(project, "ben").items) == 5


def test_a_closed_pilot_is_shown_while_the_main_phase_is_open(project: Store) -> None:
    ada = project.coder("ada").id
    for phase, first, last in (("pilot", 1, 2), ("main", 3, 5)):
        project.connection.execute(
            "insert into assignments (coder, recorder, first, last, phase, batch, position, n_left)"
            " values (?, ?, ?, ?, ?, 'b', ?, 0)",
            (ada, ada, first, last, phase, first),
        )
    AssignmentPlan(project).close("pilot")

    found = find_disagreements(project, "ada")

    assert ([one.place.position for one in found.items], found.n_blind) == ([1, 0], 3)


def test_models_are_no_coders_to_agree_with(project: Store) -> None:
    project.coder("llm", "model")
    code(project, "llm", 1, Said({"stance": "support"}, evidence=(0, 9)))

    assert {one.b.coder for one in find_disagreements(project, "ada").items} == {"ben"}


@pytest.mark.parametrize(
    ("wanted", "positions"),
    [
        (DisagreementFilter(variable="stance"), [1, 0]),
        (DisagreementFilter(category="neutral"), [0]),
        (DisagreementFilter(variable="statement"), [2]),
        (DisagreementFilter(coder="cleo"), []),
        (DisagreementFilter(article="article-1", variable="tone"), [4]),
        (DisagreementFilter(article="article-2"), []),
    ],
)
def test_filters_narrow_and_rank_by_what_they_mean(
    project: Store, wanted: DisagreementFilter, positions: list[int]
) -> None:
    assert [one.place.position for one in find_disagreements(project, "ada").chosen(wanted)] == positions


def test_both_statements_stand_side_by_side_with_notes(project: Store) -> None:
    first = next(one for one in find_disagreements(project, "ada").items if one.place.position == 0)

    (_, comparison) = first.comparisons
    assert comparison.a is not None
    assert comparison.b is not None
    assert comparison.a.note == "harsh"
    assert ("kind", "fact") in comparison.same
    assert [(d.a, d.b) for d in comparison.differences] == [("oppose", "neutral")]


def test_the_most_frequent_confusions_are_said(project: Store) -> None:
    said = find_disagreements(project, "ada").confusions(DisagreementFilter())

    assert ("stance neutral ↔ oppose", 1) in said
    assert ("statements that one has alone", 1) in said


def test_what_was_found_so_far_is_in_order_and_says_how_much_was_compared(project: Store) -> None:
    search = Search(project, "ada")
    steps = search.steps()
    for _ in range(2):
        next(steps)
    found = search.found()
    assert [one.place.position for one in found.items] == [1, 0]
    assert 0 < found.share < 1

    for _ in steps:
        pass
    assert search.found() == find_disagreements(project, "ada")
    assert search.found().share == 1
