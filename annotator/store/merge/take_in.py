"""Take in history from another file piece by piece, while a coder works: no snapshot, and no record for `--undo`."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from annotator.store.file.connection import Connection
from annotator.store.history.replay import UNCHANGED, Rebuilt
from annotator.store.merge.copy_history import bring
from annotator.store.merge.difference import compare
from annotator.store.merge.rebuild_project import needs_replay, rebuild_project
from annotator.store.merge.report import Came
from annotator.store.store import Store


class TakenIn(NamedTuple):
    """What was taken in.

    Attributes:
        came: The new steps, articles and coders, by their ids and names.
        rebuilt: What the fold of the history gave: orphans, joined codebooks, speakers of one name.
        n_waiting: Number of steps that were not taken in, because they need a rebuild of the whole project and
            `may_rebuild` was false.
    """

    came: Came
    rebuilt: Rebuilt
    n_waiting: int = 0


def take_in(
    store: Store,
    other: Connection,
    *,
    portion: int = 200,  # noqa: ARG001 (everything is one portion as long as the project is rebuilt each time)
    between: Callable[[], None] | None = None,
    may_rebuild: bool = True,  # noqa: ARG001
) -> TakenIn:
    """Take in what another file has and this one lacks; the result is the same as that of a merge.

    The other file has the tables of a project and may be a part of one: then it holds the steps to take in, the steps
    that they undo or redo, and the rows of the coders, articles and codebooks that they name. Each portion is one
    transaction, so that others can write in between; what was taken in before an error stays. Calling it again is safe.

    `merge --undo` does not take it back, and it makes no steps of its own.

    Args:
        store: The project. Its connection belongs to the thread that calls.
        other: The other file, opened to be read, with the schema of this version.
        portion: The largest number of steps in one transaction.
        between: Called after each transaction.
        may_rebuild: Whether the project may be rebuilt as a whole where this is needed, as by a new codebook or a coder
            who worked in two files at once. It takes seconds in a large project, and sessions that are open must be
            opened again if articles move. If false, the steps wait: call it again between sessions.

    Raises:
        StoreError: The other file contradicts this one, or cannot be read.
        ContradictionError: The codebooks say different things of one name; nothing of this portion is taken in.
    """
    c = store.connection
    lacks = compare(c, other)
    if lacks.is_nothing:
        return TakenIn(Came([], [], []), UNCHANGED)
    with c.write():
        with other.read():
            came = bring(c, other, lacks)
        is_same = not (lacks.steps or lacks.articles or lacks.has_codings) and not needs_replay(c)
        rebuilt = UNCHANGED if is_same else rebuild_project(c, None)
    c.know_project()
    if between is not None:
        between()
    return TakenIn(came, rebuilt)
