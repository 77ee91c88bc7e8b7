"""Hands of a coder: press keys in a session as the labelling screen does, and count them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from annotator.errors import AnnotatorError
from annotator.session import Session
from annotator.session.keys.commands import Choice

KINDS = ("speaker", "stance", "claim_type", "target", "mode", "evidence", "navigation")
"""The work that keys are counted for; other variables are counted under their own names."""


class Hands:
    """Presses keys, each with its effect on the session.

    Attributes:
        session: The session.
        keys: How many keys were pressed for each kind of work, without letters.
        letters: How many letters were typed for each kind of work.
        refusals: What the session refused.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.keys: Counter[str] = Counter()
        self.letters: Counter[str] = Counter()
        self.refusals: list[str] = []

    def press(self, key: str, kind: str) -> bool:
        """Press a key that acts at once; return whether the session accepted it."""
        self.keys[kind] += 1
        keys = self.session.instrument.keys
        choice = keys.flat.get(key)
        if choice is not None:
            return self._do(self._chooses(choice))
        return self._do(self.session.deed(keys.fixed[key], key))

    def run(self, command: str, kind: str) -> bool:
        """Press the key of a command, by its name."""
        return self.press(self.key_of(command), kind)

    def key_of(self, command: str) -> str:
        """The first key of a command."""
        return next(key for key, one in self.session.instrument.keys.fixed.items() if one.name == command)

    def answer(self, opens: Sequence[str], text: str, moves: int, deed: Callable[[], object], kind: str) -> bool:
        """Open a prompt, type, mark a line and press Enter; return whether the session accepted it.

        Args:
            opens: The keys that open the prompt.
            text: What is typed there.
            moves: How often an arrow key is pressed in the list below.
            deed: What the prompt then does.
            kind: The work that it is for.
        """
        self.keys[kind] += len(opens) + moves + 1
        self.letters[kind] += len(text)
        return self._do(deed)

    def choose_opened(self, opens: Sequence[str], key: str, deed: Callable[[], object], kind: str) -> bool:
        """Open a variable and press the key of one of its categories; return whether the session accepted it."""
        self.keys[kind] += len(opens) + len(key)
        return self._do(deed)

    def _chooses(self, choice: Choice) -> Callable[[], object]:
        assert choice.category is not None, "a key that only opens a variable"
        category = choice.category
        return lambda: self.session.labels.choose(choice.variable, category)

    def _do(self, deed: Callable[[], object]) -> bool:
        try:
            with self.session.recorder.key():
                deed()
        except AnnotatorError as error:
            self.refusals.append(str(error))
            return False
        return True
