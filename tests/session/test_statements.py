"""Speakers, labels, evidence and several statements: what each key leaves in the project file."""

from __future__ import annotations

import pytest

from annotator.errors import UsageError
from annotator.model import JOURNALIST
from annotator.session import Session
from annotator.session.cursor import Refused
from annotator.store import Store
from tests.conftest import MakeProject
from tests.session.conftest import Clock, Database, choose, code, instrument, variable


def test_a_digit_takes_the_speaker_ranked_there(session: Session, database: Database) -> None:
    first, second = (one.name for one in session.suggestions.ranked()[:2])

    session.statements.pick(2)
    assert database.statements()[0]["speakers"] == [second]
    assert database.one("select rank from statement_speakers") == 2

    session.statements.pick(1)
    (statement,) = database.statements()
    assert statement["speakers"] == [first]


def test_a_digit_without_a_speaker_is_refused_and_changes_nothing(session: Session, database: Database) -> None:
    with pytest.raises(Refused, match="no speaker under 9"):
        session.statements.pick(9)

    assert database.n_steps() == 0


def test_zero_is_the_journalist_in_the_own_voice(session: Session, database: Database) -> None:
    session.statements.pick_journalist()

    (statement,) = database.statements()
    assert statement["speakers"] == [JOURNALIST]
    assert statement["mode"] == "own voice"


def test_a_typed_speaker_becomes_an_entry_of_the_registry_once(session: Session, database: Database) -> None:
    session.statements.type_speaker("  Fishing union ")
    session.statements.another()
    session.statements.type_speaker("Fishing union")

    offered = "select name from speakers where name <> 'journalist' and retired = 0"
    assert database.all(offered) == [("Fishing union",)]
    assert [one["speakers"] for one in database.statements()] == [["Fishing union"], ["Fishing union"]]


@pytest.mark.parametrize("words", ["", "   ", "two\nlines", "an\x1b[31mescape", "x" * 201])
def test_a_speaker_that_is_no_name_is_refused(words: str, session: Session, database: Database) -> None:
    with pytest.raises(Refused):
        session.statements.type_speaker(words)

    assert database.statements() == []


def test_several_speak_as_one_after_a_comma_and_the_second_press_takes_one_out(
    session: Session, database: Database
) -> None:
    session.statements.type_speaker("Ada Stone")
    session.statements.join()
    assert session.cursor.is_joining
    session.statements.type_speaker("Bo Reed")

    assert database.statements()[0]["speakers"] == ["Ada Stone", "Bo Reed"]
    assert not session.cursor.is_joining

    session.statements.type_speaker("Ada Stone")
    assert database.statements()[0]["speakers"] == ["Bo Reed"]


@pytest.mark.parametrize(
    ("name", "category"),
    [
        *(("stance", one) for one in ("support", "oppose", "neutral", "mixed", "unclear")),
        *(
            ("claim_type", one)
            for one in (
                "fact",
                "interpretation",
                "evaluation",
                "prediction",
                "demand",
                "commitment",
                "accusation",
                "denial",
            )
        ),
        ("mode", "position"),
    ],
)
def test_a_category_is_in_the_file_before_its_key_press_ends(
    name: str, category: str, session: Session, database: Database
) -> None:
    choose(session, name, category)

    assert database.statements()[0][name] == category
    assert database.origins()[0][name] == "coder"
    assert database.state(0) == "open"


def test_a_second_category_replaces_the_first(session: Session, database: Database) -> None:
    choose(session, "stance", "oppose")
    choose(session, "stance", "mixed")

    (statement,) = database.statements()
    assert statement["stance"] == "mixed"
    assert database.one("select count(*) from labels where variable = 'stance'") == 1


def test_a_label_is_stamped_with_the_codebook_it_was_made_under(session: Session, database: Database) -> None:
    choose(session, "stance", "oppose")

    assert database.all("select distinct codebook, codebook_version from v_labels") == [("political-claims", "1.0")]


