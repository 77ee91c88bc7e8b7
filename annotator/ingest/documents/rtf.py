"""Rich text (.rtf), with striprtf."""

from __future__ import annotations

import re
from collections.abc import Iterator

from annotator.ingest.article import LeftOut, Options, Read
from annotator.ingest.batch import Line
from annotator.ingest.documents.packages import need, parsing
from annotator.ingest.documents.text_lines import read_lines
from annotator.ingest.input import Input
from annotator.ingest.readers.plain_text import all_bytes

_CODE_PAGE = re.compile(rb"\\ansicpg(\d{3,5})")


def read(source: Input, options: Options) -> Iterator[Read | LeftOut]:
    """The article of a rich text, or the articles of a batch; headers and footers of pages are left out."""
    striprtf = need("striprtf.striprtf", "striprtf", "rich text")
    data = all_bytes(source)
    remarks = []
    if not data.rstrip(b"\x00 \t\r\n").endswith(b"}"):
        remarks.append("its end is missing: the file may be cut off")
    named = _CODE_PAGE.search(data[:4000])
    page = f"cp{named[1].decode()}" if named else "cp1252"
    with parsing("rich text"):
        rtf = data.decode(page, "replace")
        try:
            text = striprtf.rtf_to_text(rtf, encoding=page)
        except UnicodeError:
            text = striprtf.rtf_to_text(rtf, encoding=page, errors="replace")
            remarks.append("some of its characters could not be read")
    yield from read_lines([Line(line) for line in text.split("\n")], source, options, remarks)
