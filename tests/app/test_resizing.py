"""A window that changes its size at any time."""

from __future__ import annotations

from annotator.app.app import AnnotatorApp
from tests.app.conftest import keys, resize, shown
from tests.session.conftest import Database


async def test_a_window_made_small_and_large_again_shows_all_that_it_showed(app: AnnotatorApp) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "j", "1")
        before = shown(app)

        for size in [(40, 10), (120, 36), (80, 24), (60, 20), (40, 10), (80, 24), (120, 36)]:
            await resize(pilot, *size)

        assert shown(app) == before


async def test_a_prompt_survives_a_window_that_is_too_small(app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "j", "slash", *"Bo")
        await resize(pilot, 40, 10)
        await keys(pilot, *" R")
        await resize(pilot, 80, 24)
        await keys(pilot, "enter")

        assert [one["speakers"] for one in database.statements()] == [["Bo Reed"]]


async def test_keys_rest_where_nothing_can_be_seen(app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await resize(pilot, 40, 10)
        assert "coding needs 60×20" in " ".join(shown(app).split())
        await keys(pilot, "x", "1", "o")

        assert database.n_steps() == 0
