"""Variables that are not asked, and labels that are not there."""

from __future__ import annotations

from typing import Any

import pytest

from annotator.session import Session
from annotator.session.cursor import Refused
from annotator.session.line_mode import narration
from tests.conftest import MakeProject
from tests.session.conftest import TEXT, Clock, Database, choose, instrument, variable

YES_NO = [{"name": "yes", "key": "q"}, {"name": "no", "key": "v"}]
WHY = {"name": "why", "level": "nominal", "when": {"has": ["yes"]}, "categories": [{"name": "greed", "key": "e"}]}


def test_the_key_of_a_hidden_variable_is_refused_and_changes_nothing(make_project: MakeProject, clock: Clock) -> None:
    store = make_project(TEXT, codebook=instrument({"name": "has", "level": "nominal", "categories": YES_NO}, WHY))
    session = Session(store, "a", clock)
    choose(session, "has", "no")

    with pytest.raises(Refused, match="why is asked only where has is yes"):
        choose(session, "why", "greed")

    assert Database(store.path).statements()[0].keys() >= {"has"}
    assert "why" not in Database(store.path).statements()[0]


def test_taking_away_what_is_not_there_begins_no_statement(session: Session, database: Database) -> None:
    with pytest.raises(Refused, match="target is empty"):
        session.labels.clear(variable(session, "target"))

    assert database.statements() == []
    assert database.n_steps() == 0


TOPIC: dict[str, Any] = {
    "name": "topic",
    "level": "nominal",
    "scope": "paragraph",
    "required": True,
    "key": "t",
    "categories": [{"name": "sea", "key": "s"}, {"name": "land", "key": "l"}],
}


def test_no_claim_waits_for_what_every_paragraph_needs(make_project: MakeProject, clock: Clock) -> None:
    store = make_project(TEXT, codebook=instrument(TOPIC))
    session = Session(store, "a", clock)

    with pytest.raises(Refused, match="missing: topic"):
        session.paragraphs.no_claim()
    assert session.cursor.index == 0
    assert Database(store.path).state(0) == "open"

    choose(session, "topic", "sea")
    session.paragraphs.no_claim()

    assert session.cursor.index == 1
    assert Database(store.path).state(0) == "no claim"


def test_furniture_needs_nothing_of_a_paragraph(make_project: MakeProject, clock: Clock) -> None:
    store = make_project(TEXT, codebook=instrument(TOPIC))
    session = Session(store, "a", clock)

    session.paragraphs.furniture()

    assert session.cursor.index == 1


def test_a_paragraph_with_its_own_labels_asks_for_no_statement(make_project: MakeProject, clock: Clock) -> None:
    store = make_project(TEXT, codebook=instrument(TOPIC))
    session = Session(store, "a", clock)
    assert "still missing: topic" in narration.state(session)

    choose(session, "topic", "sea")

    assert "missing" not in narration.state(session)


def test_the_last_paragraph_says_what_the_article_still_lacks(make_project: MakeProject, clock: Clock) -> None:
    outlet = {**TOPIC, "name": "outlet", "scope": "article", "key": "q"}
    session = Session(make_project("One paragraph.\n", codebook=instrument(outlet)), "a", clock)

    session.paragraphs.no_claim()

    assert session.recorder.notice is not None
    assert session.recorder.notice.text == "every paragraph is done, but for the article missing: outlet"
