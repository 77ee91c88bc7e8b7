"""What is pasted, and texts that are longer than anybody types."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from annotator.app.app import AnnotatorApp
from annotator.session import Session
from annotator.store import Store
from tests.app.conftest import keys, shown
from tests.session.conftest import Database


async def test_a_million_characters_are_refused_with_a_sentence(app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        for key in ("w", "slash"):
            await keys(pilot, key)
            app.screen.query_one(Input).post_message(events.Paste("Ada " * 250_000))
            await pilot.pause()

            assert "the pasted text has 1,000,000 characters; this line holds at most" in shown(app)
            await keys(pilot, "escape")

        assert database.n_steps() == 0


async def test_pasted_lines_become_one_line_of_visible_signs(app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "w")
        app.screen.query_one(Input).post_message(events.Paste("one\ntwo\tthree \x9b31m\u202efour"))
        await pilot.pause()
        await keys(pilot, "enter")

        assert database.review(0)[2] == "one two three 31mfour"


async def test_a_note_from_elsewhere_is_shown_harmlessly_and_kept_as_it_was(project: Store, database: Database) -> None:
    session = Session(project, "a", lambda: 0.0)
    session.statements.set_note("first\nsecond \x1b[31mred")
    app = AnnotatorApp(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "w")
        assert "first␊second ␛[31mred" in shown(app)

        await keys(pilot, "enter")

        assert database.review(0)[2] == "first\nsecond \x1b[31mred"


async def test_a_note_of_a_megabyte_is_shown_and_stays_as_it_is(project: Store, database: Database) -> None:
    session = Session(project, "a", lambda: 0.0)
    session.statements.set_note("long " * 200_000)
    app = AnnotatorApp(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "w")

        assert "too many to edit here" in shown(app)
        assert len(database.review(0)[2] or "") == 999_999
