"""Raw text into paragraphs: half-open spans of code points that hold every non-blank character once."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal, get_args

from annotator.ingest.roles.guess import guess
from annotator.model import Paragraph

By = Literal["line", "block"]
"""What one paragraph is: one non-blank line, or a block of lines up to the next blank line."""

BYS: tuple[By, ...] = get_args(By)

# Every sign that ends a line; all of them are blank in the sense of str.isspace, as is re's \s.
_ENDS = "\n\r\x0b\x0c\x85\u2028\u2029"
_LINE = re.compile(rf"\S(?:[^{_ENDS}]*\S)?")
_LINE_END = re.compile(rf"\r\n|[{_ENDS}]")

_WRAPPED_PAIRS = 6
_WRAPPED_WIDTH = 120
_SENTENCE_ENDS = frozenset(".!?:;…\"'”’»)")


def spans(raw_text: str, by: By = "line") -> list[tuple[int, int]]:
    """Where the paragraphs of a text begin and end, without the blanks around them.

    A line ends at LF, CRLF, CR, VT, FF, U+0085, U+2028 or U+2029. Blank is what ``str.isspace`` says, so a
    no-break space is and a zero-width space is not. The time is linear in the length of the text.

    Args:
        raw_text: The text as read.
        by: "line" makes every non-blank line a paragraph; "block" joins lines that no blank line parts.
            U+2029 parts paragraphs in both.
    """
    lines = [match.span() for match in _LINE.finditer(raw_text)]
    if by == "line":
        return lines
    blocks: list[tuple[int, int]] = []
    for start, end in lines:
        if blocks and _is_one_line_end(raw_text[blocks[-1][1] : start]):
            blocks[-1] = (blocks[-1][0], end)
        else:
            blocks.append((start, end))
    return blocks


def split(raw_text: str, by: By = "line", title: str | None = None) -> tuple[Paragraph, ...]:
    """The paragraphs of a text in order, each with the role that its wording and place suggest.

    Args:
        raw_text: The text as read.
        by: What one paragraph is, as in `spans`.
        title: The article's title where it is known; it tells the headline from other lines.
    """
    found = spans(raw_text, by)
    roles = guess([raw_text[start:end] for start, end in found], title=title)
    return tuple(
        Paragraph(position=position, start=start, end=end, role=role)
        for position, ((start, end), role) in enumerate(zip(found, roles, strict=True))
    )


def is_hard_wrapped(raw_text: str) -> bool:
    """Whether lines were broken to fit a width, so that one paragraph runs over several of them.

    In wrapped text nearly every line is as long as the width allows: the first word of the next line would
    not have fitted. And most of its lines end in the middle of a sentence.
    """
    lines = [match.span() for match in _LINE.finditer(raw_text)]
    width = max((end - start for start, end in lines), default=0)
    if width > _WRAPPED_WIDTH:
        return False
    pairs = full = unfinished = 0
    for (start, end), (following, following_end) in pairwise(lines):
        if not _is_one_line_end(raw_text[end:following]):
            continue
        first_word = raw_text[following:following_end].split(maxsplit=1)[0]
        pairs += 1
        full += end - start + 1 + len(first_word) > width - 8
        unfinished += raw_text[end - 1] not in _SENTENCE_ENDS
    return pairs >= _WRAPPED_PAIRS and full >= 0.75 * pairs and unfinished >= 0.6 * pairs


def _is_one_line_end(gap: str) -> bool:
    """Whether a gap between two lines holds one line end and nothing that parts paragraphs."""
    return "\u2029" not in gap and len(_LINE_END.findall(gap)) == 1
