"""Temporary folders of killed programs do not stay for ever."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest

from annotator.files.temporary import temporary_folder


def test_old_folders_of_killed_programs_are_removed_and_young_ones_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("annotator-items-old", "annotator-items-young", "annotator-other-old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "items.db").write_text("text of an article", encoding="utf-8")
    before = time.time() - 25 * 3600
    for name in ("annotator-items-old", "annotator-other-old"):
        os.utime(tmp_path / name, (before, before))

    with temporary_folder("items") as folder:
        (folder / "items.db").write_text("x", encoding="utf-8")
        assert sorted(path.name for path in tmp_path.iterdir() if path != folder) == [
            "annotator-items-young",
            "annotator-other-old",
        ]

    assert not folder.exists()
