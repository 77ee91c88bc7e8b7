"""Labels from a file without a project: rows of unit, coder, label, or a matrix with a column a coder."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from annotator.agreement import ReliabilityData
from annotator.agreement.data.pattern_data import Counted
from annotator.records import GOLD
from annotator.reports.label_files.delimited import BadFileError, Delimited, Fault, Record
from annotator.reports.label_files.label_table import read_table
from annotator.text.counted import counted
from annotator.text.table_cells import EMPTY_SET
from annotator.text.terminal_text import one_line

COLUMNS = ("unit", "coder", "label")
MISSING = ("", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "<NA>", "NULL", "null")
"""Cells that hold no label, unless a category is called so: what spreadsheets, R, pandas and databases write."""
_PERHAPS_MISSING = frozenset(". - -- ? none missing unknown n.a. k.a. #n/a".split())
"""Cells (casefolded) that count as labels but may be meant as missing."""
_MISSING_NUMBERS = (-9, -99, -999, -9999, 99, 999, 9999)
"""Numbers that many studies write for a missing value; five times larger than every other label, they need a remark."""
_OTHER_NAMES = frozenset("rater annotator judge observer value code category class rating score answer".split())
"""What other programs call coder and label."""
_SHOWN = 5
"""Groups of labels that a remark names."""


@dataclass(frozen=True)
class Options:
    """How a file of labels is to be read."""

    level: str
    categories: tuple[str, ...] | None = None
    """The declared categories in their order."""
    wide: bool = False
    """A matrix, a row a unit and a column a coder; known by itself where the first column is called unit."""
    missing: tuple[str, ...] | None = None
    """Cells that hold no label, beside those of `MISSING`."""
    cluster: str | None = None
    """The column that names what intervals delete whole, such as the article."""
    encoding: str | None = None
    skip_bad: bool = False
    model: str | None = None
    """The coder that is a model: it stays out of the figures of the humans."""


@dataclass(frozen=True, eq=False)
class WithModel:
    """The labels of the human coders and of a model."""

    name: str
    data: ReliabilityData
    """Humans and the model."""
    gold: ReliabilityData | None
    """Labels of a coder called gold, who is not compared."""
    clusters: dict[str, str]
    """By unit; empty without a column of clusters."""


class Cell(NamedTuple):
    """A cell that may hold a label."""

    line: int
    unit: str
    coder: str
    text: str
    n: int = 1
    """How often it stands there, where equal cells are counted."""


Data = TypeVar("Data", bound=Counted)


@dataclass
class LabelFile(Generic[Data]):
    """The labels of a file, and what has to be said about it."""

    name: str
    data: Data
    """The labels, or what a query engine counted of them."""
    clusters: tuple[Hashable, ...] | None
    """Of each unit, in the order of `data.units`."""
    n_rows: int
    cluster: str = "cluster"
    """The name of the column that tells them."""
    skipped: tuple[Fault, ...] = ()
    remarks: tuple[str, ...] = ()
    faults: list[Fault] = field(default_factory=list)
    with_model: WithModel | None = None
    n_uncounted: int = 0
    """Rows with faults that a query engine left out; it does not know their lines."""


def read_label_file(raw: bytes, name: str, options: Options) -> LabelFile[ReliabilityData]:
    """Read labels from the bytes of a file.

    Raises:
        BadFileError: Something in it is wrong; every fault with its line. With `skip_bad`, only when nothing is left.
    """
    table = read_table(raw, name, COLUMNS, options.encoding)
    if not table.records or any(fault.line < table.records[0].line for fault in table.faults):
        raise _refusal(name, table.faults)
    cells, clusters = _Layout(table, name, options).cells()
    labels = Labels(options, table.separator, cells)
    rows = _one_each(labels.read(), table)
    faults = sorted([*table.faults, *labels.faults], key=lambda fault: fault.line)
    if faults and not options.skip_bad:
        raise _refusal(name, faults)
    if not rows:
        raise BadFileError(f"{name} holds no labels that can be used", tuple(faults))
    with_model = None
    if options.model is not None:
        with_model, rows = _apart(rows, options.model, name, labels, clusters)
    categories = labels.categories
    if with_model is not None and options.categories is None and categories is not None:
        # What the model alone says is not a category of the humans.
        used = {label for _, _, label in rows}
        categories = tuple(category for category in categories if category in used)
    data = ReliabilityData.from_labels(rows, options.level, categories)
    remarks = [*table.remarks, *labels.remarks]
    if faults:
        n = len({fault.line for fault in faults})
        remarks.append(f"{n} line{'s were' if n > 1 else ' was'} skipped because of faults; the rest was computed.")
    of_unit = None if options.cluster is None else tuple(clusters.get(str(unit)) for unit in data.units)
    return LabelFile(
        name,
        data,
        of_unit,
        len(table.records) - 1,
        options.cluster or "cluster",
        tuple(faults),
        tuple(remarks),
        with_model=with_model,
    )


def _apart(
    rows: list[tuple[str, str, Any]], model: str, name: str, labels: Labels, clusters: dict[str, str]
) -> tuple[WithModel, list[tuple[str, str, Any]]]:
    """The labels with the model's, and those of the humans alone."""
    coders = dict.fromkeys(coder for _, coder, _ in rows)
    if model not in coders:
        raise BadFileError(
            f"{name} has no coder called {one_line(model)}; its coders are {', '.join(map(one_line, coders))}"
        )
    humans = [row for row in rows if row[1] not in (model, GOLD)]
    if not humans:
        raise BadFileError(f"{name} holds no labels of a human coder, with whom the model could be compared")

    def data(chosen: list[tuple[str, str, Any]]) -> ReliabilityData:
        return ReliabilityData.from_labels(chosen, labels.level, labels.categories)

    gold = [row for row in rows if row[1] == GOLD != model]
    others = [row for row in rows if row[1] != GOLD or model == GOLD]
    return WithModel(model, data(others), data(gold) if gold else None, clusters), humans


