"""Paragraphs with the work on them as records, read a block of paragraphs at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from annotator.records import LabelRecord, Layer, ParagraphRecord, ReviewRecord, StatementRecord
from annotator.store.read.aggregate_records import Aggregate
from annotator.store.read.chosen import Chosen, Place
from annotator.store.read.coder_work import Block, CoderWork
from annotator.store.read.gold_records import Gold

BLOCK = 256
"""How far the rows of the paragraphs of a block lie apart, at most."""

_LAYERS: dict[Layer, type[Gold | Aggregate]] = {"gold": Gold, "aggregate": Aggregate}
"""What stands in the place of the coders' own work."""

ByCoder = Mapping[str, Sequence[StatementRecord]]


class Paragraphs:
    """The chosen paragraphs: those with a review or a statement in question, and those that nobody has seen."""

    def __init__(self, chosen: Chosen) -> None:
        self._chosen = chosen
        self._versions = frozenset(chosen.selection.codebook_versions)
        self._roles_for_all = frozenset(chosen.selection.roles if chosen.compares else ())
        self._work = CoderWork(chosen)
        layer = _LAYERS.get(chosen.selection.layer)
        self._layer = None if layer is None else layer(chosen)

    def all(self) -> Iterator[ParagraphRecord]:
        """All of them, in order."""
        for places in _blocks(self._chosen.places()):
            block = self._read(places)
            for place in places:
                record = self._record(place, block)
                if record is not None:
                    yield record

    def one(self, paragraph: int) -> ParagraphRecord | None:
        """The one in this row, if it is chosen."""
        places = list(self._chosen.places(f"p.id = {int(paragraph)}"))
        return self._record(places[0], self._read(places)) if places else None

    def _read(self, places: list[Place]) -> Block:
        """The work on some paragraphs."""
        block = Block(places)
        for coder, name in self._chosen.coders.items():
            self._work.read(block, coder, name)
        if self._layer is not None:
            self._layer.open(places)
        return block

    def _record(self, place: Place, block: Block) -> ParagraphRecord | None:
        """The record of a place, unless nothing there is chosen."""
        row = place[0]
        reviews: Sequence[ReviewRecord] = block.reviews.get(row, ())
        statements: ByCoder = block.statements.get(row, {})
        labels: Mapping[str, Mapping[str, LabelRecord]] = block.labels.get(row, {})
        is_unseen = row not in block.seen and self._may_be_unseen(place)
        if not reviews and not statements and not is_unseen:
            return None
        if self._layer is not None:
            reviews, statements = self._layer.take(place)
            labels = {review.coder: review.labels for review in reviews}
            is_unseen = not reviews
        if self._versions:
            statements = self._made_under_wanted(statements)
        record = ParagraphRecord(*place, reviews, statements, labels, is_unseen)
        return None if self._roles_for_all and record.corrected_role not in self._roles_for_all else record

    def _may_be_unseen(self, place: Place) -> bool:
        """Whether the selection leaves a paragraph in that nobody has seen."""
        selection = self._chosen.selection
        return not selection.phases and (not selection.roles or place.role in selection.roles)

    def _made_under_wanted(self, statements: ByCoder) -> ByCoder:
        wanted = self._versions
        kept = {coder: [one for one in made if one.codebook.version in wanted] for coder, made in statements.items()}
        return {coder: made for coder, made in kept.items() if made}


def _blocks(places: Iterable[Place]) -> Iterator[list[Place]]:
    """Cut where the rows leave a range, so that the work on a block lies in that range too.

    Rows ascend in the order of the articles, but nothing breaks if they do not.
    """
    block: list[Place] = []
    end = 0
    for place in places:
        if not end - BLOCK <= place[0] < end:
            if block:
                yield block
            block = []
            end = place[0] + BLOCK
        block.append(place)
    if block:
        yield block
