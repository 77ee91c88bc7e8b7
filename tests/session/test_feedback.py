"""Feedback: gold appears when the coder is done with a paragraph, and the first answer stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotator.errors import UsageError
from annotator.session import Session
from annotator.session.line_mode.lines import Lines
from annotator.store import Store
from annotator.store.changes.adjudication import Adjudication, GoldParagraph, GoldStatement
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.tables.study.fixed_answers import FIXED
from tests.conftest import MakeProject
from tests.session.conftest import Database, choose, variable

TEXT = (
    "Ada Stone said that the pier must be rebuilt. Bo Reed called it a gift to the hotels.\n"
    "The pier was built in 1904.\n"
    "A third paragraph.\n"
)
PIER, GIFT = (0, 45), (46, 85)
"""Where the two sentences stand."""


def gold(start: int, end: int, speaker: str, stance: str, claim_type: str) -> GoldStatement:
    return GoldStatement((start, end), (speaker,), {"stance": stance, "claim_type": claim_type})


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    """A project whose coder a has one article in a phase with feedback; its first two paragraphs have gold."""
    store = make_project(TEXT)
    first = GoldParagraph(
        "coded",
        (gold(*PIER, "Ada Stone", "support", "demand"), gold(*GIFT, "Bo Reed", "oppose", "evaluation")),
        reason="two speakers",
    )
    Adjudication(store, "lead").adjudicate_all([(1, first), (2, GoldParagraph("no claim"))])
    plan = AssignmentPlan(store)
    plan.put(plan.draw(["a", "b"], feedback=True, overlap="100%"), "training", "one", feedback=True)
    return store


@pytest.fixture
def session(project: Store) -> Session:
    return Session(project, "a", lambda: 0.0)


@pytest.fixture
def database(project: Store) -> Database:
    return Database(project.path)


def code_first(session: Session, stance: str = "oppose") -> None:
    session.statements.type_speaker("Ada Stone")
    choose(session, "stance", stance)
    choose(session, "claim_type", "demand")
    session.paragraphs.done()


def test_gold_appears_only_when_the_paragraph_is_done(session: Session) -> None:
    assert session.feedback.here() is None

    code_first(session)

    found = session.feedback.here()
    assert session.cursor.index == 0
    assert found is not None
    assert found.heading.startswith("2 differences")
    titles = [part.title for part in found.parts]
    assert titles[1:] == [
        "statement 1",
        "gold has a statement that you lack: “Bo Reed called it a gift to the hotels.”",
    ]
    stance = next(row for row in found.parts[1].rows if row.title == "stance")
    assert stance.words == "stance: you oppose · gold support"
    assert stance.rules[0].startswith("support: The speaker is for the target")
    assert found.reason == "two speakers"


def test_enter_goes_on_after_gold_was_read(session: Session) -> None:
    code_first(session)

    session.paragraphs.done()

    assert session.cursor.index == 1
    assert session.feedback.here() is None


def test_a_paragraph_without_gold_gives_no_feedback_and_stays_open_to_changes(
    session: Session, database: Database
) -> None:
    session.navigation.go_to(3)
    session.paragraphs.no_claim()
    assert session.cursor.index != 2

    session.undo()

    assert database.state(2) == "open"


def test_an_answer_as_gold_has_it_says_so(session: Session) -> None:
    session.navigation.go_to(2)

    session.paragraphs.no_claim()

    found = session.feedback.here()
    assert found is not None
    assert found.is_same


CHANGES: list[Callable[[Session], object]] = [
    lambda s: choose(s, "stance", "support"),
    lambda s: s.statements.type_speaker("Bo Reed"),
    lambda s: s.statements.another(),
    lambda s: s.statements.remove(),
    lambda s: s.evidence.move_sentence(1),
    lambda s: s.paragraphs.set_role("caption"),
    lambda s: s.paragraphs.no_claim(),
    lambda s: s.paragraphs.furniture(),
    lambda s: s.undo(),
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_first_answer_stays(
    session: Session, project: Store, database: Database, change: Callable[[Session], object]
) -> None:
    code_first(session)
    before: list[dict[str, Any]] = database.statements()

    with pytest.raises(UsageError, match=FIXED):
        change(session)

    assert database.statements() == before
    assert database.review(0)[0] == "coded"
    with pytest.raises(UsageError, match=FIXED):
        project.history.undo(session.coding.coder.id)


def test_a_note_and_a_flag_can_be_added_later(session: Session, database: Database) -> None:
    code_first(session)

    session.statements.set_note("why support?")
    session.statements.flag()

    assert database.statements()[0]["note"] == "why support?"
    assert database.review(0)[1]


def test_a_value_in_doubt_can_be_confirmed(session: Session, database: Database) -> None:
    code_first(session)

    session.labels.confirm(variable(session, "stance"))

    assert database.statements()[0]["stance"] == "oppose"


def test_a_phase_without_feedback_shows_no_gold(make_project: MakeProject) -> None:
    store = make_project(TEXT, name="other.db")
    Adjudication(store, "lead").adjudicate(1, GoldParagraph("no claim"))
    plan = AssignmentPlan(store)
    plan.put(plan.draw(["a"]), "training", "one")
    session = Session(store, "a", lambda: 0.0)

    session.paragraphs.no_claim()

    assert session.cursor.index == 1
    session.undo()
    assert session.cursor.state == "open"


def test_line_mode_tells_gold_and_the_rule(session: Session) -> None:
    lines = Lines(session)

    told = [one for line in ("speaker Ada Stone", "o d", "") for one in lines.answer(line)]
    again = list(lines.answer("stance support"))

    assert "Gold: 2 differences from gold. Your answer stays." in told
    assert any(one.startswith("Statement 1:") and "stance: you oppose · gold support" in one for one in told)
    assert any(one.startswith("Rule: support: ") for one in told)
    assert "Why: two speakers" in told
    assert again == [f"Not done: {FIXED}."]


def test_nobody_sees_the_other_trainees_answer(project: Store, session: Session) -> None:
    other = Session(project, "b", lambda: 0.0)
    other.statements.type_speaker("Zoe Quill")
    choose(other, "stance", "unclear")
    choose(other, "claim_type", "fact")
    other.paragraphs.done()
    lines = Lines(session)

    told = [one for line in ("", "x", "read", "statements") for one in lines.answer(line)]

    assert not any("Zoe" in one or "unclear" in one for one in told)
