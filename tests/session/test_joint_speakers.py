"""Two who speak as one: one line of the list, one digit, both recorded, evidence and mode as for one speaker."""

from __future__ import annotations

import pytest

from annotator.session import Session
from annotator.session.line_mode.lines import Lines
from tests.conftest import MakeProject
from tests.session.conftest import Database, choose
from tests.session.test_predicted_speaker import predicting

TEXT = (
    "It rained. Ada Stone and Bo Reed said that the pier was “too old for ships”. Cora Lind denied it.\n"
    "Nobody paid. Both ministers blamed the weather.\n"
)
LINE = "Ada Stone and Bo Reed"
SAID = "Ada Stone and Bo Reed said that the pier was “too old for ships”."


@pytest.fixture
def session(make_project: MakeProject) -> Session:
    return Session(make_project(TEXT), "a")


@pytest.fixture
def database(session: Session) -> Database:
    return Database(session.store.path)


def digit(session: Session, name: str = LINE) -> int:
    return [one.name for one in session.suggestions.ranked()].index(name) + 1


def speakers(session: Session) -> list[str]:
    statement = session.cursor.statement
    return [mention.name for mention in statement.speakers] if statement is not None else []


def test_one_digit_records_both_with_their_sentence_and_its_mode(session: Session, database: Database) -> None:
    session.digits.pick(digit(session))

    (statement,) = database.statements()
    assert statement["speakers"] == ["Ada Stone", "Bo Reed"]
    assert (statement["evidence"], statement["mode"]) == (SAID, "mixed")
    rank = session.suggestions.rank_of(LINE)
    rows = database.all("select rank, origin from statement_speakers order by position")
    assert rows == [(rank, None), (rank, None)]
    assert [entry.name for entry in session.coding.registry.entries()] == ["Ada Stone", "Bo Reed"]


def test_it_is_the_same_as_two_joined_with_a_comma(session: Session, database: Database) -> None:
    session.digits.pick(digit(session))
    (line,) = database.statements()
    session.undo()
    session.digits.pick(digit(session, "Ada Stone"))
    session.statements.join()
    session.digits.pick(digit(session, "Bo Reed"))

    assert database.statements() == [line]


def test_the_line_replaces_another_speaker_and_a_digit_takes_one_of_them_out(session: Session) -> None:
    session.digits.pick(digit(session, "Cora Lind"))
    session.digits.pick(digit(session))
    assert speakers(session) == ["Ada Stone", "Bo Reed"]

    session.digits.pick(digit(session))
    assert speakers(session) == ["Ada Stone", "Bo Reed"]

    session.digits.pick(digit(session, "Bo Reed"))
    assert speakers(session) == ["Ada Stone"]


def test_after_a_comma_the_line_joins_those_there(session: Session) -> None:
    session.digits.pick(digit(session, "Cora Lind"))
    session.statements.join()
    session.digits.pick(digit(session))
    assert speakers(session) == ["Cora Lind", "Ada Stone", "Bo Reed"]

    session.statements.join()
    session.digits.pick(digit(session))
    assert speakers(session) == ["Cora Lind", "Ada Stone", "Bo Reed"]


def test_undo_takes_both_back(session: Session, database: Database) -> None:
    session.digits.pick(digit(session))
    session.undo()

    assert database.statements() == []


def test_another_statement_begins_with_both_and_the_next_words_end_that(session: Session) -> None:
    session.statements.pick_journalist()
    session.evidence.set((0, len("It rained.")))
    session.statements.another()
    assert speakers(session) == ["Ada Stone", "Bo Reed"]
    assert session.recorder.notice is not None
    assert session.recorder.notice.text == f"speaker now {LINE}: subject of “said”"

    session.statements.another()
    assert speakers(session) == ["Cora Lind"]


def test_the_stance_takes_both_where_first_speakers_are_predicted(make_project: MakeProject) -> None:
    session = Session(make_project(TEXT, codebook=predicting()), "a")
    session.evidence.set((TEXT.index("Ada"), TEXT.index(" Cora")))
    prediction = session.predicted.of_current()
    assert prediction is not None
    assert prediction.names == ("Ada Stone", "Bo Reed")

    choose(session, "stance", "support")
    assert speakers(session) == ["Ada Stone", "Bo Reed"]
    assert session.cursor.statement is not None
    assert {mention.origin for mention in session.cursor.statement.speakers} == {"accepted"}


def test_both_ministers_are_the_two_who_spoke_before(session: Session) -> None:
    session.digits.pick(digit(session))
    session.navigation.move(1)
    session.digits.pick(digit(session))

    assert speakers(session) == ["Ada Stone", "Bo Reed"]
    assert session.cursor.evidence == (len("Nobody paid. "), len("Nobody paid. Both ministers blamed the weather."))


def test_the_line_is_no_name_that_can_be_typed_and_is_short_as_its_names_are(session: Session) -> None:
    assert LINE not in [one.name for one in session.suggestions.find("")]
    assert LINE not in [one.name for one in session.suggestions.find("Ada") if not one.is_new]
    assert session.suggestions.short(LINE) == "Stone, Reed"


def test_line_mode_lists_the_line_and_takes_its_number(session: Session) -> None:
    lines = Lines(session)
    told = "\n".join(lines.greet())
    assert f"{digit(session)} {LINE}" in told

    answer = "\n".join(lines.answer(str(digit(session))))
    assert "speaker Ada Stone and Bo Reed," in answer


def test_a_line_whose_name_is_an_entry_means_the_entry(make_project: MakeProject) -> None:
    text = (
        "Stone and Reed said that the pier needed a vote. Stone said no. Reed said yes.\n"
        "Stone and Reed said that they would sue.\nStone and Reed said that they had sued.\n"
    )
    session = Session(make_project(text), "a")
    assert session.suggestions.ranked()[digit(session, "Stone and Reed") - 1].several
    session.statements.type_speaker("Stone and Reed")

    for _ in range(3):
        names = [one.name for one in session.suggestions.ranked()]
        assert len(names) == len(set(names))
        assert not [name for name in names if "Stone and Stone" in name]
        session.statements.pick(digit(session, "Stone and Reed"))
        assert speakers(session) == ["Stone and Reed"]
        if session.cursor.index < 2:
            session.navigation.move(1)
