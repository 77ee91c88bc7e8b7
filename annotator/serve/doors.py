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


# Somebody who was invited is a coder that the project is to have, so nobody needs to ask about a new name.
_LABEL = Door("label", "Code", "Go on where you stopped.", ("label", "--new-coder"))
_ADJUDICATE = Door("adjudicate", "Adjudicate", "Decide what the coders disagree about.", ("adjudicate", "--new-coder"))


def doors(project: Path, coder: str) -> list[Door]:
    """The doors that are open to a coder: labelling, which is training too, and adjudication.

    A coder whose phase is open sees nothing of the others, and so cannot adjudicate.

    Raises:
        StoreError: The project cannot be read.
    """
    from annotator.store import Store
    from annotator.store.changes.adjudication import refuse_others

    with Store(project, read_only=True) as store:
        if store.visible_coders(coder) is not None:
            return [_LABEL]
        try:
            refuse_others(store, coder)
        except UsageError:
            return [_LABEL]
        return [_LABEL, _ADJUDICATE]
