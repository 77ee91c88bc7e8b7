"""docs/troubleshooting.md has an entry for every error message of the program, and no entry for anything else."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.conftest import ROOT
from tests.error_messages import VARIES, click_messages, messages

pytestmark = pytest.mark.slow

PAGE = ROOT / "docs" / "troubleshooting.md"
_LEAST = 9
"""The fewest letters and digits of an entry that stands for more than one message."""


@cache
def all_messages() -> dict[str, str]:
    return messages()


def entries() -> list[str]:
    """The messages in the first column of the page's tables."""
    cells = re.findall(r"^\| (`.*?`) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [entry for cell in cells for entry in re.findall(r"`([^`]+)`", cell)]


def without_entry(said: dict[str, str], known: list[str]) -> list[str]:
    patterns = [matches(entry) for entry in known]
    return [f"{where}: {text}" for text, where in said.items() if not any(one.fullmatch(text) for one in patterns)]


def matches(entry: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, entry.split(VARIES))))


def test_every_message_of_the_program_has_its_way_out() -> None:
    assert len(all_messages()) > 500, "the messages are no longer found in the source"

    found = without_entry(all_messages(), entries())

    assert not found, "docs/troubleshooting.md says nothing about:\n" + "\n".join(found)


def test_every_entry_stands_for_a_message() -> None:
    said = [*all_messages(), *click_messages()]

    dead = [entry for entry in entries() if not any(map(matches(entry).fullmatch, said))]

    assert not dead, "nothing says:\n" + "\n".join(dead)


def test_no_entry_stands_for_everything() -> None:
    vague = [one for one in entries() if len(re.sub(r"[\W_]", "", one)) < _LEAST and one not in all_messages()]

    assert not vague, "entries that match messages of other kinds: " + ", ".join(vague)


def test_each_entry_stands_there_once() -> None:
    known = entries()

    assert sorted(known) == sorted(set(known))


def test_a_row_says_what_happened_and_what_to_do() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]

    assert all(len(cell.split()) > 1 for row in rows for cell in row.strip("| ").split(" | ")[1:])
    assert {row.count(" | ") for row in rows} == {2}


@pytest.mark.parametrize("text", ["the moon is full; wait", "a project of cheese cannot be opened"])
def test_a_message_without_an_entry_is_found(text: str) -> None:
    assert without_entry({text: "x.py:1"}, entries()) == [f"x.py:1: {text}"]
