"""What to do when everything is coded: send the file back, compare coders, export."""

from __future__ import annotations

from annotator.store import Store
from annotator.store.coder.coding import Coding
from annotator.text.terminal_text import one_line


def what_next(store: Store, coding: Coding) -> str:
    """What comes after the last paragraph, in words, as the project is set up.

    Args:
        store: The project.
        coding: The work of the coder who is done.
    """
    if store.packed_for is not None:
        return f"leave, and send {one_line(store.path.name)} back to your leader"
    if coding.assigned.is_planned:
        return "this was all that is assigned to you; tell your leader"
    if len(store.people_who_code()) > 1:
        return "`annotator status` says who is done too, `annotator agreement` compares you"
    return "`annotator status` counts it, `annotator export jsonl` writes it to files"
