"""Bytes into text: UTF-8, UTF-16 and UTF-32 by their marks or their shape, legacy code pages by recognition."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from annotator.errors import IngestError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Decoded(NamedTuple):
    """A text and the encoding it was read in."""

    text: str
    encoding: str


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """The text that bytes stand for.

    A byte order mark says how the text is encoded; it is not part of the text and is left out.

    Args:
        data: A whole file.
        encoding: The encoding where it is known; otherwise it is recognised.

    Raises:
        IngestError: The bytes are no text in this encoding; the sentence names the line.
    """
    for mark, name in _MARKS:
        if data.startswith(mark) and (encoding is None or codecs.lookup(encoding).name.startswith(name[:6])):
            return Decoded(_strict(data[len(mark) :], name), name)
    return Decoded(_strict(data, encoding or "utf-8"), encoding or "utf-8")


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise IngestError(f"line {line}: byte {error.start} is not {encoding}") from error
