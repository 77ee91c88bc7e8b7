"""Stored draws: drawn again from what is stored, and the inclusion probabilities that follow from them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.cli import run
from annotator.errors import StoreError
from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.changes.draw_sample import Unit, draw, draw_again
from annotator.store.history.replay import rebuild
from annotator.store.merge.merge import merge
from annotator.store.merge.pack import pack
from annotator.store.read.inclusion import inclusion, inclusion_probabilities
from annotator.store.rescue.doctor import examine
from annotator.store.tables.study.draws import DRAW, Draw, UnitTuple, read_draws
from tests.conftest import MakeOnce, article
from tests.store.test_assignments import finish
from tests.store.work import CODEBOOK, state

N = 12
SOURCES = ("north", "north", "south")


def some_articles(path: Path) -> None:
    texts = [f"Article {i}.\nIts second.\nIts third." for i in range(N)]
    articles = [article(text, f"a{i}").model_copy(update={"source": SOURCES[i % 3]}) for i, text in enumerate(texts)]
    Store.create(path, CODEBOOK, articles).close()


@pytest.fixture
def path(tmp_path: Path, make_once: MakeOnce) -> Path:
    return make_once(some_articles, tmp_path / "project.db")


def test_every_plan_is_drawn_again_from_what_is_stored(path: Path) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["ben", "anna"], overlap="50%", number=4, stratum="source", seed=7), "pilot", "one")
        plan.put(plan.draw(["anna", "cleo"], kind="paragraph", overlap="3", number=9, seed=3), "main", "two")
        finish(store.coding("anna"))
        plan.recheck("anna", days=2, number=3, kind="paragraph", seed=5)
        with store.connection.write():
            rebuild(store.connection)

        draws = plan.draws()

        assert [(one.phase, one.seed, one.kind, one.stratify) for one in draws] == [
            ("pilot", 7, "article", "source"),
            ("main", 3, "paragraph", None),
            ("recheck", 5, "paragraph", None),
        ]
        assert all(map(plan.is_repeatable, draws))
        assert not plan.is_repeatable(draws[0]._replace(seed=8))
        given = {(g.coder, g.article_id, g.first, g.last) for g in plan.given()}
        again = {
            (coder, *unit[:3]) for one in draws for coder, units in draw_again(one).units.items() for unit in units
        }
        assert again == given
    assert examine(path).is_sound


@given(
    st.sets(st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 9))),
    st.sampled_from(["article", "paragraph"]),
)
def test_a_draw_is_read_back_as_it_was(places: set[tuple[str, int]], kind: str) -> None:
    units: list[UnitTuple] = sorted((name, at, at, f"{name} stratum") for name, at in places)
    draw_ = Draw(1, kind, "main", "b", "", 3, None, "1%", None, False, None, {"z": 1, "a": 0}, tuple(units), (), {}, [])

    again = Draw.from_json(json.loads(json.dumps(draw_.as_json())))

    assert again == draw_
    assert list(again.loads) == ["z", "a"]


@pytest.mark.parametrize(("sizes", "number"), [((1, 2, 5), 1), ((3, 8, 1), 4), ((8, 7, 6), 11)])
def test_each_unit_is_equally_likely_in_every_stratum(sizes: tuple[int, ...], number: int) -> None:
    units = [Unit(f"{name}{i}", 0, 0, name) for name, n in zip("abc", sizes, strict=True) for i in range(n)]
    n_draws = 2000

    counts = Counter(
        unit for seed in range(n_draws) for unit in draw(units, ["x"], number=number, seed=seed).units["x"]
    )

    share = number / len(units)
    tolerance = 4 * (share * (1 - share) / n_draws) ** 0.5
    assert all(abs(counts[unit] / n_draws - share) <= tolerance for unit in units)


def test_a_paragraph_of_several_draws_has_the_probability_of_either(path: Path) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["anna"], number=3, seed=1), "pilot", "one")
        plan.put(plan.draw(["anna", "ben"], number=3, overlap="1", seed=1), "main", "two")

        both, main = inclusion(store.connection), inclusion(store.connection, ["main"])

        assert set(both.frame) == set(range(1, 3 * N + 1))
        assert list(both.frame.values()) == [pytest.approx(3 / 12 + 9 / 12 * 3 / 9)] * (3 * N)
        assert len(both.drawn) == 18
        assert len(main.drawn) == 9
        assert list(main.drawn.values()) == [pytest.approx(9 / 12 * 3 / 9)] * 9
        assert set(main.frame) == set(both.frame)
        assert sum(main.frame.values()) == pytest.approx(len(main.drawn))
        assert len(main.overlapping) == 3
        assert inclusion_probabilities(store.connection) == both.drawn


def test_withdrawn_work_does_not_count_as_drawn(path: Path) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["anna"], number=6, seed=1), "main", "day")
        finish(store.coding("anna"), 1)
        assert plan.withdraw("main") == 5
        assert set(inclusion_probabilities(store.connection).values()) == {1 / 12}

        plan.put(plan.draw(["anna"], number=11, seed=2), "main", "day")

        assert set(inclusion_probabilities(store.connection).values()) == {1.0}
        assert len(read_draws(store.connection)) == 2


def test_what_nobody_drew_has_no_probability(path: Path) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        chosen = plan.draw(["anna"], number=2, seed=1)._replace(record=None)
        plan.put(chosen, "training", "chosen")
        plan.put(plan.draw(["anna"], number=5, seed=1), "main", "day")

        found = inclusion(store.connection)

        assert len(found.drawn) == 15
        assert set(found.frame.values()) == {0.5}
        assert len(found.frame) == 30


def test_a_draw_comes_through_a_merge_and_stays_out_of_packs(path: Path, tmp_path: Path) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["anna", "ben"], overlap="2", seed=1), "main", "day")
        files = [pack(store, name, tmp_path / f"{name}.db").path for name in ("anna", "ben")]
        before, draws = state(store), plan.draws()
    for file in files:
        with Store(file) as mine:
            assert read_draws(mine.connection) == []
            assert inclusion_probabilities(mine.connection) == {}
    with Store(path) as store:
        merge(store, files)
        assert state(store) == before
        assert read_draws(store.connection) == draws
    other = tmp_path / "other.db"
    some_articles(other)
    with Store(other) as store:
        merge(store, [path])
        assert read_draws(store.connection) == draws
        assert inclusion_probabilities(store.connection) != {}


def test_a_draw_that_cannot_be_read_is_refused_in_a_sentence(path: Path) -> None:
    with Store(path) as store:
        with store.history.step(store.program(), "draw") as step:
            step.put(DRAW, [DRAW, "main", "x", ""], {"kind": "article"})

        with pytest.raises(StoreError, match="contains a draw that cannot be read"):
            read_draws(store.connection)


@pytest.mark.parametrize("name", ["jsonl", "csv", "parquet"])
def test_exports_hold_the_inclusion_probability_of_every_assigned_paragraph(
    name: str, path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["anna", "ben"], number=6, overlap="2", seed=1), "main", "day")
    out = tmp_path / "out"

    assert run(["--project", str(path), "export", name, "--out", str(out)]) == 0

    rows = read_table(out, name)
    assert len(rows) == 8 * 3
    assert Counter(row["coder"] for row in rows) == {"anna": 12, "ben": 12}
    assert {float(row["probability"]) for row in rows} == {0.5}
    assert sum(str(row["in_overlap"]).lower() == "true" for row in rows) == 12
    if name == "jsonl":
        (line,) = (out / "draws.jsonl").read_text(encoding="utf-8").splitlines()
        drawn = draw_again(Draw.from_json(json.loads(line)))
        assert {(row["coder"], row["article_id"]) for row in rows} == {
            (coder, unit.article_id) for coder, units in drawn.units.items() for unit in units
        }
        assert run(["--project", str(path), "export", "jsonl", "--out", str(tmp_path / "b"), "--coder", "anna"]) == 0
        assert not (tmp_path / "b" / "draws.jsonl").exists()
        assert b'"ben"' not in (tmp_path / "b" / "assignments.jsonl").read_bytes()


def read_table(out: Path, name: str) -> list[dict[str, Any]]:
    if name == "jsonl":
        return [json.loads(line) for line in (out / "assignments.jsonl").read_text(encoding="utf-8").splitlines()]
    if name == "csv":
        import csv

        with (out / "assignments.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    import pyarrow.parquet as pq  # type: ignore[import-not-found,import-untyped,unused-ignore]

    return list(pq.read_table(out / "assignments.parquet").to_pylist())


def test_the_list_says_how_plans_were_drawn_but_not_to_a_coder_in_an_open_phase(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["--project", str(path), "assign"]
    plan = "draw --coder anna --coder ben --overlap 50% --number 4 --stratify source --seed 7 --batch first --yes"
    assert run([*command, *plan.split()]) == 0

    assert run([*command, "list"]) == 0
    said = "main, batch first: drew 4 of 12 articles, 2 of them (50%) for every coder, stratified by source, seed 7"
    assert said in capsys.readouterr().err
    assert run([*command, "list", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["draws"]
    assert found["repeatable"] is True
    assert (found["coders"], found["n_candidates"], found["n_drawn"]) == (["anna", "ben"], 12, 4)

    monkeypatch.setenv("ANNOTATOR_CODER", "anna")
    assert run([*command, "list"]) == 0
    assert "seed" not in capsys.readouterr().err
    assert run([*command, "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["draws"] == []
    assert run([*command[:2], "log", "--entity", "draw", "--json"]) == 0
    shown = capsys.readouterr().out
    assert "ben" not in shown
