"""Digits name the speaker until the stance is given, then the target; targets are guessed, found and entered."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.model import Speaker
from annotator.session import Session
from annotator.session.cursor import Refused
from annotator.store import Store
from tests.conftest import MakeProject, political_claims
from tests.session.conftest import OTHER, TEXT, Database, choose, variable


def issue(name: str, **fields: object) -> Speaker:
    return Speaker.model_validate({"speaker_id": name.ljust(36, "-"), "name": name, "kind": "issue", **fields})


@pytest.fixture
def session(make_project: MakeProject) -> Session:
    store = make_project(TEXT, OTHER)
    with store.history.step(store.program(), "targets") as step:
        for name in ("the pier", "hotels"):
            store.registry.put(step, issue(name))
    return Session(store, "a")


@pytest.fixture
def database(session: Session) -> Database:
    return Database(session.store.path)


def test_a_digit_names_the_target_once_speaker_and_stance_are_there(session: Session, database: Database) -> None:
    session.digits.pick(1)
    assert not session.targets.has_digits
    choose(session, "stance", "support")
    assert session.targets.has_digits

    wanted = session.targets.name(2)
    session.digits.pick(2)

    (statement,) = database.statements()
    assert statement["target"] == wanted
    assert database.origins()[0]["target"] == "coder"


def test_a_digit_on_a_statement_that_is_done_says_what_it_named(session: Session) -> None:
    session.digits.pick(1)
    choose(session, "stance", "support")
    choose(session, "claim_type", "fact")
    session.digits.pick(2)
    assert session.recorder.notice is None

    session.digits.pick(1)
    named = session.targets.name(1)
    assert session.recorder.notice is not None
    assert session.recorder.notice.text == f"target: {named}; / changes the speaker"

    place = session.cursor.paragraph.id
    session.paragraphs.done()
    session.navigation.go_to(place)
    session.digits.pick(2)
    assert session.recorder.notice is not None
    assert session.recorder.notice.text.endswith("; / changes the speaker")


def test_without_a_speaker_digits_stay_with_the_speakers(session: Session, database: Database) -> None:
    choose(session, "stance", "support")
    session.digits.pick(1)

    assert database.statements()[0]["speakers"] == [session.suggestions.ranked()[0].name]


def test_after_a_comma_a_digit_is_a_speaker_who_joins_and_after_two_one_who_replaces(
    session: Session, database: Database
) -> None:
    first, second = (one.name for one in session.suggestions.ranked()[:2])
    session.digits.pick(1)
    choose(session, "stance", "support")

    session.statements.join()
    session.digits.pick(2)
    assert database.statements()[0]["speakers"] == [first, second]

    session.statements.join()
    session.statements.join()
    session.digits.pick(2)
    assert database.statements()[0]["speakers"] == [second]

    for _ in range(3):
        session.statements.join()
    assert session.targets.has_digits


def test_a_digit_without_a_target_is_refused(session: Session, database: Database) -> None:
    session.digits.pick(1)
    choose(session, "stance", "support")
    before = database.n_steps()

    with pytest.raises(Refused, match="no target under 9"):
        session.digits.pick(9)

    assert database.n_steps() == before


def test_a_statement_begins_with_a_guess_that_moves_with_its_evidence(session: Session, database: Database) -> None:
    session.digits.pick(1)
    assert (database.statements()[0]["target"], database.origins()[0]["target"]) == ("the pier", "guess")

    session.navigation.move(1)
    session.statements.type_speaker("Bo Reed")
    assert database.statements()[1]["target"] == "hotels"


def test_a_guess_is_kept_when_the_coder_returns_to_a_finished_paragraph(session: Session, database: Database) -> None:
    session.digits.pick(1)
    choose(session, "stance", "support")
    choose(session, "claim_type", "demand")
    session.paragraphs.done()
    session.navigation.move(-1)
    session.evidence.set((81, 112))

    assert database.statements()[0]["target"] == "the pier"


def test_a_target_taken_away_is_not_guessed_again(session: Session, database: Database) -> None:
    session.digits.pick(1)
    session.labels.clear(variable(session, "target"))
    choose(session, "stance", "support")

    assert "target" not in database.statements()[0]


def test_a_codebook_with_a_closed_list_keeps_its_digits_for_speakers(make_project: MakeProject) -> None:
    from annotator.codebook.model import Category, Variable

    default = political_claims()
    listed = Variable(name="target", key="t", sticky=True, categories=(Category(name="the pier", key="p"),))
    codebook = default.model_copy(
        update={"variables": tuple(listed if v.name == "target" else v for v in default.variables)}
    )
    session = Session(make_project(TEXT, codebook=codebook), "a")
    session.digits.pick(1)
    choose(session, "stance", "support")
    session.digits.pick(2)

    assert Database(session.store.path).statements()[0]["speakers"] == [session.suggestions.ranked()[1].name]


def test_issues_are_offered_as_targets_and_never_as_speakers(session: Session) -> None:
    assert "the pier" not in [one.name for one in session.suggestions.find("pier") if not one.is_new]
    assert "the pier" in [one.name for one in session.targets.find("pier") if not one.is_new]
    with session.store.history.step(session.store.program(), "an issue with a name") as step:
        session.store.registry.put(step, issue("Critics"))
    session.look_again("a new entry")
    assert "Critics" not in [one.name for one in session.suggestions.ranked()]


def test_what_is_typed_in_full_is_first(session: Session) -> None:
    with session.store.history.step(session.store.program(), "targets") as step:
        session.store.registry.put(step, issue("the pier and the hotels"))
        session.store.registry.put(step, issue("harbour dues", aliases=("dues",)))

    assert session.targets.find("the pier")[0].name == "the pier"
    assert session.targets.find("dues")[0].name == "harbour dues"
    # It stands in the text so, though a longer name is known.
    assert session.targets.find("pier")[0].name == "pier"
    assert session.targets.find("pie")[0].name in ("the pier", "the pier and the hotels")


def test_first_letters_of_another_name_in_the_paragraph_find_whom_it_stands_for(make_project: MakeProject) -> None:
    session = Session(make_project("Norway raised the dues.\nOslo said so. Party-run Osloborg denied it.\n"), "a")
    session.navigation.move(1)

    first = session.suggestions.find("osl")[0]

    assert (first.name, first.shown) == ("Norway", "Norway (Oslo)")


def test_words_of_the_paragraph_are_offered_as_a_new_name(session: Session) -> None:
    assert [one.name for one in session.targets.find("harb")] == ["harbour", "harbour minister", "harb"]


def test_a_guess_reads_the_coders_own_statements_only(session: Session, tmp_path: Path) -> None:
    with Store(session.store.path) as other:
        work = Session(other, "b")
        work.digits.pick(1)
        work.labels.type_value(variable(work, "target"), "something else altogether")

    session.digits.pick(1)
    assert session.targets.ranked()[0].name == "the pier"
    assert "something else altogether" not in [o.name for o in session.targets.ranked() if o.chance]


def test_a_target_that_is_not_likely_is_left_empty_and_guessed_when_more_is_known(
    make_project: MakeProject,
) -> None:
    store = make_project("The pier, the hotels, the ferry and the market are old. Ada Stone said that the pier stays.")
    with store.history.step(store.program(), "targets") as step:
        for name in ("pier", "hotels", "ferry", "market"):
            store.registry.put(step, issue(name))
    session, database = Session(store, "a"), Database(store.path)
    session.evidence.set((0, 54))
    session.statements.type_speaker("Bo Reed")
    assert "target" not in database.statements()[0]

    session.evidence.set((56, 91))
    assert (database.statements()[0]["target"], database.origins()[0]["target"]) == ("pier", "guess")

    session.evidence.set((0, 54))
    assert "target" not in database.statements()[0]


def test_typed_letters_find_words_of_the_headline_and_of_other_paragraphs_and_two_names_joined(
    make_project: MakeProject,
) -> None:
    headline, other = "Harbour strike ends in Langavik", "Nobody wants a ferry toll, the council said."
    store = make_project(f"{headline}\n\nNorway and Denmark met. The hall was cold, Ada Stone said.\n\n{other}\n")
    session = Session(store, "a")
    session.navigation.move(1)
    assert "hall was cold" not in headline + other

    def found(typed: str) -> list[str]:
        return [one.name for one in session.targets.find(typed)]

    assert found("ha")[:2] == ["hall", "Harbour"], "those of the paragraph come first"
    assert "Harbour strike" in found("harbour s")
    assert found("ferry t") == ["ferry toll", "ferry t"]
    assert found("norway and d") == ["Norway and Denmark", "norway and d"]
    assert found("norway d") == ["norway d", "Norway and Denmark"], "what was typed is meant"
    assert found("nor d") == ["nor d"]
    assert found("ft") == ["ft", "ferry toll"], "what was typed is meant before what has its first letters"
    assert found("zz") == ["zz"]


def test_a_paragraph_that_is_done_without_a_target_is_told(make_project: MakeProject) -> None:
    store = make_project("The pier is old.\n\nAda Stone said no. Bo Reed left.\n\nThe end.\n", name="other.db")
    session = Session(store, "a")

    def code(speaker: str) -> None:
        session.statements.type_speaker(speaker)
        choose(session, "stance", "support")
        choose(session, "claim_type", "fact")

    code("Ada Stone")
    session.paragraphs.done()
    assert session.recorder.notice is None, "who has given no target yet is not reminded of it"

    code("Bo Reed")
    session.labels.type_value(variable(session, "target"), "toll")
    session.statements.another()
    session.labels.clear(variable(session, "target"))
    code("Ada Stone")
    session.paragraphs.done()

    assert session.recorder.notice is not None
    assert session.recorder.notice.text.startswith("¶ 2 is done, but statement 2 has no target")
    assert session.recorder.notice.is_warning
