"""Agreement on spans of a text: Krippendorff's α_U (1995), and uα and |uα (Krippendorff, Mathet et al. 2016)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients.result import Coefficient
from annotator.errors import AgreementError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Span = tuple[int, int, Hashable]
"""Start and end, half-open, and a category."""

NO_CODERS = "undefined: no text was divided by two coders"
ALL_THE_SAME = "undefined: there is nothing but gaps, or nothing but one category"


@dataclass(frozen=True)
class Continuum:
    """A text of `length` characters and the spans of every coder who divided it; no spans is an empty list.

    The spans of one coder do not overlap for uα, those of one coder and category do not for α_U.
    """

    length: int
    spans: Mapping[Hashable, Sequence[Span]]


def merge_overlaps(spans: Iterable[Span]) -> list[Span]:
    """The spans with those of one category that overlap joined into one; spans that only touch stay apart."""
    merged: list[Span] = []
    for start, end, category in sorted(spans, key=lambda span: (str(span[2]), span[0], span[1])):
        if merged and merged[-1][2] == category and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), category)
        else:
            merged.append((start, end, category))
    return sorted(merged, key=lambda span: (span[0], span[1]))


def u_alpha(continua: Sequence[Continuum]) -> Coefficient:
    """uα: agreement on where the spans are and on their categories; the gaps between spans are a category too.

    Coincidences are lengths of intersections; by chance, a span stays whole while a gap may be cut anywhere (eq. 1-5).

    Args:
        continua: The texts; those that one coder alone divided are left out.

    Raises:
        AgreementError: spans of a coder overlap or leave the text.
    """
    lengths = _lengths(continua)
    if isinstance(lengths, str):
        return _coefficient("u_alpha", None, lengths, continua)
    o, n, own = lengths
    total = n.sum()
    expected = total * (total**2 - (n**2).sum()) / (total**2 - own.sum())
    return _ratio("u_alpha", total - np.diagonal(o).sum(), expected, continua)


def bar_u_alpha(continua: Sequence[Continuum]) -> Coefficient:
    """|uα: agreement on what belongs to a span and what to a gap, whatever the categories (eq. 6). See `u_alpha`."""
    lengths = _lengths(continua)
    if isinstance(lengths, str):
        return _coefficient("bar_u_alpha", None, lengths, continua)
    o, n, own = lengths
    total = n.sum()
    expected = total * n[0] * (total - n[0]) / (total**2 - own.sum())
    return _ratio("bar_u_alpha", n[0] - o[0, 0], expected, continua)


def alpha_u(continua: Sequence[Continuum]) -> Coefficient:
    """α_U: agreement on spans by the squared distances of their ends, summed over categories (Krippendorff 1995).

    Args:
        continua: The texts; several are one long text whose spans and gaps end where a text ends.

    Raises:
        AgreementError: spans of one coder and category overlap or leave the text.
    """
    disagreements = alpha_u_disagreements(continua)
    if not disagreements:
        paired = any(len(one.spans) > 1 for one in continua)
        return _coefficient("alpha_u", None, ALL_THE_SAME if paired else NO_CODERS, continua)
    observed, expected = (sum(pair[i] for pair in disagreements.values()) for i in (0, 1))
    return _ratio("alpha_u", observed, expected, continua)


def alpha_u_disagreements(continua: Sequence[Continuum]) -> dict[Hashable, tuple[float, float]]:
    """Observed and expected disagreement of each category, in the order in which categories first occur."""
    track = _Track(continua)
    return {category: (track.observed(category), track.expected(category)) for category in track.categories}


class _Track:
    """All texts laid end to end, with each coder's spans by category."""

    def __init__(self, continua: Sequence[Continuum]) -> None:
        used = [one for one in continua if len(one.spans) > 1]
        lengths = np.array([one.length for one in used], np.int64)
        self.begin = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)[: lengths.size]
        self.end = self.begin + lengths
        self.coders: dict[Hashable, npt.NDArray[np.bool_]] = {}
        self.categories: dict[Hashable, None] = {}
        found: dict[tuple[Hashable, Hashable], list[tuple[int, int, int]]] = {}
        for text, one in enumerate(used):
            offset = int(self.begin[text])
            for coder, spans in one.spans.items():
                self.coders.setdefault(coder, np.zeros(lengths.size, dtype=bool))[text] = True
                for start, end, category in spans:
                    _check(start, end, one.length, coder)
                    self.categories.setdefault(category)
                    found.setdefault((coder, category), []).append((offset + start, offset + end, text))
        self.spans = {key: np.array(sorted(rows), np.int64) for key, rows in found.items()}
        for (coder, _), rows in self.spans.items():
            _check_apart(rows[:, 0], rows[:, 1], coder)
        m = np.sum(list(self.coders.values()), axis=0) if self.coders else np.zeros(0)
        self.weight = 2.0 / np.maximum(m * (m - 1), 1)
        self.length = int(lengths.sum())
        self.labelled = float(m @ lengths)

    def observed(self, category: Hashable) -> float:
        """D_oc: squared distances of overlapping spans, and squared lengths of spans in a gap (1995, p. 61)."""
        total = 0.0
        coders = list(self.coders)
        for i, first in enumerate(coders):
            for second in coders[i + 1 :]:
                both = self.coders[first] & self.coders[second]
                a, b = (self._of(coder, category, both) for coder in (first, second))
                total += self._distances(a, b) + self._alone(b, a)
        return total / self.length**2

    def expected(self, category: Hashable) -> float:
        """D_ec: as if all spans and gaps of the category fell anywhere (1995, p. 63)."""
        spans = [self._of(coder, category, seen) for coder, seen in self.coders.items()]
        b = np.concatenate([rows[:, 1] - rows[:, 0] for rows in spans]).astype(np.float64)
        gaps = np.sort(
            np.concatenate([self._gaps(rows, seen) for rows, seen in zip(spans, self.coders.values(), strict=True)])
        )
        # Sums over the gaps that are at least as long as the span.
        from_here = np.concatenate([np.cumsum(gaps[::-1])[::-1], [0.0]])
        place = np.searchsorted(gaps, b, side="left")
        room = from_here[place] - (gaps.size - place) * (b - 1)
        sums = (b.size - 1) / 3 * (2 * b**3 - 3 * b**2 + b) + b**2 * room
        ways = self.labelled * (self.labelled - 1) - (b * (b - 1)).sum()
        return float(2 / self.length * sums.sum() / ways)

    def _of(self, coder: Hashable, category: Hashable, texts: npt.NDArray[np.bool_]) -> Ints:
        rows = self.spans.get((coder, category))
        return np.zeros((0, 3), np.int64) if rows is None else rows[texts[rows[:, 2]]]

    def _distances(self, a: Ints, b: Ints) -> float:
        """Overlapping pairs of spans, and spans of `a` that lie in a gap of `b`."""
        first = np.searchsorted(b[:, 1], a[:, 0], side="right")
        last = np.searchsorted(b[:, 0], a[:, 1], side="left")
        many = np.maximum(last - first, 0)
        left = np.repeat(np.arange(len(a)), many)
        right = np.arange(left.size) - np.repeat(np.cumsum(many) - many, many) + np.repeat(first, many)
        apart = (a[left, :2] - b[right, :2]).astype(np.float64)
        return float(self.weight[a[left, 2]] @ (apart**2).sum(axis=1)) + self._alone(a, b)

    def _alone(self, a: Ints, b: Ints) -> float:
        """Squared lengths of the spans of `a` that lie in a gap of `b`."""
        first = np.searchsorted(b[:, 1], a[:, 0], side="right")
        last = np.searchsorted(b[:, 0], a[:, 1], side="left")
        alone = a[last <= first]
        return float(self.weight[alone[:, 2]] @ (alone[:, 1] - alone[:, 0]).astype(np.float64) ** 2)

    def _gaps(self, rows: Ints, texts: npt.NDArray[np.bool_]) -> Floats:
        """Lengths of the gaps between spans, and between them and the ends of the texts."""
        gap_begin = np.sort(np.concatenate([self.begin[texts], rows[:, 1]]))
        gap_end = np.sort(np.concatenate([rows[:, 0], self.end[texts]]))
        lengths: Floats = (gap_end - gap_begin).astype(np.float64)
        return lengths[lengths > 0]


