"""Rebuild the project after histories were joined or parted."""

from __future__ import annotations

from annotator.errors import StoreError
from annotator.store.file.backup import new_epoch
from annotator.store.file.connection import Connection
from annotator.store.history import renumber as order
from annotator.store.history.concurrent_versions import Version
from annotator.store.history.fold_mark import read_mark
from annotator.store.history.join_codebooks import Joined
from annotator.store.history.replay import Rebuilt, has_resolved_conflicts, rebuild, wipe
from annotator.store.merge.copy_history import Tick
from annotator.text.terminal_text import one_line


class ContradictionError(StoreError):
    """Codebooks of several files that a person has to bring together.

    Attributes:
        versions: The versions that contradict each other.
    """

    def __init__(self, versions: list[Version], joined: Joined) -> None:
        said = "; ".join(one_line(sentence) for sentence in joined.contradictions)
        super().__init__(f"the codebooks contradict each other ({' and '.join(joined.parts)}): {said}")
        self.versions = versions


def rebuild_project(c: Connection, tick: Tick | None) -> Rebuilt:
    """Put articles and steps in their order, and make the state anew.

    Raises:
        ContradictionError: The files' codebooks say different things of one name.
    """
    wipe(c)
    triggers = order.allow_rewriting(c)
    order.order_steps(c)
    is_moved = order.order_articles(c)
    order.forbid_rewriting(c, triggers)
    order.count_steps(c)
    rebuilt = rebuild(c, None if tick is None else lambda done, total: tick("records", done, total))
    if len(rebuilt.codebooks) > 1 and rebuilt.joined is not None:
        raise ContradictionError(rebuilt.codebooks, rebuilt.joined)
    if is_moved:
        new_epoch(c)
    return rebuilt


def needs_replay(c: Connection) -> bool:
    """Whether a replay of the history as it is would change the state: records waited for others, or were resolved."""
    mark = read_mark(c)
    return mark is None or mark.may_place_orphans(c) or has_resolved_conflicts(c)
