"""SPSS and Stata: statements, paragraphs, articles, coders as .sav and .dta, with value labels and measures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyreadstat  # type: ignore[import-not-found,import-untyped,unused-ignore] # an extra

from annotator.codebook.model import Codebook, Variable
from annotator.export import flat_rows as flat
from annotator.export.folder import Folder
from annotator.jsonl_lines import PARENT
from annotator.records import Source
from annotator.text.table_cells import shown
from annotator.text.word_lists import read_words

_MAX_BYTES = 32_000
"""SPSS holds 32,767 bytes of text in a cell."""
_WHEN = datetime(1980, 1, 1)  # noqa: DTZ001 (Stata knows no zones)
"""The time of making, which would change the bytes, in every file."""
_MEASURE = {"ordinal": "ordinal", "interval": "scale", "ratio": "scale"}
_INTEGERS = frozenset(
    "paragraph paragraph_start paragraph_end evidence_start evidence_end start end characters paragraphs".split()
)
_TIMES = frozenset({"created_at", "updated_at", "added_at"})
_DAYS = frozenset({"date", "article_date"})
_RESERVED = read_words(__file__, "reserved_names")
_NUMBER, _TEXT, _DAY, _TIME = "number", "text", "day", "time"


class _Column(NamedTuple):
    """A variable of a data file.

    Attributes:
        title: What it is called in the window of variables.
        kind: number, text, day or time.
        read: Its value in a row.
        measure: nominal, ordinal or scale.
        labels: Names of its numbers.
        missing: Numbers that statistics leave out, because they stand outside the scale.
    """

    name: str
    title: str
    kind: str
    read: Callable[[Sequence[Any]], Any]
    measure: str = "nominal"
    labels: dict[int, str] | None = None
    missing: tuple[int, ...] = ()


def write(source: Source, folder: Folder, *, metadata: bool = False) -> None:
    """Write statements, paragraphs, articles and coders, each as .sav and .dta."""
    rows, loss, by_name = flat.TableRows(source, metadata=metadata), _Loss(), _by_column(source.codebook)
    statements = _Data(rows.statement_columns, by_name, loss)
    paragraphs = _Data(rows.paragraph_columns, by_name, loss)
    articles = _Data(rows.article_columns, {}, loss)
    for article in source.articles():
        paragraphs.rows += rows.paragraphs(article)
        statements.rows += rows.statements(article)
        articles.rows.append(rows.article(article))
    coders = _Data(flat.CODER, {}, loss)
    coders.rows += flat.coder_rows(source)
    tables = {"statements": statements, "paragraphs": paragraphs, "articles": articles, "coders": coders}
    for name, data in tables.items():
        _write_both(folder, name, data)
    _say(loss, folder)
    folder.write_manifest("sav.manifest.json", "sav", source)


def _by_column(codebook: Codebook) -> dict[str, Variable]:
    """The variable of each column; the category above a label has the codes of the label. Those of a set are text."""
    above = {
        f"{v.name}{PARENT}": v.model_copy(update={"label": f"{v.title}, the category above"})
        for v in codebook.variables
        if v.level != "set"
    }
    return above | {v.name: v for v in codebook.variables}


class _Loss:
    """What does not fit: texts that were cut, dates that are none."""

    cut = undated = 0


def _say(loss: _Loss, folder: Folder) -> None:
    if loss.cut:
        folder.lose(f"texts beyond {_MAX_BYTES:,} bytes of UTF-8, which end in …, {loss.cut} in all")
    if loss.undated:
        folder.lose(f"dates that are not ISO dates, {loss.undated} in all, which are missing")
    folder.lose("the articles' texts as one (jsonl has them); paragraphs has the text paragraph by paragraph")
    folder.lose("in Stata: levels of measurement, and that categories outside a scale count as missing, as in SPSS")
    folder.lose("the difference between an empty text and none, and a set's order; time zones: all times are UTC")
    folder.lose("the words chosen for a speaker, label origins, the registry and the history of the codebook (jsonl)")


class _Data:
    """The rows of one file and its variables."""

    def __init__(self, names: Sequence[str], variables: dict[str, Variable], loss: _Loss) -> None:
        self.rows: list[Sequence[Any]] = []
        self._loss = loss
        found = [column for i, name in enumerate(names) for column in self._columns(i, name, variables.get(name))]
        self.columns = [column._replace(name=name) for column, name in zip(found, _names(found), strict=True)]

    def _columns(self, i: int, name: str, variable: Variable | None) -> Iterator[_Column]:
        if variable is not None and variable.categories:
            codes = {category.name: code for code, (category, _) in enumerate(variable.walk(), start=1)}
            if variable.level == "set":
                yield from self._of_set(i, variable)
                return
            outside = tuple(codes[c.name] for c, _ in variable.walk() if c.outside_scale)
            labels = {code: label for label, code in codes.items()}
            measure = _MEASURE.get(variable.level, "nominal")
            yield _Column(name, variable.title, _NUMBER, lambda row: codes.get(row[i]), measure, labels, outside)
        elif variable is not None and variable.is_numeric:
            yield _Column(name, variable.title, _NUMBER, lambda row: row[i], "scale")
        elif name == "flag":
            yield _Column(name, name, _NUMBER, lambda row: int(bool(row[i])), "nominal", {0: "no", 1: "yes"})
        elif name in _INTEGERS or name == "seconds":
            yield _Column(name, name, _NUMBER, lambda row: row[i], "scale")
        elif name in _TIMES:
            yield _Column(name, name, _TIME, lambda row: _moment(row[i]), "scale")
        elif name in _DAYS:
            yield _Column(name, name, _DAY, lambda row: self._day(row[i]), "scale")
        else:
            title = variable.title if variable else name
            yield _Column(name, title, _TEXT, lambda row: self._fitting(row[i]))

    def _of_set(self, i: int, variable: Variable) -> Iterator[_Column]:
        """A set: for each category whether it was chosen; missing where nothing was said."""

        def chosen(category: str) -> Callable[[Sequence[Any]], int | None]:
            return lambda row: None if row[i] is None else int(category in row[i])

        for category in variable.names:
            title = f"{variable.title}: {category}"
            yield _Column(
                f"{variable.name}_{category}", title, _NUMBER, chosen(category), "nominal", {0: "no", 1: "yes"}
            )

    def _day(self, text: Any) -> date | None:
        if text is None:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self._loss.undated += 1
            return None

    def _fitting(self, value: Any) -> str:
        text = "" if value is None else shown(value).replace("\x00", "\ufffd")
        data = text.encode()
        if len(data) <= _MAX_BYTES:
            return text
        self._loss.cut += 1
        return data[: _MAX_BYTES - 3].decode("utf-8", "ignore") + "…"

    def frame(self) -> pd.DataFrame:
        """The data."""
        made = {column.name: self._series(column) for column in self.columns}
        return pd.DataFrame(made)

    def _series(self, column: _Column) -> Any:
        values = [column.read(row) for row in self.rows]
        if column.kind == _NUMBER:
            return pd.Series(values, dtype="float64")
        return pd.Series(values, dtype="datetime64[us]" if column.kind == _TIME else "object")


def _write_both(folder: Folder, name: str, data: _Data) -> None:
    frame, columns = data.frame(), data.columns
    labelled = [column for column in columns if column.labels]
    path = folder.reserve(f"{name}.sav")
    pyreadstat.write_sav(
        frame,
        str(path),
        file_label="annotator",
        column_labels=[_cut(column.title, 255) for column in columns],
        variable_value_labels={c.name: {n: _cut(text, 120) for n, text in _labels(c)} for c in labelled},
        variable_measure={c.name: c.measure for c in columns},
        missing_ranges={c.name: _missing(c.missing) for c in columns if c.missing},
        variable_format={c.name: "F8.0" for c in labelled},
    )
    _undate(path)
    folder.staged(f"{name}.sav", len(data.rows))
    dates: dict[Any, Any] = {c.name: "td" if c.kind == _DAY else "tc" for c in columns if c.kind in (_DAY, _TIME)}
    for column in (c.name for c in columns if c.kind == _DAY):
        frame[column] = pd.to_datetime(frame[column])
    frame.to_stata(
        folder.reserve(f"{name}.dta"),
        write_index=False,
        version=118,
        time_stamp=_WHEN,
        data_label="annotator",
        variable_labels={c.name: c.title[:80] for c in columns},
        value_labels={c.name: dict(_labels(c)) for c in labelled},
        convert_dates=dates,
        convert_strl=[c.name for c in columns if c.kind == _TEXT],
    )
    folder.staged(f"{name}.dta", len(data.rows))


def _labels(column: _Column) -> Iterable[tuple[int, str]]:
    return (column.labels or {}).items()


def _missing(codes: Sequence[int]) -> list[Any]:
    """Codes that count as missing: three, or a range of those that follow each other."""
    if len(codes) <= 3:
        return list(codes)
    return [{"lo": min(codes), "hi": max(codes)}] if max(codes) - min(codes) < len(codes) else list(codes[:3])


def _undate(path: Path) -> None:
    """Overwrite the time of making, which stands at fixed places of the header."""
    with path.open("r+b") as file:
        file.seek(92)
        file.write(f"{_WHEN:%d} Jan 80{_WHEN:%H:%M:%S}".encode())


def _moment(text: str) -> datetime:
    """A time in UTC to the second, without its zone, which neither program knows."""
    return datetime.fromisoformat(text).replace(tzinfo=None, microsecond=0)


def _cut(text: str, size: int) -> str:
    """A text within so many bytes."""
    data = text.encode()
    return text if len(data) <= size else data[: size - 3].decode("utf-8", "ignore") + "…"


def _names(columns: Iterable[_Column]) -> list[str]:
    """Names that both programs take: ASCII letters, digits and _, at most 32, all different."""
    found: dict[str, str] = {}
    for column in columns:
        word = re.sub(r"\W", "_", column.name, flags=re.ASCII).strip("_")
        if not word or not word[0].isalpha() or word.lower() in _RESERVED:
            word = f"v_{word}"
        name, n = word[:32], 1
        while name.lower() in found:
            n += 1
            name = f"{word[: 31 - len(str(n))]}_{n}"
        found[name.lower()] = name
    return list(found.values())
