"""Codings to be keyed: rows of a JSON Lines file, one a statement."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.text.evidence import Span

NEEDED = ("paragraph", "evidence_start", "evidence_end", "speakers")


@dataclass(frozen=True)
class Row:
    """A statement to be keyed.

    Attributes:
        paragraph: Its paragraph in the article, from 0.
        evidence: Its evidence in the article, in code points.
        speakers: Names of its speakers.
        labels: Values of variables by name.
    """

    paragraph: int
    evidence: Span
    speakers: tuple[str, ...]
    labels: dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """The rows of a file, in its order.

    Raises:
        SystemExit: A line is not a row; the message names it.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_row(line, f"{path}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]


def _row(line: str, where: str) -> Row:
    try:
        held: dict[str, Any] = json.loads(line)
        paragraph, start, end, speakers = (held.pop(name) for name in NEEDED)
    except (ValueError, KeyError, AttributeError) as error:
        raise SystemExit(f"{where}: not a JSON object with {', '.join(NEEDED)} ({error})") from None
    labels = {name: value for name, value in held.items() if isinstance(value, str)}
    return Row(int(paragraph), (int(start), int(end)), tuple(speakers), labels)
