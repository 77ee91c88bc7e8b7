"""Agreement while coders code: after each label only its paragraph is read again, and only its counts change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from itertools import combinations
from typing import NamedTuple

from annotator.agreement import Coefficient, LiveCounts, statement_f1
from annotator.records import ParagraphRecord, ReviewRecord, Selection, StatementRecord
from annotator.reports.compared.collect import match
from annotator.reports.compared.measures import CLAIM, STATE, Measure, Reader, measure_of
from annotator.reports.words.number_text import decimal
from annotator.store import Store
from annotator.store.read.comparison import merged_names

_MANY = 1000
"""More steps than this since the last look: everything is read anew."""

Key = tuple[str, Hashable, str]
"""Measure, unit and coder: what one label stands under."""


class LiveFigure(NamedTuple):
    """A measure's α as it is now."""

    measure: Measure
    alpha: Coefficient


class LiveAgreement:
    """The agreement of a project, kept up to date from its history.

    It follows what has declared categories: claim or not, the state, nominal and ordinal variables of paragraphs and
    of matched statements, and how many statements match. Sets, names and typed numbers are left to the full report.
    """

    def __init__(self, store: Store, selection: Selection | None = None) -> None:
        """Read everything once.

        Raises:
            UsageError: The selection names what does not exist.
        """
        self._store = store
        self._selection = selection
        self._step = 0
        self._load()

    def refresh(self) -> bool:
        """Take in what was coded since the last look; whether anything was."""
        connection = self._store.connection
        steps = connection.all("select id, paragraph from steps where id > ? order by id limit ?", (self._step, _MANY))
        if not steps:
            return False
        if len(steps) == _MANY or any(row[1] is None for row in steps) or self._has_new_coder():
            # The registry, the codebook or a whole file may have changed.
            self._load()
            return True
        self._step = steps[-1][0]
        with self._store.records(self._selection, coders="human") as snapshot:
            for paragraph in {row[1] for row in steps}:
                self._update(paragraph, snapshot.paragraph(paragraph))
        return True

    @property
    def figures(self) -> tuple[LiveFigure, ...]:
        """Every measure with its α; only those whose labels have changed are computed again."""
        for name in self._changed:
            self._alphas[name] = self._counts[name].alpha()
        self._changed.clear()
        return tuple(LiveFigure(self._measures[name], self._alphas[name]) for name in self._measures)

    @property
    def f1(self) -> Coefficient:
        """F1 on which statements exist, over all pairs of coders together."""
        matched, only_a, only_b = (sum(counts[i] for counts in self._matched.values()) for i in range(3))
        return statement_f1(matched, only_a, only_b)

    def line(self) -> str:
        """The figures in one line, for a status line: α claim .86 · stance .74 · F1 .81."""
        parts = [
            f"{one.measure.title} {decimal(one.alpha.value, 2)}"
            for one in self.figures
            if one.alpha.value is not None and one.measure.name != STATE.name
        ]
        f1 = self.f1
        if f1.value is not None:
            parts.append(f"F1 {decimal(f1.value, 2)}")
        return "α " + " · ".join(parts) if parts else "no paragraph is finished by two coders yet"

    def _load(self) -> None:
        with self._store.records(self._selection, coders="human") as snapshot:
            codebook = snapshot.codebook
            row = self._store.connection.one("select max(id) from steps")
            self._step = int(row[0]) if row and row[0] is not None else 0
            self._reader = Reader(codebook, merged_names(snapshot.chosen))
            self._n_coders = self._known_coders()
            followed = [(v, measure_of(v)) for v in codebook.variables if v.enabled]
            self._variables = [(v, m) for v, m in followed if m is not None and m.level in ("nominal", "ordinal")]
            self._variables = [(v, m) for v, m in self._variables if m.scale is not None and m.part != "article"]
            built_in = (CLAIM, STATE) if codebook.has_statements else (STATE,)
            self._measures: dict[str, Measure] = {m.name: m for m in (*built_in, *(m for _, m in self._variables))}
            self._counts = {name: LiveCounts(m.scale or (), m.level) for name, m in self._measures.items()}
            self._places = {
                name: {category: i for i, category in enumerate(m.scale or ())} for name, m in self._measures.items()
            }
            self._held: dict[int, dict[Key, int]] = {}
            self._matched: dict[int, tuple[int, int, int]] = {}
            self._alphas: dict[str, Coefficient] = {}
            self._changed = set(self._measures)
            for paragraph in snapshot.paragraphs():
                self._update(paragraph.id, paragraph)

    def _has_new_coder(self) -> bool:
        return self._known_coders() != self._n_coders

    def _known_coders(self) -> int:
        row = self._store.connection.one("select count(*) from coders")
        return int(row[0]) if row else 0

    def _update(self, row: int, paragraph: ParagraphRecord | None) -> None:
        """Replace what the paragraph in a row of the project file contributes."""
        before = self._held.pop(row, {})
        after = dict(self._labels(paragraph)) if paragraph is not None else {}
        if after:
            self._held[row] = after
        for key in before.keys() - after.keys():
            self._record(key, None)
        for key, category in after.items():
            if before.get(key) != category:
                self._record(key, category)

    def _record(self, key: Key, category: int | None) -> None:
        name, unit, coder = key
        self._counts[name].record(unit, coder, category)
        self._changed.add(name)

    def _labels(self, paragraph: ParagraphRecord) -> Iterator[tuple[Key, int]]:
        """Every label of a paragraph that counts, as the full report counts them."""
        self._matched.pop(paragraph.id, None)
        done = paragraph.done
        if len(done) < 2:
            return
        for coder, review in done.items():
            yield from self._label(STATE.name, paragraph.id, coder, review.state)
        if all(review.is_set_aside for review in done.values()):
            return
        for coder, review in done.items():
            if CLAIM.name in self._measures:
                claim = "claim" if paragraph.statements_of(coder) else "no claim"
                yield from self._label(CLAIM.name, paragraph.id, coder, claim)
            for variable, measure in self._variables:
                if measure.part == "paragraph" and not review.is_set_aside:
                    label, _ = self._reader.of_label(variable, review.labels.get(variable.name))
                    yield from self._label(measure.name, paragraph.id, coder, label)
        if self._reader.codebook.has_statements:
            yield from self._matches(paragraph, done)

    def _matches(self, paragraph: ParagraphRecord, done: dict[str, ReviewRecord]) -> Iterator[tuple[Key, int]]:
        counts = Counter[int]()
        for a, b in combinations(done, 2):
            if done[a].is_set_aside and done[b].is_set_aside:
                continue
            matching = match(paragraph, a, b)
            counts.update({0: len(matching.pairs), 1: len(matching.only_a), 2: len(matching.only_b)})
            for i, j in matching.pairs:
                unit = (paragraph.id, a, b, i, j)
                yield from self._of_match(unit, paragraph.statements_of(a)[i])
                yield from self._of_match(unit, paragraph.statements_of(b)[j])
        self._matched[paragraph.id] = (counts[0], counts[1], counts[2])

    def _of_match(self, unit: Hashable, statement: StatementRecord) -> Iterator[tuple[Key, int]]:
        for variable, measure in self._variables:
            if measure.part == "statement":
                label, _ = self._reader.of_statement(variable, statement)
                yield from self._label(variable.name, unit, statement.coder, label)

    def _label(self, name: str, unit: Hashable, coder: str, label: Hashable) -> Iterator[tuple[Key, int]]:
        place = self._places[name].get(label)
        if place is not None:
            yield (name, unit, coder), place
