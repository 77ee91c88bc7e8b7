"""Answers that stay: in a phase with feedback a coder who is done with a paragraph sees its gold."""

from __future__ import annotations

from typing import Any

from annotator.errors import UsageError
from annotator.model import DONE
from annotator.store.file.connection import Connection
from annotator.store.tables.study.named_facts import FEEDBACK, read_facts

FIXED = "gold was shown for this paragraph, so the first answer stays"
"""Why a change is refused."""

_ANSWERS = frozenset({"statement", "mentions", "label", "paragraph label", "review"})
_REMARKS = frozenset({"note", "flag"})
"""What can be changed later all the same."""


def is_fixed(c: Connection, coder: int, paragraph: int | None) -> bool:
    """Whether a coder has seen the gold of a paragraph: done, assigned in a phase with feedback, and with gold."""
    phases = read_facts(c, FEEDBACK)
    if not phases or c.one("select 1 from verdicts where paragraph = ?", (paragraph,)) is None:
        return False
    done, wanted = (", ".join(f"'{name}'" for name in names) for names in (sorted(DONE), phases))
    row = c.one(
        f"select 1 from reviews r where r.coder = ?1 and r.paragraph = ?2 and r.state in ({done})"
        " and exists (select 1 from assignments a where a.recorder = ?1 and +a.coder = ?1 and a.first <= ?2"
        " and a.last >= ?2 and a.first >= (select p.id - p.position from paragraphs p where p.id = ?2)"
        f" and a.phase in ({wanted}))",
        (coder, paragraph),
    )
    return row is not None


def fixed_paragraphs(c: Connection, coder: int) -> set[int]:
    """The paragraphs whose gold a coder has seen."""
    if not read_facts(c, FEEDBACK):
        return set()
    rows = c.all(
        "select v.paragraph from verdicts v join reviews r on r.paragraph = v.paragraph and r.coder = ?", (coder,)
    )
    return {paragraph for (paragraph,) in rows if is_fixed(c, coder, paragraph)}


def changes_answer(entity: str, before: Any, after: Any) -> bool:
    """Whether a change of a record changes what a coder answered; notes and flags do not."""
    if entity not in _ANSWERS:
        return False
    if isinstance(before, dict) and isinstance(after, dict):
        return any(before.get(name) != after.get(name) for name in {*before, *after} - _REMARKS)
    return bool(before != after)


def refuse_change_of(c: Connection, coder: int, step: int) -> None:
    """Refuse to undo or redo a step that changes an answer which stays.

    Raises:
        UsageError: It does.
    """
    row = c.one("select paragraph from steps where id = ?", (step,))
    if row is None or not is_fixed(c, coder, row[0]):
        return
    changes = c.all("select entity, before, after from changes where step = ?", (step,))
    if any(entity in _ANSWERS for entity, _, _ in changes):
        raise UsageError(FIXED)
