"""Statements that coders missed, estimated from double coding: by pair, by coder and together; as JSON and blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from annotator.agreement.missed import Caught, Interval, Missed, missed_statements
from annotator.reports.compared.statement_pairs import Pair, PairCounts
from annotator.reports.words.blocks import Block, Prose, Table
from annotator.reports.words.number_text import percent

ASSUMPTIONS = (
    "Missed by both: Chapman's estimator, as in capture and recapture, with the interval of Sadinle (2009), where few "
    "are missed bounded by a Poisson quantile of the upper end. It assumes that both coders read the same paragraphs, "
    "each without the other's help; that every statement is equally easy to find; and that a statement which one coder "
    "alone has is one. Statements that are hard to find are missed by both, so there are more of them than estimated; "
    "a coder who sees statements where there are none makes the estimate too high."
)
"""What the estimate rests on, in words."""


@dataclass(frozen=True)
class CoderFound:
    """What a coder found, over the paragraphs shared with others; a statement counts once for each of these others."""

    coder: str
    found: int
    missed: Missed
    """What the coder's pairs missed."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        share = self.missed.share(self.found)
        total = None if self.missed.value is None else self.missed.seen + self.missed.value
        return {
            "coder": self.coder,
            "found": self.found,
            "estimated_missed": None if total is None else total - self.found,
            "share_found": None if share is None else share[0],
            "ci": None if share is None else list(share[1]),
            "undefined": self.missed.undefined,
        }


@dataclass(frozen=True)
class MissedStatements:
    """The estimates of a project."""

    pairs: tuple[tuple[Pair, Caught, Missed], ...]
    coders: tuple[CoderFound, ...]
    together: Missed

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "assumptions": ASSUMPTIONS,
            "pairs": [{"coders": list(coders), **_json(missed)} for coders, _, missed in self.pairs],
            "coders": [one.to_dict() for one in self.coders],
            "together": _json(self.together),
        }


def missed_of(counts: Mapping[Pair, PairCounts]) -> MissedStatements:
    """Estimate what the coders missed, from the statements that every two of them have."""
    caught = {coders: Caught(one.matched, one.only_a, one.only_b) for coders, one in counts.items()}
    names = sorted({name for coders in caught for name in coders})
    return MissedStatements(
        tuple((coders, one, missed_statements([one])) for coders, one in caught.items()),
        tuple(_coder(name, {coders: one for coders, one in caught.items() if name in coders}) for name in names),
        missed_statements(caught.values()),
    )


def missed_blocks(found: MissedStatements) -> Iterator[Block]:
    """How many statements each pair missed, and which share each coder found."""
    if found.together.value is None:
        if found.pairs:
            yield Prose(f"Statements that both missed: {found.together.undefined}.")
        return
    rows = [_row(" and ".join(coders), missed) for coders, _, missed in found.pairs]
    if len(found.pairs) > 1:
        rows.append(_row("all pairs", found.together))
    columns = ("missed by both, estimated", "found", "missed", "95 % CI", "found of all", "95 % CI")
    yield Table("", columns, tuple(rows), frozenset(range(1, 6)))
    shares = [f"{one.coder} {_share(one.missed.share(one.found))}" for one in found.coders]
    yield Prose(f"Each coder's share of all statements, those that both missed included: {'; '.join(shares)}.")


def _coder(name: str, caught: Mapping[Pair, Caught]) -> CoderFound:
    found = sum(one.both + (one.only_a if name == coders[0] else one.only_b) for coders, one in caught.items())
    return CoderFound(name, found, missed_statements(caught.values()))


def _row(title: str, missed: Missed) -> tuple[str, ...]:
    if missed.value is None or missed.ci is None:
        return title, str(missed.seen), "–", "–", "–", "–"
    share = missed.share(missed.seen)
    assert share is not None  # noqa: S101 (there is a value)
    low, high = missed.ci
    estimate = (str(missed.seen), f"{missed.value:.1f}", f"[{low:.1f}, {high:.1f}]")
    return title, *estimate, percent(share[0]), _range(share[1])


def _share(share: tuple[float, Interval] | None) -> str:
    return "undefined" if share is None else f"{percent(share[0])} {_range(share[1])}"


def _range(ci: Interval) -> str:
    return f"[{100 * ci[0]:.0f}, {100 * ci[1]:.0f}]"


def _json(missed: Missed) -> dict[str, Any]:
    share = missed.share(missed.seen)
    return {
        "found": missed.seen,
        "missed": missed.value,
        "ci": None if missed.ci is None else list(missed.ci),
        "share_found": None if share is None else share[0],
        "share_ci": None if share is None else list(share[1]),
        "undefined": missed.undefined,
    }