def _refusal(name: str, faults: Sequence[Fault]) -> BadFileError:
    n = len(faults)
    return BadFileError(
        f"{name} has {counted(n, 'fault')}, and nothing was computed; --skip-bad leaves those lines out",
        tuple(faults),
    )


class _Layout:
    """Finds the labels in the rows, whichever way they are laid out."""

    def __init__(self, table: Delimited, name: str, options: Options) -> None:
        self._table = table
        self._name = name
        self._options = options
        self._header = [cell.strip().casefold() for cell in table.records[0].cells]

    def cells(self) -> tuple[list[Cell], dict[str, str]]:
        """Every label with its line, unit and coder, and the cluster of each unit."""
        missing = [column for column in COLUMNS if column not in self._header]
        if not missing and not self._options.wide:
            return self._long()
        if self._options.wide or self._is_matrix(missing):
            return self._wide()
        raise BadFileError(
            f"{self._name}, line {self._table.records[0].line}: the column{'s' * (len(missing) > 1)}"
            f" {', '.join(missing)} {'are' if len(missing) > 1 else 'is'} missing (found: "
            f"{', '.join(one_line(cell) or 'a nameless one' for cell in self._header)}); labels stand in rows of unit, "
            "coder, label, or with --wide in one column a coder"
        )

    def _is_matrix(self, missing: list[str]) -> bool:
        """Whether the columns are coders; rows of unit, coder, label under other names must not pass for a matrix."""
        if self._header[0] != "unit" or set(missing) != {"coder", "label"} or len(self._header) < 3:
            return False
        units = [record.cells[0].strip() for record in self._table.records[1:]]
        if len(set(units)) < len(units) or _OTHER_NAMES & set(self._header):
            return False
        coders = ", ".join(one_line(cell.strip()) for cell in self._table.records[0].cells[1:])
        self._table.remarks.append(f"Read as a matrix, a row a unit and a column a coder: {coders}.")
        return True

    def _long(self) -> tuple[list[Cell], dict[str, str]]:
        unit, coder, label = (self._column(column) for column in COLUMNS)
        cluster = None if self._options.cluster is None else self._column(self._options.cluster.casefold())
        cells: list[Cell] = []
        clusters: dict[str, str] = {}
        for line, row in self._rows():
            who, what = row[coder].strip(), row[unit].strip()
            if not who or not what:
                self._fault(line, f"the {'coder' if what else 'unit'} is empty")
                continue
            cells.append(Cell(line, what, who, row[label].strip()))
            if cluster is not None and clusters.setdefault(what, row[cluster].strip()) != row[cluster].strip():
                self._fault(line, f"unit {one_line(what)} belongs to two {self._options.cluster}s")
        return cells, clusters

    def _wide(self) -> tuple[list[Cell], dict[str, str]]:
        """A column a coder; without a header (as ReCal wants it) coders and units are numbered."""
        if self._options.cluster is not None:
            raise BadFileError("clusters need rows of unit, coder, label, with a column that names the cluster")
        has_header = not all(_number(cell, ".") is not None or not cell for cell in self._header)
        has_units = has_header and self._header[0] in ("unit", "id", "")
        first = self._table.records[0].cells
        coders = [cell.strip() for cell in first] if has_header else [f"coder {i}" for i in range(1, len(first) + 1)]
        twice = {coder for coder in coders[has_units:] if coders[has_units:].count(coder) > 1}
        if twice:
            raise BadFileError(f"{self._name}, line 1: {one_line(min(twice))} is the name of two columns")
        cells: list[Cell] = []
        seen: dict[str, int] = {}
        for line, row in self._rows(skip=int(has_header)):
            unit = row[0].strip() if has_units else str(line)
            if not unit:
                self._fault(line, "the unit is empty")
            elif unit in seen:
                self._fault(line, f"unit {one_line(unit)} stands in line {seen[unit]} already")
            else:
                seen[unit] = line
                named = zip(coders[has_units:], row[has_units:], strict=True)
                cells += [Cell(line, unit, coder, cell.strip()) for coder, cell in named]
        return cells, {}

    def _rows(self, skip: int = 1) -> list[Record]:
        """The rows with as many cells as the header."""
        good = []
        for record in self._table.records[skip:]:
            if len(record.cells) == len(self._header):
                good.append(record)
            else:
                n, wanted = len(record.cells), len(self._header)
                self._fault(record.line, f"has {counted(n, 'cell')} where the first line has {wanted}")
        return good

    def _column(self, name: str) -> int:
        if self._header.count(name) != 1:
            often = "twice" if name in self._header else "nowhere"
            raise BadFileError(f"{self._name}, line 1: the column {one_line(name)} is there {often}")
        return self._header.index(name)

    def _fault(self, line: int, sentence: str) -> None:
        self._table.faults.append(Fault(line, sentence))


