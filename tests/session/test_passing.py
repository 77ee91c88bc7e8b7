"""Passing: furniture and bylines that the text gives away need no key, and the data say that nobody looked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from annotator.cli import group
from annotator.reports.differences.adjudication import unanimous
from annotator.reports.project import project_report
from annotator.session import Session
from annotator.session.line_mode.lines import Lines
from annotator.store import Store
from annotator.store.changes.adjudication import Adjudication, GoldParagraph
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.rescue.doctor import examine
from tests.conftest import MakeProject
from tests.session.conftest import Clock, Database, code, instrument

BOAT = "The first boat in a month left the harbour on Saturday, and half of the town had come to see it off."
FERRY = "A ferry left as well, and the rest of the town had come to see that one, as the mayor said on Sunday."
FIRST = "\n".join(
    [
        "Skip to main content",
        BOAT,
        "Advertisement",
        "READ MORE",
        FERRY,
        "Ida Solberg contributed to this report.",
        "Related Posts",
    ]
)
SECOND = "\n".join(["Advertisement", FERRY, "Now it is your turn.", "Advertisement", BOAT])
"""Its third paragraph may be body or furniture."""


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    return make_project(FIRST, SECOND)


@pytest.fixture
def session(project: Store, clock: Clock) -> Session:
    """The coder a, at the second paragraph of the first article, and a second older with every key."""
    return begun(project, clock)


@pytest.fixture
def database(project: Store) -> Database:
    return Database(project.path)


def begun(store: Store, clock: Clock | None = None, coder: str = "a") -> Session:
    made = clock or Clock()

    def ticking() -> float:
        made.wait(1)
        return made()

    found = Session(store, coder, ticking)
    found.navigation.go_to_place("1/2")
    return found


def notice(session: Session) -> str:
    assert session.recorder.notice is not None
    return session.recorder.notice.text


def place(session: Session) -> tuple[int, int]:
    return session.cursor.article.number, session.cursor.index + 1


def states(database: Database, n: int = 12) -> list[str]:
    return [database.state(i) for i in range(n)]


@pytest.mark.parametrize("key", ["no_claim", "duplicate", "furniture"])
def test_the_key_that_finishes_a_paragraph_passes_the_furniture_after_it(
    key: str, session: Session, database: Database
) -> None:
    getattr(session.paragraphs, key)()

    assert place(session) == (1, 5)
    assert states(database)[2:5] == ["furniture", "furniture", "open"]
    assert notice(session) == "¶ 3–4 passed as furniture; z takes it back"


def test_enter_passes_too_and_one_undo_takes_all_of_it_back(session: Session, database: Database) -> None:
    code(session)
    session.paragraphs.done()
    n = database.n_steps()

    session.undo()

    assert place(session) == (1, 2)
    assert notice(session) == "undone: done, ¶ 3–4 passed as furniture"
    assert states(database)[1:4] == ["open", "open", "open"]
    assert database.n_steps() == n + 1
    assert examine(session.store.path).is_sound

    session.redo()
    assert states(database)[1:4] == ["coded", "furniture", "furniture"]
    assert examine(session.store.path).is_sound


def test_the_margin_shows_what_was_passed_and_what_was_taken_back(session: Session) -> None:
    def shown() -> list[str]:
        article, codebook = session.cursor.article, session.instrument.codebook
        return [article.marks.of(paragraph.id, codebook).state for paragraph in article.paragraphs[1:4]]

    assert shown() == ["open", "unseen", "unseen"]
    session.paragraphs.no_claim()
    assert shown() == ["no claim", "furniture", "furniture"]
    session.undo()
    assert shown() == ["open", "open", "open"]
    session.redo()
    assert shown() == ["no claim", "furniture", "furniture"]


def test_what_was_taken_back_is_passed_again_with_the_next_key(session: Session, database: Database) -> None:
    session.paragraphs.no_claim()
    session.undo()

    session.paragraphs.no_claim()

    assert place(session) == (1, 5)
    assert states(database)[2:4] == ["furniture", "furniture"]


def test_the_end_of_an_article_and_the_top_of_the_next_go_with_one_key_and_a_byline_holds_no_claim(
    session: Session, database: Database
) -> None:
    session.navigation.go_to_place("1/5")
    session.paragraphs.no_claim()

    assert place(session) == (2, 2)
    assert database.review(5) == ("no claim", False, None, None), "a byline is a part of the article"
    assert database.review(6) == ("furniture", False, None, None)
    assert database.review(7) == ("furniture", False, None, None)
    assert notice(session) == (
        "4 open in article 1: ¶ 1, 2, 3, 4; g 1/1 goes there; now: article-2;"
        " ¶ 6 of article 1 passed as byline; ¶ 7 of article 1, ¶ 1 passed as furniture; z takes it back"
    )


def test_enter_on_a_byline_says_that_it_holds_no_claim(session: Session, database: Database) -> None:
    session.navigation.go_to_place("1/6")
    session.paragraphs.done()

    assert database.review(5) == ("no claim", False, None, None)


def test_what_was_guessed_in_doubt_is_not_passed(session: Session, database: Database) -> None:
    session.navigation.go_to_place("2/2")
    session.paragraphs.no_claim()

    assert place(session) == (2, 3)
    assert session.recorder.notice is None


@pytest.mark.parametrize("touch", ["flag", "note", "role", "looked at", "gold"])
def test_a_paragraph_that_the_coder_has_touched_is_not_passed(touch: str, session: Session, database: Database) -> None:
    if touch == "gold":
        Adjudication(session.store, "lead").adjudicate_all([(3, GoldParagraph("no claim"))])
    else:
        touches: dict[str, Callable[[], object]] = {
            "flag": session.statements.flag,
            "note": lambda: session.statements.set_note("look again"),
            "role": lambda: session.paragraphs.set_role("body"),
            "looked at": lambda: None,
        }
        session.navigation.go_to_place("1/3")
        touches[touch]()
        session.navigation.go_to_place("1/2")

    session.paragraphs.no_claim()

    assert place(session) == (1, 3)
    assert database.state(3) == "unseen"


def test_an_article_is_never_passed_as_a_whole(make_project: MakeProject) -> None:
    links = "\n".join(["Advertisement", "READ MORE", "Related Posts"])
    session = begun(make_project(FIRST, links))
    session.navigation.go_to_place("1/5")

    session.paragraphs.no_claim()

    assert place(session) == (2, 1)
    assert session.coding.progress(8, 10).done == 0


@pytest.mark.parametrize("is_passed", [True, False])
def test_a_codebook_can_have_every_paragraph_looked_at(is_passed: bool, make_project: MakeProject) -> None:
    stance = {"name": "stance", "categories": [{"name": "pro", "key": "p"}]}
    session = begun(make_project(FIRST, codebook=instrument(stance, pass_guessed=is_passed)))

    session.paragraphs.no_claim()

    assert (session.cursor.index == 4) is is_passed


@pytest.mark.parametrize("required", [True, False])
def test_nothing_is_passed_where_every_paragraph_needs_a_label(required: bool, make_project: MakeProject) -> None:
    topic: dict[str, Any] = {"name": "topic", "scope": "paragraph", "categories": [{"name": "sea", "key": "p"}]}
    session = begun(make_project(FIRST, codebook=instrument({**topic, "required": required})))

    session.paragraphs.duplicate()

    assert session.cursor.index == (2 if required else 4)


def test_an_article_that_lacks_a_label_does_not_end_with_what_is_passed(make_project: MakeProject) -> None:
    topic = {"name": "topic", "scope": "article", "required": True, "categories": [{"name": "sea", "key": "p"}]}
    stance = {"name": "stance", "categories": [{"name": "pro", "key": "o"}]}
    session = begun(make_project(FIRST, SECOND, codebook=instrument(topic, stance)))
    session.navigation.go_to_place("1/5")

    session.paragraphs.no_claim()

    assert place(session) == (1, 6)


@pytest.mark.parametrize(
    ("phase", "is_passed"), [("main", True), ("pilot", True), ("training", False), ("feedback", False)]
)
def test_where_each_answer_is_looked_at_by_itself_nothing_is_passed(
    phase: str, is_passed: bool, make_project: MakeProject
) -> None:
    store = make_project(FIRST)
    plan, feedback = AssignmentPlan(store), phase == "feedback"
    Adjudication(store, "lead").adjudicate_all([(1, GoldParagraph("no claim"))])
    plan.put(plan.draw(["a"], feedback=feedback), "pilot" if feedback else phase, "one", feedback=feedback)
    session = begun(store)

    session.paragraphs.no_claim()

    assert (session.cursor.index == 4) is is_passed


def test_the_report_says_what_nobody_looked_at_and_does_not_count_its_state(
    session: Session, project: Store, database: Database
) -> None:
    session.paragraphs.no_claim()
    other = begun(project, coder="b")
    other.paragraphs.no_claim()
    for one in (session, other):
        one.navigation.go_to_place("1/1")
        one.paragraphs.furniture()

    assert database.all("select paragraph from reviews where seconds = 0 order by 1") == [(3,), (3,), (4,), (4,)]
    report = project_report(project).to_dict()
    assert report["passed_paragraphs"] == {
        "a": {"passed": 2, "coded_by_another": 0},
        "b": {"passed": 2, "coded_by_another": 0},
    }
    assert any("a 2, b 2. Nobody decided their states" in warning for warning in report["warnings"])
    state = next(one for one in report["paragraph"] if one["variable"] == "state")
    assert state["n_units_paired"] == 2
    assert unanimous(project).keys() == {1, 2}, "what nobody looked at is not what all coded alike"

    other.navigation.go_to_place("1/3")
    code(other)
    other.paragraphs.done()
    report = project_report(project).to_dict()
    assert any("In 1 of them another coder has a statement" in warning for warning in report["warnings"])
    assert report["passed_paragraphs"]["b"]["passed"] == 1


def test_what_was_passed_and_then_looked_at_is_the_coders(session: Session, database: Database) -> None:
    session.paragraphs.no_claim()
    session.navigation.move(-1)
    assert place(session) == (1, 4)
    code(session)
    session.paragraphs.done()

    assert database.state(3) == "coded"
    assert database.one("select count(*) from reviews where seconds = 0 and state = 'furniture'") == 1


def test_the_line_mode_says_what_was_passed(session: Session) -> None:
    answers = list(Lines(session).answer("x"))

    assert answers[0] == "Paragraphs 3–4 passed as furniture; z takes it back."
    assert answers[1:3] == [
        "Passed: paragraph 3, furniture: Advertisement",
        "Passed: paragraph 4, furniture: READ MORE",
    ]
    assert answers[3].startswith("Article 1 article-1, paragraph 5 of 7")


@pytest.mark.parametrize("way", ["merge", "export"])
def test_another_project_knows_what_was_passed(
    way: str, session: Session, project: Store, make_project: MakeProject
) -> None:
    session.paragraphs.no_claim()
    session.recorder.count_time()
    other = make_project(FIRST, SECOND, name="other.db")

    if way == "merge":
        arguments = ["merge", str(project.path)]
    else:
        out = project.path.parent / "out"
        assert (
            CliRunner().invoke(group, ["--project", str(project.path), "export", "jsonl", "--out", str(out)]).exit_code
            == 0
        )
        arguments = ["import", str(out)]
    done = CliRunner().invoke(group, ["--project", str(other.path), *arguments])

    assert done.exit_code == 0, done.output
    assert project_report(other).to_dict()["passed_paragraphs"] == {"a": {"passed": 2, "coded_by_another": 0}}


def test_one_key_passes_so_many_paragraphs_and_the_next_key_the_others(make_project: MakeProject, clock: Clock) -> None:
    session = Session(make_project("\n".join([BOAT, *["Advertisement"] * 450, BOAT])), "a", clock)

    found = []
    for _ in range(3):
        session.paragraphs.done() if session.cursor.role == "furniture" else session.paragraphs.no_claim()
        found.append(session.cursor.index)

    assert found == [201, 402, 451]
