"""Training: phases with feedback, gold shown after the first answer, and what a trainee cannot see or change."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.cli import run
from annotator.errors import UsageError
from annotator.store import Store
from annotator.store.changes.adjudication import Adjudication, GoldParagraph
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.history.replay import rebuild
from annotator.store.merge.merge import merge_new
from tests.conftest import MakeOnce, article
from tests.store.work import CODEBOOK, state


def six_articles(path: Path) -> None:
    """Make a project of six articles; the first three have gold."""
    texts = [f"Article {i}.\nIts second.\nIts third." for i in range(6)]
    with Store.create(path, CODEBOOK, [article(text, f"a{i}") for i, text in enumerate(texts)]) as store:
        gold = GoldParagraph("no claim", labels={"frame": "war"})
        Adjudication(store, "lead").adjudicate_all([(paragraph, gold) for paragraph in range(1, 10)])


@pytest.fixture
def path(tmp_path: Path, make_once: MakeOnce) -> Path:
    return make_once(six_articles, tmp_path / "project.db")


def given_names(store: Store, coder: str) -> list[str]:
    return sorted(one.article for one in AssignmentPlan(store).given() if one.coder == coder)


def test_chosen_articles_are_given_and_the_phase_gives_feedback(path: Path) -> None:
    command = ["--project", str(path), "assign", "draw", "--phase", "training", "--feedback", "--yes"]

    assert run([*command, "--coder", "kim", "--coder", "lou", "--article", "a1", "--article", "a0"]) == 0

    with Store(path) as store:
        assert given_names(store, "kim") == given_names(store, "lou") == ["a0", "a1"]
        assert AssignmentPlan(store).feedback() == ["training"]


def test_a_draw_with_feedback_takes_gold_that_the_coder_has_not_had(path: Path) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["kim"], articles=["a0"], feedback=True), "training", "one", feedback=True)

        again = plan.draw(["kim"], number=9, feedback=True)
        other = plan.draw(["lou"], number=9, feedback=True)

        assert len(again.units["kim"]) == 2
        assert len(other.units["lou"]) == 3
        plan.put(again, "training", "two")
        with pytest.raises(UsageError, match="had every article with gold"):
            plan.draw(["kim"], feedback=True)


def test_an_article_is_not_given_twice_to_one_coder(path: Path) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["kim"], articles=["a0"]), "training", "one")

        with pytest.raises(UsageError, match="given before"):
            plan.draw(["kim"], articles=["a0", "a1"])
        with pytest.raises(UsageError, match="there is no article"):
            plan.draw(["kim"], articles=["a9"])


def test_the_main_phase_gives_no_feedback(path: Path) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        with pytest.raises(UsageError, match="add --phase training"):
            plan.put(plan.draw(["kim"], articles=["a0"]), "main", "one", feedback=True)

        assert given_names(store, "kim") == []
        assert plan.feedback() == []


def test_feedback_comes_with_the_history(path: Path, tmp_path: Path) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["kim"], articles=["a0"], feedback=True), "training", "one", feedback=True)
        before = state(store)
        with store.connection.write():
            rebuild(store.connection)
        assert state(store) == before

    merge_new(tmp_path / "other.db", [path])

    with Store(tmp_path / "other.db") as other:
        assert AssignmentPlan(other).feedback() == ["training"]
