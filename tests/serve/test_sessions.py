"""Two screens a coder; those that nobody uses end."""

from __future__ import annotations

import asyncio

import pytest

from annotator.serve import sessions as sessions_module
from annotator.serve.sessions import IDLE, Session, Sessions
from annotator.serve.tokens import Invited
from tests.serve.conftest import Clock

ANNA, BEN = Invited("anna", "abcde"), Invited("ben", "fghij")


async def opened(sessions: Sessions, who: Invited) -> Session:
    session = await sessions.open(who, "cookie")
    assert session is not None
    return session


async def test_a_coder_has_two_screens_and_others_are_not_concerned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions_module, "_WAIT_FOR_PLACE", 0.01)
    sessions = Sessions()
    for _ in range(2):
        await opened(sessions, ANNA)

    assert await sessions.open(ANNA, "cookie") is None
    await opened(sessions, BEN)
    assert len(sessions) == 3


async def test_a_page_that_is_loaded_again_waits_for_the_place_of_the_old_one() -> None:
    sessions = Sessions()
    first = await opened(sessions, ANNA)
    await opened(sessions, ANNA)

    again = asyncio.create_task(sessions.open(ANNA, "cookie"))
    await asyncio.sleep(0)
    await sessions.close(first)

    assert await again is not None
    assert len(sessions) == 2


async def test_a_screen_is_idle_after_an_hour_without_a_key(clock: Clock) -> None:
    sessions = Sessions(clock)
    used, unused = await opened(sessions, ANNA), await opened(sessions, BEN)

    clock.now += IDLE - 1
    used.has_key()
    clock.now += 1
    sessions.end_where(lambda one: one.is_idle, "idle")

    assert unused.ending.result() == "idle"
    assert not used.ending.done()
    unused.end("again")  # the first reason holds
    assert unused.ending.result() == "idle"
