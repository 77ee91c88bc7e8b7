"""Keys for the labels of a statement."""

from __future__ import annotations

from functools import partial

from annotator.codebook.model import Variable
from annotator.session import Session
from annotator.session.keys.commands import Choice, local_map
from benchmarks.keying.hands import Hands


def key_label(hands: Hands, variable: Variable, wanted: str) -> None:
    """Choose a category, unless the statement has it already."""
    session = hands.session
    if value_of(session, variable) == wanted:
        return
    flat = session.instrument.keys.flat
    key = next((key for key, choice in flat.items() if choice == Choice(variable, wanted)), None)
    if key is not None:
        hands.press(key, variable.name)
        return
    inside = {name: key for key, name in local_map(variable).items()}
    opens = variable.key if variable.key is not None else hands.key_of("variables")
    choose = partial(session.labels.choose, variable, wanted)
    hands.choose_opened([opens], inside.get(wanted, ""), choose, variable.name)


def value_of(session: Session, variable: Variable) -> str | None:
    """The label that the current statement has, or would begin with."""
    cursor = session.cursor
    label = cursor.label(variable)
    if label is not None:
        return str(label.value)
    carried = cursor.carried(variable) if cursor.statement is None else None
    return str(carried) if carried is not None else None
