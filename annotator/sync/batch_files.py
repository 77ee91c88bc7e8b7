"""Streams and texts as files with fixed names, in a folder or a bucket: `v1/STREAM/FIRST-LAST.jsonl.gz`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple, Protocol

from annotator.batch import OF_STUDY, Batch, CoderItem, StepItem, Text, is_of
from annotator.errors import RefusedError
from annotator.model import article_id
from annotator.sync.batch_lines import IncompleteError, decode, encode, pack, unpack
from annotator.text.terminal_text import one_line

_ROOT = "v1"
_TEXTS = f"{_ROOT}/articles"
_STREAM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME = re.compile(r"([0-9]{8,12})-([0-9]{8,12})\.jsonl\.gz")


class Objects(Protocol):
    """Files under names with slashes, in a folder or a bucket.

    Every method may raise an OfflineError or a RefusedError.

    Attributes:
        name: What a person calls the place, without a password.
    """

    name: str

    def files(self, folder: str) -> list[str]:
        """The names of the files in a folder, without the folder's; nothing if there is no such folder."""
        ...

    def folders(self, folder: str) -> list[str]:
        """The names of the folders in a folder."""
        ...

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; None if there is none."""
        ...

    def create(self, name: str, data: bytes) -> None:
        """Write a new file, whole or not at all.

        Raises:
            FileExistsError: Something has that name.
        """
        ...

    def now(self) -> datetime | None:
        """The time by the clock of the place; None if it has none."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class _Range(NamedTuple):
    first: int
    last: int
    name: str


class BatchFiles:
    """The batches and texts under one folder of a place.

    Attributes:
        author: The only coder who may write here; None if the folder is open to all.
    """

    def __init__(self, objects: Objects, folder: str = "", author: str | None = None) -> None:
        self._objects = objects
        self._folder = folder
        self.author = author

    def streams(self) -> dict[str, int]:
        """Each stream with the number of its last batch."""
        found = {}
        for stream in sorted(self._objects.folders(self._path(_ROOT))):
            if _STREAM.fullmatch(stream) and (ranges := self._ranges(stream)):
                found[stream] = max(one.last for one in ranges)
        return found

    def last(self, stream: str) -> int:
        """The number of the last batch of a stream before the first gap; 0 without any."""
        ranges, last = self._ranges(stream), 0
        while (one := _next(ranges, last)) is not None:
            last = one.last
        return last

    def push(self, batch: Batch) -> None:
        """Write a batch.

        Raises:
            RefusedError: Its number is taken, or its predecessor is missing.
        """
        last = self.last(batch.stream)
        if batch.first != last + 1:
            raise RefusedError(f"batch {batch.first} does not follow the last one there, {last}")
        name = f"{_ROOT}/{batch.stream}/{batch.first:08}-{batch.last:08}.jsonl.gz"
        try:
            self._objects.create(self._path(name), encode(batch))
        except FileExistsError as error:
            raise RefusedError(f"batch {batch.first} is there already") from error

    def pull(self, stream: str, after: int) -> Iterator[Batch]:
        """The batches of a stream after a number, up to the first gap or incomplete file."""
        ranges = self._ranges(stream)
        while (one := _next(ranges, after)) is not None:
            name = self._path(f"{_ROOT}/{stream}/{one.name}")
            data = self._objects.read(name)
            if data is None:
                return
            try:
                batch = decode(data, f"{self._objects.name}/{name}")
            except IncompleteError:
                return
            if (batch.stream, batch.first, batch.last) != (stream, one.first, one.last):
                raise RefusedError(f"{one_line(name)} contains another batch than its name says")
            self._check_author(batch)
            yield batch
            after = one.last

    def _check_author(self, batch: Batch) -> None:
        """Refuse what the only coder who may write here did not do, or may not.

        Raises:
            RefusedError: There is such a thing in the batch.
        """
        if self.author is None:
            return
        for item in batch.items:
            name = item.name if isinstance(item, CoderItem) else getattr(item, "coder", self.author)
            if not is_of(name, self.author):
                raise RefusedError(
                    f"the folder of {one_line(self.author)} contains work of {one_line(name)[:100]}; nothing more of"
                    " that stream is taken in"
                )
            if isinstance(item, StepItem) and any(change.entity in OF_STUDY for change in item.changes):
                raise RefusedError(
                    f"the folder of {one_line(self.author)} contains a change of the plan or the codebook, which only"
                    " the lead makes; nothing more of that stream is taken in"
                )

    def put_texts(self, texts: Iterable[Text]) -> None:
        """Write the texts that are not there yet."""
        there = set(self._objects.files(self._path(_TEXTS)))
        for text in texts:
            if (name := f"{text.article_id}.json.gz") not in there:
                with suppress(FileExistsError):
                    self._objects.create(self._path(f"{_TEXTS}/{name}"), pack(text.raw_text.encode()))

    def lacking(self, article_ids: Collection[str]) -> set[str]:
        """Those of these articles whose text is not here."""
        there = set(self._objects.files(self._path(_TEXTS)))
        return {one for one in article_ids if f"{one}.json.gz" not in there}

    def get_texts(self, article_ids: Collection[str]) -> Iterator[Text]:
        """The texts of these articles that are here whole."""
        for one in article_ids:
            name = self._path(f"{_TEXTS}/{one}.json.gz")
            data = self._objects.read(name)
            if data is None:
                continue
            with suppress(IncompleteError):
                text = Text(one, unpack(data, name, f"the folder {_ROOT} that it is in").decode())
                if article_id(text.raw_text) != one:
                    raise RefusedError(f"{one_line(name)} contains the text of another article")
                yield text

    def _ranges(self, stream: str) -> list[_Range]:
        names = self._objects.files(self._path(f"{_ROOT}/{stream}"))
        found = [(match, name) for name in names if (match := _NAME.fullmatch(name)) is not None]
        ranges = [_Range(int(match[1]), int(match[2]), name) for match, name in found]
        return [one for one in ranges if 1 <= one.first <= one.last]

    def _path(self, name: str) -> str:
        return f"{self._folder}/{name}" if self._folder else name


