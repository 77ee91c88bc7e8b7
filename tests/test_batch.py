"""Batches as JSON: every value comes back as it was."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from annotator.batch import ALL, ITEM, LEAD, Item, Line, StepItem, for_coder, is_open_to


def step(*numbers: int, of: str | None = None) -> StepItem:
    changes = [Line(n, "label", '["s", "stance"]', None, '{"a":1.50}', None, None, 7) for n in numbers]
    return StepItem(
        step_id="a", coder="anna", at="2026-11-02T08:00:00.100000Z", what="label", did="undo" if of else "do", of=of,
        spot=None, seen=3, changes=tuple(changes),
    )  # fmt: skip


def test_an_item_comes_back_from_json_as_it_was() -> None:
    item: Item = step(0, 2)
    assert ITEM.validate_json(ITEM.dump_json(item)) == item


def test_the_lines_of_a_step_stand_in_their_order_once() -> None:
    for numbers in ((1, 0), (0, 0)):
        with pytest.raises(ValidationError, match="order"):
            step(*numbers)


def test_an_undo_names_what_it_undid() -> None:
    assert step(of="b").did == "undo"
    with pytest.raises(ValidationError, match="only undo"):
        StepItem.model_validate({**step().model_dump(), "of": "b"})


def test_the_lead_reads_everything_and_a_coder_only_what_is_theirs_or_for_all() -> None:
    assert all(is_open_to(audience, None) for audience in (ALL, LEAD, for_coder("ben")))
    assert [is_open_to(audience, "anna") for audience in (ALL, LEAD, for_coder("ben"), for_coder("anna"))] == [
        True,
        False,
        False,
        True,
    ]
    assert not is_open_to(LEAD, "lead")
