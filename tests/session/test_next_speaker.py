"""The speaker that another statement begins with: whom its words point to, told, recorded and corrected as such."""

from __future__ import annotations

from typing import Any

import pytest

from annotator.model import JOURNALIST
from annotator.session import Session
from annotator.session.line_mode.lines import Lines
from annotator.store.changes.speaker_changes import SpeakerChanges
from tests.conftest import MakeProject
from tests.session.conftest import Database, choose, variable
from tests.session.test_predicted_speaker import predicting

TOLD = (
    "Ada Stone said that the pier needed a vote, something Bo Reed said would be a mistake. "
    "The pier opened in 1904. Cora Lind called the vote “a gift.” It rained."
)
GERMAN = (
    "Karl Meier sagte am Montag, dass der Kai zu alt für die Schiffe ist. Das hat die Stadt bisher anders gesehen. "
    "Und die Stadt will nicht mehr lange warten, bis es eine Antwort gibt."
)


@pytest.fixture
def told(make_project: MakeProject) -> Session:
    return Session(make_project(f"{TOLD}\n"), "a")


def speakers(session: Session) -> list[str]:
    statement = session.cursor.statement
    return [mention.name for mention in statement.speakers] if statement is not None else []


def origins(session: Session) -> list[str]:
    statement = session.cursor.statement
    return [mention.origin for mention in statement.speakers] if statement is not None else []


def words(session: Session) -> str:
    return session.cursor.text[slice(*session.cursor.evidence or (0, 0))]


def notice(session: Session) -> str:
    return session.recorder.notice.text if session.recorder.notice is not None else ""


def entries(session: Session) -> list[str]:
    return [entry.name for entry in session.coding.registry.entries()]


def test_each_of_the_next_words_brings_its_own_speaker(told: Session) -> None:
    told.statements.type_speaker("Ada Stone")
    found = []
    for _ in range(4):
        told.statements.another()
        found.append((words(told), speakers(told)))

    assert found == [
        ("something Bo Reed said would be a mistake.", ["Bo Reed"]),
        ("The pier opened in 1904.", [JOURNALIST]),
        ("Cora Lind called the vote “a gift.”", ["Cora Lind"]),
        ("It rained.", [JOURNALIST]),
    ]


def test_the_rest_of_a_sentence_without_a_word_of_saying_is_the_same_speakers(make_project: MakeProject) -> None:
    session = Session(make_project("Ada Stone called the pier old, and too small for the new boats. It rained.\n"), "a")
    session.evidence.set((0, len("Ada Stone called the pier old,")))
    session.statements.type_speaker("Ada Stone")
    session.statements.another()

    assert words(session) == "and too small for the new boats."
    assert speakers(session) == ["Ada Stone"]


def test_of_a_sentence_with_several_speakers_the_first_has_the_statement_and_the_next_the_rest(
    make_project: MakeProject,
) -> None:
    text = "It rained. Ada Stone praised the pier, while Bo Reed said that nobody needs it.\n"
    session = Session(make_project(text), "a")
    session.statements.pick_journalist()
    session.statements.another()
    assert (speakers(session), words(session)) == (["Ada Stone"], "Ada Stone praised the pier,")

    session.statements.another()
    assert (speakers(session), words(session)) == (["Bo Reed"], "while Bo Reed said that nobody needs it.")


def test_of_a_rest_the_words_before_the_next_speakers_go_on(make_project: MakeProject) -> None:
    text = "Ada Stone called the pier old, and too small for the new boats, while Bo Reed said that nobody needs it.\n"
    session = Session(make_project(text), "a")
    session.evidence.set((0, len("Ada Stone called the pier old,")))
    session.statements.type_speaker("Ada Stone")
    found = []
    for _ in range(2):
        session.statements.another()
        found.append((words(session), speakers(session)))

    assert found == [
        ("and too small for the new boats,", ["Ada Stone"]),
        ("while Bo Reed said that nobody needs it.", ["Bo Reed"]),
    ]


def test_the_reason_is_that_of_the_words_and_not_of_others_in_the_paragraph(make_project: MakeProject) -> None:
    text = "It rained. Ada Stone said that the pier was old. Bo Reed left. Stone has accepted the plan.\n"
    session = Session(make_project(text), "a")
    session.statements.pick_journalist()
    for _ in range(3):
        session.statements.another()

    assert speakers(session) == ["Ada Stone"]
    assert notice(session) == "speaker now Ada Stone: subject of “accepted”"


