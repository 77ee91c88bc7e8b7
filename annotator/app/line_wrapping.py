"""Lazy wrapping of text into lines of the screen."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rich.cells import cell_len, set_cell_size

from annotator.text.terminal_text import one_line

Line = tuple[int, int]
"""Half-open offsets of the text on one line of the screen."""


class Wrapped:
    """A text in lines of at most `width` cells; lines are made when they are asked for."""

    def __init__(self, text: str, width: int) -> None:
        self.text = text
        self.width = max(1, width)
        self._lines: list[Line] = []
        self._more = _narrow_lines(text, self.width) if _is_narrow(text) else _wide_lines(text, self.width)

    def line(self, number: int) -> Line | None:
        """The line of that number, from 0; None behind the last."""
        while len(self._lines) <= number:
            following = next(self._more, None)
            if following is None:
                return None
            self._lines.append(following)
        return self._lines[number]

    def height(self, most: int) -> int:
        """How many lines there are, counted no further than `most`."""
        self.line(most - 1)
        return min(len(self._lines), most)

    def line_of(self, offset: int) -> int:
        """The number of the line on which an offset stands."""
        number = 0
        while (line := self.line(number)) is not None and line[1] <= offset:
            number += 1
        return number if self.line(number) is not None else max(0, number - 1)


def cut(text: str, width: int) -> str:
    """A text on one line, safe for the terminal, cut to a number of cells with "…"."""
    # A note can have a million characters: no more is looked at than can be shown, marks on every sign included.
    text = one_line(text[: 8 * max(width, 1) + 40])
    return text if cell_len(text) <= width else set_cell_size(text, max(1, width - 1)).rstrip() + "…"


def cut_to_lines(text: str, width: int, most: int, end: str = "…") -> str:
    """A text in at most that many lines of `width` cells, safe for the terminal; what is cut ends with `end`."""
    text = one_line(text[: 8 * max(width, 1) * most + 40])
    wrapped = Wrapped(text, width)
    lines = [text[slice(*line)] for line in map(wrapped.line, range(most)) if line is not None]
    if wrapped.line(most) is not None:
        room = width - cell_len(end)
        lines[-1] = (lines[-1] if cell_len(lines[-1]) <= room else set_cell_size(lines[-1], room)).rstrip() + end
    return "\n".join(lines)


def broken_at_signs(text: str, width: int) -> str:
    """A text of parts with " · " between them, broken between parts where that is possible; no line begins with "·"."""
    lines = [""]
    for part in text.split(" · "):
        longer = f"{lines[-1]} · {part}" if lines[-1] else part
        if cell_len(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(part)
    return "\n".join(lines)


def cut_apart(texts: Sequence[str], width: int) -> list[str]:
    """Texts cut as by `cut`; where that makes two of them look alike, they keep their ends: "State…artment"."""
    shown = {text: cut(text, width) for text in texts}
    times = Counter(shown.values())
    return [shown[text] if times[shown[text]] == 1 else _both_ends(text, width) for text in texts]


def _both_ends(text: str, width: int) -> str:
    text = one_line(text)
    if cell_len(text) <= width:
        return text
    begin = set_cell_size(text, max(1, (width - 1) // 2)).rstrip()
    room = width - 1 - cell_len(begin)
    at = next((at for at in range(max(0, len(text) - room), len(text)) if cell_len(text[at:]) <= room), len(text))
    while at < len(text) and cell_len(text[at]) == 0:
        at += 1  # a mark on a sign that is cut off
    return f"{begin}…{text[at:].lstrip()}"


_NARROW = re.compile(
    "[\\x00-\u02ff\u0370-\u0482\u048a-\u058f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2400-\u2426\u25c7\ufffd]*"
)
"""Latin, Greek, Cyrillic and their punctuation, and the signs that stand for what a terminal would obey."""


def _is_narrow(text: str) -> bool:
    """Whether every character takes one cell and stands for itself."""
    return text.isascii() or _NARROW.fullmatch(text) is not None


@lru_cache(maxsize=8)
def _breaker(width: int) -> re.Pattern[str]:
    # Up to a line's width and then a blank or the end; else a word that is longer than a line, cut.
    return re.compile(rf"[^\n]{{1,{width}}}(?=\s|\Z)|[^\n]{{{width}}}|(?=\n)")


def _narrow_lines(text: str, width: int) -> Iterator[Line]:
    breaker, at = _breaker(width), 0
    while at < len(text):
        match = breaker.match(text, at)
        if match is None or not match.group():
            yield (at, at)
            at += 1
            continue
        end = match.end()
        yield (at, end)
        at = end
        if at < len(text) and text[at] == "\n":
            at += 1
            if at == len(text):
                return
            continue
        while at < len(text) and text[at] != "\n" and text[at].isspace():
            at += 1


def _wide_lines(text: str, width: int) -> Iterator[Line]:
    start = at = cells = 0
    last: Line | None = None  # where the line can end, and where the next then begins
    while at < len(text):
        end = _cluster_end(text, at)
        if text[at] == "\n":
            yield (start, at)
            start = at = end
            cells, last = 0, None
            continue
        size = cell_len(text[at:end])
        if at > start and _may_begin_a_line(text, at):
            last = (at, at)
        if cells + size > width and at > start:
            line_start = start
            stop, start = (at, end) if text[at].isspace() else last or (at, at)
            yield (line_start, stop)
            at, cells, last = start, 0, None
            continue
        if text[at].isspace() and at > start:
            last = (at, end)
        cells += size
        at = end
    if start < len(text):
        yield (start, len(text))


_CLOSING = frozenset("、。，．,.;:!?；：！？)]}）］｝」』】〉》〕”’…‥ー々％%")
_OPENING = frozenset("([{（［｛「『【〈《〔“‘")


def _may_begin_a_line(text: str, at: int) -> bool:
    """Whether a line may break before this sign without a blank, as between the signs of Chinese and Japanese."""
    before = text[at - 1]
    is_between = any(unicodedata.east_asian_width(sign) in ("W", "F") for sign in (before, text[at]))
    return is_between and text[at] not in _CLOSING and before not in _OPENING and not text[at].isspace()


_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")


def _cluster_end(text: str, at: int) -> int:
    """The end of the sign that begins here, with the marks and joined signs that belong to it."""
    end = at + 1
    if text[at].isspace():
        return end
    if end < len(text) and _FLAG.match(text, at) and _FLAG.match(text, end):
        end += 1
    while end < len(text) and (text[end - 1] == "\u200d" or _joins(text[end])):
        end += 1
    return end


def _joins(sign: str) -> bool:
    """Whether a sign belongs to the one before: marks, vowel signs, joiners, variations, skin tones."""
    is_plain = sign < "\u0300"
    return not is_plain and (
        unicodedata.category(sign).startswith("M") or sign == "\u200d" or "\U0001f3fb" <= sign <= "\U0001f3ff"
    )
