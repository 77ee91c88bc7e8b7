"""The end of an article says what comes next, and the end of all says what to do then."""

from __future__ import annotations

from pathlib import Path

from annotator.session import Session
from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.merge.pack import pack
from tests.conftest import MakeProject

FIRST, SECOND = "The first.\nIts end.\n", "The second.\n"


def said_at_the_end(store: Store, coder: str = "a") -> list[str]:
    """What each key says until every paragraph is done."""
    session, said = Session(store, coder, lambda: 0.0), []
    while session.coding.progress().left:
        session.paragraphs.no_claim()
        said.append(session.recorder.notice.text if session.recorder.notice else "")
    return said


def test_the_only_coder_is_told_how_to_count_and_export(make_project: MakeProject) -> None:
    assert said_at_the_end(make_project(FIRST, SECOND)) == [
        "",
        "article 1 of 2 is done; now: article-2",
        "every paragraph is done; `annotator status` counts it, `annotator export jsonl` writes it to files",
    ]


def test_one_of_several_coders_is_told_how_to_compare(make_project: MakeProject) -> None:
    store = make_project(SECOND)
    said_at_the_end(store, "b")

    (said,) = said_at_the_end(store)

    assert said.endswith("`annotator status` says who is done too, `annotator agreement` compares you")


def test_who_has_an_assignment_is_not_sent_on_to_commands(make_project: MakeProject) -> None:
    store = make_project(FIRST, SECOND)
    plan = AssignmentPlan(store)
    plan.put(plan.draw(["a"]), "main", "one")

    said = said_at_the_end(store)

    assert said[-1] == "every paragraph is done; this was all that is assigned to you; tell your leader"
    assert "article 1 is done; now: article-2" in said or "article 2 is done; now: article-1" in said


def test_who_has_a_packed_file_is_to_send_it_back(make_project: MakeProject, tmp_path: Path) -> None:
    store = make_project(SECOND)
    store.coder("a")
    pack(store, "a", tmp_path / "a.db")

    with Store(tmp_path / "a.db") as store:
        (said,) = said_at_the_end(store)

    assert said == "every paragraph is done; leave, and send a.db back to your leader"


def test_a_long_title_is_cut_and_a_removed_article_leaves_numbers_without_a_total(make_project: MakeProject) -> None:
    store = make_project(FIRST, SECOND, "The third.\n")
    store.connection.execute("update articles set title = ? where id = 2", ("Harbour " * 9,))
    store.connection.execute("insert into removed (article) values (3)")

    assert said_at_the_end(store)[1] == "article 1 is done; now: Harbour Harbour Harbour Harbour Harbour…"
