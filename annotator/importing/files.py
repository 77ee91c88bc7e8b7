"""Read export files and tables made elsewhere, row by row, with the place of each row."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from annotator.errors import IngestError
from annotator.importing.annotation import Annotation, Lost, Place
from annotator.importing.column_mapping import Mapping
from annotator.importing.recognise import Beside, Neighbour, neighbour_of
from annotator.importing.typed_cells import bare, row_names, typed
from annotator.ingest.article import Format, Options
from annotator.ingest.find_inputs import inputs
from annotator.ingest.input import Input, Refusal
from annotator.ingest.reader_table import TABLES, kind_of, read_tables
from annotator.ingest.record_source import Rows
from annotator.jsonl_lines import LINES, SCHEMA_VERSION, ForeignLine
from annotator.model import Model
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


class Table:
    """A table whose rows are all of one kind: one of the export's files, or `rows` made elsewhere.

    Attributes:
        kind: The kind of its rows.
        path: Its file.
        remarks: Sentences about the file for the user, complete once its rows are read.
    """

    def __init__(
        self, kind: str, source: Input, mapping: Mapping, sheet: str | None = None, said: Sequence[str] = ()
    ) -> None:
        """Name a table.

        Args:
            kind: The kind of its rows.
            source: Its file.
            mapping: Names of its columns and values in this project.
            sheet: Its sheet, in a workbook.
            said: Remarks about the file, besides those of reading it.
        """
        self.kind = kind
        self.path = source.path
        self.remarks: list[str] = []
        self._said = said
        self._source = source
        self._mapping = mapping
        self._sheet = sheet

    def rows(self, is_known: Callable[[bytes], bool] | None = None) -> Iterator[tuple[Place, Any]]:
        """Its rows, checked, each with its place.

        Args:
            is_known: Tells of a line whether it brings nothing; then None takes the place of its row.

        Raises:
            IngestError: A row is broken; the sentence begins with its file and line.
        """
        self.remarks = list(self._said)
        model = LINES.get(self.kind, ForeignLine)
        own = None if self.kind == "rows" else set(model.model_fields)
        for place, fields in self._raw(is_known):
            if fields is None:
                yield place, None
                continue
            for row in self._mapping.rows(place, fields):
                yield place, _checked(model, row if self._is_exact else self._fields(row, own), place)

    @property
    def _is_exact(self) -> bool:
        """Whether its rows are lines of an export of this program, whose values are as they should be."""
        return self.kind != "rows" and self._sheet is None

    def _fields(self, row: dict[str, Any], own: set[str] | None) -> dict[str, Any]:
        """A row with its types; one of another kind than `rows` without what an export says of articles."""
        found = typed(row, has_zones=_kind_of(self._source) == "jsonl")
        return {k: v for k, v in found.items() if own is None or k in own or not k.startswith("article_")}

    def lines(self) -> Iterator[bytes]:
        """Its lines without their ends, unchecked.

        Raises:
            IngestError: The file cannot be read.
        """
        with _readable(self._source), self._source.open() as file:
            while line := file.readline(MAX_LINE):
                yield line.rstrip(b"\r\n")

    def _raw(self, is_known: Callable[[bytes], bool] | None) -> Iterator[tuple[Place, dict[str, Any] | None]]:
        if _kind_of(self._source) == "jsonl":
            with _readable(self._source):
                yield from _json_lines(self._source, is_known)
            return
        found = next(one for one in _sheets(self._source) if one.name == self._sheet)
        self.remarks += [f"{self._source.shown}: {remark}" for remark in found.remarks]
        left_out: set[str] | None = None
        is_text = _kind_of(self._source) == "csv"
        with _readable(self._source):
            for where, record in found.rows:
                if left_out is None:
                    left_out = set() if not self._mapping.is_empty else row_names(record)
                    self._say_row_names(left_out)
                fields = {key: value for key, value in record.items() if key not in left_out}
                place = Place(self._source.shown, where)
                _check_signs(fields, place)
                yield place, bare(fields) if is_text else fields

    def _say_row_names(self, names: set[str]) -> None:
        if names:
            shown = ", ".join(one_line(name) or "one without a name" for name in sorted(names))
            self.remarks.append(f"{self._source.shown}: left out the column with the names of rows ({shown})")


class Annotations:
    """A file of another program's annotations.

    Attributes:
        kind: `annotations`.
        path: The file.
        remarks: What could not be taken, complete once the rows are read.
        mapping: Names of the other program's questions and values.
    """

    kind = "annotations"

    def __init__(self, neighbour: Neighbour, source: Input, mapping: Mapping) -> None:
        self.path = source.path
        self.remarks: list[str] = []
        self.mapping = mapping
        self._neighbour = neighbour
        self._source = source

    def rows(self, is_known: Callable[[bytes], bool] | None = None) -> Iterator[tuple[Place, Annotation]]:  # noqa: ARG002
        """Its annotations, each with its place.

        Raises:
            IngestError: The file is damaged.
        """
        self.remarks = []
        lost = Counter[str]()
        with _readable(self._source):
            for one in self._neighbour.read():
                if isinstance(one, Lost):
                    lost[one.what] += one.n
                else:
                    yield one.place, one
        for what, n in lost.items():
            self.remarks.append(f"{self._source.shown} ({self._neighbour.name}): not imported: {Lost(what, n)}")

    def lines(self) -> Iterator[bytes]:
        """Nothing: its lines are not those of an export."""
        return iter(())


def tables(paths: Sequence[Path], mapping: Mapping) -> list[Table | Annotations]:
    """The files in the order of reading: articles before codings.

    Raises:
        IngestError: A path leads to nothing that can be read, or two files hold the same.
    """
    found: dict[str, Table] = {}
    foreign: list[Table | Annotations] = []
    for path in paths:
        for table in _of_path(path, mapping):
            if table.kind in ("rows", "annotations"):
                foreign.append(table)
            elif table.kind in found:
                names = one_line(table.path), one_line(found[table.kind].path)
                raise IngestError(f"{names[0]} and {names[1]} both contain {table.kind}; import them one by one")
            elif isinstance(table, Table):
                found[table.kind] = table
    return [*(found[kind] for kind in LINES if kind in found), *foreign]


def _of_path(path: Path, mapping: Mapping) -> Iterator[Table | Annotations]:
    if path.is_dir() and (own := _export(path)):
        for file in own:
            yield from _of_file(_input(file), mapping, _beside)
        return
    if not path.is_dir() and not path.is_file():
        raise IngestError(f"{_name(path)}: file or folder not found")
    if path.is_file() and path.suffix.lower() != ".zip":
        if path.name != "manifest.json":
            yield from _of_file(_input(path), mapping, _beside)
        return
    yield from _of_folder(path, mapping)


def _export(path: Path) -> list[Path]:
    """The files of an export of this program in a folder."""
    _check_manifest(path / "manifest.json")
    return [path / f"{name}.jsonl" for name in LINES if (path / f"{name}.jsonl").is_file()]


def _of_folder(path: Path, mapping: Mapping) -> Iterator[Annotations]:
    """The files of other programs in a folder or a zip archive; files that say something of them are passed over."""
    found = list(inputs([path]))
    refused = [one for one in found if isinstance(one, Refusal)]
    if refused:
        raise IngestError(refused[0].sentence)
    files = {one.path: one for one in found if isinstance(one, Input)}
    n = 0
    for source in files.values():
        with source.naming():
            try:
                neighbour = neighbour_of(source, files.get)
            except IngestError:
                if source.path.lower().endswith((".ann", ".qdpx", ".xmi")):
                    raise
                continue  # a configuration, a text: whatever else lies there
        if neighbour is not None:
            n += 1
            yield Annotations(neighbour, source, mapping)
    if not n:
        raise IngestError(
            f"{_name(path)} contains no JSONL export (no statements.jsonl or other file of one) and no annotations of"
            " another program; name a table itself, such as statements.csv"
        )


def _of_file(source: Input, mapping: Mapping, beside: Beside) -> Iterator[Table | Annotations]:
    takes_places = mapping.spans is not None or bool({"article", "article_id", "paragraph"} & set(mapping.columns))
    if not takes_places:
        neighbour = neighbour_of(source, beside)
        if neighbour is not None:
            yield Annotations(neighbour, source, mapping)
            return
    with source.open() as file:
        if file.read(len(_DATABASE)) == _DATABASE:
            raise IngestError(f"{source.shown} is a database, not an export; `annotator merge` reads project files")
    if _kind_of(source) == "jsonl":
        kind = _kind(_json_lines(source, None), is_own=source.path.endswith(".jsonl")) if mapping.is_empty else "rows"
        if kind is not None:
            yield Table(kind, source, mapping)
        return
    yield from _of_sheets(source, mapping)


def _of_sheets(source: Input, mapping: Mapping) -> Iterator[Table]:
    """The tables of a file; of several sheets those whose rows can be imported."""
    chosen: list[tuple[str, str | None]] = []
    others: list[str] = []
    for sheet in _sheets(source):
        with _readable(source):
            first = next((dict(row) for _, row in sheet.rows), None)
        if first is None:
            continue
        is_other = not {"paragraph", "coder"} & set(first) or set(_CODER) <= set(first)
        if sheet.name is not None and mapping.is_empty and is_other:
            others.append(sheet.name)
            continue
        is_own = mapping.is_empty and set(_PARAGRAPH) <= set(first)
        chosen.append(("paragraphs" if is_own else "rows", sheet.name))
    if others and not chosen:
        raise IngestError(f"{source.shown} has no sheet with the columns paragraph and coder")
    names = ", ".join(map(one_line, others))
    said = [f"{source.shown}: sheets without codings are left out ({names})"] if others else []
    for n, (kind, sheet_name) in enumerate(chosen):
        yield Table(kind, source, mapping, sheet_name, () if n else said)


_PARAGRAPH = ("text", "state", "seconds", "start")
"""Columns by which the sheet of paragraphs in a workbook of this program is known."""
_CODER = ("coder", "kind", "recheck_of")
"""Columns by which its sheet of coders is known."""


def raw_rows(path: Path) -> Iterator[tuple[Place, dict[str, Any] | None]]:
    """The rows of a table, unchecked, each with its place.

    Raises:
        IngestError: The file or a row of it cannot be read.
    """
    if not path.is_file():
        raise IngestError(f"{_name(path)}: file not found")
    source = _input(path)
    if _kind_of(source) == "jsonl":
        with _readable(source):
            yield from _json_lines(source, None)
        return
    with _readable(source):
        for where, record in _sheets(source)[0].rows:
            yield Place(source.shown, where), typed(bare(record))


def _sheets(source: Input) -> list[Rows]:
    kind = _kind_of(source)
    if kind not in TABLES:
        raise IngestError(f"{source.shown} is not a table or an export that can be imported ({kind})")
    with _readable(source):
        return list(read_tables(source, kind, exact=True))


def _kind_of(source: Input) -> Format:
    with _readable(source):
        return kind_of(source, Options())


@contextmanager
def _readable(source: Input) -> Iterator[None]:
    """Errors of reading begin with the file's name."""
    try:
        yield
    except IngestError as error:
        said = str(error)
        if said.startswith(source.shown):
            raise
        line = re.match(r"line (\d+): ", said)
        raise IngestError(
            f"{source.shown}:{line[1]}: {said[line.end() :]}" if line else f"{source.shown}: {said}"
        ) from error
    except OSError as error:
        raise IngestError(f"{source.shown} cannot be read: {(error.strerror or 'refused').lower()}") from error


