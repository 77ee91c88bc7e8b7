"""An open project file: articles, codebooks, speakers and every coder's work."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from annotator.codebook.model import Codebook
from annotator.errors import StoreError, UsageError
from annotator.model import Article, Coder, CoderKind, Speaker
from annotator.store.coder.blindness import Blindness
from annotator.store.coder.coding import Coding
from annotator.store.coder.registry import Registry
from annotator.store.coder.status import status
from annotator.store.file.connection import Connection
from annotator.store.file.database_files import new_database
from annotator.store.file.meta import read_meta, write_meta
from annotator.store.file.migrations import LATEST
from annotator.store.file.schema import refuse_foreign
from annotator.store.file.timestamps import now
from annotator.store.history.history import History
from annotator.store.tables.articles import Articles
from annotator.store.tables.codebooks import Codebooks
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.records import Selection
    from annotator.store.read.selection import Coders
    from annotator.store.read.snapshot import Progress, Snapshot
from annotator.store.file.project_file import build_bare, migrate, projects_in, version
from annotator.store.tables.coders import CODES, PROGRAM, coder_name, coder_row


class Store:
    """One project file. A writing method commits before it returns.

    A store belongs to the thread that opened it.

    Attributes:
        articles: The articles and their paragraphs.
        codebooks: Every version of the codebook.
        registry: The speakers.
        history: Every step of every coder.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open a project and update its schema.

        Raises:
            StoreError: The file is missing, is not a project, or comes from a newer version.
        """
        name = one_line(str(path))
        if path.is_dir():
            raise StoreError(f"{name} is a folder, not a project file")
        if not path.exists():
            raise StoreError(f"there is no project {name}; {_other_projects(path) or 'make one with `annotator init`'}")
        self.path = path
        self._c = Connection(path, read_only=read_only)
        try:
            self._check(name)
            self._c.know_project()
            self._c.watch_schema(refuse_foreign)
        except BaseException:
            self._c.close()
            raise
        if not self._c.is_read_only:
            self._c.before_first_write = self._daily_backup
            self._c.on_lost = self._rescue
        self.articles = Articles(self._c)
        self.codebooks = Codebooks(self._c)
        self.registry = Registry(self._c)
        self.history = History(self._c)

    @classmethod
    def create(
        cls, path: Path, codebook: Codebook, articles: Iterable[Article] = (), entries: Iterable[Speaker] = ()
    ) -> Store:
        """Create a project with a codebook, articles and entries of the registry; on an error, create nothing.

        Raises:
            StoreError: The name exists already, or the folder is not writable.
        """
        with new_database(path) as unfinished:
            _build(unfinished, codebook, articles, entries)
        return cls(path)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._c.close()

    @property
    def connection(self) -> Connection:
        """The connection, for the store's own modules."""
        return self._c

    def coders(self) -> list[Coder]:
        """Everyone who codes in this project, in order of arrival."""
        rows = self._c.all(
            "select id, name, kind from coders where name <> 'annotator' and recheck_of is null order by id"
        )
        return [Coder(id=row[0], name=row[1], kind=row[2]) for row in rows]

    def has_coder(self, name: str) -> bool:
        """Whether somebody of that name is known here, as a coder or otherwise."""
        return self._c.one("select 1 from coders where name = ?", (name,)) is not None

    def people_who_code(self) -> list[str]:
        """The names of the people who code, by name; not of those who only adjudicate or lead."""
        rows = self._c.all(
            "select name from coders k where name <> 'annotator' and recheck_of is null and kind = 'human'"
            f" and {CODES} order by name"
        )
        return [row[0] for row in rows]

    def coder(self, name: str, kind: CoderKind = "human") -> Coder:
        """The coder with that name; a new name adds a coder.

        Raises:
            UsageError: The name is empty, too long, or contains control characters.
        """
        name = coder_name(name)
        row = self._c.one("select id, kind from coders where name = ?", (name,))
        packed_for = self.packed_for
        if packed_for not in (None, name):
            shown = one_line(packed_for or "")
            raise UsageError(f"this file was packed for {shown}; only this coder can code in it (--coder {shown})")
        if row is None:
            with self._c.write():
                coder_row(self._c, name, kind)
            return self.coder(name, kind)
        return Coder(id=row[0], name=name, kind=row[1])

    def program(self) -> int:
        """The program's own coder, for steps in the history without a person."""
        return coder_row(self._c, PROGRAM, "model")

    @property
    def packed_for(self) -> str | None:
        """The coder of a packed file; None for a whole project."""
        return read_meta(self._c, "packed_for")

    def blindness(self, name: str | None) -> Blindness:
        """The blindness of the coder with that name. It hides nothing from None or from other names."""
        row = None if name is None else self._c.one("select id from coders where name = ?", (name,))
        return Blindness(self._c, None if row is None else int(row[0]))

    def unblind(self, name: str, command: str) -> None:
        """Record that a coder in an open phase asked for others' codings."""
        phases = list(self.blindness(name).open_phases)
        with self.history.step(self.program(), f"unblind {name}: {command}") as step:
            step.put("unblinding", [name, now()], {"phases": phases, "command": command})

    def unblindings(self) -> list[tuple[str, str, str]]:
        """Unblindings in open phases: coder, time and command, oldest first."""
        return self._c.all(
            "select c.name, u.at, u.command from unblindings u join coders c on c.id = u.coder order by u.at, c.name"
        )

    def visible_coders(self, name: str | None) -> list[str] | None:
        """The coder whose codings a coder may see without regard to phase; None is everybody's."""
        return [name] if name is not None and self.blindness(name).open_phases else None

    def registry_for(self, name: str | None) -> Registry:
        """The registry visible to the coder with that name."""
        row = None if name is None else self._c.one("select id from coders where name = ?", (name,))
        return Registry(self._c, viewer=None if row is None else int(row[0]))

    def coding(self, name: str) -> Coding:
        """The work of the coder with that name."""
        coder = self.coder(name)
        return Coding(self._c, self.history, Registry(self._c, viewer=coder.id), coder)

    def status(self) -> dict[str, Any]:
        """The project and its coders in numbers, as `annotator status --json` writes them."""
        return status(self._c, self.codebooks.current())

    def records(
        self, selection: Selection | None = None, progress: Progress | None = None, coders: Coders = "all"
    ) -> AbstractContextManager[Snapshot]:
        """A snapshot of the project, or of the selected part, for exports and reports.

        Args:
            selection: The selected part; everything by default.
            progress: Called after every article.
            coders: The coders to include if the selection names none.
        """
        from annotator.store.read.snapshot import snapshot  # what codes does not export

        return snapshot(self._c, selection, progress, coders)

    def _check(self, name: str) -> None:
        found = version(self._c)
        if found is None:
            raise StoreError(f"{name} is not an annotator project: it is empty, or another program's database")
        if found > LATEST:
            raise StoreError(f"{name} was made by a newer version of annotator; install that version")
        if found < LATEST and self._c.is_read_only:
            raise StoreError(f"{name} was made by an older version of annotator: open it once for writing")
        if found < LATEST:
            refuse_foreign(self._c, found)
            self._migrate(found)
        refuse_foreign(self._c)
        if not self._c.is_read_only:
            self._c.use_journal()

    def _migrate(self, found: int) -> None:
        from annotator.store.file.backup import back_up

        back_up(self.path, f"before migration from {found}")
        migrate(self._c)

    def _rescue(self) -> str | None:
        from annotator.store.file.backup import rescue

        try:
            return rescue(self._c, self.path).name
        except StoreError:
            return None

    def _daily_backup(self) -> None:
        from annotator.store.file.backup import back_up_daily

        back_up_daily(self.path)


def _build(path: Path, codebook: Codebook, articles: Iterable[Article], entries: Iterable[Speaker]) -> None:
    """Create a whole project under a temporary name."""
    build_bare(path)
    connection = Connection(path)
    try:
        with connection.write():
            write_meta(connection, "created_at", now())
            coder = coder_row(connection, PROGRAM, "model")
            with History(connection).step(coder, f"begin with codebook {codebook.name}") as step:
                step.put("codebook", [], Codebooks(connection).add(codebook))
                for entry in entries:
                    Registry(connection).put(step, entry)
            Articles(connection).add_many(articles)
        connection.use_journal()
    finally:
        connection.close()


def _other_projects(path: Path) -> str:
    """The projects in the folder of a missing one, as advice; empty without any."""
    others = [one_line(str(other)) for other in projects_in(path.parent)]
    if not others:
        return ""
    rest = f" and {len(others) - 3} others" if len(others) > 3 else ""
    here = f"its folder has {', '.join(others[:3])}{rest}"
    return f"{here}: name the project with --project, or make one with `annotator init`"
