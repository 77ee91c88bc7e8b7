"""One coder in two windows on one project file."""

from __future__ import annotations

import pytest

from annotator.session import Session
from annotator.session.cursor import Refused
from annotator.store import Store
from tests.session.conftest import Clock, Database, choose


def test_each_window_goes_on_with_the_statement_it_began(project: Store, database: Database, clock: Clock) -> None:
    with Store(project.path) as second:
        here, there = Session(project, "a", clock), Session(second, "a", clock)
        here.statements.type_speaker("Ada Stone")
        there.statements.type_speaker("Bo Reed")

        choose(here, "stance", "oppose")
        choose(here, "claim_type", "fact")
        choose(there, "stance", "support")

    stated = [(one["speakers"], one.get("stance"), one.get("claim_type")) for one in database.statements()]
    assert stated == [(["Ada Stone"], "oppose", "fact"), (["Bo Reed"], "support", None)]


def test_a_statement_taken_away_in_the_other_window_is_not_written_to(
    project: Store, database: Database, clock: Clock
) -> None:
    with Store(project.path) as second:
        here = Session(project, "a", clock)
        here.statements.type_speaker("Ada Stone")
        there = Session(second, "a", clock)
        there.statements.remove()

        n_steps = database.n_steps()
        with pytest.raises(Refused, match="taken away in another window"):
            choose(here, "stance", "oppose")
        assert (database.n_steps(), here.cursor.statements) == (n_steps, [])

        choose(here, "stance", "oppose")
        assert [one.get("stance") for one in database.statements()] == ["oppose"]
