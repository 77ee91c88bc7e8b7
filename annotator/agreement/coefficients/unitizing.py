"""Agreement on spans of a text: Krippendorff's α_U (1995), and uα and |uα (Krippendorff, Mathet et al. 2016)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients.result import Coefficient
from annotator.agreement.data.continua import Continua, Continuum, Ints
from annotator.agreement.data.first_seen import first_seen
from annotator.errors import AgreementError

Floats = npt.NDArray[np.float64]
Texts = Continua | Sequence[Continuum]
"""Texts as arrays, or one by one."""

NO_CODERS = "undefined: no text was divided by two coders"
ALL_THE_SAME = "undefined: there is nothing but gaps, or nothing but one category"


_NUMBERS = 1_000_000
"""Numbers held at once while texts are worked through."""


def u_alpha(continua: Texts) -> Coefficient:
    """uα: agreement on where the spans are and on their categories; the gaps between spans are a category too.

    Coincidences are lengths of intersections; by chance, a span stays whole while a gap may be cut anywhere (eq. 1-5).

    Args:
        continua: The texts; those that one coder alone divided are left out.

    Raises:
        AgreementError: spans of a coder overlap or leave the text.
    """
    texts = Continua.of(continua)
    found = _lengths(texts)
    if found is None:
        return _coefficient("u_alpha", None, NO_CODERS, texts)
    o, n, own = found
    total = n.sum()
    expected = total * (total**2 - (n**2).sum()) / (total**2 - own.sum())
    return _ratio("u_alpha", total - np.diagonal(o).sum(), expected, texts)


def bar_u_alpha(continua: Texts) -> Coefficient:
    """|uα: agreement on what belongs to a span and what to a gap, whatever the categories (eq. 6). See `u_alpha`."""
    texts = Continua.of(continua)
    found = _lengths(texts)
    if found is None:
        return _coefficient("bar_u_alpha", None, NO_CODERS, texts)
    o, n, own = found
    total = n.sum()
    expected = total * n[0] * (total - n[0]) / (total**2 - own.sum())
    return _ratio("bar_u_alpha", n[0] - o[0, 0], expected, texts)


def alpha_u(continua: Texts) -> Coefficient:
    """α_U: agreement on spans by the squared distances of their ends, summed over categories (Krippendorff 1995).

    Args:
        continua: The texts; several are one long text whose spans and gaps end where a text ends.

    Raises:
        AgreementError: spans of one coder and category overlap or leave the text.
    """
    texts = Continua.of(continua)
    disagreements = alpha_u_disagreements(texts)
    if not disagreements:
        return _coefficient("alpha_u", None, ALL_THE_SAME if (texts.tracks > 1).any() else NO_CODERS, texts)
    observed, expected = (sum(pair[i] for pair in disagreements.values()) for i in (0, 1))
    return _ratio("alpha_u", observed, expected, texts)


def alpha_u_disagreements(continua: Texts) -> dict[Hashable, tuple[float, float]]:
    """Observed and expected disagreement of each category, in the order in which categories first occur."""
    texts = Continua.of(continua)
    track = _Track(texts.select(texts.tracks > 1))
    return {category: (track.observed(category), track.expected(category)) for category in track.categories}


class _Track:
    """All texts laid end to end, with each coder's spans by category."""

    def __init__(self, texts: Continua) -> None:
        texts.check()
        self.begin = np.cumsum(texts.length) - texts.length
        self.end = self.begin + texts.length
        self.coders = {}
        for coder in first_seen(texts.coder).tolist():
            seen = np.zeros(len(texts), dtype=bool)
            seen[texts.text[texts.coder == coder]] = True
            self.coders[texts.coders[coder]] = seen
        self.categories = [texts.categories[i] for i in first_seen(texts.category).tolist()]
        self.spans = dict(self._spans(texts))
        self.weight = 2.0 / np.maximum(texts.tracks * (texts.tracks - 1.0), 1)
        self.length = int(texts.length.sum())
        self.labelled = float(texts.tracks @ texts.length)

    def _spans(self, texts: Continua) -> Iterator[tuple[tuple[Hashable, Hashable], Ints]]:
        """The spans of each coder and category: start, end and text, in the order of the texts."""
        text, coder = texts.text[texts.track], texts.coder[texts.track]
        offset = self.begin[text]
        rows = np.stack([texts.start + offset, texts.end + offset, text], axis=1)
        kind = coder * max(len(texts.categories), 1) + texts.category
        order = np.lexsort((rows[:, 1], rows[:, 0], kind))
        kinds, first = np.unique(kind[order], return_index=True)
        for number, begin, end in zip(kinds.tolist(), first.tolist(), [*first.tolist()[1:], len(rows)], strict=False):
            i, category = divmod(number, len(texts.categories))
            part = rows[order[begin:end]]
            overlap = np.flatnonzero(part[1:, 0] < part[:-1, 1])
            if overlap.size:
                at = part[overlap[0] + 1]
                raise AgreementError(
                    f"Spans of {texts.coders[i]} in one category overlap at character {at[0] - self.begin[at[2]]}; "
                    "join them first."
                )
            yield (texts.coders[i], texts.categories[category]), part

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


