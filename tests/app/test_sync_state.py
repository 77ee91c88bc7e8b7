"""The state of the exchange with a team on the labelling screen."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import pytest

from annotator.app.app import AnnotatorApp
from annotator.session import Session
from annotator.store import Store
from annotator.sync.state import State
from tests.app.conftest import SIZES, pale_words, shown
from tests.app.steady import SteadyPilot, until

NOON = datetime(2026, 11, 2, 14, 2).astimezone()


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.app.screens.label._LOOK_AT_SYNC", 0.02)


@pytest.mark.parametrize("size", [*SIZES, (60, 20)])
async def test_the_first_line_ends_with_the_state_of_the_exchange(project: Store, size: tuple[int, int]) -> None:
    now = [State()]
    app = AnnotatorApp(Session(project, "a", lambda: 0.0), sync=lambda: now[0])
    async with app.run_test(size=size) as some:
        pilot = cast("SteadyPilot", some)
        for state, narrow, wide in (
            (State("synced", NOON), "synced 14:02", "synced 14:02"),
            (State("synced", NOON, 12), "12 waiting", "12 waiting"),
            (State("offline", NOON, 12), "offline (12)", "offline since 14:02 (12 waiting)"),
            (State("synced", NOON, 0, 4), "held: codebook 4", "held: codebook 4"),
            (State("synced", NOON, 0, 0, 3), "3 changes wait", "3 changes wait until you leave"),
        ):
            now[0], ending = state, f" · {wide if size[0] > 100 else narrow}"
            await until(pilot, lambda ending=ending: shown(app).splitlines()[0].endswith(ending))  # type: ignore[misc]
            assert not pale_words(app)
        await pilot.press("x")
        assert (
            shown(app).splitlines()[0].endswith("3 changes wait until you leave" if size[0] > 100 else "3 changes wait")
        )


async def test_what_is_refused_is_said_once_in_a_sentence(project: Store) -> None:
    state = State("refused", NOON, reason="the team's folder is not for this file")
    app = AnnotatorApp(Session(project, "a", lambda: 0.0), sync=lambda: state)
    async with app.run_test(size=(80, 24)) as some:
        pilot = cast("SteadyPilot", some)
        await until(pilot, lambda: "Exchange with the team: the team's folder is not for this file" in shown(app))
        assert shown(app).splitlines()[0].endswith(" · sync refused")

        await pilot.press("x")
        assert "the team's folder" not in shown(app)


async def test_without_a_target_nothing_is_said(app: AnnotatorApp) -> None:
    async with app.run_test(size=(120, 36)):
        assert "sync" not in shown(app).splitlines()[0]
