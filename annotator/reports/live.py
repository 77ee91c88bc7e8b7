"""Agreement while coders code: after each label only its paragraph is read again, and only its counts change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from itertools import combinations
from typing import NamedTuple

from annotator.agreement import Coefficient, LiveCounts, statement_f1
from annotator.codebook.model import Variable
from annotator.reports.collect import match
from annotator.reports.measures import CLAIM, STATE, Measure, Reader, measure_of
from annotator.reports.number_text import decimal
from annotator.store import Store
from annotator.store.read.codings import Choice, CodedParagraph, Codings, SeenParagraph

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

    def __init__(self, store: Store, choice: Choice | None = None) -> None:
        """Read everything once.

        Raises:
            UsageError: The choice names what there is not.
        """
        self._store = store
        self._choice = choice
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
        for paragraph in {row[1] for row in steps}:
            self._update(paragraph, self._codings.paragraph(paragraph))
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
        connection = self._store.connection
        with connection.read():
            codebook = self._store.codebooks.current()
            self._codings = Codings(connection, self._choice)
            row = connection.one("select max(id) from steps")
            self._step = int(row[0]) if row and row[0] is not None else 0
            self._reader = Reader(codebook, self._codings.merged_names)
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
            for seen in self._codings.paragraphs():
                self._update(seen.paragraph, seen)

    def _has_new_coder(self) -> bool:
        return self._known_coders() != self._n_coders

    def _known_coders(self) -> int:
        row = self._store.connection.one("select count(*) from coders")
        return int(row[0]) if row else 0

    def _update(self, paragraph: int, seen: SeenParagraph | None) -> None:
        """Replace what a paragraph contributes."""
        before = self._held.pop(paragraph, {})
        after = dict(self._labels(seen)) if seen is not None else {}
        if after:
            self._held[paragraph] = after
        for key in before.keys() - after.keys():
            self._record(key, None)
        for key, category in after.items():
            if before.get(key) != category:
                self._record(key, category)

    def _record(self, key: Key, category: int | None) -> None:
        name, unit, coder = key
        self._counts[name].record(unit, coder, category)
        self._changed.add(name)

    def _labels(self, seen: SeenParagraph) -> Iterator[tuple[Key, int]]:
        """Every label of a paragraph that counts, as the full report counts them."""
        self._matched.pop(seen.paragraph, None)
        done = seen.done
        if len(done) < 2:
            return
        for coder, coding in done.items():
            yield from self._label(STATE.name, seen.paragraph, coder, coding.state)
        if all(coding.is_set_aside for coding in done.values()):
            return
        for coder, coding in done.items():
            if CLAIM.name in self._measures:
                yield from self._label(CLAIM.name, seen.paragraph, coder, "claim" if coding.statements else "no claim")
            for variable, measure in self._variables:
                if measure.part == "paragraph" and not coding.is_set_aside:
                    label, _ = self._reader.label(variable, coding.labels.get(variable.name))
                    yield from self._label(measure.name, seen.paragraph, coder, label)
        if self._reader.codebook.has_statements:
            yield from self._matches(seen, done)

    def _matches(self, seen: SeenParagraph, done: dict[str, CodedParagraph]) -> Iterator[tuple[Key, int]]:
        counts = Counter[int]()
        of_statements = [variable for variable, measure in self._variables if measure.part == "statement"]
        for a, b in combinations(done.values(), 2):
            if a.is_set_aside and b.is_set_aside:
                continue
            matching = match(seen, a, b)
            counts.update({0: len(matching.pairs), 1: len(matching.only_a), 2: len(matching.only_b)})
            for i, j in matching.pairs:
                unit = (seen.paragraph, a.coder, b.coder, i, j)
                for variable in of_statements:
                    yield from self._of_match(variable, unit, a, i)
                    yield from self._of_match(variable, unit, b, j)
        self._matched[seen.paragraph] = (counts[0], counts[1], counts[2])

    def _of_match(
        self, variable: Variable, unit: Hashable, coding: CodedParagraph, i: int
    ) -> Iterator[tuple[Key, int]]:
        label, _ = self._reader.label(variable, self._reader.decision(variable, coding.statements[i]))
        yield from self._label(variable.name, unit, coding.coder, label)

    def _label(self, name: str, unit: Hashable, coder: str, label: Hashable) -> Iterator[tuple[Key, int]]:
        place = self._places[name].get(label)
        if place is not None:
            yield (name, unit, coder), place
