"""Everything that can be wrong with a project file, looked for, with a plain verdict."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import ValidationError

from annotator.errors import AnnotatorError, BusyError, StoreError
from annotator.files.locks import can_lock
from annotator.files.mounts import file_system
from annotator.model import Article, Paragraph
from annotator.store.file import network_drives as filesystem
from annotator.store.file.backup import backups
from annotator.store.file.checksum import of_article, of_change, of_codebook_steps
from annotator.store.file.codebook_text import LOST, is_as_written
from annotator.store.file.connection import WAL_IS_SAFE, Connection, sqlite_version
from annotator.store.file.meta import read_meta
from annotator.store.file.migrations import LATEST
from annotator.store.file.project_file import version
from annotator.store.file.schema import drop_foreign, foreign, is_altered, objects, refuse_foreign
from annotator.store.history.canonical_rows import QUERIES, differences
from annotator.store.history.replay import rebuild
from annotator.store.rescue import wal_check as journal
from annotator.store.rescue.codebook_steps import step_fault
from annotator.store.tables.codebooks import all_steps, parsed, steps_seal
from annotator.store.tables.removed_articles import n_removed
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

Level = Literal["damage", "fault", "hazard", "note"]
"""Damage: of the file; fault: what it says contradicts itself; hazard: what may go wrong here; note: good to know."""

_MOST = 20
_ROOM = 50_000_000

Tick = Callable[[str, int, int], None]


class Finding(NamedTuple):
    """One thing found."""

    level: Level
    sentence: str


class Diagnosis(NamedTuple):
    """All that was found.

    Attributes:
        findings: What is wrong, worst first.
        checked: How much was checked, by what it is called.
    """

    findings: list[Finding]
    checked: dict[str, int]

    @property
    def is_sound(self) -> bool:
        """Whether there is neither damage nor fault."""
        return not any(finding.level in ("damage", "fault") for finding in self.findings)

    @property
    def verdict(self) -> str:
        """The whole in one sentence."""
        levels = [finding.level for finding in self.findings]
        if "damage" in levels:
            return "The file is damaged; `annotator doctor --repair` saves what can be read of it into a new one."
        if "fault" in levels:
            return "The file is readable but contradicts itself; `annotator doctor --repair` makes a sound one of it."
        if "hazard" in levels:
            return "The project is sound; mind the place where it lies."
        return "The project is sound."


class NewerError(StoreError):
    """Only a newer version can say whether the file is sound."""


def examine(path: Path, tick: Tick | None = None) -> Diagnosis:
    """Look for everything that can be wrong with a project.

    Raises:
        StoreError: The file does not exist.
        NewerError: A newer version made it.
    """
    name = one_line(str(path))
    if not path.is_file():
        raise StoreError(f"there is no file {name}")
    findings = list(_beside(path))
    checked: dict[str, int] = {}
    lost = journal.fault(path)
    if lost is not None:
        # Opening it would fold the log into the file.
        return Diagnosis([Finding("fault", lost), *findings], checked)
    try:
        c = Connection(path, read_only=True)
        try:
            with c.read():
                findings += _inside(c, checked, tick or (lambda _what, _done, _total: None))
        finally:
            c.close()
    except (BusyError, NewerError):
        raise
    except StoreError as error:
        findings.append(Finding("damage", str(error)))
    order = ("damage", "fault", "hazard", "note")
    return Diagnosis(sorted(findings, key=lambda finding: order.index(finding.level)), checked)


def _inside(c: Connection, checked: dict[str, int], tick: Tick) -> Iterator[Finding]:
    found = version(c)
    if found is None:
        yield Finding("damage", f"{c.name} is not an annotator project, or what says so is damaged")
        return
    if found > LATEST:
        raise NewerError(
            f"{c.name} was made by a newer version of annotator, which alone can check it: install that version"
        )
    bad = [str(row[0]) for row in c.all(f"pragma integrity_check({_MOST})") if row[0] != "ok"]
    yield from (Finding("damage", f"SQLite: {one_line(line)}") for line in bad)
    yield from (Finding("fault", one_line(sentence)) for sentence in foreign(c, found))
    if found < LATEST:
        yield Finding("note", f"it has the schema of an older version ({found} of {LATEST}) and is checked no further")
        return
    if is_altered(objects(c)):
        yield Finding("note", "because of its schema it is checked no further")
        return
    for table, row, parent, _ in c.all("pragma foreign_key_check")[:_MOST]:
        yield Finding("fault", f"row {row} of {table} refers to a row of {parent} that is not there")
    yield from _articles(c, checked, tick)
    yield from _evidence(c, checked)
    yield from _codebooks(c, checked)
    yield from _history(c, checked, tick)
    yield from _orphans(c)
    yield from _behind(c)
    if not bad:
        yield from _replayed(c, checked, tick)


def _articles(c: Connection, checked: dict[str, int], tick: Tick) -> Iterator[Finding]:
    rows = c.stream(
        "select id, article_id, name, title, source, date, url, path, metadata, checksum, n_paragraphs, raw_text"
        " from articles order by id"
    )
    total = (c.one("select count(*) from articles") or (0,))[0]
    for n, row in enumerate(rows, 1):
        cut = c.all("select position, start, end, role from paragraphs where article = ? order by position", row[:1])
        called = f"article {one_line(str(row[2]))[:60]} ({one_line(str(row[1]))})"
        try:
            article = Article(
                name=row[2],
                raw_text=row[11],
                paragraphs=tuple(Paragraph(position=p[0], start=p[1], end=p[2], role=p[3]) for p in cut),
            )
        except ValidationError:
            yield Finding("fault", f"{called}: its paragraphs do not fit its text")
        else:
            if article.article_id != row[1]:
                yield Finding("damage", f"{called}: its text is not the one that was added")
        if of_article(row[2:9], cut) != row[9] or len(cut) != row[10]:
            yield Finding("damage", f"{called}: what is known about it, or its paragraphs, changed by themselves")
        tick("articles", n, total)
    checked["articles"] = total
    if n := n_removed(c):
        checked["removed articles"] = n
    checked["paragraphs"] = (c.one("select count(*) from paragraphs") or (0,))[0]


def _evidence(c: Connection, checked: dict[str, int]) -> Iterator[Finding]:
    for table, named in (("statements", "statement_id"), ("gold", "gold_id")):
        for one, start, end, length in c.all(
            f"select s.{named}, s.evidence_start, s.evidence_end, length(a.raw_text) from {table} s"
            " join paragraphs p on p.id = s.paragraph join articles a on a.id = p.article"
            " where s.evidence_start is not null and not (s.evidence_start >= 0"
            f" and s.evidence_start < s.evidence_end and s.evidence_end <= length(a.raw_text)) limit {_MOST}"
        ):
            yield Finding("fault", f"{one}: evidence at {start}–{end} leaves its article of length {length}")
        checked[table] = (c.one(f"select count(*) from {table}") or (0,))[0]


def _codebooks(c: Connection, checked: dict[str, int]) -> Iterator[Finding]:
    books = c.all("select codebook_id, name, version, document from codebooks order by id")
    for codebook_id, name, number, document in books:
        called = f"codebook {one_line(name)} {one_line(number)}"
        try:
            codebook = parsed(document)
        except StoreError:
            yield Finding("damage", f"{called} cannot be read")
            continue
        if (codebook.name, codebook.version) != (name, number):
            yield Finding("damage", f"{called} calls itself otherwise in its own document")
        if name == LOST:
            yield Finding("note", f"the codebook {one_line(codebook_id)} was lost; its labels are kept as plain text")
        elif not is_as_written(codebook_id, name, document):
            yield Finding("damage", f"the text of {called} is not as it was written")
    yield from _codebook_steps(c)
    if read_meta(c, "codebook") not in [book[0] for book in books]:
        yield Finding("fault", "no codebook that the project holds is in force")
    checked["codebooks"] = len(books)


def _codebook_steps(c: Connection) -> Iterator[Finding]:
    """The recorded changes from one codebook version to the next."""
    if (seal := steps_seal(c)) is not None:
        with suppress(TypeError):  # a value that is not text is found below
            if seal != str(of_codebook_steps(all_steps(c))):
                yield Finding("damage", "the recorded changes between codebook versions are not as they were written")
    for document, words, before, after in c.all(
        "select s.document, s.words, b.document, a.document from codebook_steps s"
        " join codebooks b on b.id = s.before join codebooks a on a.id = s.after order by s.id"
    ):
        with suppress(StoreError):
            fault = step_fault(document, words, parsed(before), parsed(after))
            if fault is not None:
                yield Finding("damage", f"a recorded change of the codebook ({one_line(str(words))[:60]}) {fault}")


def _history(c: Connection, checked: dict[str, int], tick: Tick) -> Iterator[Finding]:
    total = (c.one("select count(*) from changes") or (0,))[0]
    rows = c.stream(
        "select t.step_id, t.at, t.what, t.kind, x.n, x.entity, x.key, x.before, x.after, x.first_at, x.last_at,"
        " x.checksum from changes x join steps t on t.id = x.step order by x.step, x.n"
    )
    n_bad = 0
    for n, row in enumerate(rows, 1):
        if of_change(row[:4], row[4:11]) != row[11]:
            n_bad += 1
            if n_bad <= _MOST:
                yield Finding("damage", f"the line of history of {one_line(str(row[1]))} is not as it was written")
        tick("lines of history", n, total)
    checked["lines of history"] = total
    backwards = c.one(
        "select count(*) from steps u join steps s on s.id = u.of where (u.at, u.step_id) < (s.at, s.step_id)"
    )
    if backwards and backwards[0]:
        yield Finding("fault", f"the history undoes or redoes {counted(backwards[0], 'step')} before they were made")
    ahead = c.one("select max(at) from steps")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    if ahead and ahead[0] and ahead[0] > tomorrow:
        yield Finding("hazard", f"the history holds a step of {one_line(ahead[0])}: a clock was wrong, here or there")
    miscounted = c.all(
        "select name from coders c where n_steps <> (select count(*) from steps where coder = c.id) order by name"
    )
    yield from (Finding("fault", f"the steps of {one_line(name)} are counted wrongly") for (name,) in miscounted)


def _orphans(c: Connection) -> Iterator[Finding]:
    for words, sql in (
        (
            "places of statements that are gone",
            "places where statement is not null and statement not in (select statement_id from statements)",
        ),
        ("undo steps of another coder's step", "steps u join steps s on s.id = u.of where u.coder <> s.coder"),
        (
            "speakers that stand for themselves through others",
            "speakers s join speakers m on m.id = s.merged_into where m.merged_into is not null",
        ),
    ):
        row = c.one(f"select count(*) from {sql}")
        if row and row[0]:
            yield Finding("fault", f"there are {row[0]} {words}")


def _replayed(c: Connection, checked: dict[str, int], tick: Tick) -> Iterator[Finding]:
    """Make the state anew from the history in a copy; it must be the state that is there."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="annotator-")
    except OSError:
        yield Finding("hazard", "there is no temporary folder, so the state could not be compared with the history")
        return
    with folder:
        copy = Path(folder.name) / "copy.db"
        try:
            c.copy_to(copy)
            again = Connection(copy)
        except (StoreError, OSError):
            yield Finding("hazard", "there is no room for a copy, so the state could not be compared with the history")
            return
        try:
            drop_foreign(again)
            with again.write():
                rebuilt = rebuild(again, lambda done, total: tick("records", done, total))
            for n, one in enumerate(differences(c, again)):
                if n >= _MOST:
                    yield Finding("fault", "more such differences")
                    break
                where = (
                    "the tables say, but not the history" if one.is_first else "the history says, but not the tables"
                )
                yield Finding("fault", f"{one.table}: {where}: {one_line(str(one.row))[:160]}")
            for entity, key in rebuilt.orphans[:_MOST]:
                yield Finding(
                    "note", f"a {entity} waits for an article or a statement that is not here: {one_line(key)}"
                )
        except (AnnotatorError, KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            yield Finding("fault", f"the history cannot be replayed: {one_line(str(error))[:160]}")
        finally:
            again.close()
    checked["tables compared with the history"] = len(QUERIES)


def _beside(path: Path) -> Iterator[Finding]:
    """The place where the file lies."""
    kind = file_system(path)
    if filesystem.is_on_network(path):
        yield Finding("hazard", f"it lies on a network file system ({kind}): one program at a time, and keep backups")
    service = filesystem.synced_by(path)
    if service:
        yield Finding(
            "hazard",
            f"{service} synchronises this folder and may mix two states of the file: work elsewhere, merge later",
        )
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        yield Finding("hazard", "the file or its folder is read-only: nothing can be coded here")
    elif not can_lock(path.parent):
        yield Finding("hazard", "files in this folder cannot be locked: two programs at once would damage the project")
    with suppress(OSError):
        free, size = shutil.disk_usage(path.parent).free, path.stat().st_size
        if free < max(_ROOM, 2 * size):
            yield Finding("hazard", f"only {free // 1_000_000} MB are free here, for a file of {size // 1_000_000} MB")
    if os.name == "posix" and path.stat().st_mode & 0o077:
        yield Finding("note", "other users of this machine may read it (chmod 600 forbids that)")
    for part, words in (("-wal", "write-ahead log"), ("-journal", "rollback journal")):
        beside = Path(f"{path}{part}")
        if beside.exists() and beside.stat().st_size:
            yield Finding(
                "note", f"a {words} lies beside it: a program is at work, or was killed; copy both or neither"
            )
    left = sorted(path.parent.glob(f".{path.name}.*.unfinished"))
    yield from (Finding("note", f"{one_line(one.name)} is left over from a program that was killed") for one in left)
    found = backups(path)
    if not found:
        yield Finding("note", "there is no backup yet; the first write of a day makes one")
    elif datetime.now(UTC) - found[0].at > timedelta(days=7):
        yield Finding("note", f"the latest backup is of {found[0].at:%Y-%m-%d}")
    mode = "WAL" if WAL_IS_SAFE and not filesystem.is_on_network(path) else "rollback journal"
    yield Finding("note", f"SQLite {sqlite_version()}, {mode}, every commit synced; {kind or 'unknown'} file system")


def _behind(c: Connection) -> Iterator[Finding]:
    """Whether the newest snapshot holds what the project does not, although nobody put an older state back."""
    newest = next(iter(backups(c.path)), None)
    if newest is None or newest.why in ("before restore", "before taking a merge back"):
        return
    with suppress(StoreError):
        snapshot = Connection(newest.path, read_only=True)
        try:
            refuse_foreign(snapshot, version(snapshot) or LATEST)
            n = 0
            for step in snapshot.stream("select step_id from steps order by id desc"):
                if c.one("select 1 from steps where step_id = ?", step) is not None:
                    break
                n += 1
        finally:
            snapshot.close()
        if n:
            yield Finding(
                "fault",
                f"the backup {newest.name} holds {counted(n, 'step')} of the history that the project does not:"
                " an older file lies in its place, or its journal was lost; `annotator merge` brings them back",
            )