class Labels:
    """Turns cells into labels of the level, and finds those that are none."""

    def __init__(self, options: Options, separator: str, cells: list[Cell]) -> None:
        self._options = options
        self.level = options.level
        # A file of semicolons comes from where the comma is the decimal sign.
        self._decimal = "," if separator == ";" else "."
        declared = options.categories
        missing = (*MISSING, *(options.missing or ()))
        self._missing = frozenset(token for token in missing if declared is None or token not in declared)
        self._cells = cells
        self.faults: list[Fault] = []
        self.remarks: list[str] = []
        texts = frozenset(cell.text for cell in cells) - self._missing
        numeric = [_number(name, self._decimal) is not None for name in (texts if declared is None else declared)]
        # Among undeclared ordinal labels, one number makes the others, if they are none, faults of their lines.
        is_enough = any(numeric) if declared is None else all(numeric) and bool(numeric)
        self._is_numeric = options.level in ("interval", "ratio") or (options.level == "ordinal" and is_enough)
        self.categories = self._declared(texts)
        self._known = None if self.categories is None else frozenset(self.categories)
        self._remark_on(texts)
        if options.level == "ordinal" and declared is None and not self._is_numeric:
            raise BadFileError("names have no order of their own: declare it, as in --categories low,middle,high")

    def read(self) -> list[tuple[int, str, str, Any]]:
        """Line, unit, coder and label of every cell that holds a good one."""
        found = []
        n_named = 0
        for line, unit, coder, text, n in self._cells:
            if text in self._missing:
                n_named += n if text else 0
                continue
            label = self._label(line, text)
            if label is not None:
                found.append((line, unit, coder, label))
        if n_named:
            tokens = ", ".join(sorted({cell.text for cell in self._cells} & self._missing - {""}))
            cells = f"{n_named} cells with {tokens} were" if n_named > 1 else f"1 cell with {tokens} was"
            self.remarks.append(f"{cells} taken as missing.")
        return found

    def _declared(self, texts: frozenset[str]) -> tuple[Hashable, ...] | None:
        if self._options.level == "set":
            return None
        if self._options.categories is None:
            # A nominal label is its text: 1.10 is not 1.1, and 01 is not 1. Numbers only give the order of the lines.
            if self._options.level != "nominal":
                return None
            return tuple(sorted(texts, key=self._place))
        if not self._is_numeric:
            return self._options.categories
        numbers = [_number(name, self._decimal) for name in self._options.categories]
        if None in numbers:
            raise BadFileError(f"the categories of an {self._options.level} variable are numbers")
        return tuple(numbers)

    def _place(self, text: str) -> tuple[bool, float, str]:
        """Where a nominal label stands among others: numbers ascending, then names."""
        number = _number(text, self._decimal)
        return number is None, number or 0.0, text

    def _remark_on(self, texts: frozenset[str]) -> None:
        """Remarks on labels that may be meant as one, or as missing."""
        alike: dict[Hashable, list[str]] = {}
        for text in sorted(texts):
            number = _number(text, self._decimal)
            alike.setdefault(" ".join(text.casefold().split()) if number is None else number, []).append(text)
        groups = [same for same in alike.values() if len(same) > 1]
        if groups and not self._is_numeric and self._options.level != "set":
            named = "; ".join(" and ".join(map(one_line, same)) for same in groups[:_SHOWN])
            more = f"; and {len(groups) - _SHOWN} more" if len(groups) > _SHOWN else ""
            self.remarks.append(f"Labels that are nearly the same count as different categories: {named}{more}.")
        elif groups and self._options.level == "ordinal":
            named = "; ".join(" and ".join(map(one_line, same)) for same in groups[:_SHOWN])
            self.remarks.append(f"Labels that are equal as numbers count as one category: {named}.")
        declared = self._options.categories or ()
        for text in sorted(texts.difference(declared)):
            if text.casefold() in _PERHAPS_MISSING or self._is_outlying(text, texts):
                shown = one_line(text)
                self.remarks.append(
                    f"{shown} counts as a label; if it stands for a missing one, add --missing {shown}."
                )

    def _is_outlying(self, text: str, texts: frozenset[str]) -> bool:
        """Whether a number that often stands for a missing value is far from all other numbers."""
        number = _number(text, self._decimal)
        if number not in _MISSING_NUMBERS:
            return False
        others = [_number(other, self._decimal) for other in texts if other != text]
        return all(
            other is not None and (abs(other) * 5 < abs(number) or other in _MISSING_NUMBERS) for other in others
        )

    def _label(self, line: int, text: str) -> Any:
        if self._options.level == "set":
            return self._set(line, text)
        if not self._is_numeric:
            if self._known is None or text in self._known:
                return text
            known = ", ".join(map(str, self.categories or ()))
            if _number(text, self._decimal) is not None:
                self._fault(line, f"{one_line(text)} is a number, but the categories are names: {one_line(known)}")
            else:
                self._fault(line, f"{one_line(text)} is not one of the categories {one_line(known)}")
            return None
        number = _number(text, self._decimal)
        if number is None:
            self._fault(line, f"{one_line(text)} is not a number")
        elif self._options.level == "ratio" and number < 0:
            self._fault(line, f"{one_line(text)} is negative, and a ratio scale starts at zero")
        elif self._known is not None and number not in self._known:
            known = ", ".join(f"{category:g}" for category in self.categories or ())
            self._fault(line, f"{one_line(text)} is not one of the categories {known}")
        else:
            return number
        return None

    def _set(self, line: int, text: str) -> frozenset[str] | None:
        chosen = frozenset() if text == EMPTY_SET else frozenset(_names(text))
        unknown = sorted(chosen - set(self._options.categories or chosen))
        if unknown or "" in chosen:
            what = "an empty name" if "" in chosen else one_line(unknown[0])
            self._fault(line, f"{what} is not one of the categories")
            return None
        return chosen

    def _fault(self, line: int, sentence: str) -> None:
        self.faults.append(Fault(line, sentence))


