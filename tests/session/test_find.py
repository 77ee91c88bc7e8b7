"""Finding while the index is still being made."""

from __future__ import annotations

import pytest

from annotator.codebook.model import Codebook
from annotator.errors import UsageError
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


def test_statements_whose_target_was_guessed_and_left_so_are_found(session: Session) -> None:
    target = session.targets.variable
    assert target is not None
    session.navigation.go_to_place("2")
    session.statements.type_speaker("Harbour Council")
    session.labels.type_value(target, "the eastern mole")
    session.navigation.go_to_place("4")
    session.statements.type_speaker("Harbour Council")
    here = session.cursor.paragraph.id
    with session.coding.step("a guess", here) as step:
        step.label(session.cursor.statements[0].statement_id, "target", "the eastern mole", "guess")

    assert found(session, "guessed:target") == [here]
    assert found(session, "guessed:target speaker:harbour") == [here]
    assert found(session, "guessed:target state:coded") == []
    assert "variable that can be guessed" in session_error(session, "guessed:nothing")


def session_error(session: Session, text: str) -> str:
    with pytest.raises(UsageError) as raised:
        session.navigation.find(text)
    return str(raised.value)


def test_a_speaker_and_a_label_of_the_paragraph_are_found_together(make_project: MakeProject) -> None:
    variables = [
        {"name": "speaker", "level": "entity", "multiple": True},
        {"name": "stance", "level": "nominal", "categories": [{"name": "oppose", "key": "o"}]},
        {"name": "tone", "level": "nominal", "scope": "paragraph", "categories": [{"name": "calm", "key": "c"}]},
    ]
    book = Codebook.model_validate({"name": "test", "variables": variables})
    session = Session(make_project("One says it.\n\nTwo says it.", codebook=book), "a", lambda: 0.0)
    session.statements.type_speaker("Ada Berg")
    tone = book.variable("tone")
    assert tone is not None
    session.labels.choose(tone, "calm")

    assert found(session, "tone:calm") == found(session, "tone:calm speaker:berg") == [session.cursor.paragraph.id]