def test_a_category_that_the_codebook_does_not_have_is_refused(session: Session, database: Database) -> None:
    with pytest.raises(Refused, match="has no category"):
        choose(session, "stance", "maybe")

    assert database.statements() == []


def test_evidence_marked_before_the_first_key_is_the_new_statements(session: Session, database: Database) -> None:
    session.evidence.set((4, 9))
    assert database.statements() == []

    choose(session, "stance", "support")

    assert database.statements()[0]["evidence"] == "Stone"


def test_no_evidence_leaves_its_paragraph(session: Session, database: Database) -> None:
    session.evidence.set((-5, 10_000))
    choose(session, "stance", "support")
    assert database.statements()[0]["evidence"] == session.cursor.text

    with pytest.raises(Refused, match="at least one character"):
        session.evidence.set((3, 3))
    session.evidence.move_start(1)
    session.evidence.move_sentence(1)
    with pytest.raises(Refused, match="cannot go further"):
        session.evidence.move_sentence(1)
    assert database.statements()[0]["evidence"] == "Critics doubt the price."


def about(session: Session, name: str) -> None:
    session.labels.type_value(variable(session, "target"), name)


def test_space_inherits_the_speaker_and_guesses_the_target_and_nothing_else(
    session: Session, database: Database
) -> None:
    code(session)
    about(session, "Norway")

    session.statements.another()

    first, second = database.statements()
    assert second["speakers"] == ["Ada Stone"]
    assert second["target"] == "Norway"
    assert database.origins()[1]["target"] == "guess"
    assert "stance" not in second
    assert "claim_type" not in second
    assert second["evidence"] != first["evidence"]
    assert session.cursor.current == 1


def test_a_guessed_target_follows_the_statement_until_the_coder_chooses(session: Session, database: Database) -> None:
    code(session)
    about(session, "Norway")
    session.paragraphs.done()
    code(session, "Bo Reed")
    assert database.statements()[1]["target"] == "Norway"
    assert database.origins()[1]["target"] == "guess"

    about(session, "Denmark")
    assert database.origins()[1]["target"] == "coder"
    session.paragraphs.done()
    code(session, "Bo Reed")

    assert [one["target"] for one in database.statements()] == ["Norway", "Denmark", "Denmark"]


def test_tab_goes_round_the_statements_of_a_paragraph(session: Session, database: Database) -> None:
    code(session)
    session.statements.another()
    session.statements.select(1)
    assert session.cursor.current == 0

    choose(session, "stance", "oppose")
    session.statements.select(-1)
    assert session.cursor.current == 1
    choose(session, "stance", "neutral")

    assert [one["stance"] for one in database.statements()] == ["oppose", "neutral"]


def test_backspace_takes_a_statement_away_and_its_history_stays(session: Session, database: Database) -> None:
    code(session)
    n_changes = database.one("select count(*) from changes")

    session.statements.remove()

    notice = session.recorder.notice
    assert notice is not None
    assert notice.text == "statement 1 (Ada Stone) is deleted; z brings it back"
    assert database.statements() == []
    assert database.one("select count(*) from statements where deleted = 1") == 1
    assert database.one("select count(*) from changes") > n_changes
    with pytest.raises(Refused, match="no statement here"):
        session.statements.remove()


def test_a_note_is_written_and_taken_away(session: Session, database: Database) -> None:
    code(session)
    session.statements.set_note("  ironic? ")
    assert database.statements()[0]["note"] == "ironic?"
    assert session.cursor.note == "ironic?"

    session.statements.set_note("")
    assert database.statements()[0]["note"] is None


def test_warnings_are_said_and_block_nothing(session: Session, database: Database) -> None:
    code(session, stance="support", claim_type="accusation")
    assert any("accusation" in one for one in session.cursor.warnings())

    session.paragraphs.done()

    assert database.state(0) == "coded"


