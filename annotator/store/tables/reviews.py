"""Rows of reviews: a coder's state of a paragraph."""

from __future__ import annotations

from annotator.model import DONE, UNREAD
from annotator.store.file.connection import Connection
from annotator.store.tables import done_runs as progress
from annotator.store.tables.json_values import Value
from annotator.store.tables.keys import Key, Times, paragraph_id

_BY_ROLE = " or ".join(f"(state = '{state}' and p.role = '{role}')" for role, state in UNREAD.items())

PASSED = (
    "(seconds = 0 and reviews.role is null and state in ({states})"
    f" and exists (select 1 from paragraphs p where p.id = reviews.paragraph and ({_BY_ROLE}))"
    " and reviews.coder in (select coder from reviews where seconds > 0))"
).format(states=", ".join(f"'{state}'" for state in UNREAD.values()))
"""Whether a row of `reviews` was passed with the key that finished the paragraph before: it has the state that its
guessed role gives it, and the coder has not spent a second on it. Of a coder whose times are not known nothing is
called passed."""


def read_review(c: Connection, coder: int, key: Key) -> Value:
    """A coder's review of a paragraph as the history keeps it; None if there is none."""
    row = c.one(
        "select state, flag, note, role from reviews where coder = ? and paragraph = ?",
        (coder, paragraph_id(c, key[0], key[1])),
    )
    # A paragraph that was only looked at is as good as one without a record: looking is not part of the history.
    if row is None or row == ("open", 0, None, None) or row == ("unseen", 0, None, None):
        return None
    return {"state": row[0], "flag": bool(row[1]), "note": row[2], "role": row[3]}


def write_review(c: Connection, coder: int, key: Key, value: Value, at: Times) -> None:
    """Write a coder's review of a paragraph; None reopens it."""
    paragraph = paragraph_id(c, key[0], key[1])
    review = value or {"state": "open", "flag": False, "note": None, "role": None}
    c.execute(
        "insert into reviews (paragraph, coder, state, flag, note, role, updated_at) values (?, ?, ?, ?, ?, ?, ?)"
        " on conflict do update set state = excluded.state, flag = excluded.flag, note = excluded.note,"
        " role = excluded.role, updated_at = excluded.updated_at",
        (paragraph, coder, review["state"], int(review["flag"]), review["note"], review["role"], at.last),
    )
    if not c.is_in_bulk:
        (progress.mark_done if review["state"] in DONE else progress.mark_left)(c, coder, paragraph)
