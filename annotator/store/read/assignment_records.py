"""Assignments and draws as exports read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from annotator.model import RECHECK
from annotator.records import AssignmentRecord
from annotator.store.read.chosen import Chosen
from annotator.store.read.inclusion import inclusion
from annotator.store.read.selection import text
from annotator.store.tables.study.draws import read_draws


def assignment_records(chosen: Chosen) -> Iterator[AssignmentRecord]:
    """A record for each coder and assigned paragraph, in the order of the articles."""
    phases = chosen.selection.phases
    where = f"s.phase in ({', '.join(map(text, phases))})" if phases else "1"
    found = inclusion(chosen.connection, phases)
    for paragraph, *about, phase, batch, position, due_at in chosen.rows(
        "p.id, n.name, a.article_id, a.name, p.position, s.phase, s.batch, s.position, s.due_at",
        "temp.chosen_coders n cross join assignments s on s.recorder = n.coder"
        " cross join paragraphs p on p.id between s.first and s.last"
        " cross join temp.chosen_articles o on o.article = p.article cross join articles a on a.id = p.article",
        "o.rank, p.position, n.name",
        where=where,
    ):
        is_drawn = phase != RECHECK and paragraph in found.drawn
        in_overlap = paragraph in found.overlapping if is_drawn else None
        probability = found.drawn[paragraph] if is_drawn else None
        coder, article_id, article, at = about
        yield AssignmentRecord(coder, article_id, article, at, phase, batch, position, due_at, in_overlap, probability)


def draw_rows(chosen: Chosen) -> Iterator[dict[str, Any]]:
    """Every draw with all that is needed to draw it again; none where the selection narrows the coders or articles.

    A draw says what each coder has to code, also what is not theirs.
    """
    if chosen.selection.coders or chosen.selection.articles:
        return
    for draw in read_draws(chosen.connection):
        if not chosen.selection.phases or draw.phase in chosen.selection.phases:
            yield draw.as_json()
