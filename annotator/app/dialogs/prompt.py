"""Text input with a list of matches: speakers, categories, notes, numbers, places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from annotator.app.line_wrapping import Wrapped, broken_at_signs, cut, cut_to_lines
from annotator.text.quotation import quoted
from annotator.text.terminal_text import one_line

TAKES_IT = "Enter takes it · Esc leaves"
"""The keys of a box without a list."""
TAKES_LINE = "Enter takes the marked line · ↓ ↑ another · Esc leaves"
"""The keys of a box with a list."""
_TAKES_NUMBER = "1–9 or Enter takes a line · ↓ ↑ another · Esc leaves"

MOST_SHOWN = 8
MOST_NUMBERED = 9
_AROUND = 5
"""Rows of a box that are not its own texts: frame, the line that is typed, and below it the last two of the window."""
MOST_FOUND = 300
"""Most characters in a line with a finder, which searches at every key."""
MOST_TYPED = 10_000
"""Most characters in a line without a finder."""


@dataclass(frozen=True)
class Found:
    """A match for the typed text."""

    value: str
    shown: str
    is_new: bool = False
    """True if the text is new, not a known name."""


Finder = Callable[[str], Sequence[Found]]


class Line(Input):
    """A text input. Pasted text becomes one line of visible signs, or is refused as a whole."""

    @dataclass
    class TooLong(Message):
        """The pasted text is too long."""

        n: int

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        most = self.max_length or MOST_TYPED
        if len(event.text) > most - len(self.value):
            self.post_message(self.TooLong(len(event.text)))
            return
        text = " ".join(event.text.splitlines()).replace("\t", " ")
        text = "".join(sign for sign in text if one_line(sign) == sign)
        self.replace(text, *self.selection)


class Prompt(ModalScreen[str | None]):
    """Asks for a line of text. Returns the choice or the text, or None after Esc.

    With a finder, Enter takes the line that is marked; the arrow keys mark another. Without one it takes the text. With
    `has_digits` the lines are numbered as long as nothing is typed, and a digit takes its line.
    """

    CSS_PATH = "prompt.tcss"

    def __init__(
        self,
        question: str,
        finder: Finder | None = None,
        text: str = "",
        hint: str = "",
        evidence: str = "",
        *,
        has_digits: bool = False,
        nothing: str = "",
    ) -> None:
        """Make a prompt; the evidence that it is about stays in sight in the box, which may cover it.

        `nothing` stands where the matches will be as long as nothing is typed and nothing matches.
        """
        super().__init__()
        self._evidence = evidence
        self._question = question
        self._finder = finder
        self._initial = text
        self._shown = one_line(text)
        self._hint = hint
        self._has_digits = has_digits
        self._nothing = nothing
        self._found: list[Found] = []
        self._is_closed = False
        self._marked = 0

    def compose(self) -> ComposeResult:
        """Compose question, input and matches."""
        with Vertical(id="prompt"):
            if self._evidence:
                yield Static(Content(self._shown_evidence()), id="evidence")
            yield Static(Content(one_line(self._question)), id="question")
            most = MOST_FOUND if self._finder else MOST_TYPED
            yield Line(self._shown, id="line", select_on_focus=False, max_length=most)
            yield Static(id="found")
            yield Static(id="hint")

    def on_mount(self) -> None:
        """Show the matches for an empty line."""
        self.query_one("#found").display = self._finder is not None
        self._show_hint()
        self._find(self._shown)
        self.query_one(Input).focus()
        self.call_after_refresh(self._go_to_end)

    def _go_to_end(self) -> None:
        """Let the end of a long text be in sight: one writes on there."""
        line = self.query_one(Input)
        if line.value == self._shown and line.cursor_at_end:
            line.cursor_position = 0
            line.action_end()

    def _shown_evidence(self) -> str:
        words = quoted(self._evidence)
        return cut_to_lines(words, self._width(), 2, "…" if words == self._evidence else "…”")

    def _width(self) -> int:
        """Cells of a line of the box."""
        return min(self.app.size.width, 100) - 4

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search again at every key; a digit that is the first key takes its line."""
        if self._has_digits and len(event.value) == 1 and event.value in "123456789":
            at = int(event.value) - 1
            if at < len(self._found):
                self._close(self._found[at].value)
                return
        self._find(event.value)

    def on_line_too_long(self, event: Line.TooLong) -> None:
        """Say why the paste was refused."""
        most = self.query_one(Input).max_length
        hint = self.query_one("#hint", Static)
        hint.update(Content(f"✗ the pasted text has {event.n:,} characters; this line holds at most {most:,}"))
        hint.display = True

    def on_input_submitted(self, _event: Input.Submitted) -> None:
        """Take the marked line, or the typed text."""
        if self._finder is None:
            typed = self.query_one(Input).value
            # What was not touched is given back as it was, with whatever the line cannot show.
            self._close(self._initial if typed == self._shown else typed)
        elif self._found:
            self._close(self._found[self._marked].value)

    def on_key(self, event: events.Key) -> None:
        """Mark another line, or leave."""
        if event.key == "escape":
            event.stop()
            self._close(None)
        elif event.key in ("down", "tab", "up", "shift+tab") and self._found:
            event.stop()
            event.prevent_default()
            step = 1 if event.key in ("down", "tab") else -1
            self._marked = (self._marked + step) % len(self._found)
            self._show()

    def on_click(self, event: events.Click) -> None:
        """Take the line that was clicked; a click beside the box leaves."""
        found = self.query_one("#found", Static)
        if event.widget is found and self._found:
            at = self._top() + event.y
            if 0 <= at < len(self._found):
                self._close(self._found[at].value)
        elif event.widget is self:
            self._close(None)

    def _close(self, answer: str | None) -> None:
        """Close the box once, however often Enter is pressed."""
        if not self._is_closed:
            self._is_closed = True
            self.dismiss(answer)

    def _find(self, text: str) -> None:
        if self._finder is None or not self.is_attached:
            return
        self._found = list(self._finder(text))
        # What was typed stands last, and is meant when nothing else begins like it.
        self._marked = 0
        self._show()

    def _top(self) -> int:
        most = self._most_shown()
        return max(0, min(self._marked - most + 1, len(self._found) - most))

    def _is_numbered(self) -> bool:
        return self._has_digits and not self.query_one(Input).value

    def _most_shown(self) -> int:
        """Lines of the list in sight; in a low window it gives way, so that the keys of the box are said."""
        texts = [self._shown_evidence() if self._evidence else "", one_line(self._question), self._keys()]
        others = sum(Wrapped(text, self._width()).height(9) for text in texts if text)
        room = self.app.size.height * 9 // 10 - _AROUND - others
        most = MOST_NUMBERED if self._is_numbered() else MOST_SHOWN
        if len(self._found) > most:
            room -= not self._is_numbered()
        return max(1, min(most, room))

    def _show(self) -> None:
        top = self._top()
        lines = []
        width = self._width() - 2
        most = self._most_shown()
        for i, one in enumerate(self._found[top : top + most], top):
            sign = "▸ " if i == self._marked else "  "
            sign += f"{i + 1} " if self._is_numbered() and i < MOST_NUMBERED else ""
            lines.append(f"{sign}{cut(one.shown, width - 6 * one.is_new - 2)}{'  (new)' if one.is_new else ''}")
        more = len(self._found) - top - most
        if more > 0 and not self._is_numbered():
            lines.append(f"  … {more} more")
        self.query_one("#found", Static).update(Content("\n".join(lines) or f"  {self._none()}"))
        if self._has_digits:
            self._show_hint()

    def _show_hint(self) -> None:
        """Say what the keys do."""
        hint = self.query_one("#hint", Static)
        hint.update(Content(self._keys()))
        hint.display = bool(self._hint)

    def _keys(self) -> str:
        """What the keys do; digits take a line only as long as nothing is typed."""
        return broken_at_signs(_TAKES_NUMBER if self._is_numbered() else one_line(self._hint), self._width())

    def _none(self) -> str:
        is_empty = not self.query_one(Input).value.strip()
        return self._nothing if is_empty and self._nothing else "nothing found"
