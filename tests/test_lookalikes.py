"""A name for somebody known under another form is asked about wherever names are typed; an import says it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.app.app import AnnotatorApp
from annotator.cli import run
from annotator.importing.column_mapping import Mapping
from annotator.importing.files import tables
from annotator.session import Session
from annotator.speakers import KnownSpeaker
from annotator.speakers.lookalikes import pairs
from annotator.store import Store
from annotator.store.changes.speaker_changes import SpeakerChanges
from annotator.store.import_.import_tables import Rule, import_tables
from tests.app.conftest import keys, shown
from tests.conftest import MakeProject
from tests.session.conftest import Database, variable


@pytest.fixture
def store(make_project: MakeProject) -> Store:
    """A project whose registry has a person, a state and an issue."""
    store = make_project("Nobody said no.\nNobody said yes.")
    session = Session(store, "a", lambda: 0.0)
    for name in ("Leif Krüger", "United States"):
        session.statements.type_speaker(name)
    session.labels.type_value(variable(session, "target"), "fuel tax")
    return store


def test_names_are_compared_with_entries_and_with_each_other() -> None:
    known = [KnownSpeaker("Leif Krüger"), KnownSpeaker("United States", ("America",))]

    assert pairs(["Leif Kruegr", "U.S.", "America", "fuel tax", "fuel taxes", "Bo Reed"], known) == [
        "Leif Kruegr is much like Leif Krüger",
        "U.S. is much like United States",
        "America is much like United States",
        "fuel tax is much like fuel taxes",
    ]
    assert pairs(["Bo Reed"], known) == []


@pytest.mark.parametrize(
    ("answer", "name"), [(["enter"], "Leif Krüger"), (["down", "enter"], "Leif Kruegr"), (["escape"], "United States")]
)
async def test_the_screen_asks(store: Store, answer: list[str], name: str) -> None:
    app = AnnotatorApp(Session(store, "a", lambda: 0.0))
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "slash", *"Leif Kruegr", "enter")
        assert "Leif Kruegr is not in the registry. Is it one of these?" in shown(app)

        await keys(pilot, *answer)

    assert Database(store.path).statements()[0]["speakers"] == [name]


async def test_the_screen_asks_about_a_target_too_and_not_about_names_that_are_known(store: Store) -> None:
    app = AnnotatorApp(Session(store, "a", lambda: 0.0))
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "t", *"fuel taxx", "enter")
        assert "Is it one of these?" in shown(app)
        await keys(pilot, "enter")
        await keys(pilot, "slash", *"U.S.", "enter")
        assert "Is it one of these?" not in shown(app)

    (statement,) = Database(store.path).statements()
    assert (statement["target"], statement["speakers"]) == ("fuel tax", ["United States"])


def test_an_import_says_it(store: Store, tmp_path: Path) -> None:
    row = {"article_id": store.articles.search("")[0].article_id, "paragraph": 1, "coder": "b", "stance": "oppose"}
    rows = [{**row, "speakers": ["Leif Kruegr"], "target": "U.S."}, {**row, "speakers": ["Bo Reed"], "target": "ferry"}]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    (remark,) = import_tables(store, tables((path,), Mapping()), Rule(), dry_run=True).remarks
    assert remark.startswith("Leif Kruegr is much like Leif Krüger; U.S. is much like United States. If two are one,")
    assert import_tables(store, tables((path,), Mapping()), Rule(only="b")).remarks == []


def test_a_rename_and_an_alias_say_it(store: Store) -> None:
    changes = SpeakerChanges(store, store.coding("a").coder.id)

    said = "Leif Kruegr is much like Leif Krüger: merge them if they are one"
    assert said in changes.rename("fuel tax", "Leif Kruegr").lines
    assert said in changes.alias("fuel tax", ["Leif Kruegr"]).lines
    assert len(changes.rename("Leif Krüger", "Leif Kruegr").lines) == 1


def test_a_list_of_targets_says_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "targets.txt"
    path.write_text("fuel tax\nferry\nfuel taxes\n", encoding="utf-8")

    assert run(["--project", str(tmp_path / "a.db"), "init", "--targets", str(path)]) == 0
    assert "fuel tax is much like fuel taxes. If two are one" in capsys.readouterr().err
