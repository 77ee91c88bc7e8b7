"""Projects that exchange over a folder hold the same as `merge` makes of them, whatever the order."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from tests.faults.histories import _live
from tests.store.test_merge import exported, held, project, together
from tests.store.work import TEXTS
from tests.sync.exchanging import sync


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_projects_that_exchange_hold_what_merging_their_files_gives(tmp_path: Path, seed: int) -> None:
    r = random.Random(seed)  # noqa: S311 (an order of acts)
    base, hub = project(tmp_path / "base.db", TEXTS[:2]), tmp_path / "hub"
    _live(base, r, ("anna",), 10, 0)
    files = [Path(shutil.copy(base, tmp_path / f"{i}.db")) for i in range(2)]
    files.append(project(tmp_path / "2.db", TEXTS[1:]))
    for i, path in enumerate(files):
        _live(path, r, ("anna", "ben"), 12, 0.3 if i == 0 else 0)
        if r.random() < 0.5:
            sync(path, hub)
    merged = together(tmp_path, "merged.db", *files)

    for path in [*files, *files]:
        sync(path, hub)

    for path in files:
        assert exported(path) == exported(merged)
        assert held(path) == held(merged)
    for path in files:
        assert sync(path, hub)[:4] == (0, 0, 0, 0)
