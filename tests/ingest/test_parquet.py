"""Parquet tables, where pyarrow is installed, and the sentence where it is not."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Any

import pytest


def test_rows_of_a_parquet_table_are_articles(tmp_path: Path, reading: Any) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    table = pa.table(
        {
            "id": [1, 2],
            "text": ["One.", "Two."],
            "date": [datetime.date(2022, 3, 4), None],
            "score": [0.5, float("nan")],
            "tags": [["a", "b"], []],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")

    first, second = reading(tmp_path / "a.parquet").articles

    assert (first.name, first.raw_text, first.date) == ("1", "One.", "2022-03-04")
    assert first.metadata == {"score": 0.5, "tags": ["a", "b"]}
    assert (second.date, second.metadata) == (None, {"tags": []})


def test_what_is_no_parquet_is_refused(reading_file: Any) -> None:
    pytest.importorskip("pyarrow")

    assert "a.parquet: not a readable Parquet file" in reading_file("a.parquet", b"nothing").reason


def test_without_pyarrow_the_extra_is_named(reading_file: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    reason = reading_file("a.parquet", b"PAR1").reason

    assert "a.parquet: reading Parquet needs pyarrow; " in reason
    assert reason.endswith("uv sync --extra parquet")
