"""Units on which coders differ, as CSV, JSON, Markdown and rows of a table; their text is data in each of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from annotator.reports.differences.disagreement_list import DifferingUnit, ShownCoding
from annotator.reports.differences.disagreements import NOTHING, STATEMENT
from annotator.reports.render.markdown import to_markdown
from annotator.reports.words.blocks import Block, Heading, Items, Prose, Table
from annotator.text.counted import counted
from annotator.text.table_cells import cell
from annotator.text.terminal_text import one_line, plain

_PLACE = ("cost", "unit", "article_id", "article", "paragraph", "role", "differs")
_OF_CODER = ("coding", "evidence", "note")
_SHOWN = 60
"""Characters of a text that a table in the terminal shows."""

HAS, HAS_NOT = "has it", "has no such statement"


def to_csv(units: Sequence[DifferingUnit]) -> str:
    """A row a unit, with what each coder said of it in columns of its own; cells as in `export csv`."""
    coders = sorted({coding.coder for unit in units for coding in unit.codings})
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    of_coders = (f"{what}: {coder}" for coder in coders for what in _OF_CODER)
    writer.writerow([cell(plain(name)) for name in (*_PLACE, *of_coders, "rules", "text")])
    for unit in units:
        by_coder = {coding.coder: coding for coding in unit.codings}
        said = [text for coder in coders for text in _cells(by_coder.get(coder))]
        place = (unit.kind, unit.article_id, unit.article, unit.paragraph, unit.role, list(unit.differs))
        writer.writerow(
            [
                round(unit.cost, 6),
                *map(cell, place),
                *map(_text, said),
                cell(unit.rules) if unit.rules else None,
                _text(unit.text),
            ]
        )
    return out.getvalue()


def _cells(coding: ShownCoding | None) -> tuple[str | None, str | None, str | None]:
    if coding is None:
        return None, None, None
    return _in_words(coding), coding.words, coding.note


def _text(text: str | None) -> str | float | None:
    """A text as a cell, without control characters: a terminal may show it too."""
    return None if text is None else cell(plain(text))


def to_rows(units: Iterable[DifferingUnit]) -> Iterator[dict[str, Any]]:
    """An object a unit, for JSON."""
    for unit in units:
        yield {
            "cost": round(unit.cost, 6),
            "unit": unit.kind,
            "article_id": unit.article_id,
            "article": unit.article,
            "paragraph": unit.paragraph,
            "role": unit.role,
            "differs": {name: round(cost, 6) for name, cost in unit.differs.items()},
            "codings": [_object(coding) for coding in unit.codings],
            "rules": list(unit.rules),
            "text": unit.text,
        }


def _object(coding: ShownCoding) -> dict[str, Any]:
    start, end = coding.evidence or (None, None)
    return {
        "coder": coding.coder,
        "coding": None if coding.values is None else dict(coding.values),
        "evidence": coding.words,
        "evidence_start": start,
        "evidence_end": end,
        "note": coding.note,
    }


def as_markdown(units: Sequence[DifferingUnit]) -> str:
    """A section a unit: a table with a column a coder, what differs marked, and the text."""
    return to_markdown(_blocks(units))


def _blocks(units: Sequence[DifferingUnit]) -> Iterator[Block]:
    yield Heading(f"{counted(len(units), 'unit')} on which coders differ, the costliest first", 1)
    for number, unit in enumerate(units, 1):
        yield Heading(f"{number} {one_line(where(unit))}")
        yield Prose(f"Cost {unit.cost:.2f} ({unit.kind}).")
        yield Table("", ("", "", *(coding.coder for coding in unit.codings)), tuple(_lines(unit)))
        if unit.text:
            yield Table("", ("text",), ((unit.text,),))
        if unit.rules:
            yield Prose("The codebook says:")
            yield Items(unit.rules)


def _lines(unit: DifferingUnit) -> Iterator[tuple[str, ...]]:
    """A line a variable, what differs first; then evidence and notes."""
    if STATEMENT in unit.differs:
        yield ("≠", STATEMENT, *(HAS_NOT if coding.values is None else HAS for coding in unit.codings))
    names = dict.fromkeys(name for coding in unit.codings for name in coding.values or ())
    for name in sorted(names, key=lambda name: name not in unit.differs):
        yield ("≠" if name in unit.differs else "", name, *(_value(coding, name) for coding in unit.codings))
    for title, texts in (("evidence", [c.words for c in unit.codings]), ("note", [c.note for c in unit.codings])):
        if any(texts):
            yield ("", title, *(text or "" for text in texts))


def table_rows(units: Iterable[DifferingUnit]) -> list[list[str]]:
    """A row a unit for a terminal: cost, place, what differs and the beginning of the text."""
    return [[f"{unit.cost:.2f}", one_line(where(unit)), one_line(_difference(unit)), _start(unit)] for unit in units]


def where(unit: DifferingUnit) -> str:
    """The article and the paragraph, counted from 1 as on the labelling screen."""
    return unit.article if unit.paragraph is None else f"{unit.article}, paragraph {unit.paragraph + 1}"


def _difference(unit: DifferingUnit) -> str:
    """What differs: stance: oppose (ada), neutral (ben, guessed)."""
    parts = []
    for name in unit.differs:
        if name == STATEMENT:
            has = ", ".join(coding.coder for coding in unit.codings if coding.values is not None)
            parts.append(f"statement: only {has}")
            continue
        said: dict[str, list[str]] = {}
        for coding in unit.codings:
            if coding.values is not None and name in coding.values:
                guessed = ", guessed" if name in coding.guessed else ""
                said.setdefault(_value(coding, name), []).append(f"{coding.coder}{guessed}")
        of_value = (f"{value} ({', '.join(who)})" for value, who in said.items())
        parts.append(f"{name}: {', '.join(of_value)}")
    return "; ".join(parts)


def _start(unit: DifferingUnit) -> str:
    text = next((coding.words for coding in unit.codings if coding.words), None) or unit.text
    shown = one_line(text)
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"


def _in_words(coding: ShownCoding) -> str:
    """A whole coding in one cell: stance: oppose; kind: fact."""
    if coding.values is None:
        return HAS_NOT
    return "; ".join(f"{name}: {_value(coding, name)}" for name in coding.values) or NOTHING


def _value(coding: ShownCoding, name: str) -> str:
    value = NOTHING if coding.values is None else coding.values.get(name, NOTHING)
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