class _Lengths(NamedTuple):
    """What uα is computed from. Category 0 are the gaps."""

    coincident: Floats
    """Shape (q, q)."""
    by_category: Floats
    """Shape (q,)."""
    own: Floats
    """What segments coincide with themselves, by category, shape (q,)."""


def _lengths(continua: Continua) -> _Lengths | None:
    """Lengths of the segments of all texts; None where no text was divided by two coders."""
    texts = continua.select((continua.tracks > 1) & (continua.length > 0))
    if not len(texts):
        return None
    texts.check()
    _check_apart(texts)
    q = len(texts.categories) + 1
    spans = (texts.end - texts.start).astype(np.float64)
    n, own = (np.bincount(texts.category + 1, weights=w, minlength=q).astype(np.float64) for w in (spans, spans**2))
    n[0] = own[0] = float(texts.tracks @ texts.length) - spans.sum()
    o = np.zeros((q, q))
    for part in _parts(texts, q):
        # One text after the other, so that the sum does not depend on how many are worked through at once.
        o = np.add.accumulate(np.concatenate([o[None], _coincident_lengths(part, q)]))[-1]
    return _Lengths(o, n, own)


def _parts(texts: Continua, q: int) -> Iterator[Continua]:
    """Some texts at a time."""
    segments = 2 * np.bincount(texts.text[texts.track], minlength=len(texts)) + 1
    block = np.cumsum((segments + q) * q) // _NUMBERS
    for number in np.unique(block).tolist():
        yield texts.select(block == number)


def _coincident_lengths(texts: Continua, q: int) -> Floats:
    """Coincident lengths of the segments of each text, shape (texts, q, q)."""
    begin = np.cumsum(texts.length) - texts.length
    offset = begin[texts.text[texts.track]]
    first, last = texts.start + offset, texts.end + offset
    cuts, place = np.unique(np.concatenate([first, last, begin, [texts.length.sum()]]), return_inverse=True)
    text = np.searchsorted(begin, cuts[:-1], side="right") - 1
    change = np.zeros((cuts.size, q))
    np.add.at(change, (place[: first.size], texts.category + 1), 1.0)
    np.add.at(change, (place[first.size : 2 * first.size], texts.category + 1), -1.0)
    counts = np.cumsum(change[:-1], axis=0)
    counts[:, 0] = texts.tracks[text] - counts.sum(axis=1)
    width = np.diff(cuts) / (texts.tracks[text] - 1)

    # Texts of equally many segments are multiplied at once.
    segments = np.bincount(text, minlength=len(texts))
    start = np.cumsum(segments) - segments
    found = np.empty((len(texts), q, q))
    for many in np.unique(segments).tolist():
        same = np.flatnonzero(segments == many)
        rows = start[same][:, None] + np.arange(many)
        k, w = counts[rows], width[rows]
        found[same] = (k * w[..., None]).transpose(0, 2, 1) @ k
        found[same[:, None], np.arange(q), np.arange(q)] -= (w[:, None, :] @ k)[:, 0]
    return found


def _check_apart(texts: Continua) -> None:
    """Refuse spans of one coder that overlap, whatever their categories."""
    order = np.lexsort((texts.end, texts.start, texts.track))
    track, start, end = texts.track[order], texts.start[order], texts.end[order]
    overlap = np.flatnonzero((track[1:] == track[:-1]) & (start[1:] < end[:-1]))
    if overlap.size:
        i = overlap[0] + 1
        raise AgreementError(
            f"Spans of {texts.coders[texts.coder[track[i]]]} overlap at character {start[i]}; join them first."
        )


def _ratio(name: str, observed: float, expected: float, texts: Continua) -> Coefficient:
    if expected <= 0:
        return _coefficient(name, None, ALL_THE_SAME, texts)
    return _coefficient(name, float(1 - observed / expected), None, texts)


def _coefficient(name: str, value: float | None, undefined: str | None, texts: Continua) -> Coefficient:
    """Units are texts here, labels are spans."""
    return Coefficient(
        name,
        value,
        undefined,
        "nominal",
        n_units=len(texts),
        n_units_paired=int((texts.tracks > 1).sum()),
        n_coders=int(np.unique(texts.coder).size),
        n_labels=int(texts.track.size),
    )
