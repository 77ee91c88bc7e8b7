"""The history of a statement in words, the newest step first: for the screen and for line mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from annotator.codebook.model import Codebook
from annotator.store.history.history import Change
from annotator.text.quotation import quoted
from annotator.text.terminal_text import one_line

_CALLED = {"mentions": "speakers"}
"""Kinds of records whose name is not the one on the screen."""


class ToldStep(NamedTuple):
    """One step of the history.

    Attributes:
        at: When, in local time.
        coder: Who.
        what: The step in a few words.
        changes: What it did to each record: old value → new value.
    """

    at: str
    coder: str
    what: str
    changes: tuple[str, ...]


def told_steps(
    changes: Sequence[Change],
    words: Callable[[int, int], str],
    codebook: Codebook,
    becomes: str = " → ",
    nothing: str = "—",
) -> list[ToldStep]:
    """The steps of a statement, the newest first.

    Args:
        changes: The changes, oldest first.
        words: The words of the article between two offsets.
        codebook: The codebook that names the variables.
        becomes: What stands between the old value and the new one.
        nothing: What stands for no value.
    """
    steps: dict[int, list[Change]] = {}
    for change in changes:
        steps.setdefault(change.step, []).append(change)
    return [_told(one, words, codebook, becomes, nothing) for one in reversed(list(steps.values()))]


def _told(
    changes: Sequence[Change], words: Callable[[int, int], str], codebook: Codebook, becomes: str, nothing: str
) -> ToldStep:
    first = changes[0]
    sign = {"undo": "undone: ", "redo": "done again: "}.get(first.kind, "")
    lines = []
    for change in changes:
        what = _called(change, codebook)
        before, after = _differing(change.before, change.after)
        old, new = (_value(one, words) or nothing for one in (before, after))
        lines.append(f"{one_line(what)}: {old}{becomes}{new}")
    return ToldStep(_local(first.at), one_line(first.coder), f"{sign}{one_line(first.what)}", tuple(lines))


def _differing(before: object, after: object) -> tuple[object, object]:
    """Two versions of a record without what both hold; whole where one of them is not there."""
    if not isinstance(before, dict) or not isinstance(after, dict) or "value" in after:
        return before, after
    changed = {name for name in {**before, **after} if before.get(name) != after.get(name)}
    return tuple({name: part for name, part in one.items() if name in changed} for one in (before, after))  # type: ignore[return-value]


def _called(change: Change, codebook: Codebook) -> str:
    """What was changed, as the screen calls it: a variable by its title."""
    variable = codebook.variable(str(change.key[-1])) if change.entity == "label" else None
    if variable is not None:
        return variable.title
    return " ".join([_CALLED.get(change.entity, change.entity), *map(str, change.key[1:])])


def _local(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _value(value: object, words: Callable[[int, int], str]) -> str:
    """A record in the history, in a few words; empty where there is nothing in it."""
    if value is None:
        return ""
    if isinstance(value, dict):
        if "value" in value:
            origin = value.get("origin", "coder")
            return one_line(str(value["value"])) + ("" if origin == "coder" else f" ({origin})")
        return one_line(", ".join(_parts(value, words)))[:200]
    if isinstance(value, list):
        return one_line(", ".join(str(part[0]) if isinstance(part, list) else str(part) for part in value))
    return one_line(str(value))


def _parts(value: dict[str, object], words: Callable[[int, int], str]) -> Iterator[str]:
    """What a record holds, as the screen says it: evidence by its words, paragraphs counted from 1."""
    for name, part in value.items():
        if part in (None, False, []) or name == "article_id":
            continue
        if name == "evidence" and isinstance(part, list):
            yield f"evidence {quoted(_shortened(words(*part)))}"
        elif name == "paragraph" and isinstance(part, int):
            yield f"paragraph {part + 1}"
        else:
            yield name if part is True else f"{name} {part}"


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 70 else f"{text[:40]} … {text[-25:]}"
