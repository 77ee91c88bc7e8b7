"""List of the paragraphs in which coders differ: its rows, its first line, its filters and its keys."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

from textual.content import Content

from annotator.app.widgets.measured_row import MeasuredRow
from annotator.reports.differences.disagreements import (
    STATE,
    STATEMENT,
    Case,
    Difference,
    Disagreement,
    DisagreementFilter,
    Disagreements,
    DisagreementView,
)
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

MOST_LISTED = 1000
_NARROW = 70
"""In windows of fewer columns all keys follow each other, so that they take fewer lines."""

_KEYS = (
    ("↑ ↓", "choose"),
    ("Enter", "go there"),
    ("Esc", "back"),
    ("v", "variable"),
    ("c", "category"),
    ("o", "coder"),
    ("a", "article"),
    ("0", "all"),
    ("PgDn", "read on"),
    ("R", "rule"),
)
_KEYS_OF_A_VERDICT = (
    ("1–9", "one coder's"),
    ("m", "majority's"),
    ("s", "decide each"),
    ("x", "no claim"),
    ("e", "change"),
    ("+", "statement"),
    ("w", "why"),
    ("z", "undo"),
    ("u", "without gold"),
)
_KEY_OF_ALIKE = ("l", "alike too")


class Counts(NamedTuple):
    """What the first line counts.

    Attributes:
        n_differ: Number of listed paragraphs in which coders differ.
        n_gold: Number of paragraphs with gold.
        is_cut: Whether more are found than listed.
        hides_gold: Whether those with gold are left out.
    """

    n_differ: int
    n_gold: int
    is_cut: bool
    hides_gold: bool


def case_row(case: Case, wanted: DisagreementFilter, *, is_gold: bool) -> MeasuredRow:
    """A paragraph in the list: how much, where, what."""
    meant = [d for d in case.differences if wanted.means(d)]
    alone = any(d.variable == STATEMENT for d in meant)
    titles = dict.fromkeys(d.title for d in meant if d.variable != STATEMENT)
    what = ", ".join([*(["statements"] if alone else []), *titles]) or "coded alike"
    where = f"¶{case.place.position + 1} {one_line(case.place.article_name)[:14]}"
    return MeasuredRow(
        Content.assemble(
            ("✓" if is_gold else " ", "bold $ink-success"),
            (f"{case.cost(wanted):4.1f} ", "bold"),
            (f"{where} ", ""),
            (one_line(what), "$text-muted"),
        )
    )


def head(found: Disagreements, view: DisagreementView, counts: Counts, *, is_adjudicator: bool) -> Content:
    """The first line: how many there are, what is left out, and why."""
    narrowed = ", ".join(
        f"{name} {value}"
        for name in ("variable", "category", "coder", "article")
        if (value := getattr(view.filter, name)) is not None
    )
    differ = "differs" if counts.n_differ == 1 else "differ"
    compared = counted(found.n_compared, "comparison")
    parts = [f"{counted(counts.n_differ, 'paragraph')} {differ}, {compared} of two coders"]
    n_alike = sum(not case.items for case in view.cases)
    if n_alike:
        parts.append(f"{n_alike} coded alike")
    if found.share < 1:
        parts.append(f"{found.share:.0%} compared")
    if counts.is_cut:
        parts.append(f"the {MOST_LISTED} worst")
    if counts.n_gold or counts.hides_gold:
        parts.append(f"{counts.n_gold} gold{', not shown' * counts.hides_gold}")
    if found.n_not_done and not is_adjudicator:
        parts.append(f"{found.n_not_done} hidden until you are done with them")
    if found.n_blind:
        parts.append(f"{found.n_blind} hidden while your phase is open")
    said = " · ".join(parts)
    return Content.assemble((said, "bold"), (f"  only {one_line(narrowed)}" if narrowed else "", "$ink-warning"))


def keys_line(width: int, *, is_judge: bool, is_adjudicator: bool, only: Container[str] | None = None) -> Content:
    """The keys, in as many lines as the window needs.

    Args:
        width: The width in cells.
        is_judge: Whether the person may adjudicate; else those of gold are left out.
        is_adjudicator: Whether the person adjudicates and does not code.
        only: The keys that act, if not all do.
    """
    of_gold = (*_KEYS_OF_A_VERDICT, *([_KEY_OF_ALIKE] if is_adjudicator else []))
    groups = [_KEYS, of_gold if is_judge else ()]
    if width < _NARROW:
        groups = [groups[0] + groups[1]]
    lines: list[list[tuple[str, str]]] = []
    for keys in groups:
        room = 0
        for key, what in keys:
            if only is not None and key not in only:
                continue
            if is_adjudicator and key == "Enter":
                continue  # an adjudicator who does not code here has no paragraph to go to
            if len(key) + len(what) + 3 > room:
                lines.append([])
                room = width
            lines[-1] += [(f" {key}", "bold $ink-primary"), (f" {what} ", "$text-muted")]
            room -= len(key) + len(what) + 3
    return Content("\n").join([Content.assemble(*line) for line in lines])


def choices(items: Sequence[Disagreement], wanted: DisagreementFilter, what: str) -> list[tuple[str, str]]:
    """Values and names that a filter can take, in the order of how much they cost."""
    if what == "coder":
        return _ranked((name, name, 1.0) for one in items for name in (one.a.coder, one.b.coder))
    if what == "article":
        return _ranked((one.place.article_name, one.place.article_name, one.cost) for one in items)
    every = [d for one in items for d in one.differences]
    if what == "variable":
        return _ranked((d.variable, _title(d), d.cost) for d in every)
    meant = [d for d in every if wanted.variable in (None, d.variable)]
    return _ranked((value, value, d.cost) for d in meant for value in sorted(d.values))


def _title(difference: Difference) -> str:
    return {STATEMENT: "statements that one has alone", STATE: "state of the paragraph"}.get(
        difference.variable, difference.title
    )


def _ranked(costs: Iterable[tuple[str, str, float]]) -> list[tuple[str, str]]:
    """Values with their names, the costliest first."""
    total: dict[tuple[str, str], float] = {}
    for value, name, cost in costs:
        total[value, name] = total.get((value, name), 0.0) + cost
    return sorted(total, key=lambda one: (-total[one], one))
