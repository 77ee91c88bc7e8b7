"""Draws by a model's uncertainty: probabilities that rise with doubt, never below a floor, stored and used."""

from __future__ import annotations

import json
import random
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.cli import run
from annotator.errors import IngestError, UsageError
from annotator.importing.uncertainty import Doubt, read_doubts
from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.changes.draw_by_doubt import FLOOR, chances, systematic
from annotator.store.history.replay import rebuild
from annotator.store.read.inclusion import inclusion
from tests.conftest import MakeOnce, article
from tests.store.work import CODEBOOK

N = 20


def twenty_articles(path: Path) -> None:
    articles = [article(f"Article {i}.\nIts second.", f"a{i:02}") for i in range(N)]
    Store.create(path, CODEBOOK, articles).close()


@pytest.fixture
def path(tmp_path: Path, make_once: MakeOnce) -> Path:
    return make_once(twenty_articles, tmp_path / "project.db")


DOUBTS = [Doubt(f"a{i:02}", None, i / N) for i in range(N)]


@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=60),
    st.integers(1, 60),
    st.floats(0.05, 1),
)
def test_probabilities_rise_with_doubt_keep_the_floor_and_add_up(
    doubts: list[float], number: int, floor: float
) -> None:
    number = min(number, len(doubts))

    found = chances(doubts, number, floor)

    assert sum(found) == pytest.approx(number, abs=1e-5)
    assert all(floor * number / len(doubts) - 1e-8 <= one <= 1 for one in found)
    pairs = sorted(zip(doubts, found, strict=True))
    assert all(low[1] <= high[1] + 1e-8 for low, high in pairwise(pairs))


def test_units_are_drawn_as_often_as_their_probability_says() -> None:
    odds = chances([i / N for i in range(N)], 6)
    times: Counter[int] = Counter()
    for seed in range(4000):
        drawn = systematic(range(N), odds, random.Random(seed))  # noqa: S311 (a test)
        assert len(set(drawn)) == 6
        times.update(drawn)

    for unit, chance in enumerate(odds):
        assert times[unit] / 4000 == pytest.approx(chance, abs=4 * (chance * (1 - chance) / 4000) ** 0.5 + 1e-9)


def test_the_probabilities_are_stored_and_the_plan_can_be_drawn_again(path: Path) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["ada", "ben"], overlap="50%", number=6, doubts=DOUBTS, seed=3), "main", "m")
        with store.connection.write():
            rebuild(store.connection)

        (draw,) = plan.draws()
        found = inclusion(store.connection)

        assert draw.chances is not None
        assert plan.is_repeatable(draw)
        assert draw.n_drawn == 6
        assert "by a model's uncertainty" in draw.words
        names = dict(store.connection.all("select article_id, name from articles"))
        expected = chances([i / N for i in range(N)], 6)
        stored = {names[unit[0]]: chance for unit, chance in zip(draw.candidates, draw.chances, strict=True)}
        assert [stored[f"a{i:02}"] for i in range(N)] == expected
        rows = store.connection.all("select p.id, a.name from paragraphs p join articles a on a.id = p.article")
        assert found.frame == pytest.approx({row: stored[name] for row, name in rows})
        assert len(found.drawn) == 12


def test_what_an_earlier_draw_has_taken_would_have_had_a_chance_too(path: Path) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["ada"], number=5, seed=1), "pilot", "p")
        plan.put(plan.draw(["ada"], number=5, doubts=DOUBTS, seed=1), "main", "m")
        taken = {one.article for one in plan.given() if one.phase == "pilot"}
        second = plan.draws()[1]
        names = dict(store.connection.all("select name, article_id from articles"))
        units = [*second.candidates, *second.taken]
        place = {unit[0]: n for n, unit in enumerate(units)}

        frame = inclusion(store.connection).frame

        assert second.chances is not None
        for name, article_id in names.items():
            ((row,),) = store.connection.all(
                "select p.id from paragraphs p join articles a on a.id = p.article where a.name = ? and position = 0",
                (name,),
            )
            chance = second.chances[place[article_id]]
            assert frame[row] == pytest.approx(0.25 + 0.75 * chance), name in taken


def test_an_article_has_the_mean_of_its_paragraphs_and_one_without_rows_the_floor(path: Path) -> None:
    rows = [Doubt("a00", 0, 0.2), Doubt("a00", 1, 0.6), Doubt("a01", None, 0.4), Doubt("a02", 1, 1.0)]
    with Store(path) as store:
        draw = AssignmentPlan(store).draw(["ada"], number=4, doubts=rows).record

        assert draw is not None
        assert draw.chances is not None
        names = dict(store.connection.all("select article_id, name from articles"))
        found = {names[unit[0]]: chance for unit, chance in zip(draw.candidates, draw.chances, strict=True)}
    assert found["a00"] == found["a01"] < found["a02"] == 1.0
    assert found["a19"] == pytest.approx(FLOOR * 4 / N, abs=1e-5)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("doubt.csv", "article,paragraph,uncertainty\na00,1,0.25\na01,,0.5\n"),
        (
            "doubt.jsonl",
            '{"article": "a00", "paragraph": 1, "confidence": 0.75}\n{"article": "a01", "confidence": 0.5}\n',
        ),
    ],
)
def test_a_file_of_doubts_is_csv_or_jsonl(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")

    assert read_doubts(tmp_path / name) == [Doubt("a00", 1, 0.25), Doubt("a01", None, 0.5)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("article,uncertainty\na00,1.5\n", "doubt.csv:2: uncertainty is a number from 0 to 1"),
        ("article,uncertainty\na00,nan\n", "doubt.csv:2: uncertainty is a number from 0 to 1"),
        ("article,doubt\na00,1\n", "doubt.csv:2: the row has neither uncertainty nor confidence"),
        ("name,uncertainty\na00,1\n", "doubt.csv:2: the row has no article_id and no article"),
        ("article,paragraph,uncertainty\na00,x,1\n", "doubt.csv:2: paragraph is a whole number"),
        ("article,uncertainty\n", "doubt.csv has no rows"),
    ],
)
def test_a_bad_file_of_doubts_is_refused_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "doubt.csv").write_text(text, encoding="utf-8")

    with pytest.raises(IngestError) as caught:
        read_doubts(tmp_path / "doubt.csv")

    assert str(caught.value).endswith(says) or says in str(caught.value)


def test_an_unknown_article_is_refused(path: Path) -> None:
    with Store(path) as store, pytest.raises(UsageError, match="there is no article zz in this project"):
        AssignmentPlan(store).draw(["ada"], number=2, doubts=[Doubt("zz", None, 1.0)])


def test_the_command_draws_and_says_how_far_the_probabilities_differ(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "doubt.csv"
    file.write_text("article,uncertainty\n" + "".join(f"{d.article},{d.value}\n" for d in DOUBTS), encoding="utf-8")
    draw = ("--project", str(path), "assign", "draw", "--coder", "ada", "--by-uncertainty", str(file))

    assert run([*draw, "--number", "6", "--yes"]) == 0
    assert "drawn with probabilities from 0.09 to" in capsys.readouterr().err
    assert run(["--project", str(path), "export", "jsonl", "--out", str(tmp_path / "out")]) == 0
    (line,) = (tmp_path / "out" / "draws.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(json.loads(line)["chances"]) == N
    assert run([*draw]) == 2
    assert run([*draw, "--number", "6", "--stratify", "source"]) == 2
    assert run(["--project", str(path), "assign", "draw", "--coder", "ada", "--floor", ".2"]) == 2
