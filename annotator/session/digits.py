"""The digits: they name the speaker until the stance is given, then the target."""

from __future__ import annotations

from annotator.session.cursor import Refused
from annotator.session.labels import LabelEditor
from annotator.session.statements import StatementEditor
from annotator.session.targets import Targets


class Digits:
    """Take the suggestion that a digit names."""

    def __init__(self, targets: Targets, statements: StatementEditor, labels: LabelEditor) -> None:
        self._targets = targets
        self._statements = statements
        self._labels = labels

    def pick(self, rank: int) -> None:
        """Take the suggested speaker of that rank (from 1), or the target once the stance is given."""
        if self._targets.has_digits:
            self.pick_target(rank)
        else:
            self._statements.pick(rank)

    def pick_target(self, rank: int) -> None:
        """Take the suggested target of that rank (from 1)."""
        variable, name = self._targets.variable, self._targets.name(rank)
        if variable is None or name is None:
            raise Refused(f"there is no target under {rank}; t finds others")
        self._labels.type_value(variable, name)
