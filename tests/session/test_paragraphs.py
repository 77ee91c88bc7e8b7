"""States, flags, roles, time, places and history: what a coder's keys leave in the file, and across restarts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from annotator.codebook.model import Category
from annotator.errors import StoreError
from annotator.session import Session
from annotator.session.cursor import Refused
from annotator.session.keys.custom_keys import Keymap
from annotator.session.recorder import IDLE_SECONDS
from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan
from tests.conftest import MakeProject
from tests.session.conftest import TEXT, Clock, Database, choose, code, instrument, variable


def test_a_session_begins_at_the_first_paragraph_which_is_then_open(session: Session, database: Database) -> None:
    assert session.cursor.index == 0
    assert session.cursor.text == TEXT.splitlines()[0]
    assert database.state(0) == "open"
    assert database.state(1) == "unseen"


def test_enter_finishes_a_paragraph_and_goes_to_the_next_uncoded_one(session: Session, database: Database) -> None:
    session.navigation.move(1)
    session.paragraphs.no_claim()
    session.navigation.go_to_place("1")
    code(session)
    session.paragraphs.done()

    assert [database.state(i) for i in range(4)] == ["coded", "no claim", "furniture", "open"]
    assert session.cursor.index == 3


def test_a_key_that_cannot_be_stored_leaves_the_coder_where_they_were(session: Session, database: Database) -> None:
    with session.recorder.key():
        session.paragraphs.no_claim()
    session.cursor.draft = (0, 9)
    for name in ("-wal", ""):
        Path(f"{session.store.path}{name}").rename(f"{session.store.path}{name}.away")
        with pytest.raises(StoreError, match="was moved, removed or replaced"), session.recorder.key():
            session.paragraphs.no_claim()
        Path(f"{session.store.path}{name}.away").rename(f"{session.store.path}{name}")

    assert (session.cursor.index, session.cursor.draft) == (1, (0, 9))
    assert session.cursor.state == "open"
    assert database.state(1) == "open"


@pytest.mark.parametrize("size", [0, 8192])
def test_a_file_that_was_cut_is_named_although_it_cannot_be_read(size: int, session: Session) -> None:
    with session.recorder.key():
        session.paragraphs.no_claim()
    os.truncate(session.store.path, size)

    for _ in range(2):
        with pytest.raises(StoreError, match="was cut or overwritten"), session.recorder.key():
            session.paragraphs.no_claim()
        assert session.cursor.index == 1


def test_enter_says_what_is_missing_first_and_then_leaves_the_paragraph_open(
    session: Session, database: Database
) -> None:
    session.statements.type_speaker("Ada Stone")
    with pytest.raises(Refused, match="missing: stance, claim type"):
        session.paragraphs.done()
    assert session.cursor.index == 0

    session.paragraphs.done()

    assert database.state(0) == "open"
    assert session.cursor.index == 1
    assert session.recorder.notice is not None
    assert "left open" in session.recorder.notice.text


@pytest.mark.parametrize("meanwhile", ["a step", "a way there and back"])
def test_enter_says_again_what_is_missing_once_something_was_done(
    meanwhile: str, session: Session, database: Database
) -> None:
    session.statements.type_speaker("Ada Stone")
    for _ in range(2):
        with pytest.raises(Refused, match="Enter again leaves the paragraph open"):
            session.paragraphs.done()
        if meanwhile == "a step":
            session.statements.flag()
        else:
            session.navigation.move(1)
            session.navigation.move(-1)

    assert session.cursor.index == 0


def test_enter_on_a_paragraph_without_anything_says_that_x_is_no_claim(session: Session, database: Database) -> None:
    for _ in range(3):
        with pytest.raises(Refused, match="x says"):
            session.paragraphs.done()

    assert database.state(0) == "open"
    assert session.cursor.index == 0


@pytest.mark.parametrize(
    ("key", "state", "role"), [("no_claim", "no claim", None), ("furniture", "furniture", "furniture")]
)
def test_one_key_finishes_a_paragraph_without_a_statement(
    key: str, state: str, role: str | None, session: Session, database: Database
) -> None:
    getattr(session.paragraphs, key)()

    assert database.review(0) == (state, False, None, role)
    assert session.cursor.index == 1
    assert database.n_steps() == 1


def test_a_duplicate_is_done(session: Session, database: Database) -> None:
    session.paragraphs.duplicate()

    assert database.state(0) == "duplicate"
    assert session.coding.progress().done == 1


@pytest.mark.parametrize("key", ["no_claim", "furniture", "duplicate"])
def test_a_paragraph_with_a_statement_is_not_without_a_claim(key: str, session: Session, database: Database) -> None:
    code(session)

    with pytest.raises(Refused, match="there is 1 statement here"):
        getattr(session.paragraphs, key)()

    assert database.state(0) == "open"
    assert len(database.statements()) == 1


def test_a_statement_opens_a_paragraph_again_that_had_no_claim(session: Session, database: Database) -> None:
    session.paragraphs.no_claim()
    session.navigation.move(-1)

    code(session)

    assert database.state(0) == "open"
    assert session.coding.progress().done == 0


def test_the_last_statement_taken_away_opens_a_coded_paragraph(session: Session, database: Database) -> None:
    code(session)
    session.paragraphs.done()
    session.navigation.move(-1)
    session.statements.remove()

    assert database.state(0) == "open"


def test_roles_are_corrected_and_corrected_back(session: Session, database: Database) -> None:
    session.paragraphs.set_role("caption")
    assert database.review(0)[3] == "caption"
    assert session.cursor.role == "caption"

    session.paragraphs.set_role("body")
    assert database.review(0)[3] is None


def test_flags_stand_on_the_paragraph_and_on_the_statement(session: Session, database: Database) -> None:
    session.statements.flag()
    assert database.review(0)[1]
    session.statements.flag()
    assert not database.review(0)[1]

    code(session)
    session.statements.flag()
    assert database.statements()[0]["flag"]
    assert database.review(0)[1]
    assert session.coding.progress().flagged == 1


def test_a_note_without_a_statement_is_the_paragraphs(session: Session, database: Database) -> None:
    session.statements.set_note("ask the editor")

    assert database.review(0)[2] == "ask the editor"


def test_at_the_end_the_coder_goes_round_to_what_is_left(session: Session, database: Database) -> None:
    session.navigation.move(1)
    for _ in range(4):
        session.paragraphs.no_claim()

    assert session.cursor.index == 0
    assert session.cursor.article.number == 1
    assert notice(session) == "article 2 of 2 is done; now: article-1; from the start again: these are left"

    session.paragraphs.no_claim()
    assert notice(session).startswith("every paragraph is done; ")
    assert session.coding.progress() == (6, 0, 0)
    assert database.all("select distinct state from reviews order by 1") == [("furniture",), ("no claim",)]


def test_paragraphs_articles_and_names_are_gone_to(session: Session) -> None:
    session.navigation.move(1)
    assert session.cursor.index == 1
    session.navigation.move_article(1)
    assert (session.cursor.article.number, session.cursor.index) == (2, 0)
    session.navigation.move(-1)
    assert (session.cursor.article.number, session.cursor.index) == (1, 3)
    session.navigation.go_to_place("2/2")
    assert (session.cursor.article.number, session.cursor.index) == (2, 1)
    session.navigation.go_to_place("1")
    assert (session.cursor.article.number, session.cursor.index) == (2, 0)
    session.navigation.go_to_place("ARTICLE-1")
    assert (session.cursor.article.number, session.cursor.index) == (1, 0)


@pytest.mark.parametrize("place", ["0", "9", "3/1", "0/1", "nowhere", "", "/", "1/", "²", "1/2/3", "\x1b", "%", "-9"])
def test_a_place_that_is_not_there_is_refused(place: str, session: Session) -> None:
    with pytest.raises(Refused):
        session.navigation.go_to_place(place)

    assert (session.cursor.article.number, session.cursor.index) == (1, 0)


def test_the_ends_of_the_project_are_said(session: Session) -> None:
    with pytest.raises(Refused, match="first paragraph"):
        session.navigation.move(-1)
    with pytest.raises(Refused, match="first article"):
        session.navigation.move_article(-1)
    session.navigation.go_to_place("2/2")
    with pytest.raises(Refused, match="last paragraph"):
        session.navigation.move(1)
    with pytest.raises(Refused, match="last article"):
        session.navigation.move_article(1)


# time


def test_time_counts_between_keys_but_not_when_the_coder_is_away(
    session: Session, clock: Clock, database: Database
) -> None:
    clock.wait(7)
    choose(session, "stance", "support")
    clock.wait(5)
    choose(session, "claim_type", "fact")
    assert database.one("select seconds from reviews where paragraph = 1") == 12

    clock.wait(3600)
    session.statements.type_speaker("Ada Stone")
    assert database.one("select seconds from reviews where paragraph = 1") == 12 + IDLE_SECONDS

    clock.wait(2)
    session.paragraphs.done()
    clock.wait(4)
    session.recorder.count_time()
    assert database.one("select seconds from reviews where paragraph = 1") == 14 + IDLE_SECONDS
    assert database.one("select seconds from reviews where paragraph = 2") == 4


def test_the_time_of_a_paragraph_one_leaves_by_moving_is_its_own(
    session: Session, clock: Clock, database: Database
) -> None:
    clock.wait(3)
    session.navigation.move(1)
    clock.wait(2)
    session.navigation.move(-1)

    assert database.one("select seconds from reviews where paragraph = 1") == 3
    assert database.one("select seconds from reviews where paragraph = 2") == 2


def test_a_clock_that_goes_back_takes_no_time_away(session: Session, clock: Clock, database: Database) -> None:
    clock.wait(-50)
    choose(session, "stance", "support")

    assert database.one("select seconds from reviews where paragraph = 1") == 0


# history


def test_undo_takes_every_key_back_one_by_one_and_redo_does_them_again(session: Session, database: Database) -> None:
    session.statements.type_speaker("Ada Stone")
    choose(session, "stance", "support")
    choose(session, "claim_type", "demand")
    session.statements.set_note("hm")
    session.statements.flag()
    session.paragraphs.done()
    session.paragraphs.furniture()
    whole = (database.statements(), [database.review(i) for i in range(4)])

    for _ in range(7):
        session.undo()
    assert database.statements() == []
    assert [database.state(i) for i in range(2)] == ["open", "open"]
    with pytest.raises(Refused, match="nothing to undo"):
        session.undo()

    for _ in range(7):
        session.redo()
    assert (database.statements(), [database.review(i) for i in range(4)]) == whole
    with pytest.raises(Refused, match="nothing to redo"):
        session.redo()


def test_undo_goes_where_the_step_was(session: Session) -> None:
    code(session)
    session.paragraphs.done()
    session.navigation.go_to_place("2/1")

    session.undo()

    assert (session.cursor.article.number, session.cursor.index) == (1, 0)
    assert session.recorder.notice is not None
    assert session.recorder.notice.text == "undone: done"


def three_statements(session: Session) -> list[str]:
    """Three statements in the first paragraph; return their ids."""
    for i, stance in enumerate(("support", "oppose", "neutral")):
        if i:
            session.statements.another()
        session.statements.type_speaker("Ada Stone")
        choose(session, "stance", stance)
    return session.cursor.statement_ids


@pytest.mark.parametrize("number", [1, 2, 3])
def test_undo_and_redo_stay_with_the_statement_that_they_change_and_name_it(session: Session, number: int) -> None:
    ids = three_statements(session)
    session.statements.go_to(number - 1)
    choose(session, "stance", "unclear")
    session.statements.go_to(0 if number == 3 else 2)

    session.undo()
    assert session.cursor.statement is not None
    assert session.cursor.statement.statement_id == ids[number - 1]
    assert session.recorder.notice is not None
    assert session.recorder.notice.text == f"undone: stance: unclear (statement {number})"

    session.statements.go_to(0 if number == 3 else 2)
    session.redo()
    assert session.cursor.statement.statement_id == ids[number - 1]
    assert session.recorder.notice.text == f"done again: stance: unclear (statement {number})"


def test_undo_of_a_whole_statement_leaves_the_coder_beside_it(session: Session) -> None:
    first, second, third = three_statements(session)
    while third in session.cursor.statement_ids:
        session.undo()
    assert session.cursor.statement_ids == [first, second]
    assert session.cursor.current == 1
    assert session.recorder.notice is not None
    assert session.recorder.notice.text.endswith("(statement 3)")

    session.redo()
    session.statements.go_to(0)
    session.undo()
    assert session.cursor.statement_ids == [first, second]
    assert session.cursor.current == 0


def test_undo_of_what_belongs_to_no_statement_leaves_the_coder_on_theirs(session: Session) -> None:
    three_statements(session)
    session.paragraphs.set_role("dek")
    session.statements.go_to(1)

    session.undo()

    assert session.cursor.current == 1


def test_undo_in_another_paragraph_goes_to_the_statement(session: Session) -> None:
    three_statements(session)
    session.statements.go_to(1)
    choose(session, "stance", "unclear")
    session.navigation.go_to_place("2/1")

    session.undo()

    assert session.cursor.current == 1


def test_undo_of_a_whole_statement_in_another_paragraph_names_it_and_stands_beside_it(session: Session) -> None:
    first, second, _ = three_statements(session)
    while len(session.cursor.statement_ids) > 2:
        session.undo()
    session.redo()
    session.navigation.move(1)

    session.undo()

    assert session.cursor.statement_ids == [first, second]
    assert session.cursor.current == 1
    assert session.recorder.notice is not None
    assert session.recorder.notice.text == "undone: another statement (statement 3)"


def test_something_new_ends_what_could_be_done_again(session: Session, database: Database) -> None:
    choose(session, "stance", "support")
    session.undo()
    choose(session, "stance", "oppose")

    with pytest.raises(Refused, match="nothing to redo"):
        session.redo()
    assert database.statements()[0]["stance"] == "oppose"


def test_undo_and_redo_go_on_after_a_restart_and_in_another_article(
    project: Store, session: Session, database: Database
) -> None:
    code(session)
    session.navigation.go_to_place("2/1")
    choose(session, "stance", "oppose")

    later = Session(project, "a")
    assert later.cursor.article.number == 2
    later.undo()
    later.undo()
    assert later.cursor.article.number == 1
    assert database.statements()[0].get("claim_type") is None

    again = Session(project, "a")
    again.redo()
    again.redo()
    assert [one.get("stance") for one in database.statements()] == ["support", "oppose"]
    assert database.statements()[0]["claim_type"] == "demand"


def test_undo_leaves_other_coders_alone(project: Store, session: Session, database: Database) -> None:
    other = Session(project, "b")
    code(session)
    code(other, stance="oppose")

    session.undo()
    session.undo()
    session.undo()

    assert database.statements("a") == []
    assert database.statements("b")[0]["stance"] == "oppose"


def test_what_is_undone_stays_in_the_history(session: Session, database: Database) -> None:
    choose(session, "stance", "support")
    session.undo()

    assert database.all("select s.kind from steps s join coders c on c.id = s.coder where c.name = 'a'") == [
        ("do",),
        ("undo",),
    ]


# two at once, and again


def test_a_session_goes_on_exactly_where_it_was_cut_off(project: Store, session: Session) -> None:
    code(session)
    session.statements.another()
    choose(session, "stance", "oppose")
    session.statements.select(-1)

    later = Session(project, "a")

    assert later.cursor.index == 0
    assert later.cursor.current == 0
    assert [one.labels["stance"].value for one in later.cursor.statements] == ["support", "oppose"]


def test_evidence_that_no_statement_has_yet_survives_a_restart(project: Store, session: Session) -> None:
    session.evidence.set((4, 9))

    for _ in range(2):
        later = Session(project, "a")

        assert later.cursor.evidence == (4, 9)
        assert later.cursor.statements == []


def test_coders_are_blind_to_each_other(project: Store, session: Session, database: Database) -> None:
    code(session)
    session.paragraphs.done()

    other = Session(project, "b")

    assert other.cursor.index == 0
    assert other.cursor.statements == []
    assert other.coding.progress().done == 0
    assert database.state(0, "b") == "open"
    assert database.statements("b") == []


def test_two_sessions_of_one_coder_see_each_others_records_and_lose_none(
    project: Store, session: Session, database: Database
) -> None:
    with Store(project.path) as store:
        second = Session(store, "a")
        code(session)
        code(second, "Bo Reed", "oppose", "denial")
        choose(session, "stance", "mixed")

        assert sorted(str(one["speakers"]) for one in database.statements()) == ["['Ada Stone']", "['Bo Reed']"]
        assert {one["stance"] for one in database.statements()} == {"mixed", "oppose"}
        session.paragraphs.done()
        second.undo()
        assert database.n_steps() == 9


# codebooks of other scopes


def test_a_paragraph_codebook_takes_one_key_a_paragraph(make_project: MakeProject, clock: Clock) -> None:
    codebook = instrument(
        {
            "name": "worth",
            "scope": "paragraph",
            "required": True,
            "advance": True,
            "categories": [{"name": "no", "key": "n"}, {"name": "yes", "key": "y"}],
        }
    )
    store = make_project(TEXT, codebook=codebook)
    session, database = Session(store, "a", clock), Database(store.path)

    choose(session, "worth", "yes")
    choose(session, "worth", "no")

    assert session.cursor.index == 2
    assert database.paragraph_labels(0) == {"worth": "yes"}
    assert database.paragraph_labels(1) == {"worth": "no"}
    assert [database.state(i) for i in range(3)] == ["coded", "coded", "open"]
    assert database.statements() == []
    with pytest.raises(Refused, match="codes paragraphs"):
        session.statements.another()

    session.undo()
    assert session.cursor.index == 1
    assert database.paragraph_labels(1) == {}
    assert database.state(1) == "open"


def test_paragraph_and_article_labels_stand_beside_statements_and_decide_what_is_asked(
    make_project: MakeProject, clock: Clock
) -> None:
    codebook = instrument(
        {"name": "genre", "scope": "article", "categories": [{"name": "news", "key": "a"}, {"name": "comment"}]},
        {
            "name": "tone",
            "scope": "paragraph",
            "required": True,
            "key": "t",
            "categories": [{"name": "calm", "key": "c"}, {"name": "angry", "key": "a"}],
            "when": {"genre": "comment"},
        },
        {"name": "speaker", "level": "entity"},
        {"name": "act", "categories": [{"name": "threat", "key": "e"}], "when": {"tone": "angry"}},
    )
    store = make_project(TEXT, OTHER_ARTICLE, codebook=codebook)
    session, database = Session(store, "a", clock), Database(store.path)
    assert [one.name for one in session.cursor.asked()] == ["genre", "speaker"]

    choose(session, "genre", "comment")
    assert database.article_labels() == {"genre": "comment"}
    assert [one.name for one in session.cursor.asked()] == ["genre", "tone", "speaker"]
    session.statements.pick_journalist()
    with pytest.raises(Refused, match="missing: tone"):
        session.paragraphs.done()

    choose(session, "tone", "angry")
    choose(session, "act", "threat")
    session.paragraphs.done()
    assert database.paragraph_labels(0) == {"tone": "angry"}
    assert database.statements()[0]["act"] == "threat"

    session.navigation.move_article(1)
    assert [one.name for one in session.cursor.asked()] == ["genre", "speaker"]


OTHER_ARTICLE = "Another article.\n"


def test_the_next_statement_of_another_session_is_made_under_the_new_codebook(
    project: Store, session: Session, database: Database
) -> None:
    choose(session, "stance", "support")
    newer = session.instrument.codebook.model_copy(update={"version": "2.0"})
    with Store(project.path) as store, store.history.step(store.coder("chief").id, "a new version") as step:
        step.put("codebook", [], store.codebooks.add(newer))

    choose(session, "claim_type", "fact")
    choose(session, "mode", "position")

    assert session.instrument.codebook.version == "2.0"
    assert variable(session, "mode") in newer.variables
    versions = dict(database.all("select variable, codebook_version from v_labels"))
    assert versions["stance"] == "1.0"
    assert versions["mode"] == "2.0"


def test_keys_of_ones_own_that_a_new_codebook_takes_are_given_up_and_that_is_said(project: Store) -> None:
    session = Session(project, "a", keymap=Keymap({"flag": ("v",)}))
    stance = variable(session, "stance")
    taken = stance.model_copy(update={"categories": (*stance.categories, Category(name="torn", key="v"))})
    variables = tuple(taken if one is stance else one for one in session.instrument.codebook.variables)
    newer = session.instrument.codebook.model_copy(update={"version": "2.0", "variables": variables})
    with Store(project.path) as store, store.history.step(store.coder("chief").id, "a new version") as step:
        step.put("codebook", [], store.codebooks.add(newer))

    choose(session, "stance", "support")

    assert session.instrument.keys.of("flag") == ("!",)
    notice = session.recorder.notice
    assert notice is not None
    assert notice.is_warning
    assert "custom keys are off, the codebook's keys apply: v is the key of flag and of stance/torn" in notice.text


def notice(session: Session) -> str:
    assert session.recorder.notice is not None
    return session.recorder.notice.text


def test_the_end_of_an_article_names_what_is_open_there(session: Session) -> None:
    session.paragraphs.no_claim()
    session.navigation.move(1)
    session.paragraphs.no_claim()
    session.paragraphs.no_claim()

    assert session.cursor.article.number == 2
    assert notice(session) == "1 open in article 1: ¶ 2; g 1/2 goes there; now: article-2"

    session.navigation.go_to_place("1/2")
    session.paragraphs.no_claim()
    assert session.cursor.article.number == 2
    assert notice(session) == "article 1 of 2 is done; now: article-2"


def test_leaving_an_article_by_paragraphs_names_what_is_open_there(session: Session) -> None:
    for _ in range(4):
        session.navigation.move(1)
    assert session.recorder.notice is None, "an article that was only read has no end"

    session.navigation.go_to_place("1/4")
    session.paragraphs.no_claim()
    session.navigation.go_to_place("1/4")
    session.navigation.move(1)

    assert notice(session) == "3 open in article 1: ¶ 1, 2, 3; g 1/1 goes there"


def test_a_complete_paragraph_that_is_left_without_enter_is_named(session: Session, database: Database) -> None:
    code(session)
    session.navigation.move(1)

    assert notice(session) == "¶ 1 lacks nothing and stays open; Enter there says that it is done"

    session.statements.type_speaker("Bo Reed")
    session.navigation.move(1)
    assert session.recorder.notice is None, "something is missing there"

    session.navigation.go_to_place("1")
    session.paragraphs.done()
    session.navigation.go_to_place("1")
    session.navigation.move(1)
    assert database.state(0) == "coded"
    assert session.recorder.notice is None


def test_assigned_articles_come_in_their_own_order_and_only_a_real_return_is_called_one(
    make_project: MakeProject,
) -> None:
    store = make_project("The first.\nIts end.\n", "The second.\n")
    plan = AssignmentPlan(store)
    for batch, number in (("one", 2), ("two", 1)):
        ((article,),) = store.connection.all("select article_id from articles where id = ?", (number,))
        plan.put(plan.draw(["a"], articles=[article]), "main", batch)
    session = Session(store, "a", lambda: 0.0)

    assert session.cursor.article.row == 2
    session.paragraphs.no_claim()
    assert session.cursor.article.row == 1
    assert notice(session) == "article 2 is done; now: article-1", "though it stands later in the project"

    session.navigation.move(1)
    session.paragraphs.no_claim()
    assert session.cursor.index == 0
    assert notice(session) == "from the start again: these are left"
