"""One coder's work on a block of paragraphs: the rows of a few queries as records of reviews, statements and labels."""

from __future__ import annotations

from collections.abc import Container, Mapping
from functools import lru_cache

from annotator.model import Role
from annotator.records import LabelRecord, MentionRecord, ReviewRecord, StatementRecord
from annotator.store.read.assigned import Assigned
from annotator.store.read.chosen import Chosen, Place
from annotator.store.read.label_sets import KEY, LabelSets
from annotator.store.read.merge_join import Row
from annotator.store.tables.json_values import loaded

_SPEAKERS = 20_000
"""Entries of the registry that are remembered."""

_NOT_ASSIGNED = (None, None)
_NO_LABELS: Mapping[str, LabelRecord] = {}


class Block:
    """Some paragraphs and the work on them, by the paragraph's row, in the order in which coders are read.

    Attributes:
        places: The paragraphs, in their order.
        first: The lowest of their rows.
        last: The highest of their rows.
        seen: The paragraphs that somebody has a review of, chosen or not.
        reviews: The reviews.
        statements: The statements by coder, in the order in which they were made.
        labels: The labels of the paragraphs themselves, by coder and variable.
    """

    def __init__(self, places: list[Place]) -> None:
        self.places = {place.id: place for place in places}
        self.first, self.last = min(self.places, default=0), max(self.places, default=0)
        self.seen: set[int] = set()
        self.reviews: dict[int, list[ReviewRecord]] = {}
        self.statements: dict[int, dict[str, list[StatementRecord]]] = {}
        self.labels: dict[int, dict[str, dict[str, LabelRecord]]] = {}


class CoderWork:
    """Reads coders' work on blocks of paragraphs, with four or five queries a block and coder, whatever they hold."""

    def __init__(self, chosen: Chosen) -> None:
        self._c = chosen.connection
        self._roles = frozenset(() if chosen.compares else chosen.selection.roles)
        self._phases = frozenset(chosen.selection.phases)
        self._outside = chosen.selection.outside
        self._without = frozenset(chosen.selection.without)
        self._codebooks = {row: version.codebook_id for row, version in chosen.versions.items()}
        self._assigned = Assigned(chosen.connection)
        self._label_sets = LabelSets(chosen)
        # Reports match statements in the order of their rows, however they read them.
        self._order = "s.id" if chosen.compares else "s.created_at, s.statement_id"
        self._speaker = lru_cache(maxsize=_SPEAKERS)(self._find_speaker)

    def read(self, block: Block, coder: int, name: str) -> None:
        """Add the work of one coder, known by row and name, to a block."""
        span = (coder, block.first, block.last)
        assigned = self._assigned.between(*span)
        reviews = self._c.all(
            "select paragraph, state, flag, note, role, seconds, updated_at from reviews"
            " where coder = ? and paragraph between ? and ? order by paragraph",
            span,
        )
        corrected: dict[int, Role] = {row[0]: row[4] for row in reviews if row[4] is not None}
        kept = self._kept(coder, block, corrected, assigned)
        self._add_labels(block, span, name, kept)
        self._add_reviews(block, reviews, name, kept, assigned)
        self._add_statements(block, span, name, kept, corrected)

    def _kept(
        self, coder: int, block: Block, corrected: Mapping[int, Role], assigned: Mapping[int, tuple[str, str]]
    ) -> Container[int]:
        """The paragraphs whose role and phase, as they are for this coder, are chosen."""
        has_inside = not self._outside and self._assigned.has(coder)
        if not self._roles and not self._phases and not has_inside and not self._without:
            return block.places
        return {
            paragraph
            for paragraph, place in block.places.items()
            if (not self._roles or corrected.get(paragraph, place.role) in self._roles)
            and (not self._phases or assigned.get(paragraph, ("",))[0] in self._phases)
            and (not has_inside or paragraph in assigned)
            and assigned.get(paragraph, ("",))[0] not in self._without
        }

    def _add_labels(self, block: Block, span: Row, coder: str, kept: Container[int]) -> None:
        rows = self._c.all(
            "select paragraph, variable, value, origin, codebook, made from paragraph_labels"
            " where coder = ? and paragraph between ? and ? order by paragraph, variable",
            span,
        )
        codebooks = self._codebooks
        for paragraph, variable, value, origin, codebook, made in rows:
            if paragraph in kept:
                label = LabelRecord(loaded(value), origin, codebooks[codebook], loaded(made))
                block.labels.setdefault(paragraph, {}).setdefault(coder, {})[variable] = label

    def _add_reviews(
        self,
        block: Block,
        rows: list[Row],
        coder: str,
        kept: Container[int],
        assigned: Mapping[int, tuple[str, str]],
    ) -> None:
        block.seen.update([row[0] for row in rows])
        for paragraph, state, flag, note, role, seconds, updated_at in rows:
            if paragraph in kept:
                labels = block.labels[paragraph].get(coder, _NO_LABELS) if paragraph in block.labels else _NO_LABELS
                phase, batch = assigned.get(paragraph, _NOT_ASSIGNED)
                review = ReviewRecord(coder, state, flag == 1, note, role, seconds, labels, updated_at, phase, batch)
                block.reviews.setdefault(paragraph, []).append(review)

    def _add_statements(
        self, block: Block, span: Row, coder: str, kept: Container[int], corrected: Mapping[int, Role]
    ) -> None:
        rows = self._c.all(
            "select s.id, s.paragraph, s.statement_id, s.evidence_start, s.evidence_end, s.note, s.flag, s.created_at,"
            f" s.updated_at, {KEY} from statements s where s.coder = ? and s.paragraph between ? and ?"
            f" and s.deleted = 0 order by s.paragraph, {self._order}",
            span,
        )
        mentions = self._mentions(span) if rows else {}
        for row, paragraph, statement_id, start, end, note, flag, created_at, updated_at, key in rows:
            if paragraph not in kept:
                continue
            place = block.places[paragraph]
            labels, codebook = self._label_sets.of(row, key)
            made = StatementRecord(
                statement_id,
                place.position,
                corrected.get(paragraph, place.role),
                coder,
                mentions.get(row, ()),
                labels,
                start,
                end,
                note,
                flag == 1,
                codebook,
                created_at,
                updated_at,
            )
            block.statements.setdefault(paragraph, {}).setdefault(coder, []).append(made)

    def _mentions(self, span: Row) -> dict[int, list[MentionRecord]]:
        """The speakers of statements, by the statement's row, in their order."""
        rows = self._c.all(
            "select s.id, t.speaker, t.words, t.rank, t.origin from statements s"
            " cross join statement_speakers t on t.statement = s.id"
            " where s.coder = ? and s.paragraph between ? and ? and s.deleted = 0"
            " order by s.paragraph, s.id, t.position",
            span,
        )
        found: dict[int, list[MentionRecord]] = {}
        for statement, speaker, words, rank, origin in rows:
            name, speaker_id = self._speaker(speaker)
            found.setdefault(statement, []).append(MentionRecord(name, words, speaker_id, rank, origin or "coder"))
        return found

    def _find_speaker(self, row: int) -> tuple[str, str]:
        """The canonical name of an entry of the registry, and its own id."""
        found = self._c.one(
            "select coalesce(m.name, k.name), k.speaker_id from speakers k left join speakers m on m.id = k.merged_into"
            " where k.id = ?",
            (row,),
        )
        assert found is not None  # noqa: S101 (a foreign key)
        return found[0], found[1]
