"""Evidence: what a statement begins with, the arrow keys, and the mode that it shows."""

from __future__ import annotations

import pytest

from annotator.session import Session
from annotator.store import Store
from tests.conftest import MakeProject
from tests.session.conftest import Database, choose, code, instrument

FIRST = "Ada Stone, the harbour minister, said on Monday that the pier must be rebuilt."
SECOND = "“We shall pay for it,” she said."
THIRD = "Critics doubt the price."

SEVERAL = (
    "Bo Reed waited. Ada Stone said that the pier was old and urged a vote, something Bo Reed said would be a mistake."
    " It rained. The harbour was built in 1904.\n"
)
GERMAN = (
    "Die Ministerin Ada Stein sagte am Montag, dass die Brücke gesperrt bleibt. „Wir warten auf Geld“, sagte sie.\n"
)


def evidence(database: Database, number: int = -1) -> str:
    return str(database.statements()[number]["evidence"])


@pytest.fixture
def several(make_project: MakeProject) -> Session:
    return Session(make_project(SEVERAL), "a")


@pytest.fixture
def several_database(several: Session) -> Database:
    return Database(several.store.path)


# what statements begin with


def test_a_statement_without_a_speaker_begins_with_the_first_sentence(session: Session, database: Database) -> None:
    choose(session, "stance", "support")

    assert evidence(database) == FIRST


def test_a_speakers_first_statement_begins_with_the_first_sentence_that_is_theirs(
    several: Session, several_database: Database
) -> None:
    several.statements.type_speaker("Bo Reed")

    assert evidence(several_database) == "Bo Reed waited."


def test_of_a_sentence_with_several_speakers_a_statement_takes_its_speakers_part(
    several: Session, several_database: Database
) -> None:
    several.statements.type_speaker("Ada Stone")
    assert evidence(several_database) == "Ada Stone said that the pier was old"

    several.statements.another()
    assert evidence(several_database) == "and urged a vote,"

    several.statements.another()
    assert evidence(several_database) == "something Bo Reed said would be a mistake."


def test_another_speakers_part_of_the_sentence_is_found_beside_the_rest(
    several: Session, several_database: Database
) -> None:
    several.statements.type_speaker("Ada Stone")
    several.statements.another()
    assert evidence(several_database) == "and urged a vote,"

    several.statements.type_speaker("Bo Reed")
    assert evidence(several_database) == "something Bo Reed said would be a mistake."


def test_the_journalist_begins_with_the_first_sentence_that_is_nobody_elses(
    several: Session, several_database: Database
) -> None:
    several.statements.type_speaker("Bo Reed")
    several.statements.another()
    several.statements.pick_journalist()

    assert evidence(several_database) == "It rained."


def test_what_goes_on_in_the_next_paragraph_begins_with_its_speakers_words(make_project: MakeProject) -> None:
    session = Session(
        make_project("Ada Stone said that the pier was old.\n\nIt rained. It must go, Ada Stone said.\n"), "a"
    )
    session.statements.type_speaker("Ada Stone")

    session.navigation.move(1)
    session.statements.carry()

    assert evidence(Database(session.store.path)) == "It must go, Ada Stone said."


def test_a_typed_speaker_nobody_speaks_for_begins_with_the_first_unused_sentence(
    session: Session, database: Database
) -> None:
    session.statements.type_speaker("Somebody Unheard")

    assert evidence(database) == FIRST


def test_another_statement_takes_the_rest_then_the_next_sentence_then_the_same_again(
    session: Session, database: Database
) -> None:
    code(session)
    session.evidence.move_end(-1)
    assert evidence(database) == "Ada Stone, the harbour minister,"

    found = []
    for _ in range(4):
        session.statements.another()
        found.append(evidence(database))

    assert found == ["said on Monday that the pier must be rebuilt.", SECOND, THIRD, THIRD]


