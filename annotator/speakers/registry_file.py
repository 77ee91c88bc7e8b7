"""Registry files: write and read entries as JSONL or CSV; an error names its line."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from pydantic import ValidationError

from annotator.errors import IngestError
from annotator.model import Speaker
from annotator.text.table_cells import cell, joined, parted, unguarded
from annotator.text.terminal_text import one_line

Format = Literal["jsonl", "csv"]

FIELDS = tuple("name kind definition type affiliation country aliases retired speaker_id merged_into".split())
MAX_BYTES = 200_000_000


def write_speakers(speakers: Iterable[Speaker], how: Format) -> Iterator[str]:
    """The lines of a registry file, in the order given; in CSV aliases are separated by `|`."""
    if how == "jsonl":
        for speaker in speakers:
            fields = speaker.model_dump(mode="json")
            yield json.dumps({field: fields[field] for field in FIELDS}, ensure_ascii=False) + "\n"
        return
    yield _row(FIELDS)
    for speaker in speakers:
        fields = speaker.model_dump()
        yield _row([cell(joined(fields[f]) if f == "aliases" and fields[f] else fields[f] or None) for f in FIELDS])


def read_speakers(path: Path) -> list[Speaker]:
    """Read a registry file; only `name` is needed, and an entry without an id gets one.

    Raises:
        IngestError: The file cannot be read, or a line is not an entry; the sentence names the line.
    """
    name = one_line(str(path))
    try:
        if path.stat().st_size > MAX_BYTES:
            raise IngestError(f"{name}: larger than {MAX_BYTES // 1_000_000} MB; a registry file must be smaller")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise IngestError(f"{name}: not UTF-8 text (byte {error.start})") from error
    except OSError as error:
        raise IngestError(f"{name}: {(error.strerror or 'cannot be read').lower()}") from error
    is_csv = path.suffix.lower() == ".csv"
    rows = _csv_rows(text, name) if is_csv else _json_rows(text, name)
    return [_speaker(fields, f"{name}:{line}") for line, fields in rows]


def _csv_rows(text: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.DictReader(StringIO(text, newline=""), strict=True)
    try:
        columns = [column.strip() for column in reader.fieldnames or ()]
        if "name" not in columns:
            raise IngestError(f"{name}:1: the column `name` is missing")
        unknown = [column for column in columns if column not in FIELDS]
        if unknown:
            raise IngestError(f"{name}:1: unknown column {one_line(unknown[0])!r}; there are {', '.join(FIELDS)}")
        reader.fieldnames = columns
        for row in reader:
            if None in row or None in row.values():
                raise IngestError(f"{name}:{reader.line_num}: the number of cells differs from the number of columns")
            fields: dict[str, Any] = {key: unguarded(value) for key, value in row.items()}
            fields["aliases"] = parted(fields.get("aliases") or "")
            yield reader.line_num, {key: value for key, value in fields.items() if value is not None}
    except csv.Error as error:
        raise IngestError(f"{name}:{reader.line_num}: {error}") from error


def _json_rows(text: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise IngestError(f"{name}:{number}: not JSON") from error
        if not isinstance(fields, dict):
            raise IngestError(f"{name}:{number}: an entry must be an object")
        yield number, fields


def _speaker(fields: dict[str, Any], place: str) -> Speaker:
    try:
        return Speaker.model_validate({"speaker_id": str(uuid4()), **fields})
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"])) or "entry"
        raise IngestError(f"{place}: {one_line(where)}: {fault['msg'].lower()}") from error


def _row(cells: Iterable[object]) -> str:
    out = StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerow(["" if one is None else one for one in cells])
    return out.getvalue()