def test_the_reason_ends_with_the_words_that_it_is_about(told: Session) -> None:
    told.statements.type_speaker("Ada Stone")
    told.statements.another()
    assert told.cursor.statement is not None
    assert told.predicted.why(told.cursor.statement) == "subject of “said”"

    told.evidence.move_sentence(1)
    told.evidence.move_sentence(1)
    assert words(told) == "The pier opened in 1904."
    assert told.predicted.why(told.cursor.statement) == ""
    told.statements.go_to(0)
    assert told.predicted.why(told.cursor.statement) is None


def test_a_source_between_dashes_is_that_of_what_follows_it(make_project: MakeProject) -> None:
    first = "Ada Stone asked for a vote,"
    text = f"{first} and has paid for the old pier and even – according to Bo Reed – hired a crane for it.\n"
    session = Session(make_project(text), "a")
    session.evidence.set((0, len(first)))
    session.statements.type_speaker("Ada Stone")
    session.statements.another()

    assert speakers(session) == ["Ada Stone"]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("Bo Reed did not mention the fee.", JOURNALIST),
        ("Bo Reed gave no indication of a date when he said that it rained.", JOURNALIST),
        ("Bo Reed failed to explain why, and said that it rained.", JOURNALIST),
        ("Bo Reed refused to say why.", "Bo Reed"),
        ("Bo Reed said that “they did not mention the fee.”", "Bo Reed"),
    ],
)
def test_what_somebody_did_not_say_is_the_journalists(words: str, wanted: str, make_project: MakeProject) -> None:
    session = Session(make_project(f"Ada Stone said that the pier was old. {words}\n"), "a")
    session.statements.type_speaker("Ada Stone")
    session.statements.another()

    assert speakers(session) == [wanted]


def test_the_same_words_again_are_the_same_speakers(make_project: MakeProject) -> None:
    session = Session(make_project("Bo Reed and Ada Stone said that the pier was old.\n"), "a")
    session.statements.pick_journalist()
    session.statements.another()
    assert speakers(session) == [JOURNALIST]

    session.statements.type_speaker("Ada Stone")
    session.statements.join()
    session.statements.type_speaker("Bo Reed")
    session.statements.another()
    assert speakers(session) == ["Ada Stone", "Bo Reed"]


def test_it_is_recorded_as_predicted_until_the_coder_names_somebody(told: Session) -> None:
    told.statements.type_speaker("Ada Stone")
    assert origins(told) == ["coder"]

    told.statements.another()
    assert origins(told) == ["accepted"]

    told.statements.type_speaker("Bo Reed")
    assert origins(told) == ["coder"]


def test_speakers_who_go_on_are_recorded_as_predicted_with_the_words_chosen_before(make_project: MakeProject) -> None:
    session = Session(make_project("The mayor called the pier old, and too small for the new boats.\n"), "a")
    session.evidence.set((0, len("The mayor called the pier old,")))
    session.statements.type_speaker("the mayor of Skerry")
    session.statements.another()

    rows = Database(session.store.path).all("select words, rank, origin from statement_speakers order by statement")
    assert rows == [("the mayor of Skerry", None, None), ("the mayor of Skerry", None, "accepted")]


def test_a_change_of_the_speaker_is_said_with_its_reason_and_no_change_is_not(told: Session) -> None:
    told.statements.type_speaker("Ada Stone")
    told.statements.another()
    assert notice(told) == "speaker now Bo Reed: subject of “said”"

    told.statements.another()
    assert notice(told) == "speaker now journalist: attributed to nobody"

    told.statements.type_speaker("Ada Stone")
    told.evidence.set((TOLD.index("Cora"), TOLD.index("called")))
    told.statements.type_speaker("Cora Lind")
    told.statements.another()
    assert (speakers(told), notice(told)) == (["Cora Lind"], "")


def test_line_mode_says_that_the_speaker_is_predicted_and_why(told: Session) -> None:
    lines = Lines(told)
    told.statements.type_speaker("Ada Stone")
    answer = "\n".join(lines.answer("another"))

    assert "speaker Bo Reed (predicted: subject of “said”)" in answer
    assert "speaker Ada Stone," in "\n".join(lines.answer("statement 1"))


def test_one_digit_names_another_and_the_evidence_goes_with_it(told: Session) -> None:
    told.statements.type_speaker("Ada Stone")
    told.statements.another()
    told.statements.another()
    names = [one.name for one in told.suggestions.ranked()]
    told.digits.pick(names.index("Cora Lind") + 1)

    assert (speakers(told), origins(told)) == (["Cora Lind"], ["coder"])
    assert words(told) == "Cora Lind called the vote “a gift.”"


