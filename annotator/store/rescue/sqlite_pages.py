"""A SQLite file read page by page, without SQLite: whatever a damage has left legible.

Follows the file format as SQLite documents it (https://www.sqlite.org/fileformat2.html): b-tree pages in sections
1.6 and 1.7, records in section 2.1, the list of free pages in section 1.5.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

PAGE_SIZE = 4096
"""What pages of a project measure, where the file no longer says."""

_HEADER = b"SQLite format 3\x00"
_INTERIOR_INDEX, _INTERIOR_TABLE, _LEAF_INDEX, _LEAF_TABLE = 0x02, 0x05, 0x0A, 0x0D
_MOST = 1_000_000_000


class Row(NamedTuple):
    """A row as it lies in the file: its rowid (None in a table without one) and its values."""

    rowid: int | None
    values: tuple[Any, ...]


class Illegible(Exception):  # noqa: N818 (it never reaches a user; the page is counted instead)
    """A page or a cell cannot be what it should be."""


class Pages:
    """The pages of one file.

    Attributes:
        size: Bytes a page.
        n: How many pages there are.
        visited: The pages that were legible and belong to a tree that was walked.
        lost: The pages that a tree should hold and that are illegible.
    """

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        self.has_header = self._data[:16] == _HEADER
        self.size = self._page_size()
        self._usable = self.size - (self._data[20] if self.has_header else 0)
        self.n = len(self._data) // self.size
        self.visited: set[int] = set()
        self.lost: set[int] = set()

    def _page_size(self) -> int:
        if not self.has_header:
            return PAGE_SIZE
        size = int.from_bytes(self._data[16:18], "big")
        size = 65536 if size == 1 else size
        return size if size in (512, 1024, 2048, 4096, 8192, 16384, 32768, 65536) else PAGE_SIZE

    def roots(self) -> dict[str, int]:
        """The root page of every table and index, by name, as far as the file's own list of them is legible."""
        found = {}
        for row in self.rows(1):
            if len(row.values) == 5 and row.values[0] in ("table", "index") and isinstance(row.values[3], int):
                found[str(row.values[1])] = row.values[3]
        return found

    def rows(self, root: int) -> Iterator[Row]:
        """Every legible row of the tree with this root, whatever else of it is lost."""
        ahead, seen = [root], set()
        while ahead:
            number = ahead.pop()
            if number in seen:
                continue
            seen.add(number)
            try:
                kind, cells, children = self._page(number)
            except (Illegible, IndexError, struct.error):
                self.lost.add(number)
                continue
            self.visited.add(number)
            ahead.extend(reversed(children))
            if kind != _INTERIOR_TABLE:
                yield from self._cells(number, kind, cells)

    def strays(self) -> Iterator[tuple[bool, Row]]:
        """Rows on pages that no walked tree led to and that are not free; with whether the tree has rowids."""
        free = self._free()
        for number in range(1, self.n + 1):
            if number in self.visited or number in free:
                continue
            try:
                kind, cells, _ = self._page(number)
            except (Illegible, IndexError, struct.error):
                continue
            if kind in (_LEAF_TABLE, _LEAF_INDEX):
                for row in self._cells(number, kind, cells):
                    yield kind == _LEAF_TABLE, row

    def _cells(self, number: int, kind: int, cells: list[int]) -> Iterator[Row]:
        for at in cells:
            try:
                yield self._row(number, kind, at)
            except (Illegible, IndexError, struct.error):
                self.lost.add(number)

    def _start(self, number: int) -> int:
        if not 1 <= number <= self.n:
            raise Illegible
        return (number - 1) * self.size

    def _page(self, number: int) -> tuple[int, list[int], list[int]]:
        """A b-tree page: its kind, where its cells begin in the file, and the pages below it."""
        start = self._start(number)
        head = start + (100 if number == 1 else 0)
        kind = self._data[head]
        if kind not in (_INTERIOR_INDEX, _INTERIOR_TABLE, _LEAF_INDEX, _LEAF_TABLE):
            raise Illegible
        is_interior = kind in (_INTERIOR_INDEX, _INTERIOR_TABLE)
        n_cells = int.from_bytes(self._data[head + 3 : head + 5], "big")
        array = head + (12 if is_interior else 8)
        if array + 2 * n_cells > start + self.size:
            raise Illegible
        offsets = struct.unpack(f">{n_cells}H", self._data[array : array + 2 * n_cells])
        if any(offset >= self.size or start + offset < array for offset in offsets):
            raise Illegible
        cells = [start + offset for offset in offsets]
        children = []
        if is_interior:
            children = [int.from_bytes(self._data[at : at + 4], "big") for at in cells]
            children.append(int.from_bytes(self._data[head + 8 : head + 12], "big"))
        return kind, cells, children

    def _row(self, number: int, kind: int, at: int) -> Row:
        if kind == _INTERIOR_INDEX:
            at += 4
        length, at = self._varint(at)
        rowid = None
        if kind == _LEAF_TABLE:
            rowid, at = self._varint(at)
        if length > _MOST:
            raise Illegible
        payload = self._payload(number, at, length, is_table=kind == _LEAF_TABLE)
        return Row(rowid, _record(payload))

    def _payload(self, number: int, at: int, length: int, *, is_table: bool) -> bytes:
        most = self._usable - 35 if is_table else (self._usable - 12) * 64 // 255 - 23
        if length <= most:
            if at + length > self._start(number) + self.size:
                raise Illegible
            return self._data[at : at + length]
        least = (self._usable - 12) * 32 // 255 - 23
        local = least + (length - least) % (self._usable - 4)
        local = local if local <= most else least
        parts, left = [self._data[at : at + local]], length - local
        following = int.from_bytes(self._data[at + local : at + local + 4], "big")
        chain: set[int] = set()
        while left > 0:
            if following in chain:
                raise Illegible
            chain.add(following)
            start = self._start(following)
            parts.append(self._data[start + 4 : start + 4 + min(left, self._usable - 4)])
            left -= self._usable - 4
            following = int.from_bytes(self._data[start : start + 4], "big")
        self.visited |= chain
        return b"".join(parts)

    def _varint(self, at: int) -> tuple[int, int]:
        value = 0
        for i in range(9):
            byte = self._data[at + i]
            if i == 8:
                value = value << 8 | byte
                return (value - (1 << 64) if value >> 63 else value), at + 9
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value, at + i + 1
        raise Illegible

    def _free(self) -> set[int]:
        """The pages that the file no longer uses; what lies on them is old."""
        found: set[int] = set()
        trunk = int.from_bytes(self._data[32:36], "big") if self.has_header else 0
        while 1 <= trunk <= self.n and trunk not in found:
            start = self._start(trunk)
            found.add(trunk)
            n = min(int.from_bytes(self._data[start + 4 : start + 8], "big"), self.size // 4 - 2)
            found.update(struct.unpack(f">{n}I", self._data[start + 8 : start + 8 + 4 * n]))
            trunk = int.from_bytes(self._data[start : start + 4], "big")
        return found


def _record(payload: bytes) -> tuple[Any, ...]:
    """The values of a record: a header of serial types, then what they describe."""
    end, at = _short_varint(payload, 0)
    if end > len(payload) or end == 0:
        raise Illegible
    kinds = []
    while at < end:
        kind, at = _short_varint(payload, at)
        kinds.append(kind)
    values = []
    for kind in kinds:
        value, at = _value(payload, kind, at)
        values.append(value)
    if at != len(payload):
        raise Illegible
    return tuple(values)


_WIDTHS = (0, 1, 2, 3, 4, 6, 8)


def _value(payload: bytes, kind: int, at: int) -> tuple[Any, int]:
    if kind in (0, 8, 9):
        return {0: None, 8: 0, 9: 1}[kind], at
    if kind in (10, 11):
        raise Illegible
    width = _WIDTHS[kind] if kind <= 6 else 8 if kind == 7 else (kind - 12) // 2
    raw = payload[at : at + width]
    if len(raw) != width:
        raise Illegible
    if kind <= 6:
        return int.from_bytes(raw, "big", signed=True), at + width
    if kind == 7:
        return struct.unpack(">d", raw)[0], at + width
    if not kind % 2:
        return raw, at + width
    try:
        return raw.decode("utf-8"), at + width
    except UnicodeDecodeError:
        # A text of which a bit is damaged; somebody may know its hash.
        return raw, at + width


def _short_varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for i in range(9):
        byte = data[at + i]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + i + 1
    raise Illegible
