"""The first thing a new coder reads, for codebooks of every shape."""

from __future__ import annotations

from typing import Any

import pytest

from annotator.app.tour import tour_text
from annotator.codebook.file import default_codebook
from annotator.codebook.model import Codebook

YES_NO = [{"name": "yes", "key": "q"}, {"name": "no", "key": "v"}]
UNKEYED = [{"name": "one"}, {"name": "two"}]


def _first(*variables: dict[str, Any]) -> str:
    codebook = Codebook.model_validate({"name": "test", "variables": list(variables)})
    return tour_text(codebook).splitlines()[0]


def test_the_default_codebook_is_four_keys_a_statement() -> None:
    first, *others = tour_text(default_codebook()).splitlines()

    assert first == "Four keys: 1 who speaks · o n… stance · f i… claim type · Enter done"
    assert all(len(line) <= 70 for line in (first, *others)), "120 columns hold the box beside the form"


def test_in_a_narrow_window_no_line_is_longer_than_the_box() -> None:
    lines = tour_text(default_codebook(), has_targets=False, is_narrow=True).splitlines()

    assert lines[0] == "1 who speaks · o n… stance · f i… claim type"
    assert len(lines) == 5
    assert all(len(line) <= 56 for line in lines), "60 columns without the frame"


@pytest.mark.parametrize(
    ("variables", "first"),
    [
        ([{"name": "ok", "level": "nominal", "categories": YES_NO}], "Two keys: q v ok · Enter done"),
        (
            [{"name": "ok", "level": "nominal", "categories": UNKEYED}],
            "V opens the variables of a statement · Enter done",
        ),
        (
            [{"name": "speaker", "level": "entity"}, {"name": "theme", "level": "text", "key": "t", "required": True}],
            "A statement: 1 who speaks · t theme · Enter done",
        ),
        (
            [{"name": "ok", "level": "nominal", "scope": "paragraph", "advance": True, "categories": YES_NO}],
            "q v ok · goes on by itself",
        ),
        ([{"name": "gist", "level": "text", "scope": "paragraph"}], "V opens the variables · Enter done, next"),
    ],
)
def test_the_first_line_names_the_keys_that_work(variables: list[dict[str, Any]], first: str) -> None:
    assert _first(*variables) == first


def test_what_is_asked_only_sometimes_is_left_out() -> None:
    why = {"name": "why", "level": "nominal", "when": {"ok": ["yes"]}, "categories": [{"name": "greed", "key": "e"}]}

    assert "why" not in _first({"name": "ok", "level": "nominal", "categories": YES_NO}, why)
