"""Doors of the start page: what a coder may open in the browser, by the rules of the commands themselves."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from annotator.errors import UsageError


class Door(NamedTuple):
    """A command that opens a screen.

    Attributes:
        name: Its part of the address.
        title: What the page calls it.
        text: What the coder does there.
        command: The words of the command line.
    """

    name: str
    title: str
    text: str
    command: tuple[str, ...]


# Somebody who was invited is a coder that the project is to have, so `label` need not ask about a new name.
_LABEL = Door("label", "Code", "Go on where you stopped.", ("label", "--new-coder"))
_TRAINING = "This is training: when you are done with a paragraph, you see the right answer beside yours."
_ADJUDICATE = Door("adjudicate", "Adjudicate", "Decide what the coders disagree about.", ("adjudicate",))


def doors(project: Path, coder: str) -> list[Door]:
    """The doors that are open to a coder, labelling first.

    A coder whose phase is open sees nothing of the others, and so cannot adjudicate.

    Raises:
        StoreError: The project cannot be read.
    """
    from annotator.store import Store
    from annotator.store.changes.adjudication import refuse_others
    from annotator.store.tables.study.named_facts import FEEDBACK, read_facts

    with Store(project, read_only=True) as store:
        phases = store.blindness(coder).open_phases
        is_training = not set(phases).isdisjoint(read_facts(store.connection, FEEDBACK))
        open_to = [_LABEL._replace(text=_TRAINING) if is_training else _LABEL]
        if not phases:
            try:
                refuse_others(store, coder)
            except UsageError:
                return open_to
            open_to.append(_ADJUDICATE)
        return open_to
