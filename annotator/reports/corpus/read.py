"""Labels of a corpus as counts: what a query engine finds, checked by the rules of a file of labels."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from annotator.agreement.data.clusters import Clusters
from annotator.agreement.data.pattern_data import PatternData
from annotator.agreement.data.values import Coding
from annotator.errors import UsageError
from annotator.reports.corpus import queries
from annotator.reports.corpus.engine import DEFAULT, Opened, opened
from annotator.reports.label_files.delimited import BadFileError
from annotator.reports.label_files.label_file import COLUMNS, Cell, LabelFile, Labels, Options
from annotator.reports.label_files.label_table import cell_text
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

MOST_CATEGORIES = 200
"""Different labels up to which a corpus is counted."""
MOST_ROWS = 100_000
"""Different rows (who said what on one unit) up to which they are kept."""
MOST_ROW_CODERS = 10
"""Coders up to which rows are counted at all; those of more are mostly different."""
MOST_CLUSTER_ROWS = 1_000_000
_MOST_CELLS = 2_000_000
"""Cells of an answer that are still fetched."""
_SHOWN = 5


class Text(NamedTuple):
    """A label of a coder as it is stored, and how many rows hold it."""

    coder: str
    stored: Any
    text: str
    n: int
    """Rows with a unit."""
    n_lacking: int
    """Rows without one."""


@dataclass
class _Corpus:
    """What is known about the labels while they are counted."""

    name: str
    options: Options
    table: Any
    texts: list[Text]
    coding: Coding
    index: dict[str, int]
    """The category of each text that is a label."""
    remarks: list[str]
    n_uncounted: int = 0
    n_labels: int = field(init=False)
    """Rows that count."""

    def __post_init__(self) -> None:
        self.n_labels = sum(one.n for one in self.good)
        self.coders = sorted({one.coder for one in self.good if one.n})
        stored = {one.stored: self.index[one.text] for one in self.good}
        self.table = queries.coded(self.table, list(stored.items()))

    @property
    def good(self) -> list[Text]:
        """The texts that are labels of a coder."""
        return [one for one in self.texts if one.coder and one.text in self.index]

    def data(self) -> PatternData:
        """The counts; identical doubles count once."""
        found = self._counted()
        if found is None:
            self._settle_doubles()
            found = self._counted()
        if found is None:
            raise BadFileError(f"{self.name} changed while it was counted")
        return found

    def _counted(self) -> PatternData | None:
        """The counts; None where a coder has two labels on one unit."""
        most = MOST_ROWS if self.options.cluster is None else MOST_CLUSTER_ROWS
        if len(self.coders) <= MOST_ROW_CODERS:
            rows = _fetch(queries.rows(self.table, self.coders), most)
            if rows is not None:
                return self._of_rows(rows)
        if self.options.cluster is not None:
            raise BadFileError(
                f"{self.name}: clusters need whole units, which are counted for {MOST_ROW_CODERS} coders and"
                f" {most:,} different rows at most"
            )
        return self._of_counts()

    def _of_rows(self, rows: dict[str, list[Any]]) -> PatternData | None:
        columns = [rows[f"c{i}"] for i in range(len(self.coders))]
        matrix = np.array([[-1 if one is None else one for one in column] for column in columns], np.int64).T
        times = np.array(rows["n"], np.int64)
        if int(times @ (matrix >= 0).sum(axis=1)) != self.n_labels:
            return None
        clusters = None if self.options.cluster is None else self._clusters(rows)
        return PatternData.of_rows(self.options.level, self.coding.categories, self.coders, matrix, times, clusters)

    def _clusters(self, rows: dict[str, list[Any]]) -> Clusters:
        what = self.options.cluster or "cluster"
        n = sum(n for one, other, n in zip(rows["cluster"], rows["other"], rows["n"], strict=True) if one != other)
        if n:
            raise BadFileError(f"{self.name}: {counted(n, 'unit')} stand in two {one_line(what)}s or more")
        return Clusters.of([one or "" for one in rows["cluster"]], what)

    def _of_counts(self) -> PatternData | None:
        """Patterns and pairs apart; each label pairs with itself once, unless a coder has two on the unit."""
        q, place = len(self.coding.categories), {coder: i for i, coder in enumerate(self.coders)}
        found = _fetch(queries.pairs(self.table), _MOST_CELLS)
        counts = _fetch(queries.counts(self.table, q), _MOST_CELLS // q)
        if found is None or counts is None:
            raise BadFileError(f"{self.name} has too many coders and categories to count their pairs")
        cells = np.array(
            [[place[one] for one in found["c1"]], [place[one] for one in found["c2"]], found["l1"], found["l2"]],
            np.int64,
        ).T
        n = np.array(found["n"], np.int64)
        is_own = cells[:, 0] == cells[:, 1]
        if int(n[is_own].sum()) != self.n_labels:
            return None
        by_coder = np.zeros((len(self.coders), q), np.int64)
        by_coder[cells[is_own, 0], cells[is_own, 2]] = n[is_own]
        # An engine may sort names by the rules of a language.
        swapped = cells[:, 0] > cells[:, 1]
        cells[swapped] = cells[swapped][:, [1, 0, 3, 2]]
        self.remarks.append(
            "Only patterns and pairs were counted, as for many coders whole units are too many: there is no interval of"
            " the mean κ and π, and no α without each coder."
        )
        matrix = np.array([counts[f"x{i}"] for i in range(q)], np.int64).T
        return PatternData.of_counts(
            self.options.level,
            self.coding.categories,
            self.coders,
            (matrix, np.array(counts["n"], np.int64)),
            (cells[~is_own], n[~is_own]),
            by_coder,
        )

    def _settle_doubles(self) -> None:
        """Count identical labels of a coder on a unit once, and refuse those that differ."""
        each = queries.one_each(self.table)
        differ = each.filter(each.category != each.highest)
        sums = _row(each.agg(n=each.count(), n_rows=each.n.sum()))
        if sums["n_rows"] != self.n_labels:
            raise BadFileError(f"{self.name} changed while it was counted, or its labels are not equal to themselves")
        contradictions = _row(differ.agg(n=differ.count(), n_rows=differ.n.sum()))
        n, n_differ = contradictions["n"], contradictions["n_rows"] or 0
        if n and not self.options.skip_bad:
            shown = differ.order_by(["unit", "coder"]).limit(_SHOWN).to_pyarrow().to_pylist()
            names = "; ".join(f"{one_line(row['coder'])} on unit {one_line(row['unit'])}" for row in shown)
            more = f"; and {n - _SHOWN} more" if n > _SHOWN else ""
            raise BadFileError(
                f"{self.name}: coders have different labels on one unit, and nothing was computed: {names}{more};"
                " --skip-bad leaves these labels out"
            )
        if n:
            self.remarks.append(f"{counted(n_differ, 'row')} left out because a coder has another label on the unit.")
            self.n_uncounted += n_differ
        twice = self.n_labels - n_differ - (sums["n"] - n)
        if twice:
            self.remarks.append(f"{counted(twice, 'label')} stood there again and counted once.")
        self.n_labels = sums["n"] - n
        self.table = each.filter(each.category == each.highest).drop("highest", "n")
        left = _fetch(self.table.select("coder").distinct(), _MOST_CELLS) or {}
        self.coders = sorted(left["coder"])
        if not self.coders:
            raise BadFileError(f"{self.name} holds no labels that can be used")


def read_corpus(
    source: str, options: Options, engine: str | None = None, memory: str | None = None
) -> LabelFile[PatternData]:
    """Count the labels of files, or of a table, with a query engine.

    Args:
        source: A file, a pattern of files, or for PostgreSQL a table.
        options: How the labels are to be read.
        engine: See `opened`; DuckDB without it.
        memory: What DuckDB may hold, such as 4GB.

    Raises:
        UsageError: An option needs the labels themselves.
        BadFileError: Something in the labels is wrong.
    """
    for option, is_given in (("wide", options.wide), ("model", options.model), ("encoding", options.encoding)):
        if is_given:
            raise UsageError(f"--{option} needs the labels themselves: it works with one file and without --engine")
    name = one_line(source)
    with opened(source, engine or DEFAULT, memory) as found:
        corpus = _checked(found, name, options)
        data = corpus.data()
    n_rows = sum(one.n + one.n_lacking for one in corpus.texts)
    return LabelFile(
        name,
        data,
        None,
        n_rows,
        options.cluster or "cluster",
        n_uncounted=corpus.n_uncounted,
        remarks=tuple(corpus.remarks),
    )


def _checked(found: Opened, name: str, options: Options) -> _Corpus:
    """The labels with their categories, if nothing is wrong with them or the rest is wanted."""
    table = queries.labels(found.table, _columns(found.table, name, options))
    if options.cluster is not None:
        table = queries.trimmed(table, ["cluster"])
    texts = _texts(table, name)
    if texts is None:
        table = queries.trimmed(table, ["unit", "coder"])
        texts = _texts(table, name) or []
    totals = Counter[str]()
    for one in texts:
        totals[one.text] += one.n if one.coder else 0
    cells = [Cell(i, "", "", text, n) for i, (text, n) in enumerate(totals.items())]
    labels = Labels(options, found.separator, cells)
    good = {cells[i].text: label for i, _, _, label in labels.read()}
    faults = [(fault.sentence, cells[fault.line].n) for fault in labels.faults]
    n_nameless = sum(one.n_lacking + (0 if one.coder else one.n) for one in texts)
    if n_nameless:
        faults.append(("the unit or the coder is empty", n_nameless))
    if faults and not options.skip_bad:
        raise _refusal(name, faults)
    if not good:
        raise BadFileError(f"{name} holds no labels that can be used")
    coding = Coding.of(list(good.values()), options.level, labels.categories)
    if len(coding.categories) > MOST_CATEGORIES:
        raise BadFileError(
            f"{name} has more than {MOST_CATEGORIES} different labels, which a query engine does not count; a single"
            " file below 100 MB, without --engine, may have any number"
        )
    index = {text: coding.index(label) for text, label in good.items()}
    n = sum(n for _, n in faults)
    if n:
        labels.remarks.append(f"{counted(n, 'row')} left out because of faults; the rest was computed.")
    return _Corpus(name, options, table, texts, coding, index, labels.remarks, n)


def _refusal(name: str, faults: list[tuple[str, int]]) -> BadFileError:
    shown = "; ".join(f"{sentence} ({counted(n, 'row')})" for sentence, n in faults[:_SHOWN])
    more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
    return BadFileError(
        f"{name} has {counted(len(faults), 'fault')}, and nothing was computed: {shown}{more};"
        " --skip-bad leaves these rows out"
    )


def _columns(raw: Any, name: str, options: Options) -> dict[str, str]:
    """How the source calls the columns that count.

    Raises:
        BadFileError: One is missing or there twice, or labels are of a type that is not counted.
    """
    wanted = {column: column for column in COLUMNS}
    if options.cluster is not None:
        wanted["cluster"] = options.cluster.strip().casefold()
    there = [column.strip().casefold() for column in raw.columns]
    missing = [column for column in wanted.values() if there.count(column) != 1]
    if missing:
        raise BadFileError(
            f"{name} needs each of the columns {', '.join(one_line(column) for column in wanted.values())} once (found:"
            f" {', '.join(one_line(column) or 'a nameless one' for column in raw.columns)})"
        )
    found = {column: raw.columns[there.index(called)] for column, called in wanted.items()}
    kind = raw[found["label"]].type()
    if not (kind.is_string() or kind.is_numeric() or kind.is_boolean()):
        raise BadFileError(f"{name}: labels are texts or numbers, not {one_line(str(kind))}")
    return found


def _texts(table: Any, name: str) -> list[Text] | None:
    """Every label of every coder; None where units or coders have blanks around them."""
    found = _fetch(queries.texts(table), _MOST_CELLS)
    if found is None:
        raise BadFileError(f"{name} has more than {_MOST_CELLS:,} different labels of coders, which are not counted")
    coders = [coder or "" for coder in found["coder"]]
    if any(found["n_padded"]) or any(coder.strip(queries.BLANKS) != coder for coder in coders):
        return None
    columns = (found[column] for column in ("label", "n", "n_lacking"))
    return [
        Text(coder, stored, cell_text(stored).strip(), n - n_lacking, n_lacking)
        for coder, stored, n, n_lacking in zip(coders, *columns, strict=True)
    ]


def _fetch(query: Any, most: int) -> dict[str, list[Any]] | None:
    """The columns of an answer; None where it has more than `most` rows."""
    found = query.limit(most + 1).to_pyarrow()
    return None if found.num_rows > most else found.to_pydict()


def _row(query: Any) -> dict[str, Any]:
    """The only row of an answer."""
    return {name: column[0] for name, column in (_fetch(query, 1) or {}).items()}
