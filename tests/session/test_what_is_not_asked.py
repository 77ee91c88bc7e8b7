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


OUTLET = {**TOPIC, "name": "outlet", "scope": "article", "key": "q"}


@pytest.mark.parametrize("key", ["no_claim", "done", "furniture"])
def test_the_key_that_finishes_an_article_waits_for_what_the_article_needs(
    key: str, make_project: MakeProject, clock: Clock
) -> None:
    codebook = instrument(OUTLET, {**TOPIC, "required": False})
    session = Session(make_project("One.\nTwo.\n", codebook=codebook), "a", clock)
    session.paragraphs.no_claim()
    if key == "done":
        choose(session, "topic", "sea")

    with pytest.raises(Refused, match="missing for the article: outlet"):
        getattr(session.paragraphs, key)()
    choose(session, "outlet", "sea")
    getattr(session.paragraphs, key)()

    assert session.coding.progress().left == 0


def test_an_article_of_furniture_needs_no_label(make_project: MakeProject, clock: Clock) -> None:
    session = Session(make_project("One paragraph.\n", codebook=instrument(OUTLET)), "a", clock)

    session.paragraphs.furniture()

    assert session.coding.progress().left == 0


def test_a_label_that_ends_the_paragraph_waits_for_the_others(make_project: MakeProject, clock: Clock) -> None:
    worth = {**TOPIC, "name": "worth", "key": "e", "advance": True, "categories": [{"name": "yes", "key": "i"}]}
    store = make_project(TEXT, codebook=instrument(TOPIC, worth))
    session, database = Session(store, "a", clock), Database(store.path)

    choose(session, "worth", "yes")
    assert (session.cursor.index, database.state(0)) == (0, "open")
    assert session.recorder.notice is not None
    assert session.recorder.notice.text == "missing: topic"

    choose(session, "topic", "sea")
    choose(session, "worth", "yes")
    assert (session.cursor.index, database.state(0)) == (1, "coded")


def test_a_finished_paragraph_that_loses_what_it_needs_is_open_again(make_project: MakeProject, clock: Clock) -> None:
    store = make_project(TEXT, codebook=instrument(TOPIC))
    session, database = Session(store, "a", clock), Database(store.path)
    choose(session, "topic", "sea")
    session.paragraphs.no_claim()

    session.navigation.move(-1)
    session.labels.clear(variable(session, "topic"))

    assert database.state(0) == "open"


def test_a_paragraph_that_was_set_aside_asks_for_nothing(make_project: MakeProject, clock: Clock) -> None:
    session = Session(make_project(TEXT, codebook=instrument(TOPIC)), "a", clock)
    session.paragraphs.furniture()
    session.navigation.move(-1)

    assert narration.missing(session) == []
    assert "missing" not in narration.state(session)


def test_a_session_begins_at_a_place_and_stands_on_what_is_missing(make_project: MakeProject, clock: Clock) -> None:
    store = make_project(TEXT, codebook=instrument(TOPIC))
    session = Session(store, "a", clock)
    choose(session, "topic", "sea")
    session.paragraphs.no_claim()
    with store.coding("a").step("without a topic", 1) as step:
        step.label_paragraph("topic", None)

    session.begin_at("1/1")

    assert session.cursor.index == 0
    assert session.recorder.notice is not None
    assert session.recorder.notice.text == "missing: topic"
    with pytest.raises(Refused, match="1 article"):
        session.begin_at("9/1")
