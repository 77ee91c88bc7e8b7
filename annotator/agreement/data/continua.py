"""Texts that coders divided into spans: one text as an object, many as arrays."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from annotator.errors import AgreementError

Ints = npt.NDArray[np.int64]
Span = tuple[int, int, Hashable]
"""Start and end, half-open, and a category."""


@dataclass(frozen=True)
class Continuum:
    """A text of `length` characters and the spans of every coder who divided it; no spans is an empty list.

    The spans of one coder do not overlap for uα, those of one coder and category do not for α_U.
    """

    length: int
    spans: Mapping[Hashable, Sequence[Span]]


@dataclass(frozen=True, eq=False)
class Continua:
    """Many texts as arrays. A *track* is one coder's division of one text, with or without spans in it."""

    length: Ints
    """Characters of each text, shape (texts,)."""
    coders: tuple[Hashable, ...]
    """Who divided a text."""
    text: Ints
    """The text of each track, ascending, shape (tracks,)."""
    coder: Ints
    """Index into `coders`, one a track."""
    track: Ints
    """The track of each span, ascending, shape (spans,)."""
    start: Ints
    """Where each span begins in its text, shape (spans,)."""
    end: Ints
    """Where it ends."""
    category: Ints
    """Index into `categories`, one a span."""
    categories: tuple[Hashable, ...]
    """What the spans are."""

    @classmethod
    def of(cls, continua: Continua | Iterable[Continuum]) -> Continua:
        """The texts as arrays; coders and categories in the order in which they first occur."""
        if isinstance(continua, Continua):
            return continua
        lengths: list[int] = []
        tracks: list[tuple[int, int]] = []
        rows: list[tuple[int, int, int, int]] = []
        coders: dict[Hashable, int] = {}
        categories: dict[Hashable, int] = {}
        for one in continua:
            for coder, spans in one.spans.items():
                for start, end, category in spans:
                    rows.append((len(tracks), start, end, categories.setdefault(category, len(categories))))
                tracks.append((len(lengths), coders.setdefault(coder, len(coders))))
            lengths.append(one.length)
        text, coder_of = np.array(tracks, np.int64).reshape(-1, 2).T
        track, first, last, category_of = np.array(rows, np.int64).reshape(-1, 4).T
        return cls(
            np.array(lengths, np.int64),
            tuple(coders),
            text,
            coder_of,
            track,
            first,
            last,
            category_of,
            tuple(categories),
        )

    @cached_property
    def tracks(self) -> Ints:
        """How many coders divided each text, shape (texts,)."""
        return np.bincount(self.text, minlength=self.length.size)

    def __len__(self) -> int:
        return self.length.size

    def select(self, texts: npt.NDArray[np.bool_]) -> Continua:
        """Only the texts where `texts` (texts,) is true."""
        if texts.all():
            return self
        tracks = texts[self.text]
        spans = tracks[self.track]
        return Continua(
            self.length[texts],
            self.coders,
            (np.cumsum(texts) - 1)[self.text[tracks]],
            self.coder[tracks],
            (np.cumsum(tracks) - 1)[self.track[spans]],
            self.start[spans],
            self.end[spans],
            self.category[spans],
            self.categories,
        )

    def divided(self) -> Continua:
        """Only the texts with a span in them."""
        has_span = np.zeros(len(self), dtype=bool)
        has_span[self.text[self.track]] = True
        return self.select(has_span)

    def one_by_one(self) -> list[Continuum]:
        """The texts as objects."""
        spans: list[dict[Hashable, list[Span]]] = [{} for _ in range(len(self))]
        text, coder = self.text.tolist(), self.coder.tolist()
        of_track: list[list[Span]] = [
            spans[text[i]].setdefault(self.coders[coder[i]], []) for i in range(self.text.size)
        ]
        columns = (x.tolist() for x in (self.track, self.start, self.end, self.category))
        for track, start, end, category in zip(*columns, strict=True):
            of_track[track].append((start, end, self.categories[category]))
        return [Continuum(length, own) for length, own in zip(self.length.tolist(), spans, strict=True)]

    def check(self) -> None:
        """Refuse spans that leave their text.

        Raises:
            AgreementError: one does.
        """
        length = self.length[self.text[self.track]]
        bad = np.flatnonzero(~((self.start >= 0) & (self.start < self.end) & (self.end <= length)))
        if bad.size:
            i = bad[0]
            raise AgreementError(
                f"A span of {self.coders[self.coder[self.track[i]]]} from {self.start[i]} to {self.end[i]} does not "
                f"lie in a text of {length[i]} characters."
            )


def merge_overlaps(spans: Iterable[Span]) -> list[Span]:
    """The spans with those of one category that overlap joined into one; spans that only touch stay apart."""
    rows = sorted(spans, key=lambda span: str(span[2]))
    place: dict[Hashable, int] = {}
    group = np.array([place.setdefault(category, len(place)) for _, _, category in rows], np.int64)
    start, end = (np.array([span[i] for span in rows], np.int64) for i in (0, 1))
    categories = list(place)
    joined = zip(*(x.tolist() for x in join_overlaps(group, start, end)), strict=True)
    return sorted(((i, j, categories[c]) for c, i, j in joined), key=lambda span: (span[0], span[1]))


def join_overlaps(group: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """Group, start and end of spans, where those of one group that overlap are one; sorted by group and start."""
    if not group.size:
        return group, start, end
    order = np.lexsort((end, start, group))
    group, start, end = group[order], start[order], end[order]
    # Each group has a stretch of numbers of its own, so that the farthest end so far is one within the group.
    offset = group * (int(end.max()) - min(int(start.min()), 0) + 1)
    farthest = np.maximum.accumulate(end + offset) - offset
    is_first = np.ones(group.size, dtype=bool)
    is_first[1:] = (group[1:] != group[:-1]) | (start[1:] >= farthest[:-1])
    begin = np.flatnonzero(is_first)
    last = np.append(begin[1:], group.size) - 1
    return group[begin], start[begin], farthest[last]
