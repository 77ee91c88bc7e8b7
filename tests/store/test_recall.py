"""Recall: paragraphs that everybody skipped come back blind, hidden among others, and say what was missed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.agreement.missed import hypergeometric_interval
from annotator.cli import run
from annotator.errors import UsageError
from annotator.reports.coder_checks.recall import recall_report
from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.changes.draw_sample import Unit
from annotator.store.changes.recall import Recall
from annotator.store.history.replay import rebuild
from annotator.store.merge.merge import merge
from annotator.store.merge.pack import pack
from tests.conftest import MakeOnce, article
from tests.store.work import CODEBOOK, state

N = 40
"""Paragraphs: every fourth has a statement of one of the coders, one is furniture; the others are skipped."""
CODED = set(range(1, N + 1, 4))
SKIPPED = set(range(1, N + 1)) - CODED - {2}


def ten_articles(path: Path) -> None:
    """Make a project of ten articles that two coders have read."""
    articles = [article("\n".join(f"Text {i} line {j}." for j in range(4)), f"a{i}") for i in range(10)]
    with Store.create(path, CODEBOOK, articles) as store:
        for coder in ("kim", "lou"):
            for n in range(1, N + 1):
                finish(store, coder, n, n_statements=int(n in CODED and (coder == "kim") == (n % 8 == 1)))
        with store.coding("lou").step("furniture", 2) as step:
            step.review(state="furniture")


def finish(store: Store, coder: str, paragraph: int, *, n_statements: int = 0) -> None:
    with store.coding(coder).step("finish", paragraph) as step:
        for _ in range(n_statements):
            step.label(step.add_statement(None), "stance", "pro")
        step.review(state="coded" if n_statements else "no claim")


@pytest.fixture
def path(tmp_path: Path, make_once: MakeOnce) -> Path:
    return make_once(ten_articles, tmp_path / "project.db")


def row(store: Store, unit: Unit) -> int:
    found = store.connection.one(
        "select p.id from paragraphs p join articles a on a.id = p.article where a.article_id = ? and p.position = ?",
        (unit.article_id, unit.first),
    )
    assert found is not None
    return int(found[0])


def test_it_draws_from_what_everybody_skipped_and_hides_it_among_the_rest(path: Path) -> None:
    with Store(path) as store:
        plan = Recall(store).draw(["kim", "lou"], "20%", seed=3)

        skipped = {row(store, unit) for units in plan.skipped.units.values() for unit in units}
        assert plan.beside is not None
        beside = {row(store, unit) for units in plan.beside.units.values() for unit in units}
        assert plan.n_skipped == len(SKIPPED)
        assert len(skipped) == plan.n_drawn == 6
        assert skipped <= SKIPPED
        assert len(beside) == 6
        assert beside <= CODED
        assert plan == Recall(store).draw(["kim", "lou"], "20%", seed=3)
        assert plan != Recall(store).draw(["kim", "lou"], "20%", seed=4)


def test_it_comes_back_blank_and_is_recorded_apart(path: Path) -> None:
    with Store(path) as store:
        before = state(store)
        recall = Recall(store)
        recall.put(recall.draw(["kim"], "20%"), days=0)
        kim = store.coding("kim")

        back = []
        while (paragraph := kim.next_left(0)) is not None:
            assert kim.statements(paragraph) == []
            assert kim.review(paragraph).state in ("unseen", "open")
            finish(store, "kim", paragraph, n_statements=2 if paragraph in (3, 7) else 0)
            back.append(paragraph)

        assert len(back) == 12
        assert len(set(back) & SKIPPED) == 6
        assert back != sorted(back)
        assert AssignmentPlan(store).rechecks() == []
        own = [one for one in state(store)["statements"] if one[1] == "kim"]
        assert own == [one for one in before["statements"] if one[1] == "kim"]


def test_the_estimate_is_that_of_the_sample(path: Path) -> None:
    with Store(path) as store:
        recall = Recall(store)
        recall.put(recall.draw(["kim", "lou"], "40%", seed=1), days=0)
        (draw,) = [one for one in AssignmentPlan(store).draws() if one.batch == "recall"]
        drawn = {
            row(store, Unit(*draw.candidates[place])): coder for coder, places in draw.units.items() for place in places
        }
        assert recall_report(store)[0].paragraphs is None
        for i, (paragraph, coder) in enumerate(sorted(drawn.items())):
            finish(store, coder, paragraph, n_statements=(2, 1, 0)[min(i, 2)])

        (found,) = recall_report(store)

    n = len(drawn)
    assert (found.read.n_skipped, found.read.n_drawn, len(found.read.statements)) == (len(SKIPPED), 12, n)
    assert found.paragraphs is not None
    assert found.paragraphs[0] == pytest.approx(len(SKIPPED) * 2 / n)
    assert found.paragraphs[1] == hypergeometric_interval(2, n, len(SKIPPED))
    assert found.statements is not None
    assert found.statements[0] == pytest.approx(len(SKIPPED) * 3 / n)
    assert "2 held 3 statements" in found.words
    assert found.to_dict()["inclusion_probability"] == pytest.approx(12 / len(SKIPPED))


def test_the_draw_is_stored_and_can_be_repeated(path: Path) -> None:
    with Store(path) as store:
        recall = Recall(store)
        recall.put(recall.draw(["kim", "lou"], "20%", seed=5), days=14)

        draws = AssignmentPlan(store).draws()
        kept = state(store)
        with store.connection.write():
            rebuild(store.connection)

        assert {one.batch for one in draws} == {"recall", "recall, others"}
        assert all(map(AssignmentPlan.is_repeatable, draws))
        assert state(store) == kept


def test_what_comes_back_is_not_drawn_again(path: Path) -> None:
    with Store(path) as store:
        recall = Recall(store)
        recall.put(recall.draw(["kim"], "100%"), days=14)

        with pytest.raises(UsageError, match="no paragraph was skipped"):
            recall.draw(["kim"], "5%")


@pytest.mark.parametrize(
    ("coders", "share", "sentence"), [(["zoe"], "5%", "there is no coder zoe"), (["kim"], "5", "write it like 5%")]
)
def test_a_wrong_share_or_coder_is_refused(path: Path, coders: list[str], share: str, sentence: str) -> None:
    with Store(path) as store, pytest.raises(UsageError, match=sentence):
        Recall(store).draw(coders, share)


def test_it_goes_through_a_pack_and_says_nothing_of_the_draw(path: Path, tmp_path: Path) -> None:
    with Store(path) as store:
        recall = Recall(store)
        recall.put(recall.draw(["kim"], "20%"), days=0)
        pack(store, "kim", tmp_path / "kim.db")

    with Store(tmp_path / "kim.db") as kim:
        assert AssignmentPlan(kim).draws() == []
        paragraph = kim.coding("kim").next_left(0)
        while paragraph is not None:
            finish(kim, "kim", paragraph, n_statements=1)
            paragraph = kim.coding("kim").next_left(0)
    with Store(path) as store:
        merge(store, [tmp_path / "kim.db"])
        (found,) = recall_report(store)

    assert found.read.statements == (1,) * 6
    assert found.paragraphs is not None
    assert found.paragraphs[0] == len(SKIPPED)


def test_the_command_shows_the_plan_and_the_report_the_estimate(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["--project", str(path), "assign"]

    assert run([*command, "recall", "--coder", "kim", "--share", "5%", "--dry-run"]) == 0
    assert "2 of 29 paragraphs that everybody skipped come back, among 2 others" in capsys.readouterr().out
    assert run([*command, "recall", "--coder", "kim", "--share", "5%", "--after", "0", "--yes"]) == 0
    assert run([*command, "report"]) == 0
    assert "There is no estimate yet" in " ".join(capsys.readouterr().out.split())
    with Store(path) as store:
        while (paragraph := store.coding("kim").next_left(0)) is not None:
            finish(store, "kim", paragraph)
    assert run([*command, "report", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["recalls"]
    assert (found["n_read"], found["paragraphs"]["value"]) == (2, 0.0)
    assert found["statements"] == found["paragraphs"]
