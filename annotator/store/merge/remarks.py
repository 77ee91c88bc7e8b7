"""Remarks of a merge about its files: what in them is older than the project, and work to look at."""

from __future__ import annotations

from annotator.store.file.connection import Connection
from annotator.store.file.meta import read_meta
from annotator.store.tables.codebooks import Codebooks
from annotator.text.counted import counted

_ASSIGNED = (
    "select c.name, a.article_id, p.position, s.phase, s.last - s.first + 1 from assignments s"
    " join coders c on c.id = s.coder join paragraphs p on p.id = s.first join articles a on a.id = p.article"
)


def older(c: Connection, other: Connection) -> tuple[str, ...]:
    """What in another file is older than in the project after the merge, each as the rest of a sentence."""
    return tuple(filter(None, (_codebook(c, other), *_phases(c, other), *_plan(c, other))))


def _codebook(c: Connection, other: Connection) -> str | None:
    here, there = Codebooks(c), Codebooks(other)
    current, old = here.current_id(), there.current_id()
    if old == current or _is_part(c, old, current):
        return None
    now, then = here.current(), there.current()
    version = then.version if then.name == now.name else f"{then.name} {then.version}"
    return (
        f"holds codebook {then.name} {then.version}; the project has {now.version}; its work comes in under {version}"
        f" and is read by {now.version}"
    )


def _is_part(c: Connection, old: str, current: str) -> bool:
    """Whether the codebook in force was joined of this one and others."""
    sql = (
        "select 1 from codebook_steps s join codebooks b on b.id = s.before join codebooks a on a.id = s.after"
        " where b.codebook_id = ? and a.codebook_id = ? and json_extract(s.document, '$.kind') = 'joined'"
    )
    return c.one(sql, (old, current)) is not None


def _phases(c: Connection, other: Connection) -> list[str]:
    """Phases that are closed in the project, and in which the file still gives something to code."""
    closed = {phase for (phase,) in c.all("select phase from phases where closed_at is not null")}
    closed_there = {phase for (phase,) in other.all("select phase from phases where closed_at is not null")}
    given = {phase for (phase,) in other.all("select distinct phase from assignments")}
    return [
        f"still codes in the phase {phase}, which the project has closed"
        for phase in sorted(closed & given - closed_there)
    ]


def _plan(c: Connection, other: Connection) -> list[str]:
    """What the project has assigned and the file does not know of."""
    coder = read_meta(other, "packed_for")
    known = {row[:4] for row in other.all(_ASSIGNED)}
    lacking: dict[str, int] = {}
    for name, *place, n in c.all(_ASSIGNED):
        if coder in (None, name) and (name, *place) not in known:
            lacking[name] = lacking.get(name, 0) + int(n)
    return [
        f"lacks {counted(n, 'paragraph')} that the project has assigned to {name}"
        for name, n in sorted(lacking.items())
        if known or coder is not None
    ]
