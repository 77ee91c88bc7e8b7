"""Read export files and tables made elsewhere, row by row, with the place of each row."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from pydantic import ValidationError

from annotator.errors import IngestError
from annotator.importing.column_mapping import Mapping
from annotator.jsonl_lines import LINES, SCHEMA_VERSION, ForeignLine
from annotator.model import Model
from annotator.text.counted import counted
from annotator.text.table_cells import parted, unguarded
from annotator.text.terminal_text import one_line

MAX_LINE = 200_000_000
"""The longest line that is read, in bytes."""

_DATABASE = b"SQLite format 3\x00"

_SIGNS: tuple[tuple[str, frozenset[str]], ...] = (
    ("articles", frozenset({"raw_text", "sha256"})),
    ("codebooks", frozenset({"document", "in_force"})),
    ("steps", frozenset({"before", "after", "step"})),
    ("coders", frozenset({"coder", "kind"})),
    ("speakers", frozenset({"speaker_id", "aliases"})),
    ("paragraphs", frozenset({"text", "state", "seconds", "start"})),
    ("origins", frozenset({"origins", "codebooks", "made"})),
    ("labels", frozenset({"variable", "origin", "codebook_id"})),
    ("gold", frozenset({"gold_id"})),
)
"""Keys that identify the files of an export, also after a rename."""


class Place(NamedTuple):
    """A line of a file."""

    path: str
    line: int

    def refuse(self, reason: str) -> NoReturn:
        """Refuse the row that stands there."""
        raise IngestError(f"{self.path}:{self.line}: {one_line(reason)}")


class Table(NamedTuple):
    """A file whose rows are all of one kind: one of the export's files, or `rows` made elsewhere."""

    kind: str
    path: Path
    mapping: Mapping

    def rows(self, is_known: Callable[[bytes], bool] | None = None) -> Iterator[tuple[Place, Any]]:
        """Its rows, checked, each with its place.

        Args:
            is_known: Tells of a line whether it brings nothing; then None takes the place of its row.

        Raises:
            IngestError: A row is broken; the sentence begins with its file and line.
        """
        model = LINES.get(self.kind, ForeignLine)
        for place, fields in raw_rows(self.path, is_mapped=not self.mapping.is_empty, is_known=is_known):
            if fields is None:
                yield place, None
                continue
            for row in self.mapping.rows(place, fields):
                yield place, _checked(model, row, place)

    def lines(self) -> Iterator[bytes]:
        """Its lines without their ends, unchecked.

        Raises:
            IngestError: The file cannot be read.
        """
        try:
            with self.path.open("rb") as file:
                while line := file.readline(MAX_LINE):
                    yield line.rstrip(b"\r\n")
        except OSError as error:
            raise _unreadable(self.path, error) from error


def tables(paths: tuple[Path, ...], mapping: Mapping) -> list[Table]:
    """The files in the order of reading: articles before codings.

    Raises:
        IngestError: A path leads to nothing that can be read, or two files hold the same.
    """
    found: dict[str, Path] = {}
    foreign: list[Path] = []
    for path in paths:
        for file in _files(path):
            kind = _kind(file) if mapping.is_empty else "rows"
            if kind is None:
                continue
            if kind == "rows":
                foreign.append(file)
            elif kind in found:
                raise IngestError(f"{_name(file)} and {_name(found[kind])} both contain {kind}; import them one by one")
            else:
                found[kind] = file
    ordered = [Table(kind, found[kind], mapping) for kind in LINES if kind in found]
    return ordered + [Table("rows", file, mapping) for file in foreign]


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        _check_manifest(path / "manifest.json")
        files = [path / f"{name}.jsonl" for name in LINES if (path / f"{name}.jsonl").is_file()]
        if not files:
            raise IngestError(
                f"{_name(path)} contains no JSONL export (no statements.jsonl or other file of one);"
                " name a table itself, such as statements.csv"
            )
        return files
    if not path.is_file():
        raise IngestError(f"{_name(path)}: there is no such file or folder")
    with path.open("rb") as file:
        if file.read(len(_DATABASE)) == _DATABASE:
            raise IngestError(f"{_name(path)} is a database, not an export; `annotator merge` reads project files")
    return [] if path.name == "manifest.json" else [path]


def _check_manifest(path: Path) -> None:
    if not path.is_file():
        return
    try:
        version = json.loads(path.read_text(encoding="utf-8")).get("schema_version")
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise IngestError(f"{_name(path)} is not the manifest of an export") from error
    if version != SCHEMA_VERSION:
        raise IngestError(f"{_name(path)}: made by another version of annotator (schema {one_line(str(version))})")


