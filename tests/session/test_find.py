"""Finding while the index is still being made."""

from __future__ import annotations

import pytest

from annotator.session import Session
from annotator.store.changes.speaker_changes import SpeakerChanges
from annotator.store.coder import search
from tests.conftest import MakeProject, article


def test_what_is_not_searched_yet_is_said_until_it_is(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "AT_ONCE", 0)
    monkeypatch.setattr(search, "_CHUNK", 3)

    first = session.navigation.find("Ada")
    second = session.navigation.find("Ada")

    assert [one.paragraph for one in first] == [1, None]
    assert first[-1].shown.startswith("3 paragraphs not searched yet")
    assert [one.paragraph for one in second] == [1, 5]


def found(session: Session, text: str) -> list[int | None]:
    return [one.paragraph for one in session.navigation.find(text)]


def test_a_part_of_a_name_finds_statements_by_speaker_and_by_target(session: Session) -> None:
    session.navigation.go_to_place("2")
    session.statements.type_speaker("Harbour Council")
    target = session.targets.variable
    assert target is not None
    session.labels.type_value(target, "the eastern mole")
    here = session.cursor.paragraph.id

    assert found(session, "speaker:harbour") == found(session, "target:mole") == [here]
    assert found(session, 'target:"The Eastern Mole"') == [here]
    assert found(session, "target:council") == []
    assert found(session, "target:mole state:coded") == []


def test_a_renamed_target_is_found_by_both_names(session: Session) -> None:
    session.navigation.go_to_place("2")
    session.statements.type_speaker("Harbour Council")
    target = session.targets.variable
    assert target is not None
    session.labels.type_value(target, "the eastern mole")
    changes = SpeakerChanges(session.store, session.coding.coder.id)
    changes.carry_out(changes.rename("the eastern mole", "new breakwater"))

    assert found(session, "target:mole") == found(session, "target:breakwater") == [session.cursor.paragraph.id]


def test_a_line_of_a_long_name_shows_the_words_that_were_found(make_project: MakeProject) -> None:
    text = "A headline\n\nThe council of the old town spoke at great length about the price of herring in winter."
    session = Session(make_project(article(text, "a-very-long-name-of-an-article")), "a", lambda: 0.0)

    line = session.navigation.find("herring")[0].shown

    assert line.index("herring") < 60
