"""A batch as a gzipped file of JSON lines: a heading, then one item a line."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any

from pydantic import ValidationError

from annotator.batch import FORMAT, ITEM, Batch
from annotator.errors import RefusedError
from annotator.text.terminal_text import one_line

_LARGEST = 1_000_000_000
"""Bytes of an unpacked batch that are read at most; a larger one is refused."""


class IncompleteError(Exception):
    """The end of the file has not arrived yet."""


def encode(batch: Batch) -> bytes:
    """The bytes of a batch; the same for the same batch."""
    heading = {"format": batch.format, "stream": batch.stream, "first": batch.first, "last": batch.last}
    lines = [json.dumps(heading, separators=(",", ":")).encode(), *(ITEM.dump_json(item) for item in batch.items)]
    return pack(b"".join(line + b"\n" for line in lines))


def decode(data: bytes, name: str) -> Batch:
    """Read a batch.

    Args:
        data: The bytes of the file.
        name: What the file is called in an error.

    Raises:
        IncompleteError: The end is missing.
        RefusedError: It is damaged, or in a newer format.
    """
    lines = unpack(data, name).splitlines()
    try:
        heading: dict[str, Any] = json.loads(lines[0])
        found = heading["format"]
    except (ValueError, IndexError, KeyError, TypeError) as error:
        raise _damaged(name) from error
    if not isinstance(found, int) or found > FORMAT:
        raise RefusedError(f"{one_line(name)} was written by a newer version of annotator; install it to take this in")
    try:
        return Batch(**heading, items=tuple(ITEM.validate_json(line) for line in lines[1:]))
    except (ValidationError, TypeError) as error:
        raise _damaged(name) from error


def pack(data: bytes) -> bytes:
    """Compress; the same bytes for the same data."""
    return gzip.compress(data, 6, mtime=0)


def unpack(data: bytes, name: str, remove: str = "it") -> bytes:
    """Decompress.

    Args:
        data: The bytes of the file.
        name: What the file is called in an error.
        remove: What to remove if it is damaged, so that it is sent again.

    Raises:
        IncompleteError: The end is missing.
        RefusedError: It is damaged, or too large.
    """
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        found = unzip.decompress(data, _LARGEST)
    except zlib.error as error:
        raise _damaged(name, remove) from error
    if not unzip.eof and not unzip.unconsumed_tail:
        raise IncompleteError
    if not unzip.eof or unzip.unused_data:
        raise _damaged(name, remove)
    return found


def _damaged(name: str, remove: str = "it") -> RefusedError:
    return RefusedError(
        f"{one_line(name)} is damaged; remove {remove}, and the machine that wrote it sends its work again"
    )
