"""Paragraphs that a coder's work calls coded although a required label is missing."""

from __future__ import annotations

from annotator.codebook.model import Codebook
from annotator.store.file.connection import Connection
from annotator.store.tables.recode_queue import missing

_NO_SPEAKER = (
    "select s.coder, s.paragraph from statements s where s.deleted = 0"
    " and not exists (select 1 from statement_speakers m where m.statement = s.id)"
)
_END_OF_TIME = "~"
"""Later than every time of the file."""


def incomplete(c: Connection, codebook: Codebook) -> set[tuple[int, int]]:
    """The coders and paragraphs, by their rows, whose state is coded without every required label; people only."""
    found: set[tuple[int, int]] = set()
    for variable in codebook.variables:
        if not (variable.required and variable.enabled):
            continue
        asked = (_NO_SPEAKER, ()) if variable is codebook.speaker else missing(codebook, variable, _END_OF_TIME)
        if asked is not None:
            found.update(
                (row[0], row[1])
                for row in c.all(
                    f"select distinct u.coder, u.paragraph from ({asked[0]}) u join reviews r on r.coder = u.coder and"
                    " r.paragraph = u.paragraph and r.state = 'coded' join coders k on k.id = u.coder"
                    " where k.kind = 'human'",
                    asked[1],
                )
            )
    return found


def n_incomplete(c: Connection, codebook: Codebook) -> dict[str, int]:
    """Number of such paragraphs by coder."""
    names = dict(c.all("select id, name from coders"))
    counts: dict[str, int] = {}
    for coder, _ in incomplete(c, codebook):
        counts[names[coder]] = counts.get(names[coder], 0) + 1
    return dict(sorted(counts.items()))
