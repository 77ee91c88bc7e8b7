from __future__ import annotations

from pathlib import Path

from annotator.export.counted_stream import BATCH, Stream


def test_long_rows_are_handed_on_one_by_one(tmp_path: Path) -> None:
    stream = Stream(tmp_path / "file")
    sizes = []

    for _ in range(3):
        stream.row("{", "“" * BATCH, "}")
        sizes.append((tmp_path / "file").stat().st_size)
    stream.close()

    assert sizes == [n * (3 * BATCH + 3) for n in (1, 2, 3)]
    assert stream.rows == 3
