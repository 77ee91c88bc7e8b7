"""Text broken into lines of the screen, as far down as somebody looks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from rich.cells import cell_len, set_cell_size

from annotator.plain import one_line

Line = tuple[int, int]
"""Half-open offsets of what stands on one line of the screen."""


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
    """A text on one line, harmless, of at most so many cells; "…" says that something was cut."""
    text = one_line(text)
    return text if cell_len(text) <= width else set_cell_size(text, max(1, width - 1)).rstrip() + "…"


def _is_narrow(text: str) -> bool:
    """Whether every character takes one cell."""
    return text.isascii() or (cell_len(text) == len(text) and not any(map(unicodedata.combining, text)))


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
    blank: int | None = None
    while at < len(text):
        end = _cluster_end(text, at)
        if text[at] == "\n":
            yield (start, at)
            start = at = end
            cells, blank = 0, None
            continue
        size = cell_len(text[at:end])
        if cells + size > width and at > start:
            if text[at].isspace():
                yield (start, at)
                start = end
            elif blank is not None and blank > start:
                yield (start, blank)
                start = blank + 1
            else:
                yield (start, at)
                start = at
            at, cells, blank = max(start, start), 0, None
            continue
        if text[at].isspace():
            blank = at
        elif _breaks_after(text[at]):
            blank = None if at == start else blank
        cells += size
        at = end
    if start < len(text):
        yield (start, len(text))


def _breaks_after(sign: str) -> bool:
    """Whether a line may end at any place beside this sign, as between the signs of Chinese and Japanese."""
    return unicodedata.east_asian_width(sign) in ("W", "F")


def _cluster_end(text: str, at: int) -> int:
    """The end of the sign that begins here, with the marks and joined signs that belong to it."""
    end = at + 1
    while end < len(text) and (
        unicodedata.combining(text[end]) or text[end] in "\u200d\ufe0f" or text[end - 1] == "\u200d"
    ):
        end += 1
    return end
