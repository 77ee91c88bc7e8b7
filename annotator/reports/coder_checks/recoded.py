"""What changed when coders coded paragraphs again after a rule: label by label, beside the others they hid among."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from annotator.records import ParagraphRecord, Selection
from annotator.reports.differences.disagreements import Comparer
from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan, Given
from annotator.store.changes.recode import OTHERS
from annotator.store.read.comparison import merged_names
from annotator.store.tables.study.assignments import RECODE, second_self


class Change(NamedTuple):
    """One label that a coder gave differently the second time.

    Attributes:
        article: The article's name.
        paragraph: The number of the paragraph in it, from 1.
        title: The variable, or `statement` for one that came or went.
        before: The first value in words.
        after: The second value.
    """

    article: str
    paragraph: int
    title: str
    before: str
    after: str


class Recoded(NamedTuple):
    """One coder's part of a batch that came back to be coded again.

    Attributes:
        batch: What it was about.
        coder: The coder.
        n_given: Number of paragraphs that the rule concerns.
        n_done: Number of those coded again.
        n_changed: Number of those with another label.
        n_others: Number of the other paragraphs coded again.
        n_others_changed: Number of those with another label: what changes without the rule.
        changes: What changed in the paragraphs that the rule concerns.
    """

    batch: str
    coder: str
    n_given: int
    n_done: int
    n_changed: int
    n_others: int
    n_others_changed: int
    changes: tuple[Change, ...]

    @property
    def most(self) -> list[tuple[str, int]]:
        """The changes in words, the most frequent first."""
        found = Counter(f"{one.title}: {one.before} → {one.after}" for one in self.changes)
        return found.most_common()

    def to_dict(self) -> dict[str, Any]:
        """The part as JSON."""
        return {**self._asdict(), "changes": [one._asdict() for one in self.changes]}


def recoded(store: Store) -> list[Recoded]:
    """Every batch that was queued to be coded again, by coder: what is done of it, and what changed."""
    plan = AssignmentPlan(store)
    batches: dict[tuple[str, str], list[Given]] = {}
    for one in plan.given():
        if one.batch.startswith(RECODE):
            batches.setdefault((one.coder, one.batch.removesuffix(OTHERS)), []).append(one)
    found = []
    for coder in sorted({coder for coder, _ in batches}):
        again = _changes(store, coder, second_self(coder, RECODE))
        for (name, batch), given in sorted(batches.items()):
            if name == coder:
                found.append(_of_batch(batch, coder, given, again))
    return found


def _of_batch(batch: str, coder: str, given: list[Given], again: dict[tuple[str, int], list[Change]]) -> Recoded:
    concerned = [again.get((one.article_id, one.first)) for one in given if not one.batch.endswith(OTHERS)]
    others = [again.get((one.article_id, one.first)) for one in given if one.batch.endswith(OTHERS)]
    done = [one for one in concerned if one is not None]
    others_done = [one for one in others if one is not None]
    return Recoded(
        batch.removeprefix(RECODE).strip(),
        coder,
        len(concerned),
        len(done),
        sum(map(bool, done)),
        len(others_done),
        sum(map(bool, others_done)),
        tuple(change for one in done for change in one),
    )


def _changes(store: Store, coder: str, second: str) -> dict[tuple[str, int], list[Change]]:
    """What a coder gave differently in each paragraph that was coded twice, by article and position."""
    found: dict[tuple[str, int], list[Change]] = {}
    if store.connection.one("select 1 from coders where name = ?", (second,)) is None:
        return found
    with store.records(Selection(coders=(coder, second))) as snapshot:
        comparer = Comparer(snapshot.codebook, merged_names(snapshot.chosen))
        for paragraph in snapshot.paragraphs():
            done = paragraph.done
            if coder in done and second in done:
                place = (paragraph.article_id, paragraph.position)
                found[place] = list(_of_paragraph(comparer, paragraph, coder, second))
    return found


def _of_paragraph(comparer: Comparer, paragraph: ParagraphRecord, coder: str, second: str) -> Iterator[Change]:
    done = paragraph.done
    for one in comparer.pair(paragraph, done[coder], done[second]):
        for difference in one.differences:
            place = (paragraph.article_name, paragraph.position + 1)
            yield Change(*place, difference.title, difference.a, difference.b)
