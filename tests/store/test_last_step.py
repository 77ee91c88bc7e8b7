"""The last step to undo or redo, found with a memory of what was searched, against a search through all steps."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.errors import StoreError
from annotator.store import Store
from annotator.store.history.last_step import TO_UNDO
from tests.conftest import article
from tests.store.work import CODEBOOK
from tests.timing import sqlite_steps

ACTS = ("do", "do", "do", "undo", "undo", "redo", "part", "roll back", "roll back")


def expected_undo(store: Store, coder: int) -> int | None:
    row = store.connection.one(f"select max(id) from steps s where coder = ? and {TO_UNDO}", (coder,))
    return row[0] if row else None


def expected_redo(store: Store, coder: int) -> int | None:
    row = store.connection.one(
        "select u.of from steps u where u.coder = ?1 and u.kind = 'undo' and u.id > (select max(id) from steps"
        " where coder = ?1 and kind = 'do') and not exists (select 1 from steps v where v.of = u.of and v.id > u.id)"
        " order by u.id desc limit 1",
        (coder,),
    )
    return row[0] if row else None


def last_of(store: Store, coder: int) -> int | None:
    """The step that the coder's newest step undid or redid."""
    row = store.connection.one("select of from steps where coder = ? order by id desc limit 1", (coder,))
    return row[0] if row else None


def do(store: Store, coder: str, n: int) -> None:
    with store.coding(coder).step("note", 1) as step:
        step.review(note=f"{n} of {coder}", flag=bool(n % 2))


def act(store: Store, coder: str, what: str, n: int) -> None:
    row = store.coder(coder).id
    if what == "do":
        do(store, coder, n)
    elif what == "part":
        store.history.undo_last_of(row, "review")
    elif what == "roll back":
        with suppress(StoreError), store.connection.write():
            store.history.undo(row)
            store.history.undo(row)
            do(store, coder, n)
            raise StoreError("and back")
    else:
        move, expected = {
            "undo": (store.history.undo, expected_undo(store, row)),
            "redo": (store.history.redo, expected_redo(store, row)),
        }[what]
        found = move(row)
        assert (found is None) == (expected is None)
        assert expected is None or last_of(store, row) == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(
    st.lists(
        st.tuples(st.sampled_from(ACTS), st.sampled_from("ab"), st.sampled_from([0, 1]), st.integers(0, 9)),
        min_size=5,
        max_size=60,
    )
)
def test_two_windows_undo_and_redo_what_a_search_through_all_steps_finds(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, str, int, int]]
) -> None:
    path = tmp_path_factory.mktemp("two") / "project.db"
    with ExitStack() as stack:
        first = stack.enter_context(Store.create(path, CODEBOOK, [article("One.\nTwo.")]))
        windows = (first, stack.enter_context(Store(path)))
        for n, (what, coder, window, number) in enumerate(acts):
            act(windows[window], coder, what, 10 * n + number)


@pytest.mark.parametrize("way", ["undo", "redo"])
def test_undo_and_redo_cost_the_same_after_many_undone_steps(tmp_path: Path, way: str) -> None:
    n = 120
    with Store.create(tmp_path / "project.db", CODEBOOK, [article("One.\nTwo.")]) as store:
        row = store.coder("a").id
        for i in range(n):
            do(store, "a", i)
        costs = [sqlite_steps(store, lambda: store.history.undo(row)) for _ in range(n - 2)]
        if way == "redo":
            costs = [sqlite_steps(store, lambda: store.history.redo(row)) for _ in range(n - 2)]

    assert max(costs[-20:]) <= 1.25 * max(costs[1:20])
