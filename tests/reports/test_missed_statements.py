"""The estimate of missed statements in the agreement report: by pair, by coder and together."""

from __future__ import annotations

import json

import numpy as np
import pytest

from annotator.reports.compared.statement_pairs import Pair, PairCounts
from annotator.reports.statements.missed_statements import missed_blocks, missed_of
from annotator.reports.words.blocks import Prose, Table


def counts(both: int, only_a: int, only_b: int) -> PairCounts:
    return PairCounts(np.array([1, 2]), np.array([[both - 1, only_a, 0], [1, 0, only_b]]))


THREE: dict[Pair, PairCounts] = {
    ("kim", "lou"): counts(20, 4, 6),
    ("kim", "moe"): counts(18, 5, 3),
    ("lou", "moe"): counts(15, 2, 8),
}


def test_each_pair_is_estimated_by_chapman() -> None:
    found = missed_of(THREE).to_dict()

    assert [one["missed"] for one in found["pairs"]] == pytest.approx([4 * 6 / 21, 5 * 3 / 19, 2 * 8 / 16])
    assert [one["found"] for one in found["pairs"]] == [30, 26, 25]
    assert found["together"]["missed"] == pytest.approx(4 * 6 / 21 + 5 * 3 / 19 + 1)
    assert json.loads(json.dumps(found)) == found


def test_a_coder_is_compared_with_everybody_else() -> None:
    kim = next(one for one in missed_of(THREE).to_dict()["coders"] if one["coder"] == "kim")

    total = 30 + 26 + 4 * 6 / 21 + 5 * 3 / 19
    assert kim["found"] == 24 + 23
    assert kim["share_found"] == pytest.approx(47 / total)
    assert kim["estimated_missed"] == pytest.approx(total - 47)
    assert kim["ci"][0] < kim["share_found"] < kim["ci"][1]


def test_the_page_has_a_row_a_pair() -> None:
    blocks = list(missed_blocks(missed_of(THREE)))

    table = next(block for block in blocks if isinstance(block, Table))
    assert [row[0] for row in table.rows] == ["kim and lou", "kim and moe", "lou and moe", "all pairs"]
    assert table.rows[0][1:3] == ("30", "1.1")
    assert any("kim 8" in block.text for block in blocks if isinstance(block, Prose))


def test_without_a_statement_of_both_it_says_why_there_is_none() -> None:
    one = PairCounts(np.array([1]), np.array([[0, 2, 1]]))

    said = list(missed_blocks(missed_of({("kim", "lou"): one})))

    assert said == [Prose("Statements that both missed: undefined: no statement was found by both.")]
    assert list(missed_blocks(missed_of({}))) == []
