"""Rows of coders, and the rules for a coder's name."""

from __future__ import annotations

import unicodedata

from annotator.errors import UsageError
from annotator.store.file.connection import Connection
from annotator.store.file.timestamps import now
from annotator.text.terminal_text import one_line, plain

MAX_NAME = 100

PROGRAM = "annotator"
"""The program's own coder, for codebooks, plans and imports in the history."""

CODES = (
    "(k.kind <> 'human' or k.recheck_of is not null or k.n_steps = 0"
    " or exists (select 1 from done_runs x where x.coder = k.id)"
    " or exists (select 1 from assignments x where x.coder = k.id)"
    " or exists (select 1 from statements x where x.coder = k.id and x.deleted = 0)"
    " or exists (select 1 from paragraph_labels x where x.coder = k.id)"
    " or exists (select 1 from article_labels x where x.coder = k.id)"
    " or exists (select 1 from reviews x where x.coder = k.id and (x.flag = 1 or x.note is not null"
    " or x.role is not null or not exists (select 1 from verdicts v where v.decided_by = k.id))))"
)
"""The condition that somebody, `k`, codes. A person whose steps are all of another kind adjudicates or leads; so does
an adjudicator who has only looked at paragraphs."""


def coder_name(name: str) -> str:
    """Check a coder's name and return its stored form.

    Raises:
        UsageError: The name is empty, too long, or contains control characters.
    """
    tidy = unicodedata.normalize("NFC", name.strip())
    if not tidy:
        raise UsageError("the coder name is empty: give one with --coder NAME")
    if plain(tidy) != tidy or "\n" in tidy or "\t" in tidy:
        raise UsageError(
            f"the coder name {one_line(tidy)[:60]} contains a control or invisible character; type it again without"
        )
    if len(tidy) > MAX_NAME:
        raise UsageError(f"this coder name has {len(tidy)} characters; shorten it to at most {MAX_NAME}")
    if tidy == "annotator":
        raise UsageError("the program itself uses the name annotator; choose another coder name")
    return tidy


def coder_row(
    c: Connection, name: str, kind: str = "human", *, recheck_of: int | None = None, at: str | None = None
) -> int:
    """The row of the coder of that name, inserted if the name is new.

    Sessions open with it, so it does without sqlite-utils; whose `insert(ignore=True)` would also drop a wrong kind.

    Args:
        c: The project.
        name: The coder's name.
        kind: The kind of a new coder.
        recheck_of: The row of the coder whose recheck a new one is.
        at: When a new coder was added; now by default.
    """
    c.execute(
        "insert into coders (name, kind, recheck_of, created_at) values (?, ?, ?, ?) on conflict (name) do nothing",
        (name, kind, recheck_of, at or now()),
    )
    row = c.one("select id from coders where name = ?", (name,))
    assert row is not None  # noqa: S101 (inserted just now)
    return int(row[0])