def _lengths(continua: Sequence[Continuum]) -> tuple[Floats, Floats, Floats] | str:
    """Coincident lengths (q, q), lengths by category (q,), and what a segment coincides with itself by category (q,).

    Category 0 are the gaps. A string says why there is nothing to compute.
    """
    used = [one for one in continua if len(one.spans) > 1 and one.length > 0]
    if not used:
        return NO_CODERS
    place: dict[Hashable, int] = {}
    for one in used:
        for spans in one.spans.values():
            for _, _, category in spans:
                place.setdefault(category, len(place) + 1)
    q = len(place) + 1
    o, n, own = np.zeros((q, q)), np.zeros(q), np.zeros(q)
    for one in used:
        tracks = [_segments(spans, one.length, place, coder) for coder, spans in one.spans.items()]
        for borders, kind in tracks:
            lengths = np.diff(borders).astype(np.float64)
            n += np.bincount(kind, weights=lengths, minlength=q)
            own += np.bincount(kind, weights=np.where(kind > 0, lengths**2, lengths), minlength=q)
        cuts = np.unique(np.concatenate([track[0] for track in tracks]))
        width = np.diff(cuts).astype(np.float64) / (len(tracks) - 1)
        counts = np.zeros((width.size, q))
        for borders, kind in tracks:
            here = kind[np.searchsorted(borders, cuts[:-1], side="right") - 1]
            counts[np.arange(width.size), here] += 1
        o += (counts * width[:, None]).T @ counts - np.diag(width @ counts)
    return o, n, own


