"""The form of the current statement: variables, answers and keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from annotator.app.colours import Palette, palette_of
from annotator.app.line_wrapping import cut, cut_apart
from annotator.codebook.model import Variable
from annotator.model import JOURNALIST, Label, Mention
from annotator.records import SET_ASIDE
from annotator.session import Session
from annotator.session.form import is_decided
from annotator.session.keys.commands import DUPLICATE_KEY, ROLE_KEYS, Choice, local_map
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

MOST_LISTED = 30
"""Variables with more categories than this are chosen by typing ahead."""

_SHORT = 14
"""Cells without which a reason is not begun."""

_SHORTEST = 4
"""Cells that a name keeps where there is little room."""

_LEAST_OF_A_NAME = 6
"""Cells of a speaker's name below which the first names are shown, and the others are not."""

_CHIP = 16
"""Cells of the speakers of a statement beside other statements."""


class Part(NamedTuple):
    """A piece of a line: its text, its style, and the key that a click on it presses."""

    text: str
    style: str = "plain"
    key: str | None = None


Row = list[Part]


class FormPanel(Widget):
    """Shows every variable in question, its value and its keys."""

    @dataclass
    class Pressed(Message):
        """A part with a key was clicked."""

        key: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's name)
        super().__init__(id=id)
        self._rows: list[Row] = []
        self._palette: Palette | None = None

    def show(self, rows: list[Row]) -> None:
        """Show these rows; only those that changed are painted."""
        before, self._rows = self._rows, rows
        for y in range(max(len(before), len(rows))):
            if before[y : y + 1] != rows[y : y + 1]:
                self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """One line of the form."""
        style = self._style("base")
        if y >= len(self._rows):
            return Strip.blank(self.size.width, style)
        segments = [Segment(" ", style), *(Segment(part.text, self._style(part.style)) for part in self._rows[y])]
        return Strip(segments).adjust_cell_length(self.size.width, style)

    def notify_style_update(self) -> None:
        """Another theme: every part has other colours."""
        super().notify_style_update()
        self._palette = None

    def _style(self, name: str) -> Style:
        if self._palette is None:
            self._palette = palette_of(self)
        return self._palette[name]

    def on_click(self, event: events.Click) -> None:
        """Press the key of the clicked part."""
        if not 0 <= event.y < len(self._rows):
            return
        at = 1
        for part in self._rows[event.y]:
            at += cell_len(part.text)
            if event.x < at:
                if part.key is not None:
                    self.post_message(self.Pressed(part.key))
                return


def form_rows(
    session: Session, opened: Variable | str | None, width: int, most: int, *, with_speakers: bool = True
) -> list[Row]:
    """The rows of the form, at most so many of that width.

    Args:
        session: The session to show.
        opened: The variable whose keys count now, "role" for the paragraph's role, or None.
        width: The width in cells.
        most: The height in lines; where not all fits, the weakest parts are left out, but never a name under a digit.
        with_speakers: Whether the speakers are ranked already.
    """
    if opened == "role":
        return _role_rows(session, width)
    if isinstance(opened, Variable):
        return _opened_rows(session, opened, width)
    offer = _offer(session, is_ranked=with_speakers)
    above: list[Row] = []
    below: list[Row] = []
    for detail in (2, 1, 0):
        above, below = _rows(session, offer, width, detail, is_ranked=with_speakers)
        if len(above) + len(below) <= most:
            return [*above, *below]
    lists = session.instrument.keys.first_of("variables")
    below = below[: most - 1]
    n_shown = most - 1 - len(below)
    more = f"… {counted(len(above) - n_shown, 'more line')}: {lists} lists all variables"
    return [*above[:n_shown], [Part(more, "weak")], *below]


