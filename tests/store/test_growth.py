"""What a command or a key costs, counted in SQLite's steps, on projects of two sizes."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan
from tests.conftest import article
from tests.store.work import CODEBOOK
from tests.timing import sqlite_steps

SIZES = (40, 160)
LINEAR = SIZES[1] / SIZES[0] * 1.25
SAME = 1.25


def project(folder: Path, n_articles: int) -> Store:
    """A project of articles of three paragraphs each."""
    articles = [article(f"Article {i}.\nIts second.\nIts third.", f"a{i}") for i in range(n_articles)]
    return Store.create(folder / f"{n_articles}.db", CODEBOOK, articles)


def draw(store: Store) -> None:
    plan = AssignmentPlan(store)
    plan.put(plan.draw(["anna", "ben"], overlap="20%"), "main", "b")


def code(store: Store, coder: str) -> None:
    """Finish the first paragraph of every article, so that the finished runs are many."""
    coding = store.coding(coder)
    for paragraph in range(1, store.articles.n_paragraphs() + 1, 3):
        with coding.step("no claim", paragraph) as step:
            step.review(state="no claim")


@pytest.mark.parametrize("is_coded", [False, True])
def test_drawing_a_plan_costs_in_proportion_to_its_articles(tmp_path: Path, is_coded: bool) -> None:
    costs = []
    for n in SIZES:
        with project(tmp_path, n) as store:
            if is_coded:
                code(store, "anna")
                code(store, "ben")
            costs.append(sqlite_steps(store, partial(draw, store)))

    assert costs[1] / costs[0] <= LINEAR


def test_drawing_again_costs_in_proportion_to_what_is_withdrawn(tmp_path: Path) -> None:
    costs = []
    for n in SIZES:
        with project(tmp_path, n) as store:
            draw(store)

            def again(store: Store = store, n: int = n) -> None:
                assert AssignmentPlan(store).withdraw("main") == n * 1.2
                draw(store)

            costs.append(sqlite_steps(store, again))

    assert costs[1] / costs[0] <= LINEAR


def test_finding_the_next_paragraph_costs_the_same_with_many_assignments(tmp_path: Path) -> None:
    costs = []
    for n in SIZES:
        with project(tmp_path, n) as store:
            draw(store)
            coding = store.coding("anna")
            first = coding.next_left(0)
            assert first is not None
            costs.append(sqlite_steps(store, partial(coding.next_left, first)))

    assert costs[1] / costs[0] <= SAME