def test_a_category_that_needs_a_note_is_not_done_without_one(session: Session, database: Database) -> None:
    code(session, claim_type="other")
    with pytest.raises(Refused, match="needs a note"):
        session.paragraphs.done()
    assert database.state(0) == "open"

    session.statements.set_note("an apology")
    session.paragraphs.done()

    assert database.state(0) == "coded"


# other codebooks

LEVELS = instrument(
    {"name": "speaker", "level": "entity", "multiple": True},
    {
        "name": "kind",
        "required": True,
        "categories": [{"name": "promise", "key": "p"}, {"name": "fact", "key": "f"}],
    },
    {"name": "cost", "level": "ratio", "key": "c", "whole": True, "maximum": 100, "when": {"kind": "promise"}},
    {"name": "mood", "level": "interval", "key": "m", "minimum": -1, "maximum": 1},
    {"name": "rating", "level": "interval", "key": "r", "categories": [{"name": "1"}, {"name": "2.5"}]},
    {
        "name": "issues",
        "level": "set",
        "key": "i",
        "categories": [{"name": "jobs", "key": "j"}, {"name": "law", "key": "l"}, {"name": "sea", "key": "s"}],
    },
    {"name": "verb", "level": "text", "key": "v"},
    {"name": "relay", "level": "entity", "key": "y"},
    {"name": "tense", "level": "nominal", "key": "t", "default": "past", "categories": [{"name": "past"}]},
    {"name": "topics", "level": "set", "key": "o", "default": ["b", "a"], "categories": [{"name": "a"}, {"name": "b"}]},
)
"""A variable of every level on a statement, one of them asked only of promises."""


@pytest.fixture
def levels(make_project: MakeProject, clock: Clock) -> Session:
    return Session(make_project("One line.\nAnother line.\n", codebook=LEVELS), "a", clock)


def of(session: Session) -> Database:
    return Database(session.store.path)


def test_the_keys_of_a_set_put_in_and_take_out_in_the_codebooks_order(levels: Session) -> None:
    for name in ("sea", "jobs"):
        choose(levels, "issues", name)
    assert of(levels).statements()[0]["issues"] == ["jobs", "sea"]

    choose(levels, "issues", "sea")
    assert of(levels).statements()[0]["issues"] == ["jobs"]

    choose(levels, "issues", "jobs")
    assert "issues" not in of(levels).statements()[0]


def test_numbers_texts_and_entities_are_typed(levels: Session) -> None:
    choose(levels, "kind", "promise")
    for name, typed in [("cost", "40"), ("mood", "-0,5"), ("verb", " baselessly claimed "), ("relay", "The wire")]:
        levels.labels.type_value(variable(levels, name), typed)
    choose(levels, "rating", "2.5")

    (statement,) = of(levels).statements()
    assert statement["cost"] == 40
    assert statement["mood"] == -0.5
    assert statement["verb"] == "baselessly claimed"
    assert statement["relay"] == "The wire"
    assert statement["rating"] == 2.5

    levels.labels.type_value(variable(levels, "verb"), "  ")
    assert "verb" not in of(levels).statements()[0]


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("cost", "much", "is not a number"),
        ("cost", "nan", "is not a number"),
        ("cost", "1e999", "is not a number"),
        ("cost", "1.5", "only whole numbers"),
        ("cost", "101", "at most 100"),
        ("cost", "-1", "cannot be below 0"),
        ("mood", "-1.1", "at least -1"),
    ],
)
def test_a_number_outside_its_bounds_is_refused(levels: Session, name: str, typed: str, said: str) -> None:
    choose(levels, "kind", "promise")
    with pytest.raises(UsageError, match=said):
        levels.labels.type_value(variable(levels, name), typed)

    assert name not in of(levels).statements()[0]