def _segments(spans: Sequence[Span], length: int, place: Mapping[Hashable, int], coder: Hashable) -> tuple[Ints, Ints]:
    """Where a coder's spans and gaps begin, closed by the length of the text; and their categories."""
    cuts, categories = [0], [0]
    for start, end, category in sorted(spans, key=lambda span: (span[0], span[1])):
        _check(start, end, length, coder)
        if start < cuts[-1]:
            raise AgreementError(f"Spans of {coder} overlap at character {start}; join them first.")
        if start == cuts[-1]:
            cuts.pop()
            categories.pop()
        cuts += [start, end]
        categories += [place[category], 0]
    if cuts[-1] == length:
        cuts.pop()
        categories.pop()
    return np.array([*cuts, length], np.int64), np.array(categories, np.int64)


def _check(start: int, end: int, length: int, coder: Hashable) -> None:
    if not 0 <= start < end <= length:
        raise AgreementError(f"A span of {coder} from {start} to {end} does not lie in a text of {length} characters.")


def _check_apart(starts: Ints, ends: Ints, coder: Hashable) -> None:
    for end, start in pairwise(np.stack([starts, ends], axis=1).ravel().tolist()[1:]):
        if start < end:
            raise AgreementError(f"Spans of {coder} in one category overlap at character {start}; join them first.")


def _ratio(name: str, observed: float, expected: float, continua: Sequence[Continuum]) -> Coefficient:
    if expected <= 0:
        return _coefficient(name, None, ALL_THE_SAME, continua)
    return _coefficient(name, float(1 - observed / expected), None, continua)


def _coefficient(name: str, value: float | None, undefined: str | None, continua: Sequence[Continuum]) -> Coefficient:
    """Units are texts here, labels are spans."""
    return Coefficient(
        name,
        value,
        undefined,
        "nominal",
        n_units=len(continua),
        n_units_paired=sum(len(one.spans) > 1 for one in continua),
        n_coders=len({coder for one in continua for coder in one.spans}),
        n_labels=sum(len(spans) for one in continua for spans in one.spans.values()),
    )
