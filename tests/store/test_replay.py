"""The state of a project is what its history says."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from annotator.store import Store
from annotator.store.history.replay import rebuild
from tests.conftest import MakeProject, article
from tests.store.test_evolution import apply, book, doubts, label, relabel
from tests.store.work import CODEBOOK, TEXTS, Act, act, acts, state
from tests.timing import sql_statements


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts(), acts())
def test_the_state_made_anew_from_the_history_is_the_state_that_was_there(first: list[Act], second: list[Act]) -> None:
    with tempfile.TemporaryDirectory() as folder, project(Path(folder)) as store:
        for a, b in zip([*first, None], [*second, None], strict=False):
            if a:
                act(store, "anna", a)
            if b:
                act(store, "ben", b)
        before = state(store)

        with store.connection.write():
            rebuilt = rebuild(store.connection)

        assert state(store) == before
        assert rebuilt.orphans == []
        assert rebuilt.n_conflicts == 0


def project(folder: Path) -> Store:
    return Store.create(folder / "a.db", CODEBOOK, [article(text, f"article-{i}") for i, text in enumerate(TEXTS)])


def test_a_doubt_is_open_after_a_replay_if_it_was_open_before(make_project: MakeProject) -> None:
    store = make_project("One.\nTwo.\nThree.\n", codebook=book())
    decided, open_one = label(store, 1, "oppose"), label(store, 3, "oppose")
    apply(store, book(version="1.1"), recheck=["stance/oppose"])
    relabel(store, decided, 1, "oppose")
    before = doubts(store)
    assert [paragraph for paragraph, *_ in before] == [3]

    with store.connection.write():
        rebuild(store.connection)

    assert doubts(store) == before
    relabel(store, open_one, 3, "support")
    assert doubts(store) == []


def test_a_replay_asks_for_a_row_once(tmp_path: Path) -> None:
    with project(tmp_path) as store:
        with store.coding("anna").step("labels", 1) as step:
            for _ in range(20):
                statement = step.add_statement(None)
                step.set_speakers(statement, [("Ursula", None)])
                step.label(statement, "stance", "pro")
                step.label(statement, "words", "so")
        n_records = store.connection.one("select count(*) from changes")
        assert n_records is not None

        with store.connection.write():
            ran = sql_statements(store, lambda: rebuild(store.connection))

        selects = [sql for sql in ran if sql.startswith("select") and "from statements where statement_id" in sql]
        assert len(selects) == 20
        assert len([sql for sql in ran if "doubts where" in sql or sql.startswith("insert into done_runs")]) <= 5