def test_a_variable_is_asked_only_when_its_condition_holds_and_its_label_goes_with_it(levels: Session) -> None:
    asked = [one.name for one in levels.cursor.asked()]
    assert "cost" not in asked

    choose(levels, "kind", "promise")
    assert "cost" in [one.name for one in levels.cursor.asked()]
    levels.labels.type_value(variable(levels, "cost"), "7")

    choose(levels, "kind", "fact")
    assert "cost" not in [one.name for one in levels.cursor.asked()]
    assert "cost" not in of(levels).statements()[0]

    levels.undo()
    assert of(levels).statements()[0]["cost"] == 7


def test_defaults_are_written_when_the_paragraph_is_done_and_are_no_decision(levels: Session) -> None:
    choose(levels, "kind", "fact")
    assert "tense" not in of(levels).statements()[0]

    levels.paragraphs.done()

    assert of(levels).statements()[0]["tense"] == "past"
    assert of(levels).statements()[0]["topics"] == ["a", "b"]
    assert of(levels).origins()[0] == {"kind": "coder", "tense": "default", "topics": "default"}


def test_a_default_does_not_satisfy_a_required_variable(make_project: MakeProject, clock: Clock) -> None:
    codebook = instrument(
        {"name": "speaker", "level": "entity"},
        {"name": "sure", "required": True, "default": "yes", "categories": [{"name": "yes", "key": "y"}]},
    )
    session = Session(make_project("One line.\n", codebook=codebook), "a", clock)
    session.statements.pick_journalist()

    with pytest.raises(Refused, match="missing: sure"):
        session.paragraphs.done()

    choose(session, "sure", "yes")
    session.paragraphs.done()
    assert of(session).origins()[0]["sure"] == "coder"


def test_a_codebook_without_a_speaker_refuses_the_keys_of_speakers(make_project: MakeProject, clock: Clock) -> None:
    codebook = instrument({"name": "kind", "categories": [{"name": "a", "key": "a"}]})
    session = Session(make_project("One line.\n", codebook=codebook), "a", clock)

    for deed in (session.statements.pick_journalist, session.statements.join):
        with pytest.raises(Refused, match="codes no speakers"):
            deed()


def test_a_project_without_articles_says_how_to_add_some(make_project: MakeProject, tmp_path: Store) -> None:
    with pytest.raises(Exception, match="annotator add"):
        Session(make_project(), "a")


def test_who_denies_a_charge_against_themselves_is_not_warned(session: Session) -> None:
    code(session, "Iceland", "support", "demand")
    session.labels.type_value(variable(session, "target"), "Iceland")
    assert any("also the target" in warning for warning in session.cursor.warnings())

    choose(session, "claim_type", "denial")
    assert not session.cursor.warnings()


GOES_ON = """The ferry

“The ferry is late again,” said Ada Berg of the harbour council.

“It was late in May, and it will be late in June.”

“The council may complain,” said Bo Lind. The ferry sails on.
"""


def test_a_quotation_that_goes_on_is_offered_to_whoever_spoke(make_project: MakeProject) -> None:
    session = Session(make_project(GOES_ON), "a", lambda: 0.0)
    session.navigation.go_to_place("3")
    assert session.statements.going_on() == ()  # nobody has been coded yet

    session.navigation.go_to_place("2")
    session.statements.type_speaker("Ada Berg")
    choose(session, "stance", "oppose")
    assert session.statements.going_on() == ()

    session.navigation.go_to_place("3")
    assert session.statements.going_on() == ("Ada Berg",)
    session.statements.carry()
    assert session.statements.going_on() == ()

    session.navigation.go_to_place("4")
    assert session.statements.going_on() == ()


def test_the_journalist_quotes_nobody(make_project: MakeProject) -> None:
    session = Session(make_project(GOES_ON), "a", lambda: 0.0)
    session.navigation.go_to_place("2")
    session.statements.pick_journalist()

    session.navigation.go_to_place("3")

    assert session.statements.going_on() == ()
