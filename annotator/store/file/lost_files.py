"""What to do when the project file or its journal is lost under a session: save what was committed, and say so once."""

from __future__ import annotations

from contextlib import suppress
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

from annotator.errors import StoreError

if TYPE_CHECKING:
    from annotator.store.file.connection import Connection
    from annotator.store.file.open_files import OpenFiles, Part

_WHAT: dict[tuple[Part, bool], str] = {
    ("file", True): "{name} was moved, removed or replaced",
    ("file", False): "{name} was cut or overwritten",
    ("journal", True): "the journal {name}-wal was moved, removed or replaced",
    ("journal", False): "the journal {name}-wal was cut",
    ("index", True): "the index of the journal, {name}-shm, was moved, removed or replaced",
    ("index", False): "the index of the journal, {name}-shm, was cut",
}
"""What happened to each part, by whether its name leads elsewhere now."""

_WHAT_TO_DO = {
    ("file", True): "put it back, or leave and open it again",
    ("file", False): "leave; `annotator restore` puts a backup back",
}

_PATIENCE = 0.5
"""Seconds that others may take before the journal is not emptied but copied."""


class LostFiles:
    """Saves what was committed, once for each file that is lost, and says what became of it."""

    def __init__(self, c: Connection, files: OpenFiles) -> None:
        self._c = c
        self._files = files
        self._saved: dict[tuple[Part, bool], str] = {}

    def forget(self) -> None:
        """All is well again: what is lost next must be saved anew."""
        self._saved.clear()

    def refusal(self, part: Part) -> StoreError:
        """What to say of a transaction that was rolled back because a file is lost."""
        loss = (part, self._files.is_moved(part))
        if loss == ("journal", False) and self._was_emptied():
            return StoreError(f"{self._c.name} was tidied by another program meanwhile; nothing was written, try again")
        if loss not in self._saved:
            self._saved[loss] = self._save(part)
        return StoreError(f"{self._happened(loss)}; nothing was written, and {self._saved[loss]}: {_advice(loss)}")

    def after_commit(self, part: Part) -> StoreError | None:
        """What to say of a commit during which a file was lost; None if it can be found all the same."""
        loss = (part, self._files.is_moved(part))
        if part == "journal" and (self._empty_journal() if loss[1] else self._was_emptied()):
            return None
        saved = self._save(part)
        return StoreError(f"{self._happened(loss)} during a write; {saved}: {_advice(loss)}")

    def _happened(self, loss: tuple[Part, bool]) -> str:
        # Without its folder, so that a line of the screen has room for what to do.
        name = PurePath(self._c.name).name
        return f"{_WHAT[loss].format(name=name)} by another program"

    def _save(self, part: Part) -> str:
        """Save what this connection still reads; where it is now, as the middle of a sentence."""
        if part == "index" or (part == "journal" and self._empty_journal()):
            return "what was saved before is in the file"
        copy = self._c.on_lost() if self._c.on_lost is not None else None
        if copy is None:
            return "what was saved last may be lost"
        if part == "file" and self._files.is_moved("file"):
            # SQLite leaves the journal behind, and it would be played back into the file that has the name then.
            self._checkpoint("truncate")
            self._was_emptied()
        return f"what was saved before is in the backup {copy}"

    def _empty_journal(self) -> bool:
        """Move all of a removed journal into the file; whether that was done.

        SQLite still has the journal open, and only that. Where another one has its name, somebody may have written to
        it: what the index says could then be of either.
        """
        return self._files.is_moved("journal") and self._files.is_vacant("journal") and self._checkpoint("full")

    def _was_emptied(self) -> bool:
        with suppress(StoreError):
            return self._files.was_emptied(self._c)
        return False

    def _checkpoint(self, how: Literal["full", "truncate"]) -> bool:
        with suppress(StoreError), self._c.waiting(_PATIENCE):
            row = self._c.one(f"pragma wal_checkpoint({how})")
            return row is not None and row[0] == 0 and row[1] == row[2]
        return False


def _advice(loss: tuple[Part, bool]) -> str:
    return _WHAT_TO_DO.get(loss, "leave and open it again")
