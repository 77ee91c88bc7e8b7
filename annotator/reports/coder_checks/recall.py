"""What a second reading of skipped paragraphs says of all of them: how many hold a statement that everybody missed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from annotator.agreement.missed import Interval, hypergeometric_interval, total_of_sample
from annotator.reports.words.blocks import Block, Heading, Prose
from annotator.reports.words.number_text import listed
from annotator.store import Store
from annotator.store.changes.recall import ReadAgain, Recall
from annotator.text.counted import counted

ASSUMPTIONS = (
    "The paragraphs were drawn at random from all that everybody skipped, so no assumption on the coders is needed. "
    "The interval of the paragraphs is exact (hypergeometric); that of the statements joins it with the interval of "
    "their mean number, and is rough where few are found. Who reads again misses some, too: take the estimate as the "
    "fewest that are likely."
)


@dataclass(frozen=True)
class RecallEstimate:
    """One draw with its estimate; None before anything was read again."""

    read: ReadAgain
    paragraphs: tuple[float, Interval] | None
    """Skipped paragraphs that hold a statement, and their interval."""
    statements: tuple[float, Interval] | None
    """The statements in them."""

    @classmethod
    def of(cls, read: ReadAgain) -> RecallEstimate:
        """The estimate from what was found."""
        if not read.statements:
            return cls(read, None, None)
        n_read, found = len(read.statements), sum(n > 0 for n in read.statements)
        low, high = hypergeometric_interval(found, n_read, read.n_skipped)
        paragraphs = (read.n_skipped * found / n_read, (float(low), float(high)))
        return cls(read, paragraphs, total_of_sample(read.statements, read.n_skipped))

    @property
    def words(self) -> str:
        """The draw and the estimate in sentences."""
        read = self.read
        drawn = (
            f"{read.n_drawn} of {counted(read.n_skipped, 'paragraph')} that everybody skipped (seed {read.seed}, "
            f"{read.drawn_at[:10]}) come back to {listed(read.coders)}; {len(read.statements)} are read."
        )
        if self.paragraphs is None or self.statements is None:
            return f"{drawn} There is no estimate yet."
        value, (low, high) = self.paragraphs
        total, ci = self.statements
        found = sum(n > 0 for n in read.statements)
        held = f"{found} held {counted(sum(read.statements), 'statement')}." if found else "None held a statement."
        reach = f"95 % CI {ci[0]:.0f} to {ci[1]:.0f}"
        return (
            f"{drawn} {held} Estimated: {value:.0f} of the skipped paragraphs hold a statement (95 % CI {low:.0f} to"
            f" {high:.0f}), {counted(round(total), 'statement')} in all ({reach})."
        )

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        read = self.read
        return {
            "drawn_at": read.drawn_at,
            "coders": list(read.coders),
            "seed": read.seed,
            "n_skipped": read.n_skipped,
            "n_drawn": read.n_drawn,
            "n_read": len(read.statements),
            "inclusion_probability": read.n_drawn / read.n_skipped,
            "n_with_statement": sum(n > 0 for n in read.statements),
            "n_statements": sum(read.statements),
            "paragraphs": None if self.paragraphs is None else _json(*self.paragraphs),
            "statements": None if self.statements is None else _json(*self.statements),
        }


def recall_report(store: Store) -> tuple[RecallEstimate, ...]:
    """The estimate of every draw of skipped paragraphs, oldest first."""
    return tuple(RecallEstimate.of(one) for one in Recall(store).found())


def recall_blocks(found: tuple[RecallEstimate, ...]) -> Iterator[Block]:
    """The estimates in sentences."""
    yield Heading("Skipped paragraphs, read again", 1)
    yield from (Prose(one.words) for one in found)
    yield Prose(ASSUMPTIONS)


def _json(value: float, ci: Interval) -> dict[str, Any]:
    return {"value": value, "ci": list(ci)}