def _one_each(found: list[tuple[int, str, str, Any]], table: Delimited) -> list[tuple[str, str, Any]]:
    """One label a coder and unit: equal ones count once, different ones are a fault and none of them counts."""
    first: dict[tuple[str, str], tuple[int, Any]] = {}
    contested: set[tuple[str, str]] = set()
    n_equal = 0
    for line, unit, coder, label in found:
        known = first.setdefault((unit, coder), (line, label))
        if known[0] == line and known[1] == label:
            continue
        if known[1] == label:
            n_equal += 1
            continue
        contested.add((unit, coder))
        table.faults.append(
            Fault(line, f"{one_line(coder)} has another label on unit {one_line(unit)} in line {known[0]}")
        )
    if n_equal:
        table.remarks.append(f"{counted(n_equal, 'label')} stood there again and counted once.")
    return [(unit, coder, label) for (unit, coder), (_, label) in first.items() if (unit, coder) not in contested]


def _names(text: str) -> list[str]:
    """The names in a cell: between bars, or as a JSON list where a name holds a bar."""
    if text.startswith("["):
        try:
            return [str(name) for name in json.loads(text)]
        except ValueError:
            pass
    return [part.strip() for part in text.split("|")]


def _number(text: str, decimal: str) -> float | None:
    """A finite number; whole ones without a fraction are whole numbers."""
    try:
        number = float(text.replace(",", ".") if decimal == "," else text)
    except ValueError:
        return None
    if number != number or number in (float("inf"), float("-inf")) or "_" in text:
        return None
    return int(number) if number.is_integer() and abs(number) < 1 << 53 else number
