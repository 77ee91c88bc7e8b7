"""Training in commands: what agreement leaves out unless it is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotator.records import Selection
    from annotator.store import Store


def without_training(store: Store, selection: Selection) -> Selection:
    """A selection without training, unless it names phases."""
    from annotator.store.changes.assignment_plan import AssignmentPlan

    return selection if selection.phases else replace(selection, without=AssignmentPlan(store).training())