def test_a_rest_that_only_names_the_speaker_is_no_statement(make_project: MakeProject) -> None:
    session = Session(make_project("The pier is old, a spokesperson said. It rained all day.\n"), "a")
    database = Database(session.store.path)
    session.evidence.set((0, len("The pier is old,")))
    choose(session, "stance", "neutral")

    session.statements.another()

    assert evidence(database) == "It rained all day."


def test_an_earlier_sentence_is_taken_when_none_is_left_below(session: Session, database: Database) -> None:
    session.evidence.set((session.cursor.text.index(THIRD), len(session.cursor.text)))
    choose(session, "stance", "neutral")

    session.statements.another()

    assert evidence(database) == FIRST


def test_a_corrected_speaker_takes_the_evidence_along_only_where_it_does_not_fit(
    several: Session, several_database: Database
) -> None:
    several.statements.type_speaker("Bo Reed")
    assert evidence(several_database) == "Bo Reed waited."

    several.statements.type_speaker("Ada Stone")
    assert evidence(several_database).startswith("Ada Stone said")

    several.statements.type_speaker("Somebody Unheard")
    assert evidence(several_database).startswith("Ada Stone said")


def test_evidence_that_the_coder_chose_stays_when_the_speaker_changes(
    several: Session, several_database: Database
) -> None:
    several.statements.type_speaker("Bo Reed")
    several.evidence.move_sentence(1)
    several.evidence.move_sentence(1)
    assert evidence(several_database) == "It rained."

    several.statements.type_speaker("Ada Stone")
    assert evidence(several_database) == "It rained."


def test_evidence_marked_before_the_first_key_stays_when_the_speaker_changes(
    several: Session, several_database: Database
) -> None:
    several.evidence.set((0, 7))
    several.statements.type_speaker("Ada Stone")
    several.statements.type_speaker("Bo Reed")

    assert evidence(several_database) == "Bo Reed"


def test_a_joining_speaker_never_moves_the_evidence(several: Session, several_database: Database) -> None:
    several.statements.type_speaker("Bo Reed")
    several.statements.join()
    several.statements.type_speaker("Ada Stone")

    (statement,) = several_database.statements()
    assert statement["speakers"] == ["Bo Reed", "Ada Stone"]
    assert statement["evidence"] == "Bo Reed waited."


def test_a_corrected_speaker_takes_the_evidence_along_after_a_restart_too(
    several: Session, several_database: Database
) -> None:
    several.statements.type_speaker("Bo Reed")

    later = Session(several.store, "a")
    later.statements.type_speaker("Ada Stone")

    assert evidence(several_database).startswith("Ada Stone said")


def test_a_codebook_without_speakers_has_evidence_too(make_project: MakeProject) -> None:
    variable = {"name": "tone", "level": "nominal", "categories": [{"name": "good", "key": "o"}]}
    session = Session(make_project("It rained. The sun shone.\n", codebook=instrument(variable)), "a")
    choose(session, "tone", "good")
    session.statements.another()

    assert [one["evidence"] for one in Database(session.store.path).statements()] == ["It rained.", "The sun shone."]


# the arrow keys


def test_both_ends_move_and_a_reversed_arrow_restores_what_was_there(session: Session, database: Database) -> None:
    choose(session, "stance", "support")
    session.evidence.move_end(1)
    assert evidence(database) == f"{FIRST} {SECOND}"

    session.evidence.move_end(-1)
    assert evidence(database) == FIRST

    session.evidence.move_start(1)
    session.evidence.move_start(1)
    assert evidence(database) == "said on Monday that the pier must be rebuilt."

    session.evidence.move_sentence(1)
    session.evidence.move_sentence(1)
    assert evidence(database) == SECOND


def test_the_arrows_of_one_statement_are_not_reversed_in_another(session: Session, database: Database) -> None:
    choose(session, "stance", "support")
    session.evidence.move_end(1)
    session.evidence.set((0, len(FIRST)))

    session.evidence.move_end(-1)

    assert evidence(database) == "Ada Stone, the harbour minister,"


