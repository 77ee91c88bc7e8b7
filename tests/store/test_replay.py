"""The state of a project is what its history says."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from annotator.store import Store
from annotator.store.history.replay import rebuild
from tests.conftest import article
from tests.store.work import CODEBOOK, TEXTS, Act, act, acts, state


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
