from __future__ import annotations

from pathlib import Path

from annotator.export.shares import Shares


def test_every_piece_is_taken_once_whoever_is_faster(tmp_path: Path) -> None:
    front, back = Shares(tmp_path, 7).from_the_front(), Shares(tmp_path, 7).from_the_back()

    taken = [next(front), next(back), next(back), *front, *back]

    assert sorted(taken) == list(range(7))
    assert taken == [0, 6, 5, 1, 2, 3, 4]


def test_one_who_comes_late_has_nothing_to_do(tmp_path: Path) -> None:
    assert list(Shares(tmp_path, 3).from_the_back()) == [2, 1, 0]
    assert list(Shares(tmp_path, 3).from_the_front()) == []
