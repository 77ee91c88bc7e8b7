"""Logins: cookies of 12 hours, and how often an address may try a token."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import time
from collections import deque
from collections.abc import Callable

from annotator.serve.tokens import Invited

LASTS = 12 * 3600
"""Seconds until a login ends."""

MOST_TRIES, TRIES_IN = 10, 60.0
"""So many wrong tokens in so many seconds are looked at for one address."""

_MOST_ADDRESSES = 10_000


class Logins:
    """The logins of a running server. They are kept in memory: who restarts the server logs everybody out.

    Cookies are kept as hashes, so that they do not stand in a dump of the memory.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: dict[bytes, tuple[Invited, float]] = {}

    def begin(self, invited: Invited) -> str:
        """Log a coder in; return the value of the cookie."""
        now = self._clock()
        self._held = {key: held for key, held in self._held.items() if held[1] > now}
        cookie = secrets.token_urlsafe(32)
        self._held[_key(cookie)] = (invited, now + LASTS)
        return cookie

    def find(self, cookie: str) -> Invited | None:
        """The coder of a cookie; None if it is unknown or too old."""
        held = self._held.get(_key(cookie))
        return held[0] if held is not None and held[1] > self._clock() else None

    def end(self, cookie: str) -> None:
        """Log out."""
        self._held.pop(_key(cookie), None)


class Tries:
    """Wrong tokens by address. What is right does not count."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: dict[str, deque[float]] = {}

    def has_left(self, address: str) -> bool:
        """Whether an address may try a token now."""
        wrong = self._wrong.get(_network(address))
        return wrong is None or len(wrong) < MOST_TRIES or self._clock() - wrong[0] >= TRIES_IN

    def count(self, address: str) -> None:
        """Count a token before it is looked at, so that tokens sent at the same time count too."""
        now, network = self._clock(), _network(address)
        if len(self._wrong) >= _MOST_ADDRESSES:
            self._wrong = {one: held for one, held in self._wrong.items() if now - held[-1] < TRIES_IN}
        self._wrong.setdefault(network, deque(maxlen=MOST_TRIES)).append(now)

    def take_back(self, address: str) -> None:
        """Count a token no longer, because it was right."""
        self._wrong[_network(address)].pop()


def _key(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode("utf-8", "surrogateescape")).digest()


def _network(address: str) -> str:
    """The network of an address: IPv6 gives each customer as many addresses as they like in one of 64 bits."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:  # as a proxy names it that listens for both kinds at once
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))