def _rows(
    session: Session, offer: _Offer | None, width: int, detail: int, *, is_ranked: bool
) -> tuple[list[Row], list[Row]]:
    """The rows of the variables, and those below them: what the digits name, note and warnings.

    They are in full (detail 2), with the suggestions side by side (1), or cut to what counts (0).
    """
    cursor, codebook = session.cursor, session.instrument.codebook
    rows: list[Row] = _statement_row(session, width, is_ranked=is_ranked) if codebook.has_statements else []
    asked = cursor.asked()
    title = max((cell_len(variable.title) for variable in asked), default=6)
    heading = cell_len(f"1–9 {offer.heading}") - 1 if offer is not None else 0
    title = min(max(title, heading, 7) + 1, 15, width // 4)
    for variable in asked:
        if variable is codebook.speaker:
            rows.append(_speaker_row(session, variable, title, width, is_ranked=bool(offer and offer.ranked)))
        else:
            rows += _variable_rows(session, variable, title, width, detail)
    below = _offer_rows(session, offer, title, width, detail) if offer is not None else []
    if cursor.note:
        key = session.instrument.keys.first_of("note")
        below.append([_title("note", title), Part(cut(cursor.note, width - title - 2), "value", key)])
    for warning in cursor.warnings():
        below += sentence_rows(f"▲ {warning}", "warning", width)
    return rows, below


def _statement_row(session: Session, width: int, *, is_ranked: bool) -> list[Row]:
    """The paragraph's statements side by side; where not all fit, those around the current one."""
    cursor = session.cursor
    if not cursor.statements:
        return [_first_row(session, width, is_ranked=is_ranked)]
    parts: Row = []
    who_speak = _who_speak(session, is_ranked=is_ranked)
    for i, (statement, who) in enumerate(zip(cursor.statements, who_speak, strict=True)):
        text = f"{i + 1} {who}" if session.instrument.codebook.speaker else f"{i + 1}"
        text += "!" if statement.flag else ""
        is_current = i == cursor.current
        shown = f"[{text}]" if is_current else f" {text} "
        parts.append(Part(shown, "chosen" if is_current else "plain", f"statement {i}"))
    head = Part("statement ", "weak")
    first, current = 0, cursor.current or 0
    while first < current and _size([head, *parts[first : current + 1]]) > width - 5:
        first += 1
    return [_fit([head, *([Part("… ", "weak")] if first else []), *parts[first:]], width)]


def _who_speak(session: Session, *, is_ranked: bool) -> list[str]:
    """The speakers of each statement, short: "Xi", "Xi, Putin", "Xi, Putin +1"."""
    # Names are read only when the first frame is on the screen.
    short = session.suggestions.short if is_ranked else str
    names = [[short(mention.name) for mention in one.speakers] or ["?"] for one in session.cursor.statements]
    alone = cut_apart([several[0] for several in names], _CHIP)
    return [first if len(several) == 1 else _joint(several) for first, several in zip(alone, names, strict=True)]


def _joint(names: Sequence[str]) -> str:
    shown = one_line(", ".join(names[:2]))
    if cell_len(shown) > _CHIP:
        first = cut(names[0], _CHIP // 2 - 1)
        shown = f"{first}, {cut(names[1], _CHIP - 2 - cell_len(first))}"
    return shown if len(names) == 2 else f"{shown} +{len(names) - 2}"


def _first_row(session: Session, width: int, *, is_ranked: bool) -> Row:
    """The row of a paragraph without statements. It names the key that continues a quotation, where one continues."""
    speakers = session.statements.going_on() if is_ranked else ()
    key = session.instrument.keys.first_of("carry")
    if not speakers or not key:
        return [Part("no statement yet: the first key begins one", "weak")]
    who = ", ".join(map(session.suggestions.short, speakers))
    return _fit([Part("no statement yet ·", "weak"), *_option(key, f"goes on with {who}", is_chosen=False)], width)


def _size(row: Row) -> int:
    return sum(cell_len(part.text) for part in row)


def _speaker_row(session: Session, variable: Variable, title: int, width: int, *, is_ranked: bool) -> Row:
    cursor = session.cursor
    held: tuple[Mention, ...] = cursor.statement.speakers if cursor.statement else ()
    names = [one_line(m.name if m.words == m.name else f"{m.words} ({m.name})") for m in held]
    shown = _all_of(names, width - title - 2 - 6 * cursor.is_joining)
    if cursor.is_joining:
        shown += " and …"
    prediction = session.predicted.of_current() if is_ranked else None
    if prediction is not None:
        offered = cut(f"○ {prediction.name} · {prediction.reason}", width - title - 2)
        return [_title(variable.title, title), Part(one_line(offered), "weak")]
    row = [_title(variable.title, title), _value(cut(shown, width - title - 2), _needed(session, variable))]
    why = session.predicted.why(cursor.statement) if cursor.statement else None
    room = width - 2 - _size(row)
    return row if why is None or room < _SHORT else [*row, Part(cut(f" · {why or 'predicted'}", room), "weak")]


def _all_of(names: Sequence[str], width: int) -> str:
    """All of the names, each with its share of the width where they do not fit."""
    shown = ", ".join(names)
    share = (width + 2) // max(len(names), 1) - 2
    return shown if cell_len(shown) <= width or share < _LEAST_OF_A_NAME else ", ".join(cut_apart(names, share))


class _Offer(NamedTuple):
    """What the digits name: a heading, the suggestions with their reasons, the names chosen, and other keys."""

    heading: str
    ranked: list[tuple[str, str]]
    chosen: set[str]
    others: Row


def _offer(session: Session, *, is_ranked: bool) -> _Offer | None:
    """What the digits name now: the speaker, or the target once the stance is given."""
    cursor, keys, codebook = session.cursor, session.instrument.keys, session.instrument.codebook
    target = session.targets.variable
    if target is not None and session.targets.has_digits:
        targets = [(one.name, one.reason) for one in session.targets.ranked()] if is_ranked else []
        label = cursor.label(target)
        opens = target.key or keys.first_of("variables")
        others = _option(opens, "type another", is_chosen=False)
        return _Offer(target.title, targets, {str(label.value)} if label else set(), others)
    if codebook.speaker is None:
        return None
    held: tuple[Mention, ...] = cursor.statement.speakers if cursor.statement else ()
    names = {mention.name for mention in held} | {mention.words for mention in held}
    journalist, typed = keys.first_of("journalist"), keys.first_of("type_speaker")
    others = [*_option(journalist, JOURNALIST, is_chosen=JOURNALIST in names), *_option(typed, "type", is_chosen=False)]
    ranked = session.suggestions.ranked() if is_ranked else []
    names |= {one.name for one in ranked if one.several and names.issuperset(one.several)}
    return _Offer(codebook.speaker.title, [(one.name, one.reason) for one in ranked], names, others)


def _offer_rows(session: Session, offer: _Offer, title: int, width: int, detail: int) -> list[Row]:
    """The suggestions under their digits, below a heading that says what the digits name."""
    digits = session.instrument.keys.of("pick")
    if detail < 2:
        rows = _side_by_side(session, offer, title, width, is_short=detail == 0)
        rows[0][0] = Part(set_cell_size(cut(f"1–9 {offer.heading}", title), title) + " ", "open")
        return rows
    pairs = list(zip(digits, offer.ranked, strict=False))
    options = [_option(key, name, is_chosen=name in offer.chosen) for key, (name, _) in pairs]
    rows = [[Part(f"1–9 {offer.heading}", "open")]]
    for option, (_, (_, reason)) in zip(options, pairs, strict=True):
        key, name = option
        shown = name._replace(text=cut(name.text, width - 4 - cell_len(key.text)))
        used = 1 + cell_len(key.text) + cell_len(shown.text)
        why = [Part(f" {cut(reason, width - used - 4)}", "weak")] if width - used > 12 else []
        rows.append([Part(" "), key, shown, *why])
    return rows + _flow(offer.others, 0, width, most=1)


def _side_by_side(session: Session, offer: _Offer, title: int, width: int, *, is_short: bool) -> list[Row]:
    """The suggestions without their reasons, then the other keys, in three rows, or in two of short names.

    All names are there, cut as far as they must be. They come first: they change and must be read.
    """
    digits = session.instrument.keys.of("pick")
    names = [name for name, _ in offer.ranked]
    most, hang = (2, 0) if is_short else (3, title)
    whole = [session.suggestions.short(name) for name in names] if is_short else names
    after = [] if is_short else offer.others  # in two rows they may be left out
    parts: Row = []
    for size in range(max(map(cell_len, whole), default=_SHORTEST), _SHORTEST - 1, -1):
        pairs = zip(digits, names, cut_apart(whole, size), strict=False)
        options = [part for key, name, one in pairs for part in _option(key, one, is_chosen=name in offer.chosen)]
        parts = [*options, *after]
        if len(_flow(parts, title, width, most + 1, hang)) <= most:
            break
    return _flow([*parts, *offer.others] if is_short else parts, title, width, most, hang)


def _variable_rows(session: Session, variable: Variable, title: int, width: int, detail: int) -> list[Row]:
    """A variable with the keys of its categories; categories without a key of the screen are behind its list."""
    label, keys = session.cursor.label(variable), session.instrument.keys
    if not variable.is_flat:
        return [_closed_row(session, variable, label, title, width)]
    parts: Row = []
    is_whole = True
    for category, above in variable.walk():
        if category.retired or (above and detail == 0):
            continue
        key = next((one for one in category.keys if keys.flat.get(one) == Choice(variable, category.name)), None)
        if key is not None:
            parts += _option(key, category.title, is_chosen=_holds(label, category.name), is_weak=bool(above))
        else:
            is_whole = False
    if not parts:
        return [_closed_row(session, variable, label, title, width)]
    if not is_whole:
        parts += _option(keys.first_of("variables"), "others", is_chosen=False)
    rows = _flow(parts, title, width, most=50 if detail == 2 else 6)
    rows[0][0] = _title(variable.title, title, is_missing=_needed(session, variable) and not is_decided(label))
    return rows


def _closed_row(session: Session, variable: Variable, label: Label | None, title: int, width: int) -> Row:
    keys = session.instrument.keys
    is_key = variable.key is not None and keys.flat.get(variable.key) == Choice(variable, None)
    key = variable.key if variable.key is not None and is_key else keys.first_of("variables")
    row: Row = [_title(variable.title, title), Part(f"{key} ", "key", key)]
    if label is not None:
        value = _titles(variable, label.value)
        row.append(Part(cut(one_line(value), width - title - 14), "value", key))
        if label.origin != "coder":
            row.append(Part({"guess": " (guessed)", "default": " (default)"}.get(label.origin, " (kept)"), "weak"))
        return row
    carried = session.cursor.carried(variable)
    if carried is not None and session.cursor.statement is None:
        value = _titles(variable, carried)
        row.append(Part(cut(one_line(value), width - title - 14) + " (kept)", "weak", key))
    elif variable.default is not None:
        row.append(Part(f"{_titles(variable, variable.default)} (default, not decided)", "weak", key))
    else:
        row.append(Part("missing" if _needed(session, variable) else "—", "weak", key))
    return row


def _opened_rows(session: Session, variable: Variable, width: int) -> list[Row]:
    label = session.cursor.label(variable)
    keys = {name: key for key, name in reversed(local_map(variable).items())}
    is_deep = any(above for _, above in variable.walk())
    groups: list[Row] = [[]]
    for category, above in variable.walk():
        if category.retired:
            continue
        if is_deep and not above and groups[-1]:
            groups.append([])
        groups[-1] += _option(keys.get(category.name, ""), category.title, is_chosen=_holds(label, category.name))
    head = f"{variable.title}: a key, / types, Backspace clears, Esc leaves"
    if variable.level == "set":
        head = f"{variable.title}: keys put in and take out; Enter or Esc when done"
    return [*sentence_rows(head, "open", width), *(row for group in groups for row in _flow(group, 2, width, most=50))]


def _role_rows(session: Session, width: int) -> list[Row]:
    parts: Row = []
    for key, role in ROLE_KEYS:
        parts += _option(key, role, is_chosen=role == session.cursor.role)
    is_duplicate = session.cursor.state == "duplicate"
    parts += _option(DUPLICATE_KEY, "duplicate of another paragraph, next", is_chosen=is_duplicate)
    head = "role of this paragraph: a key, Esc leaves"
    return [*sentence_rows(head, "open", width), *_flow(parts, 2, width, most=10)]


def sentence_rows(text: str, style: str, width: int) -> list[Row]:
    """A sentence in lines of whole words."""
    rows: list[Row] = []
    used = width
    for word in one_line(text).split(" "):
        if used + 1 + cell_len(word) > width - 2:
            rows.append([Part(cut(word if not rows else f"  {word}", width - 2), style)])
            used = cell_len(rows[-1][0].text)
        else:
            rows[-1] = [Part(f"{rows[-1][0].text} {word}", style)]
            used += 1 + cell_len(word)
    return rows


def _holds(label: Label | None, name: str) -> bool:
    if label is None:
        return False
    return name in label.value if isinstance(label.value, list) else _shown(label.value) == _shown(name)


def _titles(variable: Variable, value: object) -> str:
    """A value as the coder reads it: the names of categories on the screen."""
    values = value if isinstance(value, list | tuple) else [value]
    return ", ".join(variable.title_of(_shown(one)) for one in values)


def _shown(value: object) -> str:
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


def _needed(session: Session, variable: Variable) -> bool:
    cursor = session.cursor
    if variable.scope == "paragraph" and cursor.state in SET_ASIDE:
        return False
    return variable.required and (variable.scope != "statement" or cursor.statement is not None)


def _option(key: str, name: str, *, is_chosen: bool, is_weak: bool = False) -> Row:
    """One answer: its key and its name; a chosen one stands in brackets, so that colour is not the only sign."""
    shown = one_line(name)
    press = key or None
    if is_chosen:
        return [Part(f"[{key}", "chosen", press), Part(f" {shown}]", "chosen", press)]
    return [Part(f" {key}", "key", press), Part(f" {shown} ", "weak" if is_weak else "plain", press)]


def _title(text: str, width: int, *, is_missing: bool = False) -> Part:
    shown = cut(text, width - is_missing)
    return Part(set_cell_size(shown + ("•" if is_missing else ""), width) + " ", "title")


def _value(text: str, is_needed: bool) -> Part:
    return Part(text, "value") if text else Part("missing" if is_needed else "—", "weak")


def _flow(parts: Row, indent: int, width: int, most: int, hang: int | None = None) -> list[Row]:
    """Pairs of key and name, flowing over lines; what does not fit on the last is left to its key.

    Lines after the first are indented by `hang` cells, by default as the first.
    """
    rows: list[Row] = [[Part(" " * indent + " ")]]
    used = indent + 1
    hang = indent if hang is None else hang
    for key, name in zip(parts[::2], parts[1::2], strict=True):
        size = cell_len(key.text) + cell_len(name.text)
        if used + size > width - 1 and len(rows[-1]) > 1:
            if len(rows) == most:
                rows[-1].append(Part("…", "weak"))
                return rows
            rows.append([Part(" " * hang + " ")])
            used = hang + 1
        room = width - 1 - used - cell_len(key.text)
        shown = name if cell_len(name.text) <= room else name._replace(text=cut(name.text, room))
        rows[-1] += [key, shown]
        used += cell_len(key.text) + cell_len(shown.text)
    return rows


def _fit(row: Row, width: int) -> Row:
    used = 0
    fitting: Row = []
    for part in row:
        used += cell_len(part.text)
        if used > width - 3:
            return [*fitting, Part(" …", "weak")]
        fitting.append(part)
    return fitting
