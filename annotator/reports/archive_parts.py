"""What an archive holds besides the exported project: history, assignments, methods paragraph, codebook."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from annotator.codebook.rendering import as_yaml
from annotator.export.formats.archive import Parts
from annotator.records import Selection
from annotator.reports.codebook_document import codebook_document
from annotator.reports.methods_paragraph import methods
from annotator.reports.project import project_report
from annotator.reports.render.html import to_html
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.changes.codebook_changes import CodebookChanges
from annotator.store.file.timestamps import now
from annotator.store.history.step_log import LogFilter, last_day, lines

if TYPE_CHECKING:
    from annotator.store.store import Store


def archive_parts(store: Store, selection: Selection) -> Parts:
    """The parts of an archive of this part of a project."""
    codebook = store.codebooks.current()
    page = to_html(
        codebook_document(codebook, CodebookChanges(store).revisions()), f"{codebook.name} {codebook.version}"
    )
    is_whole = replace(selection, layer="individual").is_everything
    return Parts(
        lines(store.connection, LogFilter()) if is_whole else None,
        [f"{one.drawn_at[:10]}, {one.phase}, {one.batch}: {one.words}" for one in AssignmentPlan(store).draws()],
        _methods(store, replace(selection, layer="individual")),
        as_yaml(codebook),
        page,
        last_day(store.connection) or now()[:10],
    )


def _methods(store: Store, selection: Selection) -> str:
    report = project_report(store, AssignmentPlan(store).without_training(selection))
    if len(report.coders) < 2 or not report.collected.units.n_shared:
        return "No two coders finished the same work, so that agreement was not computed."
    return methods(report)
