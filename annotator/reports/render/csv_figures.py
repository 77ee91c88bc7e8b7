"""Figures as CSV, one row a coefficient; and the labels behind them, so that any other program can recompute them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from annotator.agreement import Coefficient
from annotator.errors import ExportError
from annotator.files import private
from annotator.reports.compared.measures import Measure
from annotator.reports.file_report import FileReport
from annotator.reports.models.model_comparison import ModelComparison
from annotator.reports.project import MeasureReport, ProjectReport
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

COLUMNS = (
    "unit variable level who coefficient value low high interval q_667 n_units n_units_paired n_coders n_labels"
    " undefined"
).split()

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(report: ProjectReport | FileReport) -> str:
    """Every coefficient of a report as a row, numbers in full precision."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in _rows(report):
        writer.writerow(row)
    return out.getvalue()


def _rows(report: ProjectReport | FileReport) -> Iterator[list[Any]]:
    if isinstance(report, FileReport):
        yield from _measure(report.measured)
        if report.model is not None:
            yield from _model(report.measured.measure, report.model)
        return
    for measured in report.measures:
        yield from _measure(measured)
    for presence in report.presence:
        for one in presence.categories:
            name = f"{presence.whole.measure.name}: {one.category}"
            yield _row("paragraph", name, "nominal", "all", one.percent_agreement)
            yield _row("paragraph", name, "nominal", "all", one.krippendorff_alpha)
    for of_model in () if report.model is None else report.model.measures:
        yield from _model(of_model.measure, of_model.compared)
    found = report.existence
    if found is not None:
        for value in (found.f1, found.presence_alpha, found.bar_u_alpha, found.alpha_u, found.gamma):
            yield _row("statement", "which exist", value.level or "", "all", value)
        for pair in found.pairs:
            who = " and ".join(pair.coders)
            yield _row("statement", "which exist", "", who, pair.f1)
            yield _row("statement", "which exist", "nominal", who, pair.presence_alpha)


def _measure(one: MeasureReport) -> Iterator[list[Any]]:
    unit, name, report = one.measure.part, one.measure.name, one.report
    for value in report.coefficients.values():
        yield _row(unit, name, value.level or report.level, "all", value)
    for value in report.weighted.values():
        yield _row(unit, name, f"{value.level} weights", "all", value)
    for beside, value in one.beside.items():
        yield _row(unit, f"{name} ({beside})", value.level or "", "all", value)
    for category in report.categories:
        alpha = category.krippendorff_alpha
        yield _row(unit, f"{name}: {label_text(category.category)}", "nominal", "all", alpha)
    for pair in report.pairs:
        who = " and ".join(map(str, pair.coders))
        for value in (pair.percent_agreement, pair.krippendorff_alpha, pair.cohen_kappa, pair.scott_pi):
            yield _row(unit, name, value.level or report.level, who, value)


def _model(one: Measure, found: ModelComparison) -> Iterator[list[Any]]:
    """Each category of a model; the alternative annotator test is not a coefficient, and only the JSON has it."""
    who = f"model {found.test.model}"
    for score in found.scores:
        for figure in (score.precision, score.recall, score.f1):
            yield _row(one.part, f"{one.name}: {score.category}", "nominal", who, figure)


def _row(unit: str, name: str, level: str, who: str, one: Coefficient) -> list[Any]:
    low, high = one.ci if one.ci is not None else ("", "")
    return [
        unit,
        _safe(one_line(name)),
        level,
        _safe(one_line(who)),
        one.name,
        "" if one.value is None else one.value,
        low,
        high,
        one.ci_method or "",
        "" if one.q is None else one.q[0],
        one.n_units,
        one.n_units_paired,
        one.n_coders,
        one.n_labels,
        one.undefined or "",
    ]


def write_matrices(report: ProjectReport, folder: Path) -> list[tuple[str, int]]:
    """Write the labels that count of every measure: `unit,coder,label`, as `--from` and other programs read them.

    `measures.json` beside them names file, level and declared categories of each, and the α that comes out.

    Returns:
        The files with their numbers of rows.

    Raises:
        ExportError: The folder cannot be written.
    """
    written: list[tuple[str, int]] = []
    index: list[dict[str, Any]] = []
    try:
        private.make_folder(folder)
        for measured in report.measures:
            unit = "statements" if measured.measure.part == "statement" else f"{measured.measure.part}s"
            name = f"{unit}-{re.sub(r'[^A-Za-z0-9]+', '-', measured.measure.name).strip('-') or 'variable'}.csv"
            if name.casefold() in {one["file"].casefold() for one in index}:
                name = f"{len(index)}-{name}"
            rows = list(_labels(measured))
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows([("unit", "coder", "label"), *rows])
            private.write(folder / name, text.getvalue())
            written.append((name, len(rows)))
            index.append(_described(name, measured))
        private.write(folder / "measures.json", json.dumps(index, ensure_ascii=False, indent=2) + "\n")
    except OSError as error:
        reason = (error.strerror or "refused").lower()
        raise ExportError(f"{one_line(str(folder))} cannot be written: {reason}") from error
    return written


def _described(name: str, measured: MeasureReport) -> dict[str, Any]:
    scale = measured.measure.scale
    return {
        "file": name,
        "variable": measured.measure.name,
        "level": measured.report.level,
        "categories": None if scale is None else [label_text(category) for category in scale],
        "krippendorff_alpha": measured.report.alpha.value,
    }


def _labels(measured: MeasureReport) -> Iterator[tuple[str, str, str]]:
    data = measured.data
    if data is None:
        return
    texts = [label_text(category) for category in data.categories]
    rows = zip(data.unit.tolist(), data.coder.tolist(), data.category.tolist(), strict=True)
    for unit, coder, category in rows:
        yield unit_text(data.units[unit], measured.places), _safe(str(data.coders[coder])), texts[category]


def unit_text(unit: Hashable, places: Mapping[Hashable, str]) -> str:
    """A unit as other files name it: article id and position, and for a match its coders and its number."""
    if isinstance(unit, tuple):
        paragraph, coders, i, j = unit
        return f"{places.get(paragraph, paragraph)}:{'+'.join(map(str, coders))}:{i}-{j}"
    return places.get(unit, str(unit))


def label_text(label: Hashable) -> str:
    """A label as one cell: numbers plainly, sets with bars, the empty set as {}."""
    if isinstance(label, frozenset):
        names = sorted(map(str, label))
        if any("|" in name or name.startswith("[") for name in names):
            return json.dumps(names, ensure_ascii=False)
        return "|".join(names) or "{}"
    if isinstance(label, float):
        return repr(label).removesuffix(".0")
    return str(label)


def _safe(text: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def lines(rows: Iterable[tuple[str, int]]) -> list[str]:
    """What was written, a line a file."""
    return [f"{name}: {counted(n, 'label')}" for name, n in rows]