def test_undo_takes_the_whole_statement_back(told: Session) -> None:
    told.statements.type_speaker("Ada Stone")
    choose(told, "stance", "support")
    before = Database(told.store.path).statements()

    told.statements.another()
    told.undo()

    assert Database(told.store.path).statements() == before
    assert told.cursor.current == 0
    told.undo()
    told.redo()
    told.redo()
    assert len(told.cursor.statements) == 2
    assert [one.speakers[0].origin for one in told.cursor.statements] == ["coder", "accepted"]


def test_the_entry_of_a_wrong_prediction_is_not_offered_any_more(told: Session) -> None:
    told.statements.type_speaker("Ada Stone")
    told.statements.another()
    assert entries(told) == ["Ada Stone", "Bo Reed"]

    told.statements.pick_journalist()
    assert entries(told) == ["Ada Stone"]

    told.undo()
    assert entries(told) == ["Ada Stone", "Bo Reed"]


def test_the_entry_is_not_offered_either_when_the_prediction_was_undone_and_done_again(told: Session) -> None:
    told.statements.type_speaker("Ada Stone")
    told.statements.another()
    told.undo()
    told.redo()

    told.statements.pick_journalist()

    assert entries(told) == ["Ada Stone"]


def test_the_entry_of_a_wrong_prediction_that_came_with_a_later_key_is_not_offered(make_project: MakeProject) -> None:
    session = Session(make_project(f"{TOLD}\n", codebook=predicting()), "a")
    session.labels.type_value(variable(session, "target"), "the pier")
    choose(session, "stance", "support")
    assert (entries(session), origins(session)) == (["Ada Stone", "the pier"], ["accepted"])

    session.statements.pick_journalist()

    assert entries(session) == ["the pier"]


@pytest.mark.parametrize("is_used_since", [False, True])
def test_a_retired_entry_that_a_wrong_prediction_offered_is_retired_again(is_used_since: bool, told: Session) -> None:
    told.statements.type_speaker("Bo Reed")
    told.statements.remove()
    changes = SpeakerChanges(told.store, told.store.coder("lead").id)
    changes.carry_out(changes.retire("Bo Reed"))
    told.statements.type_speaker("Ada Stone")
    told.statements.another()
    assert (entries(told), origins(told)) == (["Ada Stone", "Bo Reed"], ["accepted"])
    if is_used_since:
        Session(told.store, "b").statements.type_speaker("Bo Reed")

    told.statements.pick_journalist()

    assert ("Bo Reed" in entries(told)) is is_used_since


@pytest.mark.parametrize("use", ["entered", "spoke", "target"])
def test_an_entry_that_somebody_else_made_or_used_stays(use: str, told: Session) -> None:
    if use == "entered":
        told.statements.type_speaker("Bo Reed")
        told.statements.remove()
    told.statements.type_speaker("Ada Stone")
    told.statements.another()
    if use == "spoke":
        told.statements.another()
        told.statements.type_speaker("Bo Reed")
        told.statements.go_to(1)
    if use == "target":
        target = told.targets.variable
        assert target is not None
        told.labels.type_value(target, "Bo Reed")
    told.statements.pick_journalist()

    assert "Bo Reed" in entries(told)


def test_words_of_nobody_are_guessed_in_the_own_voice(told: Session) -> None:
    told.statements.type_speaker("Ada Stone")
    told.statements.another()
    told.statements.another()

    found: dict[str, Any] = Database(told.store.path).statements()[-1]
    assert (found["speakers"], found["mode"]) == ([JOURNALIST], "own voice")


def test_where_the_words_of_saying_are_not_known_the_speaker_before_stays(make_project: MakeProject) -> None:
    session = Session(make_project(f"{GERMAN}\n"), "a")
    session.statements.type_speaker("Karl Meier")
    session.statements.another()

    assert not session.cursor.article.is_english
    assert speakers(session) == ["Karl Meier"]
    assert session.cursor.statement is not None
    assert session.predicted.why(session.cursor.statement) == "the speaker before"


def test_a_statement_after_one_without_a_speaker_is_predicted_too(told: Session) -> None:
    choose(told, "stance", "neutral")
    told.statements.another()

    assert speakers(told) == [JOURNALIST]
