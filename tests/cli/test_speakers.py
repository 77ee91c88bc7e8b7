"""`annotator speakers`: what it shows, asks and changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.cli import run
from annotator.store import Store
from tests.conftest import MakeProject

Out = pytest.CaptureFixture[str]


@pytest.fixture
def store(make_project: MakeProject) -> Store:
    made = make_project("One.\nTwo.\n")
    for coder, name in (("ada", "Leif Moe"), ("ada", "Moe"), ("bea", "[red]Hostile\x1b[2J")):
        with made.coding(coder).step("speaker", 1) as step:
            step.set_speakers(step.add_statement(None), [(name, None)])
    return made


def speakers(store: Store, *arguments: str) -> int:
    return run(["--project", str(store.path), "speakers", *arguments])


def test_the_list_names_speakers_and_no_codings_and_nothing_that_a_terminal_obeys(store: Store, capsys: Out) -> None:
    assert speakers(store, "list") == 0

    out = capsys.readouterr().out
    assert "Leif Moe" in out
    assert "[red]Hostile" in out
    assert "\x1b" not in out
    assert not any(word in out for word in ("ada", "bea", "statement"))


def test_the_list_finds_by_misspelt_words_and_writes_json(store: Store, capsys: Out) -> None:
    assert speakers(store, "list", "leif mo", "--json") == 0

    assert [json.loads(line)["name"] for line in capsys.readouterr().out.splitlines()] == ["Leif Moe"]


def test_a_merge_is_shown_and_made_with_yes_and_undone(store: Store, capsys: Out) -> None:
    assert speakers(store, "merge", "Moe", "--into", "Leif Moe", "--dry-run") == 0
    assert "Moe becomes Leif Moe (1 statement)" in capsys.readouterr().out
    assert speakers(store, "merge", "Moe", "--into", "Leif Moe") == 2
    assert "--yes" in capsys.readouterr().err
    assert speakers(store, "merge", "Moe", "--into", "Leif Moe", "--yes") == 0
    capsys.readouterr()
    assert speakers(store, "show", "Moe", "--json") == 0

    shown = json.loads(capsys.readouterr().out)
    assert (shown["name"], shown["aliases"], [m["name"] for m in shown["merged"]]) == ("Leif Moe", ["Moe"], ["Moe"])
    assert speakers(store, "undo", "--yes") == 0
    assert {s.name for s in store.registry.all() if s.merged_into} == set()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["merge", "Moe", "--into", "Moe", "--yes"], 2, "cannot be merged into itself"),
        (["rename", "Nobody", "x", "--yes"], 2, "no speaker is called 'Nobody'"),
        (["alias", "Moe", "--yes"], 2, "say which alias"),
        (["describe", "Moe", "--yes"], 2, "--type"),
        (["undo", "--yes"], 1, "something else"),
        (["import", "none.csv", "--yes"], 1, "no such file"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    store: Store, capsys: Out, arguments: list[str], code: int, said: str
) -> None:
    before = store.registry.all()

    assert speakers(store, *arguments) == code

    assert said in capsys.readouterr().err
    assert store.registry.all() == before


def test_every_change_has_its_command(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "registry.csv"

    assert speakers(store, "rename", "Moe", "L. Moe", "--yes", "--coder", "ada") == 0
    assert speakers(store, "alias", "L. Moe", "Moe jr.", "--yes") == 0
    assert speakers(store, "describe", "L. Moe", "--type", "person", "--yes") == 0
    assert speakers(store, "split", "L. Moe", "Moe senior", "--words", "Moe", "--yes") == 0
    assert speakers(store, "retire", "Moe senior", "--yes") == 0
    assert speakers(store, "export", "--format", "csv", "--out", str(file)) == 0
    assert speakers(store, "import", str(file), "--yes") == 0

    entries = {s.name: s for s in store.registry.all()}
    assert entries["L. Moe"].aliases == ("Moe jr.",)
    assert entries["Moe senior"].retired
    assert [m.name for s in store.coding("ada").statements(1) for m in s.speakers] == ["Leif Moe", "Moe senior"]
    assert file.read_text(encoding="utf-8").startswith("name,kind,definition,type,affiliation,country,aliases,")
