"""The instrument: the rules between variables and categories, each broken once, and what a sound one says of itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from annotator.codebook.model import RESERVED, Codebook, faults, stored_codebook
from annotator.codebook.rendering import as_text


def category(name: str, key: str | None = None, **more: Any) -> dict[str, Any]:
    return {"name": name, **({"key": key} if key else {}), **more}


STANCE: dict[str, Any] = {
    "name": "stance",
    "level": "ordinal",
    "categories": [
        category("oppose", "o"),
        category("support", "s"),
        category("unclear", "u", outside_scale=True),
    ],
}


def codebook(*variables: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "test", "variables": list(variables), **more}


def sentences(document: dict[str, Any]) -> list[str]:
    """Every fault between variables and categories, without its place."""
    return [what for _, what in faults(Codebook.model_validate(document, context={"lenient": True}))]


def test_a_sound_codebook_has_no_fault() -> None:
    assert sentences(codebook(STANCE)) == []
    assert Codebook.model_validate(codebook(STANCE)).asked("statement")[0].scale == ("oppose", "support")


@pytest.mark.parametrize(
    ("document", "said"),
    [
        pytest.param(codebook(STANCE, STANCE | {"categories": [category("x")]}), "occurs twice", id="variable twice"),
        pytest.param(
            codebook({"name": "v", "categories": [category("a"), category("A")]}), "occurs twice", id="category twice"
        ),
        pytest.param(
            codebook({"name": "v", "categories": [category("a", categories=[category("a")])]}),
            "occurs twice",
            id="category twice, one in the other",
        ),
        pytest.param(
            codebook({"name": "coder", "level": "text"}), "the name of a field of every export", id="name of a field"
        ),
        pytest.param(
            codebook(STANCE, {"name": "type", "categories": [category("odd", "o")]}), "is taken by", id="key twice"
        ),
        pytest.param(
            codebook(STANCE, {"name": "target", "key": "s", "level": "text"}), "is taken by", id="key of a variable"
        ),
        pytest.param(codebook({"name": "v", "categories": [category("a", "x")]}), "is reserved", id="reserved key"),
        pytest.param(codebook({"name": "v", "level": "text", "key": "z"}), "is reserved", id="reserved variable key"),
        pytest.param(codebook({"name": "v"}), "has no category; add one", id="nothing to choose"),
        pytest.param(
            codebook({"name": "v", "categories": [category("a", retired=True)]}),
            "has no category; add one",
            id="nothing left to choose",
        ),
        pytest.param(
            codebook({"name": "v", "level": "text", "categories": [category("a")]}),
            "takes no categories",
            id="text with categories",
        ),
        pytest.param(
            codebook({"name": "v", "level": "interval", "categories": [category("low")]}),
            "must be numbers",
            id="interval with words",
        ),
        pytest.param(
            codebook(STANCE | {"guess": "mode"}), "guesses the mode but has none of", id="guess without modes"
        ),
        pytest.param(codebook(STANCE | {"minimum": 1}), "has bounds but is not a typed number", id="bounds of words"),
        pytest.param(
            codebook({"name": "v", "level": "interval", "minimum": 3, "maximum": 2}), "above the largest", id="bounds"
        ),
        pytest.param(
            codebook({"name": "v", "level": "ratio", "minimum": -1}), "cannot go below 0", id="ratio below zero"
        ),
        pytest.param(codebook(STANCE | {"default": "maybe"}), "is not one of its categories", id="unknown default"),
        pytest.param(codebook(STANCE | {"default": ["oppose"]}), "its default has several", id="several defaults"),
        pytest.param(
            codebook({"name": "v", "level": "ratio", "default": "much"}), "is not a number", id="default not a number"
        ),
        pytest.param(codebook(STANCE | {"when": {"tone": "calm"}}), "which is not a variable", id="dangling when"),
        pytest.param(
            codebook(STANCE, {"name": "v", "level": "text", "when": {"stance": "maybe"}}),
            "which is not a category",
            id="dangling category",
        ),
        pytest.param(
            codebook({"name": "a", "level": "text"}, {"name": "b", "level": "text", "when": {"a": "x"}}),
            "which has no categories",
            id="when of a text",
        ),
        pytest.param(
            codebook(STANCE, {"name": "v", "scope": "article", "level": "text", "when": {"stance": "oppose"}}),
            "of the article depends on 'stance' of a statement",
            id="when of a narrower scope",
        ),
        pytest.param(codebook(STANCE | {"when": {"stance": "oppose"}}), "depends on itself", id="cycle of one"),
        pytest.param(
            codebook(
                {"name": "a", "categories": [category("x")], "when": {"b": "y"}},
                {"name": "b", "categories": [category("y")], "when": {"a": "x"}},
            ),
            "depends on itself",
            id="cycle of two",
        ),
        pytest.param(
            codebook(STANCE, warnings=[{"say": "Hm.", "when": {"tone": "calm"}}]),
            "which is not a variable",
            id="dangling warning",
        ),
    ],
)
def test_a_broken_rule_is_named(document: dict[str, Any], said: str) -> None:
    found = sentences(document)

    assert any(said in sentence for sentence in found), found
    with pytest.raises(ValidationError):
        Codebook.model_validate(document)


@pytest.mark.parametrize("key", sorted(RESERVED))
def test_no_key_of_the_screen_can_be_taken(key: str) -> None:
    (found,) = sentences(codebook({"name": "v", "categories": [category("a", key)]}))

    assert "is reserved" in found
    assert "free: a b" not in found
    assert "free: a c" in found


def test_a_collision_names_both_places_and_offers_free_keys() -> None:
    (found,) = sentences(codebook(STANCE, {"name": "type", "categories": [category("odd", "o")]}))

    assert "category 'odd' of 'type'" in found
    assert "category 'oppose' of 'stance'" in found
    assert "free: a c" in found


def test_keys_of_a_variable_that_is_opened_first_are_a_map_of_their_own() -> None:
    opened = {"name": "target", "key": "t", "categories": [category("oil", "o"), category("steel", "s")]}

    assert sentences(codebook(STANCE, opened)) == []


def test_the_same_key_may_stand_in_two_scopes() -> None:
    tone = {"name": "tone", "scope": "paragraph", "categories": [category("odd", "o")]}

    assert sentences(codebook(STANCE, tone)) == []


def test_keys_of_what_is_switched_off_or_retired_are_free() -> None:
    off = {"name": "off", "enabled": False, "categories": [category("odd", "o")]}
    old = {"name": "old", "categories": [category("gone", "s", retired=True), category("here", "e")]}

    assert sentences(codebook(STANCE, off, old)) == []


def test_a_broader_category_can_be_chosen_and_comes_before_its_narrower_ones() -> None:
    nested = {"name": "theme", "categories": [category("work", categories=[category("pay"), category("hours")])]}
    variable = Codebook.model_validate(codebook(nested)).variables[0]

    assert variable.names == ("work", "pay", "hours")
    assert [above for _, above in variable.walk()] == [(), ("work",), ("work",)]


def test_a_codebook_is_known_by_its_content() -> None:
    one = Codebook.model_validate(codebook(STANCE))
    other = Codebook.model_validate(codebook(STANCE, version="1.1"))

    assert one.sha256 == Codebook.model_validate_json(one.model_dump_json()).sha256
    assert one.sha256 != other.sha256


def test_a_codebook_that_has_every_paragraph_looked_at_says_so_and_others_keep_their_hash() -> None:
    document = codebook(STANCE)
    usual, whole = (Codebook.model_validate({**document, "pass_guessed": value}) for value in (True, False))

    assert "pass_guessed" not in usual.model_dump_json()
    assert usual.sha256 == Codebook.model_validate(document).sha256 != whole.sha256
    assert Codebook.model_validate_json(whole.model_dump_json()) == whole
    assert stored_codebook(json.loads(usual.model_dump_json())).pass_guessed
    assert "looks at every paragraph" in as_text(whole)
    assert "looks at every paragraph" not in as_text(usual)
