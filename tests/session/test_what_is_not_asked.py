"""Variables that are not asked, and labels that are not there."""

from __future__ import annotations

import pytest

from annotator.session import Session
from annotator.session.cursor import Refused
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
