"""The paragraph in its article: neighbours before and after, states and codes in the margin, evidence marked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from annotator.app.colours import Palette, palette_of
from annotator.app.line_wrapping import Wrapped
from annotator.codebook.model import Codebook
from annotator.model import Role, State
from annotator.session.open_article import Mark, OpenArticle
from annotator.text.evidence import Span
from annotator.text.terminal_text import plain

MARGIN = 15
STATE_SIGNS: dict[State, str] = {
    "unseen": "·",
    "open": "○",
    "coded": "●",
    "no claim": "–",
    "furniture": "×",
    "duplicate": "=",
}
"""Sign of each state in the margin."""

_BOLD: frozenset[Role] = frozenset({"headline", "kicker", "subhead"})
_FAINT: frozenset[Role] = frozenset({"furniture", "byline", "caption"})


@dataclass(frozen=True)
class Page:
    """The data that the view shows."""

    article: OpenArticle
    codebook: Codebook
    index: int
    evidence: Span | None
    """Evidence of the current or next statement, within the paragraph."""
    others: tuple[tuple[int, Span], ...]
    """Evidence of the paragraph's other statements, each with the statement's number from 1."""
    doubtful: frozenset[int] = frozenset()
    """Paragraphs whose role was guessed in doubt."""


@lru_cache(maxsize=512)
def _wrapped(text: str, width: int) -> Wrapped:
    return Wrapped(plain(text).replace("\t", " "), width)


class ArticleView(Widget):
    """Shows an article around the current paragraph; lays out only visible lines."""

    @dataclass
    class Chosen(Message):
        """A paragraph was clicked."""

        index: int

    @dataclass
    class Turned(Message):
        """The wheel was turned, by so many paragraphs."""

        direction: int

    @dataclass
    class Dragged(Message):
        """Words of the current paragraph were marked with the mouse."""

        start: int
        end: int

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's name)
        super().__init__(id=id)
        self._page: Page | None = None
        self._lines: list[tuple[int, int]] = []
        self._contents: list[object] = []
        self._strips: list[Strip] = []
        self._palette: Palette | None = None
        self._cells = 10
        self._scroll = 0
        self._is_tight = False
        self._max_width: int | None = None
        self._drag_from: int | None = None
        self._drag_to: int | None = None

    def show(self, page: Page) -> None:
        """Show a page; moving to another paragraph ends any scrolling within the last one."""
        before = self._page
        if before is None or (before.article.row, before.index) != (page.article.row, page.index):
            self._scroll = 0
        self._page = page
        self._lay_out()
        self._paint()

    def _paint(self) -> None:
        """Make the lines in sight, and paint those that changed."""
        width = self.size.width
        for y in range(self.size.height):
            content = self._content(y)
            if y >= len(self._contents):
                self._contents.append(content)
                self._strips.append(self._strip(y))
            elif self._contents[y] != content:
                self._contents[y] = content
                self._strips[y] = self._strip(y)
            else:
                continue
            self.refresh(Region(0, y, width, 1))

    def _content(self, y: int) -> object:
        """The content of a line, in comparable form."""
        if self._page is None or y >= len(self._lines) or self._lines[y][0] < 0:
            return None
        index, number = self._lines[y]
        row = self._page.article.row
        mark = self._page.article.marks.of(self._page.article.paragraphs[index].id, self._page.codebook)
        if index != self._page.index:
            return (row, index, number, mark)
        drag = (self._drag_from, self._drag_to)
        return (row, index, number, mark, self._page.evidence, self._page.others, drag)

    def _forget(self) -> None:
        """Every line is made anew: it has another width, or other colours."""
        self._contents, self._strips, self._palette = [], [], None
        self._cells = max(10, min(self.size.width - MARGIN - 1, self._max_width or self.size.width))

    def set_comfort(self, *, is_tight: bool, max_width: int | None) -> None:
        """Set whether a blank line stands between paragraphs, and how wide lines may be."""
        self._is_tight = is_tight
        self._max_width = max_width
        self._forget()
        self._lay_out()
        self._paint()

    @property
    def text_width(self) -> int:
        """How many cells a line takes."""
        return self._cells

    def scroll_by(self, pages: int) -> None:
        """Read on, or back, in a paragraph that is longer than the view."""
        if self._page is None:
            return
        text = self._text(self._page.index)
        step = max(1, self.size.height - 2)
        longest = text.height(self._scroll + step + self.size.height + 1)
        self._scroll = max(0, min(self._scroll + pages * step, longest - 2))
        self._lay_out()
        self._paint()

    def on_resize(self, _event: events.Resize) -> None:
        """Lay the lines out anew."""
        self._forget()
        self._lay_out()
        self._paint()

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002 (Textual's signature)
        """All of the available width."""
        return container.width

    def _text(self, index: int) -> Wrapped:
        assert self._page is not None  # noqa: S101 (asked only while there is a page)
        return _wrapped(self._page.article.text(index), self._cells)

    def _lay_out(self) -> None:
        """Choose the lines in sight: pairs of a paragraph's index and a line's number, (-1, 0) where none stands."""
        height = self.size.height
        self._lines = []
        if self._page is None or height <= 0 or self.size.width <= MARGIN + 10:
            return
        top = self._first_line(height)
        # What stands above may take what the paragraph leaves free, so that the whole of it is in sight if it fits.
        free = height - self._text(self._page.index).height(height) if top == 0 else 0
        above = self._above(self._page.index, min(free, height // 3))
        lines = [*above]
        index, number = self._page.index, top
        while len(lines) < height and index < len(self._page.article.paragraphs):
            if self._text(index).line(number) is None:
                index, number = index + 1, 0
                if not self._is_tight:
                    lines.append((-1, 0))
                continue
            lines.append((index, number))
            number += 1
        missing = height - len(lines)
        if missing > 0 and top == 0:
            # Near the end of the article the view is filled from above.
            longer = self._above(self._page.index, len(above) + missing)
            lines = longer + lines[len(above) :]
        self._lines = lines[:height]

    def _first_line(self, height: int) -> int:
        """The first line of the current paragraph in sight: its first, unless it is long and one reads further down."""
        assert self._page is not None  # noqa: S101
        text = self._text(self._page.index)
        if text.height(height + 1) <= height:
            return 0
        if self._scroll:
            return self._scroll
        if self._page.evidence is None or self._page.evidence == (0, len(text.text)):
            return 0
        line = text.line_of(self._page.evidence[0])
        return max(0, line - 2) if line >= height - height // 3 - 3 else 0

    def _above(self, index: int, most: int) -> list[tuple[int, int]]:
        """At most that many lines that stand above a paragraph."""
        lines: list[tuple[int, int]] = []
        while index > 0 and len(lines) < most:
            index -= 1
            if not self._is_tight:
                lines.append((-1, 0))
            n = self._text(index).height(1000)
            lines.extend((index, number) for number in range(n - 1, -1, -1))
        return list(reversed(lines[:most]))

    def render_line(self, y: int) -> Strip:
        """One line of the view."""
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self._style("base"))

    def notify_style_update(self) -> None:
        """Another theme: every line has other colours."""
        super().notify_style_update()
        self._forget()
        if self._page is not None and self.is_mounted:
            self._paint()

    def _strip(self, y: int) -> Strip:
        if self._page is None or y >= len(self._lines) or self._lines[y][0] < 0:
            return Strip.blank(self.size.width, self._style("base"))
        index, number = self._lines[y]
        is_current = index == self._page.index
        mark = self._page.article.marks.of(self._page.article.paragraphs[index].id, self._page.codebook)
        segments = [*self._margin(index, number, mark, is_current), *self._words(index, number, mark, is_current)]
        return Strip(segments).adjust_cell_length(self.size.width, self._style("base"))

    def _margin(self, index: int, number: int, mark: Mark, is_current: bool) -> list[Segment]:
        style = self._style("here" if is_current else "weak")
        codes = self._codes(index, number, mark)
        if number > 0:
            return [Segment("▌" if is_current else " ", style), Segment(f"{'':8}{codes:5} ", style)]
        flag = Segment(self._flag(index, mark), self._style("warning") if mark.is_flagged else style)
        head = f"{index + 1:>4} {STATE_SIGNS[mark.state]}"
        return [Segment("▌" if is_current else " ", style), Segment(head, style), flag, Segment(f" {codes:5} ", style)]

    def _flag(self, index: int, mark: Mark) -> str:
        """The sign of a flag, else that of a doubtful role, as long as the coder has not settled it."""
        is_open = mark.role is None and mark.state in ("unseen", "open")
        is_doubtful = self._page is not None and index in self._page.doubtful
        return "!" if mark.is_flagged else "?" if is_open and is_doubtful else " "

    def _codes(self, index: int, number: int, mark: Mark) -> str:
        """The codes of one statement a line; what does not fit is counted on the last line."""
        if number >= len(mark.codes):
            return ""
        is_last = self._text(index).line(number + 1) is None
        if is_last and len(mark.codes) > number + 1:
            return f"+{len(mark.codes) - number}"
        code = plain(mark.codes[number]).replace(" ", "")
        return code if len(code) <= 5 else code[:4] + "…"

    def _words(self, index: int, number: int, mark: Mark, is_current: bool) -> list[Segment]:
        wrapped = self._text(index)
        line = wrapped.line(number)
        if line is None or self._page is None:
            return []
        role = mark.role or self._page.article.paragraphs[index].role
        base = self._style("plain" if is_current else "faint" if role in _FAINT else "near")
        if role in _BOLD:
            base += Style(bold=True)
        if not is_current:
            return [Segment(wrapped.text[line[0] : line[1]], base)]
        spans = [(span, self._style("other")) for _, span in self._page.others]
        if self._drag_from is not None and self._drag_to is not None:
            dragged = (min(self._drag_from, self._drag_to), max(self._drag_from, self._drag_to) + 1)
            spans.append((dragged, self._style("evidence")))
        elif self._page.evidence is not None:
            spans.append((self._page.evidence, self._style("evidence")))
        segments = _styled(wrapped.text, line, base, spans)
        return _with_numbers(segments, line[0], self._numbers(wrapped.text, line), self._style("number"))

    def _numbers(self, text: str, line: Span) -> dict[int, str]:
        """The raised numbers of other statements on a line of the current paragraph, by the offset they stand at.

        A number stands behind its evidence: in place of a blank, at the end of the line, or before the next sign where
        the line has room for it.
        """
        if self._page is None:
            return {}
        ends: dict[int, str] = {}
        for number, (_, end) in self._page.others:
            if line[0] < end <= line[1]:
                ends[end] = ends.get(end, "") + str(number).translate(_RAISED)
        room = self.size.width - MARGIN - cell_len(text[line[0] : line[1]])
        kept = {}
        for end, shown in ends.items():
            more = len(shown) - (end < line[1] and text[end].isspace())
            if more <= room:
                kept[end] = shown
                room -= more
        return kept

    def _style(self, name: str) -> Style:
        if self._palette is None:
            self._palette = palette_of(self)
        return self._palette[name]

    # mouse

    def _offset_at(self, x: int, y: int) -> tuple[int, int] | None:
        """The paragraph and the offset in it under the mouse."""
        if not 0 <= y < len(self._lines) or self._lines[y][0] < 0:
            return None
        index, number = self._lines[y]
        wrapped = self._text(index)
        line = wrapped.line(number)
        if line is None:
            return None
        numbers = self._numbers(wrapped.text, line) if self._page and index == self._page.index else {}
        cells, at = x - MARGIN, line[0]
        while at < line[1] - 1 and cells >= (size := _cells_at(wrapped.text, at, numbers)) > 0:
            cells -= size
            at += 1
        return index, at

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to mark words of the current paragraph."""
        found = self._offset_at(event.x, event.y)
        if found and self._page is not None and found[0] == self._page.index and event.x >= MARGIN:
            self._drag_from, self._drag_to = found[1], None
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Mark further."""
        if self._drag_from is None or self._page is None:
            return
        found = self._offset_at(event.x, event.y)
        if found and found[0] == self._page.index:
            self._drag_to = found[1]
            self._paint()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """End marking, or choose the paragraph that was clicked."""
        self.release_mouse()
        start, end = self._drag_from, self._drag_to
        self._drag_from = self._drag_to = None
        if start is not None and end is not None and start != end:
            self.post_message(self.Dragged(min(start, end), max(start, end) + 1))
        elif (found := self._offset_at(event.x, event.y)) is not None:
            self.post_message(self.Chosen(found[0]))
        self._paint()

    def on_mouse_scroll_down(self, _event: events.MouseScrollDown) -> None:
        """One paragraph on."""
        self.post_message(self.Turned(1))

    def on_mouse_scroll_up(self, _event: events.MouseScrollUp) -> None:
        """One paragraph back."""
        self.post_message(self.Turned(-1))


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _cells_at(text: str, at: int, numbers: dict[int, str]) -> int:
    """The cells that a sign takes, with the number that stands before it or in its place."""
    shown = numbers.get(at, "")
    return len(shown) + (0 if shown and text[at].isspace() else cell_len(text[at]))


def _with_numbers(segments: list[Segment], start: int, numbers: dict[int, str], style: Style) -> list[Segment]:
    """A line with raised numbers at offsets of the text; `start` is the line's own."""
    found: list[Segment] = []
    at = start
    for segment in segments:
        rest = segment.text
        shown = numbers.get(at)
        if shown is not None:
            found.append(Segment(shown, style))
            rest = rest[1:] if rest[:1].isspace() else rest
        found.append(Segment(rest, segment.style))
        at += len(segment.text)
    if at in numbers:
        found.append(Segment(numbers[at], style))
    return found


def _styled(text: str, line: Span, base: Style, spans: list[tuple[Span, Style]]) -> list[Segment]:
    """A line in pieces, each with the styles of the spans that hold it; overlaps are underlined twice."""
    cuts = {line[0], line[1]}
    for (start, end), _ in spans:
        cuts |= {min(max(at, line[0]), line[1]) for at in (start, end)}
    places = sorted(cuts)
    segments = []
    for start, end in pairwise(places):
        holding = [style for span, style in spans if span[0] <= start and end <= span[1]]
        style = base
        for one in holding:
            style += one
        if len(holding) > 1:
            style += Style(underline2=True)
        segments.append(Segment(text[start:end], style))
    return segments
