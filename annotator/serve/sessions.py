"""The screens that are open: two a coder, and none that nobody has used for an hour."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from annotator.serve.tokens import Invited

MOST_OPEN = 2
IDLE = 3600.0
"""Seconds without a key after which a screen is left."""

LOOK = 10.0
"""Seconds between two looks for screens that have to end."""

_WAIT_FOR_PLACE = 3.0
"""Seconds: a page that is loaded again asks for its place before the old one has given it back."""


class Session:
    """An open screen.

    Attributes:
        who: Its coder.
        cookie: The login that opened it.
        ending: Set when it has to end, with the reason for the page.
    """

    def __init__(self, who: Invited, cookie: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.who = who
        self.cookie = cookie
        self.ending: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._clock = clock
        self._last = clock()

    def has_key(self) -> None:
        """The coder has done something."""
        self._last = self._clock()

    @property
    def is_idle(self) -> bool:
        """Whether nobody has done anything for an hour."""
        return self._clock() - self._last >= IDLE

    def end(self, reason: str) -> None:
        """Let it end."""
        if not self.ending.done():
            self.ending.set_result(reason)


class Sessions:
    """All open screens of a server."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._open: set[Session] = set()
        self._freed = asyncio.Condition()

    async def open(self, who: Invited, cookie: str) -> Session | None:
        """Open a screen; None if this coder has two already."""
        async with self._freed:
            try:
                await asyncio.wait_for(self._freed.wait_for(lambda: self._n(who.coder) < MOST_OPEN), _WAIT_FOR_PLACE)
            except TimeoutError:
                return None
            session = Session(who, cookie, self._clock)
            self._open.add(session)
            return session

    async def close(self, session: Session) -> None:
        """Give a place back."""
        async with self._freed:
            self._open.discard(session)
            self._freed.notify_all()

    def end_where(self, is_meant: Callable[[Session], bool], reason: str) -> None:
        """End all screens of a kind."""
        for session in tuple(self._open):
            if is_meant(session):
                session.end(reason)

    def __len__(self) -> int:
        return len(self._open)

    def _n(self, coder: str) -> int:
        return sum(one.who.coder == coder for one in self._open)
