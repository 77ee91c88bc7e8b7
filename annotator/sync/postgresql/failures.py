"""Errors of PostgreSQL in sentences of our own. No text of a server or of libpq gets out: it could hold a password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from annotator.errors import OfflineError, RefusedError, SyncError

if TYPE_CHECKING:
    from psycopg import Error

_AT_CONNECTING = (
    ("password authentication failed", "the hub does not accept this name with this password"),
    ("no password supplied", "the hub asks for a password; put it into the file that PGPASSFILE names"),
    ("does not support ssl", "the server of the hub has no TLS, so nothing was sent; ask its administrator"),
    ("does not match host name", "the certificate of the hub belongs to another host, so nothing was sent"),
    ("certificate", "this machine does not trust the certificate of the hub, so nothing was sent"),
    ("no pg_hba.conf entry", "the server of the hub does not let this name in from here"),
    ("not permitted to log in", "the server of the hub does not let this name in"),
    ("does not exist", "the server of the hub has no such database or name"),
    ("permission denied for database", "the hub does not let this name in"),
)
"""A part of libpq's message, and what we say. Whatever else stops a connection may pass."""

_REFUSED = {
    "HB001": "the hub already has a batch with this number, or lacks the one before it",
    "HB002": "the hub already has a step of this batch, with other changes",
    "HB003": "the hub takes changes of the plan and the codebook only from the lead",
    "HB004": "the hub refuses a part of this batch, which is not as annotator writes it",
    "23514": "the hub refuses a part of this batch, which is not as annotator writes it",
    "23505": "the hub already has this batch, or a step of it",
    "22021": "the hub cannot store a NUL character",
    "42501": "the hub does not allow this: a coder sends only their own work, in their own stream",
    "42P01": "this database is not a hub yet; `annotator sync invite NAME --lead` prints what its administrator types",
    "3F000": "this database is not a hub yet; `annotator sync invite NAME --lead` prints what its administrator types",
}
_PASSING = ("08", "25P", "40", "53", "55", "57", "58")
"""How the codes of errors begin that may be gone later: connection, resources, shutdown, deadlock."""


@contextmanager
def explained(host: str) -> Iterator[None]:
    """Turn each error of psycopg in the block into one of ours.

    Raises:
        OfflineError: The hub cannot be reached, or has no room now.
        RefusedError: The hub refuses.
    """
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        raise _sentence(error, host) from None


def _sentence(error: Error, host: str) -> SyncError:
    code = error.sqlstate
    if code is None:
        said = str(error).lower()
        for part, sentence in _AT_CONNECTING:
            if part in said:
                return RefusedError(sentence)
        return OfflineError(f"the hub at {host} cannot be reached")
    if code in _REFUSED:
        return RefusedError(_REFUSED[code])
    if code.startswith(_PASSING):
        return OfflineError(f"the hub at {host} is not ready ({code})")
    return RefusedError(f"the hub refuses this (PostgreSQL's error {code})")
