"""What a key costs, counted in SQL statements and in SQLite's steps."""

from __future__ import annotations

import pytest

from annotator.session import Session
from annotator.store import Store
from tests.session.conftest import choose, variable
from tests.timing import sql_statements, sqlite_steps

AT = "2030-01-01T00:00:00.000000Z"


@pytest.mark.parametrize(("is_chosen", "most"), [(True, 31), (False, 35)])
def test_a_label_takes_few_sql_statements(session: Session, project: Store, is_chosen: bool, most: int) -> None:
    """Where the target is guessed, four more: the statement is read, ranked and compared with the guess."""
    session.statements.type_speaker("Ada Stone")
    choose(session, "stance", "support")
    if is_chosen:
        session.labels.type_value(variable(session, "target"), "the harbour")

    made = sql_statements(project, lambda: choose(session, "stance", "oppose"))

    assert "commit" in [sql.lower() for sql in made]
    assert len(made) <= most


def test_what_is_carried_on_costs_the_same_after_many_statements(session: Session, project: Store) -> None:
    target = variable(session, "mode").model_copy(update={"sticky": True})
    coder = session.coding.coder.id
    costs = []
    for n in (10, 1000):
        with project.connection.write():
            project.connection.executemany(
                "insert or ignore into statements (statement_id, paragraph, coder, created_at, updated_at)"
                " values (?, 1, ?, ?, ?)",
                ((f"s{i}", coder, AT, AT) for i in range(n)),
            )
        session.navigation.move(1)
        assert session.cursor.statement is None
        costs.append(sqlite_steps(project, lambda: session.cursor.carried(target)))
        session.navigation.move(-1)

    assert costs[1] <= costs[0] + 10


def test_ranking_targets_costs_the_same_after_many_statements(session: Session, project: Store) -> None:
    session.labels.type_value(variable(session, "target"), "the pier")
    coder = session.coding.coder.id
    costs = []
    for n in (300, 3000):
        with project.connection.write():
            project.connection.executemany(
                "insert or ignore into statements (statement_id, paragraph, coder, created_at, updated_at)"
                " values (?, 1, ?, ?, ?)",
                ((f"s{i}", coder, AT, AT) for i in range(n)),
            )
            project.connection.execute(
                "insert or ignore into labels (statement, variable, value, codebook, origin, updated_at)"
                " select id, 'target', 'the pier', (select min(id) from codebooks), 'coder', ? from statements",
                (AT,),
            )
        session.navigation.move(1)
        costs.append(sqlite_steps(project, session.targets.ranked))
        session.targets.forget()
        session.navigation.move(-1)

    assert costs[1] <= costs[0] * 1.1
