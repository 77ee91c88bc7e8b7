"""The digits: they name the speaker until the stance is given, then the target."""

from __future__ import annotations

from annotator.model import DONE
from annotator.session.cursor import Cursor, Refused
from annotator.session.instrument import Instrument
from annotator.session.keys import custom_keys
from annotator.session.labels import LabelEditor
from annotator.session.recorder import Recorder
from annotator.session.statements import StatementEditor
from annotator.session.targets import Targets
from annotator.text.terminal_text import one_line


class Digits:
    """Take the suggestion that a digit names."""

    def __init__(
        self,
        instrument: Instrument,
        cursor: Cursor,
        recorder: Recorder,
        targets: Targets,
        statements: StatementEditor,
        labels: LabelEditor,
    ) -> None:
        self._instrument = instrument
        self._cursor = cursor
        self._recorder = recorder
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
        """Take the suggested target of that rank (from 1).

        Who comes back to a statement may mean its speaker: then it is said what the digit named.
        """
        variable, name = self._targets.variable, self._targets.name(rank)
        if variable is None or name is None:
            raise Refused(f"there is no target under {rank}; t finds others")
        label = self._cursor.label(variable)
        is_later = self._cursor.state in DONE or (label is not None and label.origin == "coder")
        self._labels.type_value(variable, name)
        if is_later and self._recorder.notice is None:
            key = custom_keys.shown(self._instrument.keys.first_of("type_speaker"))
            speaker = f"; {key} changes the speaker" if key and self._instrument.codebook.speaker else ""
            self._recorder.say(f"{variable.title}: {one_line(name)}{speaker}")
