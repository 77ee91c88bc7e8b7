"""Phase and batch under which a coder had each paragraph to code, read a range of paragraphs at a time."""

from __future__ import annotations

from functools import cached_property

from annotator.store.file.connection import Connection


class Assigned:
    """The assignments of one snapshot."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def has(self, recorder: int) -> bool:
        """Whether a coder was given anything to code."""
        return self._c.one("select 1 from assignments where recorder = ? limit 1", (recorder,)) is not None

    def between(self, recorder: int, first: int, last: int) -> dict[int, tuple[str, str]]:
        """Phase and batch of the paragraphs in a range that were assigned to a coder."""
        found: dict[int, tuple[str, str]] = {}
        if self._longest is None:
            return found
        runs = self._c.all(
            "select first, last, phase, batch from assignments where recorder = ? and first between ? and ?"
            " and last >= ? order by first",
            (recorder, first - self._longest, last, first),
        )
        for start, end, phase, batch in runs:
            found.update(dict.fromkeys(range(max(start, first), min(end, last) + 1), (phase, batch)))
        return found

    @cached_property
    def _longest(self) -> int | None:
        """How far the last paragraph of a run lies behind its first, at most; None without assignments."""
        row = self._c.one("select max(last - first) from assignments")
        return None if row is None or row[0] is None else int(row[0])
