"""The lists of words: every file says where it comes from, is in order, and is read by the code."""

from __future__ import annotations

import ast
import csv
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from annotator.speakers.countries import is_seat, state_of, state_of_demonym
from annotator.text.word_lists import any_phrase, read_lines, read_phrases, read_words
from tests.conftest import ROOT

SOURCE = ROOT / "annotator"
LISTS = sorted(SOURCE.rglob("words/*.txt"))
COUNTRIES = SOURCE / "speakers" / "countries.csv"
READERS = {read_words.__name__, read_phrases.__name__, any_phrase.__name__}
MOST_IN_CODE = 20
"""A longer list is a file."""


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def heading(path: Path) -> list[str]:
    lines = path.read_text("utf-8").splitlines()
    return [line for line in lines[: len(lines) - len(read_lines(path))] if line.startswith("# ")]


def modules(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((SOURCE / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text("utf-8"))


@pytest.mark.parametrize("path", [*LISTS, COUNTRIES], ids=name_of)
def test_a_list_says_what_it_holds_and_where_it_comes_from(path: Path) -> None:
    first, *others = heading(path)

    assert len(first) > len("# Words.")
    assert not first.startswith(("# Source:", "# Order:"))
    assert [line for line in others if line.startswith("# Source: ") and len(line) > len("# Source: ")]


@pytest.mark.parametrize("path", LISTS, ids=name_of)
def test_a_list_has_each_phrase_once_in_order(path: Path) -> None:
    phrases = read_lines(path)

    assert phrases
    assert len(phrases) == len(set(phrases))
    assert phrases == sorted(phrases) or any(line.startswith("# Order: ") for line in heading(path))


@pytest.mark.parametrize("path", [*LISTS, COUNTRIES], ids=name_of)
def test_a_list_is_utf_8_with_composed_letters_and_no_blanks_around_a_phrase(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")

    assert unicodedata.is_normalized("NFC", text)
    assert "\ufeff" not in text
    assert text.endswith("\n")
    assert [line for line in text.split("\n")[:-1] if line != line.strip() or not line] == []


def test_every_list_is_read_by_the_module_beside_it_and_every_list_read_exists() -> None:
    calls = [(path, node) for path, tree in modules(".") for node in ast.walk(tree) if isinstance(node, ast.Call)]
    read = {
        path.with_name("words") / f"{name}.txt"
        for path, call in calls
        if isinstance(call.func, ast.Name) and call.func.id in READERS
        for name in literals(call.args)
    }

    assert read == set(LISTS)


def test_a_long_list_of_words_is_a_file() -> None:
    too_long = [
        f"{name_of(path)}:{node.lineno}"
        for path, tree in modules("ingest/roles", "speakers", "text")
        for node in ast.walk(tree)
        if isinstance(node, ast.expr) and len(words_in(node)) > MOST_IN_CODE
    ]

    assert too_long == []


def words_in(node: ast.expr) -> list[str]:
    """The words that an expression lists: a text that is split at blanks, or several texts."""
    if isinstance(node, ast.Set | ast.Tuple | ast.List):
        return literals(node.elts)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.startswith("split"):
        return [word for text in literals([node.func.value]) for word in text.split()]
    return []


def literals(nodes: Sequence[ast.expr]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def test_a_list_is_read_without_its_heading_and_in_its_order(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "piers.txt").write_text("# Piers.\n# Source: invented.\nwest pier\nno. 9\n", "utf-8")
    module = str(tmp_path / "harbour.py")

    assert read_phrases(module, "piers") == ["west pier", "no. 9"]
    assert read_words(module, "piers") == {"west pier", "no. 9"}
    assert any_phrase(module, "piers") == r"west pier|no\. 9"


def test_every_country_of_the_table_is_known_by_all_its_words() -> None:
    rows = list(csv.DictReader(read_lines(COUNTRIES)))

    assert len({row["state"] for row in rows}) == len(rows)
    for row in rows:
        assert state_of(row["state"]) == row["state"]
        for name in filter(None, f"{row['capitals']};{row['seats']}".split(";")):
            assert state_of(name) == row["state"]
            assert is_seat(name)
        for demonym in filter(None, row["demonyms"].split(";")):
            assert state_of_demonym(demonym) == row["state"] or demonym == "Congolese"