def test_words_hold_until_the_next_statement_and_are_not_stored(project: Store, session: Session) -> None:
    database = Database(project.path)
    choose(session, "stance", "support")
    session.evidence.change_grain()
    session.evidence.move_end(-1)
    assert evidence(database) == FIRST.removesuffix(" rebuilt.")
    assert Session(project, "a").cursor.grain == "clause"

    session.statements.another()
    assert session.cursor.grain == "clause"

    session.evidence.change_grain()
    session.evidence.change_grain()
    assert session.cursor.grain == "clause"


def test_the_unit_of_the_evidence_and_its_place_are_known(session: Session) -> None:
    assert session.evidence.place() == ""

    choose(session, "stance", "support")
    assert session.evidence.place() == "sentence 1 of 3"

    session.evidence.move_end(-1)
    assert session.evidence.place() == "clauses 1–2 of 6"


def test_where_nothing_has_evidence_the_arrows_go_from_paragraph_to_paragraph(make_project: MakeProject) -> None:
    variable = {"name": "topic", "scope": "paragraph", "level": "nominal", "categories": [{"name": "sea", "key": "o"}]}
    session = Session(make_project("It rained.\nThe sun shone.\n", codebook=instrument(variable)), "a")

    session.evidence.move_sentence(1)

    assert session.cursor.index == 1


# the mode


def test_the_mode_is_guessed_from_the_evidence_until_the_coder_says_otherwise(
    session: Session, database: Database
) -> None:
    session.evidence.set((session.cursor.text.index("“"), session.cursor.text.index("”") + 1))
    session.statements.type_speaker("Ada Stone")
    assert (database.statements()[0]["mode"], database.origins()[0]["mode"]) == ("direct", "guess")

    session.evidence.set((0, session.cursor.text.index("“") - 1))
    assert (database.statements()[0]["mode"], database.origins()[0]["mode"]) == ("indirect", "guess")

    choose(session, "mode", "mixed")
    session.evidence.set((session.cursor.text.index("“"), session.cursor.text.index("”") + 1))
    assert (database.statements()[0]["mode"], database.origins()[0]["mode"]) == ("mixed", "coder")


def test_the_mode_is_guessed_again_with_the_claim_type(make_project: MakeProject) -> None:
    session = Session(make_project("Norway refused to pay for the pier.\n"), "a")
    database = Database(session.store.path)
    session.statements.type_speaker("Norway")
    assert database.statements()[0]["mode"] == "position"

    choose(session, "claim_type", "interpretation")
    assert (database.statements()[0]["mode"], database.origins()[0]["mode"]) == ("indirect", "guess")

    choose(session, "claim_type", "commitment")
    assert database.statements()[0]["mode"] == "position"

    session.labels.clear(next(one for one in session.cursor.asked() if one.name == "claim_type"))
    assert database.statements()[0]["mode"] == "position"


def test_the_claim_type_never_changes_a_mode_that_the_coder_chose(make_project: MakeProject) -> None:
    session = Session(make_project("Norway refused to pay for the pier.\n"), "a")
    database = Database(session.store.path)
    session.statements.type_speaker("Norway")
    choose(session, "mode", "position")

    choose(session, "claim_type", "interpretation")

    assert (database.statements()[0]["mode"], database.origins()[0]["mode"]) == ("position", "coder")


def test_no_mode_is_guessed_in_a_language_whose_words_are_not_known(make_project: MakeProject) -> None:
    session = Session(make_project(GERMAN), "a")
    database = Database(session.store.path)
    session.statements.pick_journalist()
    assert database.statements()[0]["mode"] == "own voice"

    session.statements.type_speaker("Ada Stein")
    choose(session, "claim_type", "commitment")
    assert "mode" not in database.statements()[0]
