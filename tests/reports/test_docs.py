"""What docs/agreement.md says is so: its Python runs, its options and keys are those of the program."""

from __future__ import annotations

import re
from typing import Any

import pytest

from annotator import agreement as library
from annotator.cli import assign_recode
from annotator.cli.commands import adjudicate, aggregate, agreement, assign, export
from annotator.reports.project import project_report
from tests.conftest import ROOT, MakeProject
from tests.reports.coding import CODEBOOK, Said, code

PAGE = (ROOT / "docs" / "agreement.md").read_text(encoding="utf-8")


def test_its_python_runs(make_project: MakeProject) -> None:
    store = make_project("One.\nTwo.\nThree.", codebook=CODEBOOK)
    for paragraph, tones in enumerate((("calm", "calm"), ("loud", "calm"), ("loud", "loud")), 1):
        for coder, tone in zip(("ada", "ben"), tones, strict=True):
            code(store, coder, paragraph, labels={"tone": tone})
    names: dict[str, Any] = {}

    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(block, names)  # noqa: S102 (the page's own examples)

    assert names["alpha_of"](store.path, "tone") == pytest.approx(1 - 5 * 2 / (36 - 18))


def test_every_option_it_names_is_there() -> None:
    commands = (
        agreement.command,
        adjudicate.command,
        aggregate.command,
        export.command,
        assign.recall,
        assign_recode.command,
    )
    there = {option for command in commands for parameter in command.params for option in parameter.opts}

    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", PAGE)) <= there


def test_it_names_every_name_of_the_library() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE[PAGE.index("## In Python") :]))

    assert set(library.__all__) - named == set()


def test_every_key_it_names_is_in_the_json(make_project: MakeProject) -> None:
    store = make_project("One paragraph.\nTwo.", codebook=CODEBOOK)
    for coder, stance in (("ada", "oppose"), ("ben", "support"), ("cleo", "oppose")):
        code(store, coder, 1, Said({"stance": stance}))
    whole = project_report(store).to_dict()
    named = PAGE[PAGE.index("## JSON") : PAGE.index("## A file of labels")]

    keys = set(_keys(whole))
    missing = {name for name in re.findall(r"`([a-z_0-9]+)`", named) if name not in keys}

    assert missing == set()
    assert set(whole) <= set(re.findall(r"`([a-z_0-9]+)`", named))


def _keys(value: object) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(key for one in value.values() for key in _keys(one))]
    return [key for one in value for key in _keys(one)] if isinstance(value, list) else []
