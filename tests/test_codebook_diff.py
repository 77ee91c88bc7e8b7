"""Two versions of a codebook compared."""

from __future__ import annotations

from typing import Any

import pytest

from annotator.codebook.diff import Comparison, Decision, compare, decision
from annotator.codebook.model import Codebook
from annotator.codebook.version_steps import back, bounds, forward
from annotator.errors import CodebookError, UsageError

STANCE: list[dict[str, Any]] = [
    {"name": "oppose", "key": "o", "definition": "Against it."},
    {"name": "neutral", "key": "n"},
    {"name": "support", "key": "s", "definition": "For it."},
    {"name": "unclear", "key": "u", "outside_scale": True},
]


def book(categories: list[dict[str, Any]] | None = None, *more: dict[str, Any], **fields: Any) -> Codebook:
    stance = {"name": "stance", "level": "ordinal", "categories": categories or STANCE}
    return Codebook.model_validate({"name": "harbour", "variables": [stance, *more], **fields})


def without(*names: str) -> list[dict[str, Any]]:
    return [category for category in STANCE if category["name"] not in names]


def words(found: Comparison) -> list[str]:
    return [step.words for step in found.steps]


def test_the_same_codebook_holds_no_change() -> None:
    found = compare(book(), book())

    assert found.steps == ()
    assert found.codebook == book()


def test_a_category_that_went_is_kept_as_retired_in_its_place_without_its_key() -> None:
    found = compare(book(), book(without("neutral")))

    assert words(found) == ["stance: neutral retired: kept for its labels, offered no more"]
    kept = found.codebook.variables[0]
    assert kept.names == ("oppose", "neutral", "support", "unclear")
    assert [(c.name, c.key) for c, _ in kept.walk() if c.retired] == [("neutral", None)]


def test_a_category_that_was_retired_before_stays_retired_without_a_word() -> None:
    once = compare(book(), book(without("neutral"))).codebook

    assert compare(once, book(without("neutral"))).steps == ()


def test_what_went_and_what_came_is_for_a_person_to_decide() -> None:
    new = book([*without("unclear"), {"name": "torn", "outside_scale": True}])

    found = compare(book(), new)

    assert [(c.variable, c.vanished, c.appeared) for c in found.choices] == [("stance", ("unclear",), ("torn",))]
    sentence = found.choices[0].sentence()
    assert "--rename stance/unclear=torn" in sentence
    assert "--retire stance/unclear" in sentence


@pytest.mark.parametrize("how", ["decision", "was"])
def test_a_rename_is_what_somebody_says_it_is(how: str) -> None:
    torn: dict[str, Any] = {"name": "torn", "outside_scale": True}
    new = book([*without("unclear"), torn if how == "decision" else {**torn, "was": "unclear"}])
    said = [decision("rename", "stance/unclear=torn", book(), new)] if how == "decision" else []

    found = compare(book(), new, said)

    assert words(found) == ["stance: unclear → torn", "stance/torn: key u → none"]
    assert not found.choices
    assert found.codebook.variables[0].category("unclear") is None
    assert forward(found.steps, "stance", "unclear").value == "torn"
    assert back(found.steps, "stance", "torn").value == "unclear"


def test_a_name_alone_that_changed_is_a_rename_and_so_are_capitals() -> None:
    new = book([{**STANCE[0], "name": "against"}, {**STANCE[1], "name": "Neutral"}, *STANCE[2:]])

    assert words(compare(book(), new)) == ["stance: oppose → against", "stance: neutral → Neutral"]


def test_a_merge_reads_both_names_as_one() -> None:
    new = book(without("neutral"))

    found = compare(book(), new, [decision("merge", "stance/neutral=unclear", book(), new)])

    assert words(found) == ["stance: neutral merged into unclear"]
    assert forward(found.steps, "stance", "neutral").value == "unclear"
    assert forward(found.steps, "stance", "unclear") == ("stance", "unclear", ())
    assert forward(found.steps, "stance", ["neutral", "support", "unclear"]).value == ["unclear", "support"]


def test_a_split_leaves_the_label_and_puts_it_in_doubt() -> None:
    new = book([*without("oppose"), {"name": "reject"}, {"name": "criticise"}])

    found = compare(book(), new, [decision("split", "stance/oppose=reject+criticise", book(), new)])

    assert words(found) == ["stance: oppose split into reject and criticise"]
    reading = forward(found.steps, "stance", "oppose")
    assert reading.value == "oppose"
    assert reading.doubts == ("oppose was split into reject and criticise: which is it?",)
    old = found.codebook.variables[0].category("oppose")
    assert old is not None
    assert old.retired


def test_was_stays_harmless_in_the_file_after_it_was_applied() -> None:
    new = book([*without("oppose"), {"name": "reject", "was": "oppose"}, {"name": "criticise", "was": ["oppose"]}])
    applied = compare(book(), new).codebook

    assert compare(applied, new).steps == ()


