"""One connection to a project file: its pragmas, its transactions, and its errors in words."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.errors import BusyError, StoreError
from annotator.files import private
from annotator.files.durable import sync_file
from annotator.store.file.journal_index import JournalIndex
from annotator.store.file.lost_files import LostFiles
from annotator.store.file.network_drives import is_on_network
from annotator.store.file.open_files import OpenFiles
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    import sqlite3

    from annotator.store.file.project_database import ProjectDatabase
else:
    # The same choice as sqlite-utils makes, without the time that importing it takes.
    try:
        import pysqlite3 as sqlite3
    except ImportError:
        import sqlite3

APPLICATION_ID = 0x616E6E6F
"""Marks a SQLite file as a project of this program ("anno")."""

BUSY_SECONDS = 5.0
"""How long a read or a write waits for other programs before it gives up."""

_TELL_EVERY = 0.25
"""How often a waiting write says that it waits, in seconds."""

_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.0002, 0.005
"""How long a waiting write sleeps before it tries again, in seconds, at first and at most."""

_MOST_KNOWN_ROWS = 20_000
"""How many rows are remembered in bulk, some 10 MB."""

WAL_IS_SAFE = sqlite3.sqlite_version_info >= (3, 51, 3)
"""Whether this SQLite is free of the WAL-reset bug of 3.7.0 to 3.51.2; without WAL the bug cannot happen."""


class Connection:
    """A connection that commits when it says so and explains what goes wrong.

    It belongs to the thread that opened it. Every method raises a StoreError with one sentence, never a driver's error.

    Attributes:
        patience: How many seconds a write waits for other programs.
        on_wait: Called with the seconds waited so far, while a write waits.
        before_first_write: Called once, before the first transaction takes the write lock.
        on_lost: Called once when the file or its journal is no longer the one that is open: it copies what was saved
            elsewhere, and returns the name of the copy, or None.
    """

    def __init__(self, path: Path, *, read_only: bool = False, mode: str | None = None) -> None:
        """Open a database.

        Args:
            path: The file.
            read_only: Whether writes are refused.
            mode: SQLite's own words for how to open it, where that is not to be chosen here: `ro` leaves the
                write-ahead log as it is, `ro&immutable=1` does not look at it.

        Raises:
            StoreError: It cannot be opened.
        """
        self.path = path
        self.name = one_line(str(path))
        self.is_read_only = read_only
        self.patience = BUSY_SECONDS
        self.on_wait: Callable[[float], None] | None = None
        self.before_first_write: Callable[[], None] | None = None
        self._is_writing = False
        self._known_rows: dict[tuple[str, tuple[Any, ...]], tuple[Any, ...]] | None = None
        self.on_lost: Callable[[], str | None] | None = None
        self._epoch: str | None = None
        self._epoch_before: str | None = None
        self._last_step = 0
        self._schema: tuple[Any, ...] | None = None
        self._check_schema: Callable[[Connection], None] | None = None
        self._files = OpenFiles(path)
        self._is_journal_known = False
        self._lost = LostFiles(self, self._files)
        self._index = JournalIndex(path)
        self._is_closed = False
        mode = mode or self._mode(read_only)
        self._is_immutable = "immutable" in mode
        self._raw = self._open_as_there_is_room() if mode == "rw" and self._index.is_at_risk else self._open(mode)
        try:
            self._set_pragmas()
        except BaseException:
            self.close()
            raise

    def _mode(self, read_only: bool) -> str:
        can_write = os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK)
        if read_only and not can_write:
            # A folder that cannot be written has no room for the WAL's index; without a WAL none is needed.
            is_still = not os.access(self.path.parent, os.W_OK) and not Path(f"{self.path}-wal").exists()
            return "ro&immutable=1" if is_still else "ro"
        # Readers open it for writing too, and then forbid themselves to write: the last connection to close folds the
        # WAL into the one file, and one that was opened with mode=ro could not.
        return "rw"

    def _open(self, mode: str) -> sqlite3.Connection:
        uri = f"file:{_quoted(self.path.absolute())}?mode={mode}"
        try:
            return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS, cached_statements=256)
        except sqlite3.Error as error:
            raise self._refusal(error) from error

    def _open_as_there_is_room(self) -> sqlite3.Connection:
        """Open it with the index of its journal where it can be written: in a file, or on a full disk in memory."""
        if self._index.is_in_the_way() and (alone := self._open_alone()):
            return alone
        self._index.prepare()
        raw = self._open("rw")
        try:
            raw.execute("select 1 from sqlite_master").fetchone()
        except sqlite3.OperationalError:
            raw.close()
            return self._open_alone() or self._open("rw")
        return raw

    def _open_alone(self) -> sqlite3.Connection | None:
        """Open it with the index of its journal in memory, for this process alone; None if others have it open."""
        raw = self._open("rw&vfs=unix-excl")
        try:
            raw.execute("pragma busy_timeout = 0")
            raw.execute("select 1 from sqlite_master").fetchone()
            self._index.remove()
        except (sqlite3.Error, OSError):
            raw.close()
            return None
        return raw

    def _set_pragmas(self) -> None:
        self.execute(f"pragma busy_timeout = {int(BUSY_SECONDS * 1000)}")
        self.execute("pragma trusted_schema = off")
        self.execute("pragma foreign_keys = on")
        self.execute("pragma cell_size_check = on")
        # With a rollback journal, only EXTRA syncs the folder after the journal is gone, which is what commits;
        # with a WAL it is the same as FULL. A Mac's fsync leaves the data in the drive's cache without F_FULLFSYNC.
        self.execute("pragma synchronous = extra")
        self.execute("pragma fullfsync = on")
        self.execute("pragma checkpoint_fullfsync = on")
        if self.is_read_only:
            self.execute("pragma query_only = on")

    def use_journal(self) -> None:
        """Choose WAL where it can be trusted, else the rollback journal; both sync every commit.

        A WAL needs memory that all programs share, which a network file system cannot give, and a SQLite without the
        WAL-reset bug.
        """
        wanted = "wal" if WAL_IS_SAFE and not is_on_network(self.path) else "delete"
        row = self.one("pragma journal_mode")
        if row and row[0] == wanted:
            return
        # SQLite does not wait by itself where two programs want to change it at once.
        self._patiently(f"pragma journal_mode = {wanted}")

    def forbid_writing(self) -> None:
        """From now on this connection only reads."""
        self.is_read_only = True
        self.execute("pragma query_only = on")

    @cached_property
    def db(self) -> ProjectDatabase:
        """The same connection for sqlite-utils: schema, migrations, rows that are written in bulk or seldom."""
        # half of the time that a first frame may take; coding itself does not need it
        from annotator.store.file.project_database import ProjectDatabase

        return ProjectDatabase(self._raw, self._in_words)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        try:
            return self._raw.execute(sql, parameters)
        except sqlite3.Error as error:
            raise self._refusal(error) from error
        except (OverflowError, UnicodeEncodeError) as error:
            raise self._unfit(error) from error

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row."""
        try:
            self._raw.executemany(sql, rows)
        except sqlite3.Error as error:
            raise self._refusal(error) from error
        except (OverflowError, UnicodeEncodeError) as error:
            raise self._unfit(error) from error

    def one(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row, if there is one."""
        try:
            row: tuple[Any, ...] | None = self.execute(sql, parameters).fetchone()
        except sqlite3.Error as error:
            raise self._refusal(error) from error
        except UnicodeDecodeError as error:
            raise self._unfit(error) from error
        return row

    def all(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Every row."""
        try:
            return self.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise self._refusal(error) from error
        except UnicodeDecodeError as error:
            raise self._unfit(error) from error

    def stream(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows one by one, in constant memory."""
        cursor = self.execute(sql, parameters)
        try:
            # Not `yield from`, which would close the cursor of a connection that may be closed by then.
            for row in cursor:  # noqa: UP028
                yield row
        except sqlite3.Error as error:
            raise self._refusal(error) from error

    @contextmanager
    def checking_keys_last(self) -> Iterator[None]:
        """A block that changes most rows of a copy: foreign keys are checked when it has ended, not row by row.

        Raises:
            StoreError: A row refers to one that is not there; throw the copy away.
        """
        self.execute("pragma foreign_keys = off")
        yield
        for table, number, parent, _ in self.all("pragma foreign_key_check")[:1]:
            raise StoreError(
                f"row {number} of {table} refers to a row of {parent} that is not there;"
                " check the project with `annotator doctor`"
            )
        self.execute("pragma foreign_keys = on")

    @contextmanager
    def in_bulk(self) -> Iterator[None]:
        """A block that writes many new records, in which no row that `look_up` finds is deleted or gets another number.

        Rows found once are not read again. What follows from other rows is not kept up: who opens the block derives it
        afterwards.
        """
        self._known_rows = {}
        try:
            yield
        finally:
            self._known_rows = None

    @property
    def is_in_bulk(self) -> bool:
        """Whether what follows from other rows will be derived later."""
        return self._known_rows is not None

    def look_up(self, sql: str, parameters: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """The row of one thing, if it is there: in bulk the row that was found the first time."""
        if self._known_rows is None:
            return self.one(sql, parameters)
        found = self._known_rows.get((sql, parameters))
        if found is None and (found := self.one(sql, parameters)) is not None:
            if len(self._known_rows) >= _MOST_KNOWN_ROWS:
                self._known_rows.clear()
            self._known_rows[sql, parameters] = found
        return found

    def forget_rows(self) -> None:
        """Read every row that is looked up again: some have changed."""
        if self._known_rows is not None:
            self._known_rows.clear()

    @contextmanager
    def write(self) -> Iterator[None]:
        """One transaction that holds the write lock from its first moment; nested, it is part of the outer one.

        When the block has ended it is committed; when the block raises, nothing has happened.

        Raises:
            BusyError: Another program held the lock longer than `patience`.
            StoreError: The file was replaced or rearranged by another program since it was opened.
        """
        if self._is_writing:
            yield
            return
        if self._raw.in_transaction:
            raise StoreError(f"{self.name}: a write inside a read would be thrown away with it")
        try:
            self._begin()
        except StoreError as error:
            self._explain(error)
            raise
        self._is_writing = True
        self._epoch_before = self._epoch
        try:
            self._check_same_project()
            self._check_same_schema()
            yield
            lost = self._files.lost(self)
            if lost is None:
                self._patiently("commit")
        except StoreError as error:
            self._roll_back()
            self._explain(error)
            raise
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._is_writing = False
        if lost is not None:
            self._roll_back()
            raise self._lost.refusal(lost)
        self._check_commit()

    def _explain(self, error: StoreError) -> None:
        """Raise what is lost, if SQLite failed because a file is lost.

        Raises:
            StoreError: One of the files is lost; the sentence names it.
        """
        if not isinstance(error.__cause__, sqlite3.Error) or isinstance(error, BusyError):
            return
        lost = self._files.lost(self)
        if lost is not None:
            raise self._lost.refusal(lost) from error

    def _begin(self) -> None:
        if self.is_read_only:
            raise StoreError(f"{self.name} cannot be written: it was opened for reading")
        if self.before_first_write is not None:
            hook, self.before_first_write = self.before_first_write, None
            hook()
        self._files.before_begin(self)
        self._patiently("begin immediate")
        try:
            self._index.make_room()
        except OSError as error:
            self._roll_back()
            raise StoreError(_FULL.format(name=self.name)) from error
        if not self._is_journal_known:
            self.know_journal()

    def _patiently(self, sql: str) -> None:
        """Run what may have to wait for others, saying so while it waits.

        SQLite's own waiting sleeps for up to a tenth of a second, and the process that sleeps longest is overtaken.
        """
        started = told = time.monotonic()
        pause = _SHORTEST_PAUSE
        self._let_sqlite_wait(0)
        try:
            while True:
                try:
                    self.execute(sql)
                    return
                except BusyError:
                    now = time.monotonic()
                    if now - started >= self.patience:
                        raise
                    if self.on_wait is not None and now - told >= _TELL_EVERY:
                        told = now
                        self.on_wait(now - started)
                time.sleep(pause)
                pause = min(pause * 1.5, _LONGEST_PAUSE)
        finally:
            self._let_sqlite_wait(BUSY_SECONDS)

    def _let_sqlite_wait(self, seconds: float) -> None:
        with suppress(sqlite3.Error):
            self._raw.execute(f"pragma busy_timeout = {int(seconds * 1000)}")

    @contextmanager
    def waiting(self, seconds: float) -> Iterator[None]:
        """For the length of a block, let SQLite wait so long for other programs."""
        self._let_sqlite_wait(seconds)
        try:
            yield
        finally:
            self._let_sqlite_wait(BUSY_SECONDS)

    def _roll_back(self) -> None:
        """Undo what was begun; an error of the disk may have done so already."""
        self._epoch = self._epoch_before
        if self._raw.in_transaction:
            with suppress(sqlite3.Error):
                self._raw.rollback()

    def know_project(self) -> None:
        """Remember which arrangement of the rows this connection reads; writes are refused once it is another."""
        self._epoch, self._last_step = self._project()
        if not self.is_read_only:
            self.know_journal()

    def rearrange(self, epoch: str) -> None:
        """Know the arrangement that the open transaction gives the rows, for the check after its commit.

        It may have fewer steps than the one before.
        """
        if self._epoch is not None:
            self._epoch, self._last_step = epoch, 0

    def know_journal(self) -> None:
        """Remember the journal that is open now; writes are refused once it is another."""
        self._is_journal_known = True
        if self.one("pragma journal_mode") == ("wal",):
            self._files.know_journal()

    def _project(self) -> tuple[str, int]:
        """The arrangement of the rows, and the last step of the history."""
        row = self.one("select (select value from meta where key = 'epoch'), (select max(id) from steps)")
        epoch, step = row or (None, None)
        return str(epoch or ""), int(step or 0)

    def watch_schema(self, check: Callable[[Connection], None]) -> None:
        """Let a check decide about each write after another program has changed the schema."""
        self._check_schema, self._schema = check, self.one("pragma schema_version")

    def _check_same_schema(self) -> None:
        if self._check_schema is None:
            return
        found = self.one("pragma schema_version")
        if found != self._schema:
            self._check_schema(self)
            self._schema = found

    def _check_same_project(self) -> None:
        if self._epoch is None:
            return
        epoch, last_step = self._project()
        if epoch != self._epoch:
            raise StoreError(
                f"{self.name} was restored, merged or repaired meanwhile; nothing was written: leave and open it again"
            )
        if last_step < self._last_step:
            raise StoreError(
                f"{self.name} was overwritten with an older state by another program; nothing was written, and what was"
                " saved last may be lost: leave; `annotator restore` puts a backup back"
            )
        self._last_step = last_step

    def _check_commit(self) -> None:
        """Refuse to call saved what nobody would find."""
        lost = self._files.lost_in_commit(self)
        refusal = None if lost is None else self._lost.after_commit(lost)
        if refusal is not None:
            raise refusal
        if lost is None and self._files.is_written():
            self._files.before_begin(self)
            self._check_same_project()
        self._lost.forget()

    def n_bytes(self) -> int:
        """How many bytes the database has without its journal, as SQLite counts its pages."""
        row = self.one("select page_count * page_size from pragma_page_count, pragma_page_size")
        return int(row[0]) if row else 0

    @cached_property
    def page_size(self) -> int:
        """Bytes a page."""
        row = self.one("pragma page_size")
        return int(row[0]) if row else 4096

    @contextmanager
    def read(self) -> Iterator[None]:
        """One snapshot for several reads: what others commit meanwhile is not seen."""
        if self._raw.in_transaction:
            yield
            return
        self.execute("begin")
        try:
            yield
        finally:
            if self._raw.in_transaction:
                self._raw.rollback()

    @contextmanager
    def beside(self, other: Connection, name: str) -> Iterator[None]:
        """Attach another file under a name, only to read it; not inside a transaction."""
        uri = f"file:{_quoted(other.path.absolute())}?mode={'ro&immutable=1' if other._is_immutable else 'ro'}"
        self.execute(f"attach ? as {name}", (uri,))
        try:
            yield
        finally:
            self.execute(f"detach {name}")

    def copy_to(self, path: Path) -> None:
        """Copy the database into a new file, as it is at this moment, whole and on the disk when it returns.

        The copy is one file: it needs no WAL to be read, and only its owner may read it.
        """
        private.create(path)
        target = None
        try:
            target = sqlite3.connect(path, isolation_level=None)
            target.execute("pragma synchronous = off")
            self._raw.backup(target)
            target.execute("pragma journal_mode = delete")
        except sqlite3.Error as error:
            raise self._refusal(error) from error
        finally:
            if target is not None:
                target.close()
        sync_file(path)

    def copy_into(self, other: Connection) -> None:
        """Put this database in the place of what another file holds, in one transaction of that file.

        Raises:
            BusyError: Others hold that file.
        """
        started = time.monotonic()

        def wait(_status: int, _left: int, _total: int) -> None:
            if time.monotonic() - started > other.patience:
                raise BusyError(f"{other.name} is in use by another program; nothing was written, try again")

        try:
            # All pages in one step: the other file's lock is taken once, and taken or not taken as a whole.
            self._raw.backup(other._raw, pages=-1, progress=wait, sleep=0.05)
        except sqlite3.Error as error:
            raise other._refusal(error) from error

    def close(self) -> None:
        """Close it; the last one to close folds the WAL back into the one file."""
        self._raw.close()
        if not self._is_closed:
            self._is_closed = True
            self._files.close()
            self._index.leave()

    def _refusal(self, error: sqlite3.Error) -> StoreError:
        reason = str(error)
        code = getattr(error, "sqlite_errorname", None) or _code(reason)
        if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL")):
            return BusyError(f"{self.name} is in use by another program; nothing was written, try again")
        for prefix, sentence in _SENTENCES:
            if code.startswith(prefix):
                return StoreError(sentence.format(name=self.name, reason=one_line(reason)))
        return StoreError(f"{self.name}: {one_line(reason)}")

    def _in_words(self, error: Exception) -> StoreError:
        return self._refusal(error) if isinstance(error, sqlite3.Error) else self._unfit(error)

    def _unfit(self, error: Exception) -> StoreError:
        what = {
            OverflowError: "a number is too large",
            UnicodeEncodeError: "a text holds half of a character (a lone surrogate)",
            UnicodeDecodeError: "a text in it is not valid UTF-8; `annotator doctor` says what can be saved",
        }
        return StoreError(f"{self.name}: {what[type(error)]}")


_FULL = "{name} cannot be written: the disk is full; nothing was changed"
_SENTENCES = (
    ("SQLITE_READONLY", "{name} cannot be written: the file or its folder is read-only"),
    ("SQLITE_FULL", _FULL),
    ("SQLITE_CANTOPEN", "{name} cannot be opened here: check that the folder exists and can be written"),
    ("SQLITE_PERM", "{name} cannot be opened: its permissions do not allow it"),
    (
        "SQLITE_NOTADB",
        "{name} is not an annotator project: it is not an SQLite database, or its beginning is damaged"
        " (`annotator doctor` looks into it)",
    ),
    ("SQLITE_CORRUPT", "{name} is damaged ({reason}); `annotator doctor` says what can be saved"),
    (
        "SQLITE_IOERR_WRITE",
        "{name} cannot be written: the disk or a limit on file sizes refused it; nothing was changed",
    ),
    ("SQLITE_IOERR", "{name}: the disk refused to read or write ({reason}); nothing was changed"),
    ("SQLITE_TOOBIG", "{name}: a text or a number is too large to store"),
    ("SQLITE_NOMEM", "{name}: there is not enough memory"),
)


def _code(reason: str) -> str:
    """SQLite's name for an error, where the driver does not give one."""
    words = {
        "locked": "SQLITE_BUSY",
        "locking protocol": "SQLITE_PROTOCOL",
        "readonly": "SQLITE_READONLY",
        "disk is full": "SQLITE_FULL",
        "unable to open": "SQLITE_CANTOPEN",
        "not a database": "SQLITE_NOTADB",
        "malformed": "SQLITE_CORRUPT",
        "disk I/O": "SQLITE_IOERR",
        "too big": "SQLITE_TOOBIG",
    }
    return next((code for word, code in words.items() if word in reason), "")


def sqlite_version() -> str:
    """The version of SQLite at work here."""
    return str(sqlite3.sqlite_version)


def plain_connection(path: Path) -> Connection:
    """A connection to a new file of its own, for work that nobody else sees."""
    private.create(path)
    c = Connection(path)
    c.execute("pragma synchronous = off")
    c.execute("pragma foreign_keys = off")
    return c


def _quoted(path: Path) -> str:
    """A path as SQLite's URI wants it."""
    from urllib.parse import quote

    text = str(path).replace("\\", "/")
    text = quote(text if text.startswith("/") else f"/{text}", safe="/:", errors="surrogateescape")
    # An empty authority, so that what begins with two slashes is not taken for one.
    return f"//{text}"
