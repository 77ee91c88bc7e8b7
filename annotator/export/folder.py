"""The folder an export goes to: every file is written beside its target and takes its place when all are whole."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from annotator import __version__
from annotator.errors import ExportError
from annotator.export.counted_stream import Stream
from annotator.files import durable, private
from annotator.jsonl_lines import SCHEMA_VERSION
from annotator.records import Source
from annotator.text.terminal_text import one_line

_MARK = ".made-by-annotator"
"""Stands in every folder that an export made, and may therefore replace."""


_LEFT = re.compile(r"\..+\.\d+\.part")
_OLD = 24 * 3600
"""Seconds after which a temporary file that nothing was written to belongs to nobody."""


_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every file in an archive, so that the same files give the same bytes."""


class Written(NamedTuple):
    """A file that was written: how many rows it holds, None where it has none, and the hash of its bytes."""

    rows: int | None
    sha256: str


class Folder:
    """Files that appear together: written under temporary names, renamed when the block has ended without an error.

    A file never stands half written under its own name, and when anything fails, the old files are as they were.
    Files get mode 0600 and folders 0700: they hold codings. A folder that was there keeps its mode.

    Attributes:
        path: Where they go.
        files: What was written, by name.
        losses: What the format cannot hold, a sentence each.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: dict[str, Written] = {}
        self.losses: list[str] = []
        self._staged: dict[str, Path] = {}
        self._names: dict[tuple[Path, str], str] = {}
        self._is_new = False
        self._unsynced: list[Path] = []

    def __enter__(self) -> Folder:
        self._is_new = not self.path.exists()
        try:
            private.make_folder(self.path)
            self._sweep()
        except OSError as error:
            raise refusal(self.path, error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._put_in_place()
        finally:
            for temporary in self._staged.values():
                _remove(temporary)
            if self._is_new and kind is not None:
                with suppress(OSError):
                    self.path.rmdir()

    def _sweep(self) -> None:
        """Remove what exports that were killed have left; what is younger may be another machine's, still at work."""
        for path in self.path.glob(".*.part"):
            if _LEFT.fullmatch(path.name) and time.time() - path.lstat().st_mtime > _OLD:
                _remove(path)

    def lose(self, sentence: str) -> None:
        """Say what the format cannot hold; said once."""
        if sentence not in self.losses:
            self.losses.append(sentence)

    def stage(self, name: str) -> Path:
        """A temporary path for a file; `name` is where it will stand.

        A name with a slash stands in a folder that is replaced as a whole, so that nothing of an older export is left
        in it. Of two names that differ only in their capitals the second gets a number: macOS and Windows take them for
        one.
        """
        top, _, rest = self._portable(name).partition("/")
        if top not in self._staged:
            self._staged[top] = self._begin(top, is_folder=bool(rest))
        path = self._staged[top] / rest if rest else self._staged[top]
        private.make_folder(path.parent)
        return path

    def reserve(self, name: str) -> Path:
        """The same for a file that a library opens itself: nobody else can read it while it is written."""
        path = self.stage(name)
        try:
            private.create(path)
        except OSError as error:
            raise refusal(self.path / name, error) from error
        return path

    def _portable(self, name: str) -> str:
        """The name with which a file can stand beside those that are staged, whatever system reads the folder."""
        where = Path()
        for part in name.split("/"):
            n, shown = 1, part
            while self._names.setdefault((where, shown.casefold()), part) != part:
                n += 1
                shown = f"{Path(part).stem}~{n}{Path(part).suffix}"
            where /= shown
        return where.as_posix()

    def staged(self, name: str, rows: int | None) -> None:
        """Say that what a library wrote under the temporary path is whole."""
        path = self.stage(name)
        private.close_to_others(path)
        durable.sync_file(path)
        with path.open("rb") as file:
            self.files[self._portable(name)] = Written(rows, hashlib.file_digest(file, "sha256").hexdigest())

    def _begin(self, top: str, *, is_folder: bool) -> Path:
        temporary, target = self.path / f".{top}.{os.getpid()}.part", self.path / top
        if target.is_dir() and (not is_folder or (not (target / _MARK).is_file() and any(target.iterdir()))):
            raise ExportError(f"{one_line(str(target))} is a folder that no export made: choose another with --out")
        _remove(temporary)
        if is_folder:
            private.make_folder(temporary)
            private.create(temporary / _MARK)
        return temporary

    @contextmanager
    def open(self, name: str) -> Iterator[Stream]:
        """A stream to a file of the folder."""
        temporary = self.stage(name)
        try:
            stream = Stream(temporary, syncs=False)
            try:
                yield stream
            finally:
                stream.close()
        except OSError as error:
            raise refusal(self.path / name, error) from error
        self._written(temporary)
        self.files[self._portable(name)] = Written(stream.rows, stream.sha256)

    def _written(self, path: Path) -> None:
        """Remember a file that is still to be flushed to the disk; all of them are, before the first gets its name."""
        self._unsynced.append(path)

    @contextmanager
    def open_all(self, names: Sequence[str]) -> Iterator[list[Stream]]:
        """Streams to several files, which are listed in this order."""
        with ExitStack() as stack:
            yield [stack.enter_context(self.open(name)) for name in names]
        for name in map(self._portable, names):
            self.files[name] = self.files.pop(name)

    def write_lines(self, name: str, lines: Iterable[str]) -> None:
        """Write a file line by line; each line is a row."""
        with self.open(name) as stream:
            stream.write_rows(lines)

    def write_text(self, name: str, text: str, *, rows: int | None = None) -> None:
        """Write a small file at once."""
        with self.open(name) as stream:
            stream.write(text)
        self.files[self._portable(name)] = Written(rows, stream.sha256)

    def write_manifest(self, name: str, format_: str, source: Source, **more: Any) -> None:
        """Write what the export is: versions, filters, the files with their rows and hashes, and what was lost."""
        codebook = source.codebook
        manifest = {
            "format": format_,
            "schema_version": SCHEMA_VERSION,
            "annotator_version": __version__,
            "codebook": codebook.name,
            "codebook_version": codebook.version,
            "codebook_sha256": codebook.sha256,
            "coders": [{"coder": coder.name, "kind": coder.kind} for coder in source.coders],
            "filters": source.selection.as_json(),
            **({} if source.aggregation is None else {"aggregation": source.aggregation}),
            **more,
            "files": {name: written._asdict() for name, written in sorted(self.files.items())},
            "cannot_hold": self.losses,
        }
        self.write_text(name, json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")

    def within(self, prefix: str) -> Folder:
        """A folder in it, for a writer of another format; its files are listed here too, and its losses are its own."""
        return _Within(self, prefix)

    def pack(self, top: str, name: str) -> None:
        """Put a folder that was written into a zip archive instead; the same files give the same bytes.

        Args:
            top: The folder's name.
            name: The archive's name.
        """
        staged, path = self._staged[top], self.reserve(name)
        files = sorted(each for each in self.files if each.startswith(f"{top}/"))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for each in files:
                entry = zipfile.ZipInfo(each, _EARLIEST)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
                file = staged / each.removeprefix(f"{top}/")
                with archive.open(entry, "w", force_zip64=True) as target, file.open("rb") as source:
                    shutil.copyfileobj(source, target)
        for each in files:
            del self.files[each]
        _remove(self._staged.pop(top))
        self.staged(name, None)

    def _put_in_place(self) -> None:
        try:
            durable.sync_files([path for path in self._unsynced if path.exists()])
            for name, temporary in self._staged.items():
                _replace(temporary, self.path / name)
        except OSError as error:
            raise refusal(self.path, error) from error


class _Within(Folder):
    """A folder in another one, which stages its files and puts them in their place."""

    def __init__(self, outer: Folder, prefix: str) -> None:
        super().__init__(outer.path / prefix)
        self._outer = outer
        self._prefix = prefix

    def stage(self, name: str) -> Path:
        return self._outer.stage(f"{self._prefix}/{name}")

    def _written(self, path: Path) -> None:
        self._outer._written(path)  # noqa: SLF001 (a part of it)

    def __enter__(self) -> Folder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._outer.files.update({f"{self._prefix}/{name}": written for name, written in self.files.items()})


def _replace(temporary: Path, target: Path) -> None:
    """Put a file or a folder in its place; an old folder goes when the new one stands."""
    if not (temporary.is_dir() and target.is_dir()):
        durable.replace(temporary, target)
        return
    old = target.with_name(f".{target.name}.{os.getpid()}.old")
    durable.replace(target, old)
    try:
        durable.replace(temporary, target)
    except OSError:
        durable.replace(old, target)
        raise
    _remove(old)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def refusal(path: Path, error: OSError) -> ExportError:
    """An error of the disk in one sentence."""
    reason = (error.strerror or "refused").lower()
    return ExportError(f"{one_line(str(path))} cannot be written ({reason}); the old files are as they were")