def _kind(path: Path) -> str | None:
    """The kind of a file, by the keys of its first row; None if it has no row."""
    for _, fields in raw_rows(path):
        if fields is None:
            continue
        keys = set(fields)
        for kind, signs in _SIGNS:
            if signs <= keys and (kind != "coders" or keys <= {*signs, "recheck_of", "model"}):
                return kind
        is_own = path.suffix == ".jsonl" and {"paragraph_start", "speakers", "created_at", "codebook"} <= keys
        return "statements" if is_own else "rows"
    return None


def raw_rows(
    path: Path, *, is_mapped: bool = False, is_known: Callable[[bytes], bool] | None = None
) -> Iterator[tuple[Place, dict[str, Any] | None]]:
    """The rows of a CSV or JSONL file, unchecked, each with its place; None for a line that `is_known` knows.

    Raises:
        IngestError: The file or a line of it cannot be read.
    """
    name = _name(path)
    try:
        yield from (
            _csv(path, name, is_mapped=is_mapped)
            if path.suffix.lower() in (".csv", ".tsv")
            else _json_lines(path, name, is_known)
        )
    except OSError as error:
        raise _unreadable(path, error) from error
    except UnicodeDecodeError as error:
        raise IngestError(f"{name}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error


def _unreadable(path: Path, error: OSError) -> IngestError:
    return IngestError(f"{_name(path)} cannot be read: {(error.strerror or 'refused').lower()}")


def _json_lines(
    path: Path, name: str, is_known: Callable[[bytes], bool] | None
) -> Iterator[tuple[Place, dict[str, Any] | None]]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE):
            number += 1
            place = Place(name, number)
            if len(line) == MAX_LINE:
                place.refuse(f"a line longer than {MAX_LINE // 1_000_000} MB")
            if is_known is not None and is_known(line.rstrip(b"\r\n")):
                yield place, None
            elif line.strip(b" \t\r\n\xef\xbb\xbf"):
                yield place, _object(line, place)


def _object(line: bytes, place: Place) -> dict[str, Any]:
    try:
        text = line.decode("utf-8-sig")
        fields = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_unique)
        if "\\u" in text:
            json.dumps(fields, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        place.refuse(f"not UTF-8 text (byte {error.start} of the line)")
    except UnicodeEncodeError:
        place.refuse("contains half of a surrogate pair, which is not a character")
    except RecursionError:
        place.refuse("nested too deeply")
    except json.JSONDecodeError as error:
        place.refuse(f"not JSON: {error.msg} at column {error.colno}")
    except ValueError as error:
        place.refuse(str(error))
    if not isinstance(fields, dict):
        place.refuse(f"a row must be an object with keys, not {type(fields).__name__}")
    return fields


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(key for key in keys if keys.count(key) > 1)!r} stands twice")
    return fields


def _csv(path: Path, name: str, *, is_mapped: bool) -> Iterator[tuple[Place, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        sample = file.readline(1_000_000)
        file.seek(0)
        reader = csv.reader(file, delimiter=max(",;\t", key=sample.count), strict=True)
        try:
            header = next(reader, [])
            for key in header:
                if header.count(key) > 1:
                    Place(name, 1).refuse(f"two columns {key!r}")
                if not key and not is_mapped:  # an index, which a mapping leaves out
                    Place(name, 1).refuse("a column has no name; --mapping takes only the columns that it names")
            for cells in reader:
                place = Place(name, reader.line_num)
                if not cells:
                    continue
                if len(cells) != len(header):
                    place.refuse(f"{counted(len(cells), 'cell')} under {counted(len(header), 'column')}")
                yield place, {key: _cell(key, text) for key, text in zip(header, cells, strict=True)}
        except csv.Error as error:
            Place(name, reader.line_num).refuse(f"not CSV: {error}")


def _cell(key: str, text: str) -> Any:
    """The value of a cell, if the column's name tells its type; the codebook types the others."""
    if "\x00" in text:
        raise csv.Error("a NUL character")
    value = unguarded(text)
    if key == "speakers":
        return [] if value is None else parted(value)
    if key == "flag":
        return {"": False, "true": True, "false": False, "1": True, "0": False}.get((value or "").lower(), value)
    if key in ("paragraph", "evidence_start", "evidence_end") and value is not None and value.isascii():
        return int(value) if value.isdigit() and len(value) < 18 else value
    return value


def _checked(model: type[Model], fields: dict[str, Any], place: Place) -> Any:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        n = error.error_count()
        more = f" (and {n - 1} more)" if n > 1 else ""
        place.refuse(f"{where}: {first['msg'][:1].lower()}{first['msg'][1:]}{more}")


def _name(path: Path) -> str:
    return one_line(str(path))