def _input(path: Path) -> Input:
    return Input(str(path), path.stat().st_size, lambda: path.open("rb"))


def _beside(path: str) -> Input | None:
    return _input(Path(path)) if Path(path).is_file() else None


def _check_signs(fields: dict[str, Any], place: Place) -> None:
    for value in fields.values():
        if isinstance(value, str):
            if "\x00" in value:
                place.refuse("a NUL character")
            try:
                value.encode()
            except UnicodeEncodeError:
                place.refuse("contains half of a surrogate pair, which is not a character")


def _check_manifest(path: Path) -> None:
    if not path.is_file():
        return
    try:
        version = json.loads(path.read_text(encoding="utf-8")).get("schema_version")
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise IngestError(f"{_name(path)} is not the manifest of an export") from error
    if version != SCHEMA_VERSION:
        raise IngestError(f"{_name(path)}: made by another version of annotator (schema {one_line(str(version))})")


def _kind(rows: Iterator[tuple[Place, dict[str, Any] | None]], *, is_own: bool) -> str | None:
    """The kind of a file of JSON lines, by the keys of its first row; None if it has no row."""
    for _, fields in rows:
        if fields is None:
            continue
        keys = set(fields)
        for kind, signs in _SIGNS:
            if signs <= keys and (kind != "coders" or keys <= {*signs, "recheck_of", "model"}):
                return kind
        is_statement = {"paragraph_start", "speakers", "created_at", "codebook"} <= keys
        return "statements" if is_own and is_statement else "rows"
    return None


def _json_lines(
    source: Input, is_known: Callable[[bytes], bool] | None
) -> Iterator[tuple[Place, dict[str, Any] | None]]:
    with source.open() as file:
        number = 0
        while line := file.readline(MAX_LINE):
            number += 1
            place = Place(source.shown, f"line {number}")
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