def test_a_variable_is_renamed_with_its_categories_in_one_go() -> None:
    new = Codebook.model_validate(
        {
            "name": "harbour",
            "variables": [
                {
                    "name": "position",
                    "level": "ordinal",
                    "was": "stance",
                    "categories": [{**STANCE[0], "name": "against"}, *STANCE[1:]],
                }
            ],
        }
    )

    found = compare(book(), new)

    assert words(found) == ["stance: now called position", "position: oppose → against"]
    assert forward(found.steps, "stance", "oppose")[:2] == ("position", "against")
    assert back(found.steps, "position", "against")[:2] == ("stance", "oppose")


def test_a_variable_that_went_is_kept_and_asked_no_more() -> None:
    frame = {"name": "frame", "level": "text", "key": "v", "when": {"stance": "neutral"}}

    found = compare(book(None, frame), book(without("neutral")))

    kept = found.codebook.variable("frame")
    assert kept is not None
    assert not kept.enabled
    assert kept.key is None
    assert words(found)[-1] == "frame: not asked any more; its labels stay"


def test_a_variable_that_went_while_one_came_is_for_a_person_to_decide() -> None:
    found = compare(book(None, {"name": "frame", "level": "text"}), book(None, {"name": "verb", "level": "text"}))

    assert "--rename frame=verb" in found.choices[0].sentence()


def test_a_category_that_moved_under_another_is_said_to_have_moved() -> None:
    old = book([{"name": "work", "categories": [{"name": "pay"}]}, {"name": "life"}])
    new = book([{"name": "work"}, {"name": "life", "categories": [{"name": "pay"}]}])

    assert words(compare(old, new)) == ["stance: pay moved under life", "stance: the scale is now work < life < pay"]


def test_reworded_rules_touch_no_label_unless_one_asks_for_it() -> None:
    new = book([{**STANCE[0], "definition": "Against it, in words."}, *STANCE[1:]])

    quiet, loud = compare(book(), new), compare(book(), new, recheck=["stance/oppose"])

    assert words(quiet) == ["stance/oppose: definition reworded"]
    assert not forward(quiet.steps, "stance", "oppose").doubts
    assert forward(loud.steps, "stance", "oppose").doubts == ("the rules of oppose changed: is it still right?",)
    assert not forward(loud.steps, "stance", "support").doubts


def test_numbers_outside_new_bounds_are_in_doubt() -> None:
    old = book(None, {"name": "weight", "level": "ratio"})
    new = book(None, {"name": "weight", "level": "ratio", "maximum": 10, "whole": True})

    steps = compare(old, new).steps

    assert words(compare(old, new)) == ["weight: numbers allowed now: whole numbers to 10"]
    assert [bool(forward(steps, "weight", n).doubts) for n in (3, 11, 2.5)] == [False, True, True]
    assert bounds(None, 10, whole=True) == ("", "10", "whole")


def test_a_category_becomes_the_set_that_holds_it_and_comes_back() -> None:
    old = book()
    new = Codebook.model_validate(
        {"name": "harbour", "variables": [{"name": "stance", "level": "set", "categories": without("nothing")}]}
    )

    steps = compare(old, new).steps

    assert forward(steps, "stance", "oppose").value == ["oppose"]
    assert back(steps, "stance", ["oppose"]).value == "oppose"


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        (Decision("rename", "stance", ("never",), ("oppose",)), "no 'never' to rename"),
        (Decision("rename", "stance", ("oppose",), ("never",)), "no 'never' in the new"),
        (Decision("rename", "stance", ("oppose",), ("support",)), "still has it"),
        (Decision("retire", "stance", ("oppose",), ()), "still has it"),
    ],
)
def test_a_decision_about_what_is_not_there_is_refused(said: Decision, complaint: str) -> None:
    with pytest.raises(CodebookError, match=complaint):
        compare(book(), book(), [said])


def test_a_name_can_hold_a_slash_and_a_plus() -> None:
    old = book([*STANCE, {"name": "yes/no + maybe"}])

    said = decision("merge", "stance/yes/no + maybe=unclear", old, book())

    assert said == Decision("merge", "stance", ("yes/no + maybe",), ("unclear",))


@pytest.mark.parametrize("text", ["stance", "stance/oppose", "stance/oppose=", "="])
def test_an_option_of_another_form_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError):
        decision("rename", text, book(), book())


def test_three_hundred_variables_compare_as_well_as_one() -> None:
    many = [{"name": f"v{i}", "level": "text"} for i in range(299)]

    found = compare(book(None, *many), book(None, *many[:-1]))

    assert words(found) == ["v298: not asked any more; its labels stay"]
    assert len(found.codebook.variables) == 300
