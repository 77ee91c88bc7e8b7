"""What a key costs, counted in SQL statements and in SQLite's steps."""

from __future__ import annotations

from annotator.session import Session
from annotator.store import Store
from tests.session.conftest import choose, variable
from tests.timing import sql_statements, sqlite_steps

MOST_STATEMENTS = 30
AT = "2030-01-01T00:00:00.000000Z"


def test_a_label_takes_few_sql_statements(session: Session, project: Store) -> None:
    session.statements.type_speaker("Ada Stone")
    choose(session, "stance", "support")

    made = sql_statements(project, lambda: choose(session, "stance", "oppose"))

    assert "commit" in [sql.lower() for sql in made]
    assert len(made) <= MOST_STATEMENTS


def test_what_is_carried_on_costs_the_same_after_many_statements(session: Session, project: Store) -> None:
    target = variable(session, "target")
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