def _next(ranges: list[_Range], after: int) -> _Range | None:
    """The file that goes on after a batch; of several, the one that goes furthest."""
    fitting = [one for one in ranges if one.first <= after + 1 <= one.last]
    return max(fitting, key=lambda one: one.last, default=None)


class FileTarget:
    """A target made of batch files: one folder for all, or what one coder sends and receives apart.

    Attributes:
        name: What a person calls the place.
    """

    def __init__(self, objects: Objects, name: str, writes: BatchFiles, *reads: BatchFiles) -> None:
        """Bring folders together as one target.

        Args:
            objects: The place.
            name: What it is called.
            writes: Where batches and texts are written.
            reads: Where they are read; where they are written, unless others are named.
        """
        self.name = name
        self._objects = objects
        self._writes = writes
        self._reads = reads or (writes,)

    def streams(self) -> dict[str, int]:
        """The streams of all folders."""
        return dict(sorted((stream, n) for files in self._reads for stream, n in files.streams().items()))

    def last(self, stream: str) -> int:
        """The number of the last batch of one's own stream."""
        return self._writes.last(stream)

    def push(self, batch: Batch) -> None:
        """Write a batch of one's own stream."""
        self._writes.push(batch)

    def pull(self, stream: str, after: int) -> Iterator[Batch]:
        """The batches of a stream after a number."""
        for files in self._reads:
            yield from files.pull(stream, after)

    def put_texts(self, texts: Iterable[Text]) -> None:
        """Write the texts that are not there yet."""
        self._writes.put_texts(texts)

    def lacking(self, article_ids: Collection[str]) -> set[str]:
        """Those of these articles whose text is not where one writes."""
        return self._writes.lacking(article_ids)

    def get_texts(self, article_ids: Collection[str]) -> Iterator[Text]:
        """The texts of these articles, from any of the folders."""
        left = set(article_ids)
        for files in self._reads:
            for text in files.get_texts(sorted(left)):
                left.discard(text.article_id)
                yield text

    def now(self) -> datetime | None:
        """The time by the clock of the place."""
        return self._objects.now()

    def close(self) -> None:
        """Let go of the place."""
        self._objects.close()
