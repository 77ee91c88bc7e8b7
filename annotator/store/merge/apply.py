"""Apply history that came in: fold what it touches, or rebuild the project where it changes more than that."""

from __future__ import annotations

from typing import Any, NamedTuple

from annotator.store.file.connection import Connection
from annotator.store.file.meta import read_meta
from annotator.store.history import renumber as order
from annotator.store.history.fold_mark import FoldMark, newest_change, read_mark
from annotator.store.history.new_steps import EarlierSteps, Start
from annotator.store.history.refold import NeedsRebuild, refold
from annotator.store.history.replay import Rebuilt
from annotator.store.merge.copy_history import Tick
from annotator.store.merge.rebuild_project import rebuild_project

_MANY = 500
"""So many new lines are always folded one record at a time; of more, the part that they are decides."""

_LARGE_PART = 0.3
"""The part of the history from which on a rebuild is faster."""


class Before(NamedTuple):
    """A project before history came in: where its own ended, the mark of the last fold, and its codebooks."""

    start: Start
    mark: FoldMark | None
    codebooks: tuple[Any, ...]

    @classmethod
    def of(cls, c: Connection) -> Before:
        """A project as it is now. Must run inside the write that lets history come in."""
        return cls(Start.of(c), read_mark(c), _codebooks(c))


def apply_new(c: Connection, before: Before, *, has_articles: bool, tick: Tick | None = None) -> Rebuilt:
    """Bring the state up to the history, at the cost of what came in where that is possible.

    Args:
        c: The project, inside the write in which history came in.
        before: The project before.
        has_articles: Whether articles came in, or their descriptions.
        tick: Callback for the progress of a rebuild.

    Raises:
        ContradictionError: The files' codebooks say different things of one name.
    """
    try:
        return fold_new(c, before, has_articles=has_articles)
    except NeedsRebuild:
        return rebuild_project(c, tick)


def fold_new(c: Connection, before: Before, *, has_articles: bool, earlier: EarlierSteps | None = None) -> Rebuilt:
    """As `apply_new`, but never rebuild the project.

    `earlier` are counts of earlier steps that still hold, such as those of the portion before.

    Raises:
        NeedsRebuild: It is needed; roll back, or rebuild in the same write.
    """
    if before.mark is None or before.codebooks != _codebooks(c):
        raise NeedsRebuild
    n_new = newest_change(c) - before.start.change
    if n_new > _MANY and n_new > _LARGE_PART * newest_change(c):
        raise NeedsRebuild
    if before.mark.may_place_orphans(c) or (has_articles and not order.are_articles_in_order(c)):
        raise NeedsRebuild
    return refold(c, before.start, before.mark, earlier or EarlierSteps(c, before.mark.branched))


def _codebooks(c: Connection) -> tuple[Any, ...]:
    """What tells apart two states of the codebooks and of what leads from one to another."""
    return (
        tuple(c.all("select codebook_id, name, added_at from codebooks order by codebook_id")),
        c.one("select count(*), max(id) from codebook_steps"),
        read_meta(c, "codebook_steps"),
    )
