"""Decisions that a change of the codebook puts in doubt, decided again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annotator.session import Session
from annotator.session.line_mode.lines import Lines
from annotator.store import Store
from annotator.store.changes.codebook_changes import CodebookChanges
from tests.conftest import MakeProject
from tests.session.conftest import TEXT, Clock, Database, choose, instrument, variable

FRAMES = {
    "name": "frames",
    "level": "set",
    "scope": "paragraph",
    "key": "t",
    "categories": [{"name": "economy", "key": "e"}, {"name": "health", "key": "h"}],
}
TONE = {"name": "tone", "level": "nominal", "categories": [{"name": "calm", "key": "q"}, {"name": "sharp", "key": "v"}]}
Recheck = Callable[[str], None]


@pytest.fixture
def store(make_project: MakeProject) -> Store:
    return make_project(TEXT, codebook=instrument(FRAMES, TONE))


@pytest.fixture
def recheck(store: Store) -> Recheck:
    def apply(what: str) -> None:
        changes = CodebookChanges(store)
        changes.apply(changes.preview(store.codebooks.current(), recheck=[what]), store.program())

    return apply


@pytest.mark.parametrize("again", [1, 2, 3])
def test_an_unchanged_codebook_puts_labels_in_doubt_as_often_as_it_is_asked(
    store: Store, recheck: Recheck, clock: Clock, again: int
) -> None:
    session = Session(store, "a", clock)
    choose(session, "frames", "economy")
    for _ in range(again):
        recheck("frames/economy")
        assert session.coding.n_doubts() == 1
        session.cursor.reload()
        session.labels.confirm(variable(session, "frames"))
        assert session.coding.n_doubts() == 0


def test_choosing_what_a_set_in_doubt_holds_keeps_it_and_ends_the_doubt(
    store: Store, recheck: Recheck, clock: Clock
) -> None:
    session, database = Session(store, "a", clock), Database(store.path)
    choose(session, "frames", "economy")
    choose(session, "frames", "health")
    recheck("frames/economy")
    session = Session(store, "a", clock)

    choose(session, "frames", "economy")

    assert database.paragraph_labels(0)["frames"] == ["economy", "health"]
    assert session.coding.n_doubts() == 0
    assert session.recorder.notice is not None
    assert session.recorder.notice.text == "frames is kept; choose economy again to take it out"

    choose(session, "frames", "economy")
    assert database.paragraph_labels(0)["frames"] == ["health"]


def test_another_category_of_a_set_in_doubt_is_a_decision_too(store: Store, recheck: Recheck, clock: Clock) -> None:
    session, database = Session(store, "a", clock), Database(store.path)
    choose(session, "frames", "economy")
    recheck("frames/economy")
    session = Session(store, "a", clock)

    choose(session, "frames", "health")

    assert database.paragraph_labels(0)["frames"] == ["economy", "health"]
    assert session.coding.n_doubts() == 0


def test_going_to_a_doubt_says_why_and_stands_on_its_statement(store: Store, recheck: Recheck, clock: Clock) -> None:
    session = Session(store, "a", clock)
    choose(session, "tone", "calm")
    session.statements.another()
    choose(session, "tone", "sharp")
    recheck("tone/calm")
    session = Session(store, "a", clock)
    session.navigation.move(1)

    session.navigation.next_doubt()

    assert session.cursor.current == 0
    assert session.recorder.notice is not None
    assert (
        "1 decision in doubt: tone, calm is to be looked at again: is it still right?" in session.recorder.notice.text
    )


def test_line_mode_confirms_a_set_in_doubt(store: Store, recheck: Recheck, clock: Clock) -> None:
    session, database = Session(store, "a", clock), Database(store.path)
    choose(session, "frames", "economy")
    recheck("frames/economy")
    mode = Lines(Session(store, "a", clock))

    said = [*mode.answer("doubt"), *mode.answer("frames economy")]

    assert any("economy is to be looked at again" in line for line in said)
    assert database.paragraph_labels(0)["frames"] == ["economy"]


def test_the_status_counts_doubts_of_each_coder(store: Store, recheck: Recheck, clock: Clock) -> None:
    choose(Session(store, "a", clock), "tone", "calm")
    recheck("tone")

    assert [coder["in_doubt"] for coder in store.status()["coders"]] == [1]
