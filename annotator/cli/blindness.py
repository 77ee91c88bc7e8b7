"""Commands that a coder calls in an open phase show nobody else's codings; whoever leads the project sees all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from annotator.errors import UsageError
from annotator.plain import one_line

if TYPE_CHECKING:
    from annotator.store import Store


def visible_coders(store: Store) -> list[str] | None:
    """Whose codings the caller may see; None is everybody's.

    The caller is the coder in ANNOTATOR_CODER; without it, whoever leads the project.
    """
    return store.visible_coders(os.environ.get("ANNOTATOR_CODER"))


def allowed(store: Store, asked: tuple[str, ...]) -> tuple[str, ...]:
    """The coders whose work a command may take: those asked for, or in an open phase the caller alone.

    Raises:
        UsageError: Another coder's work was asked for while the caller is blind to it.
    """
    visible = visible_coders(store)
    if visible is None:
        return asked
    hidden = [name for name in asked if name not in visible]
    if hidden:
        raise UsageError(
            f"{one_line(hidden[0])}'s codings are hidden from {one_line(visible[0])} while the phase is open"
        )
    return tuple(visible)


def refuse_blind(store: Store) -> None:
    """Refuse what compares codings to a coder who must not see the others' yet.

    Raises:
        UsageError: The caller's phase is open.
    """
    if visible_coders(store) is not None:
        raise UsageError("your phase is open: others' codings are not compared with yours before it is closed")
