"""A page to read and leave, with contents and search: definitions, keys, histories."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from annotator.app.key_queue import key_name
from annotator.app.line_wrapping import broken_at_signs
from annotator.session.keys.keyboard import meant
from annotator.text.search_text import searchable

_WAY = "PgDn PgUp · / finds · n next, N back · Esc leaves"


_WIDEST, _FRAME = 110, 8
"""Width of the page at most, as in the style sheet; frame, margins and scroll bar."""

_LEFT = 13
"""Width of a first column, as in the style sheet."""

_KEYS = frozenset("jk/nN?q123456789")
"""The characters that are keys here, besides those of the box in which words are typed."""


class Section(NamedTuple):
    """A part of a page; without a title it has no entry in the contents."""

    title: str
    content: Content


class _Columns(Horizontal):
    """A line with a tab: two columns, so that the second wraps under itself."""

    def __init__(self, piece: Content) -> None:
        left, *right = piece.split("\t")
        super().__init__(Static(left, classes="left"), *map(Static, right))


def _line(piece: Content, width: int) -> Widget:
    """A line of a page; what does not fit into so many cells goes on under its beginning."""
    left, *right = piece.split("\t")
    is_long = cell_len(piece.plain) + _LEFT > width
    if right and is_long:
        return _Columns(piece)
    indent = len(piece.plain) - len(piece.plain.lstrip(" "))
    if not is_long or not indent:
        return Static(Content.assemble(left.pad_right(_LEFT - left.cell_length), *right) if right else piece)
    line = Static(piece[indent:])
    line.styles.padding = (0, 0, 0, indent)
    return line


def _entry(words: Sequence[str]) -> re.Pattern[str]:
    """The entry of a category whose name begins with these words: its line is indented, and a key stands before it."""
    return re.compile(r"\s*(?:\s\s|▸ )\S+ " + r"\W+".join(map(re.escape, words)))


class Reader(ModalScreen[None]):
    """Shows sections of text; digits go to one of them, Esc goes back."""

    CSS_PATH = "reader.tcss"

    def __init__(self, sections: Sequence[Section]) -> None:
        super().__init__()
        self._sections = sections
        self._titles = [n for n, section in enumerate(sections) if section.title]
        self._pieces: list[Widget] = []
        self._texts: list[str] = []
        self._heads: dict[int, Widget] = {}
        self._found: list[int] = []
        self._at = -1

    def compose(self) -> ComposeResult:
        """The contents, then the sections line by line, so that a line can be scrolled to."""
        yield Static(Content.from_text(_WAY, markup=False), id="way")
        yield Input(placeholder="words to find; Enter goes to the first", id="wanted")
        width = min(self.app.size.width * 96 // 100, _WIDEST) - _FRAME
        with VerticalScroll(id="text"):
            if len(self._titles) > 1:
                listed = (f"{n} {self._sections[i].title}" for n, i in enumerate(self._titles, start=1))
                contents = broken_at_signs("Go to: " + " · ".join(listed), width)
                yield Static(Content.from_text(contents, markup=False), id="contents")
            for number, section in enumerate(self._sections):
                for piece in section.content.split("\n"):
                    line = _line(piece, width)
                    self._heads.setdefault(number, line)
                    self._pieces.append(line)
                    self._texts.append(searchable(piece.plain))
                    yield line

    def on_mount(self) -> None:
        """Arrow keys scroll the page."""
        self.query_one("#wanted", Input).display = False
        self.query_one("#text").focus()

    def on_key(self, event: events.Key) -> None:
        """Esc, ?, F1 and Enter leave; j and k scroll; digits go to a section; / finds."""
        wanted = self.query_one("#wanted", Input)
        if wanted.has_focus:
            if event.key == "escape":
                event.stop()
                self._stop_asking()
            return
        scroll = self.query_one("#text", VerticalScroll)
        key = meant(key_name(event), _KEYS)
        if key in ("escape", "?", "f1", "enter", "q"):
            self.dismiss(None)
        elif key in ("j", "k"):
            (scroll.scroll_down if key == "j" else scroll.scroll_up)(animate=False)
        elif key == "/":
            wanted.display = True
            wanted.focus()
        elif key in ("n", "N"):
            self._go(1 if key == "n" else -1)
        elif key.isdecimal() and 0 < int(key) <= len(self._titles):
            scroll.scroll_to_widget(self._heads[self._titles[int(key) - 1]], top=True, animate=False)
        else:
            return
        event.stop()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Mark and go to the entry of the category that the words name, else to the first line with all of them."""
        event.stop()
        words = searchable(event.value).split()
        self._found = [n for n, text in enumerate(self._texts) if words and all(word in text for word in words)]
        entry = _entry(words)
        self._at = next((i for i, n in enumerate(self._found) if entry.match(self._texts[n])), 0) - 1
        self._stop_asking()
        self._go(1)

    def _stop_asking(self) -> None:
        self.query_one("#wanted", Input).display = False
        self.query_one("#text").focus()

    def _go(self, direction: int) -> None:
        """Go to the next line found, from the start again at the end."""
        way = self.query_one("#way", Static)
        if not self._found:
            way.update(Content.from_text(f"nothing found · {_WAY}", markup=False))
            return
        for piece in self.query(".found"):
            piece.remove_class("found")
        self._at = (self._at + direction) % len(self._found)
        piece = self._pieces[self._found[self._at]]
        piece.add_class("found")
        way.update(Content.from_text(f"{self._at + 1} of {len(self._found)} · {_WAY}", markup=False))
        self.query_one("#text", VerticalScroll).scroll_to_widget(piece, animate=False, center=True)

    def on_click(self, event: events.Click) -> None:
        """A click beside the page leaves."""
        if event.widget is self:
            self.dismiss(None)
