"""The labelling screen: each key is one committed step; the screen shows the state of the project file."""

from __future__ import annotations

import gc
import re
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

from rich.cells import cell_len
from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Static

from annotator.app.bursts import are_numbered, are_statements, is_text, is_word, keys_of_opened, local_keys, not_taken
from annotator.app.command_screen import CommandScreen, is_open
from annotator.app.dialogs import ask as asking
from annotator.app.dialogs.ask import Deed
from annotator.app.key_queue import Waiting, key_name, patient
from annotator.app.keyed_app import KeyedApp
from annotator.app.line_wrapping import cut
from annotator.app.settings import NARROWEST, STEP, Settings
from annotator.app.tour import tour_text
from annotator.app.widgets.article_view import MARGIN, ArticleView, Page
from annotator.app.widgets.form_panel import FormPanel, form_rows
from annotator.app.widgets.status_line import Part, Row, StatusLine
from annotator.codebook.model import Variable
from annotator.commands import Command
from annotator.errors import AnnotatorError, BusyError
from annotator.session import Session
from annotator.session.keys.commands import DUPLICATE_KEY, ROLE_KEYS, local_map
from annotator.session.keys.keyboard import meant
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.app.dialogs.page_reader import Section
    from annotator.sync.state import State

WIDE = 110
SMALLEST = (60, 20)
_NARROW_TOUR = 76
"""Windows with fewer columns get a tour with short lines."""

_LOW = 22
"""Windows with fewer lines show the tour without a frame, so that all of it is in sight."""

FORM_WIDTH = 46
"""Width of the form beside the article, as in the style sheet."""
HINTS = {
    "done": "done",
    "another": "another",
    "no_claim": "no claim",
    "furniture": "furniture",
    "undo": "undo",
    "help": "help",
    "flag": "flag",
    "note": "note",
    "role": "role",
    "evidence_longer": "evidence",
    "palette": "all",
}
"""The commands on the last line, by name, with a word for each."""

_HINTS_BESIDE_GOLD = {"done": "goes on", "help": "all of it", "flag": "flag", "note": "note", "palette": "all"}
"""The same where gold is shown, and nothing else can be changed any more."""

_SHORTEST_NAMES = 12
"""Cells that the names of the coder and the article keep together."""

_GIVES_WAY: tuple[tuple[str, Callable[[Part], Part]], ...] = (
    ("progress", lambda part: part._replace(text=re.sub(r"\d+ done, ", "", part.text))),
    ("article", lambda part: part._replace(text=part.text.replace("article ", ""))),
    ("flagged", lambda part: part._replace(text="")),
    ("article", lambda part: part._replace(text="")),
    ("progress", lambda part: part._replace(text="")),
)
"""Parts of the first line in the order in which a narrow window takes from them, and what it leaves."""


_NAMED = {"home": "Home", "end": "End", "insert": "Ins"} | {f"f{n}": f"F{n}" for n in range(1, 13)}
"""Keys without a sign of their own of which the screen says that they do nothing, and what people call them."""

_LOOK_AT_SYNC = 1.0
"""Seconds between two looks at how it stands with the exchange."""

_LONGEST_SYNC = 34
"""Characters of the state of the exchange; its sentence is said once in full."""


class _Pressed(NamedTuple):
    """A key that was pressed.

    Attributes:
        command: The name of its command; empty if it is the codebook's.
        n_steps: How many steps it recorded.
        place: The paragraph and the statement where it was pressed.
        given: The variables of the statement that had a value.
        opened: What was open.
    """

    command: str
    n_steps: int
    place: tuple[int, str | None]
    given: Sequence[str]
    opened: Variable | str | None


class LabelScreen(CommandScreen, Screen[None]):
    """The screen for coding. It owns the session, and only this screen asks it to record."""

    CSS_PATH = "label.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        # Textual gives these keys to the focus; here they belong to the statements of the paragraph.
        Binding("tab,shift+tab", "nothing", show=False),
    ]

    def __init__(
        self,
        session: Session,
        greeting: str = "",
        size: Size = Size(80, 24),  # noqa: B008
        sync: Callable[[], State] | None = None,
    ) -> None:
        super().__init__(classes=_size_classes(size))
        self.session = session
        self._sync = sync
        self._synced: State | None = None
        self._greeting = greeting
        self._opened: Variable | str | None = None
        self._refusal: str | None = None
        self._is_saved = False
        self._waiting = Waiting()
        self._is_ranking = False
        self._pressed: deque[_Pressed] = deque(maxlen=20)

    def compose(self) -> ComposeResult:
        """Compose place, article, form, notice and keys."""
        yield StatusLine(id="where")
        with Container(id="body"):
            with Container(id="reading"):
                yield ArticleView(id="article")
                yield Static(id="tour")
            yield FormPanel(id="form")
        yield StatusLine(id="said", most_lines=4)
        yield StatusLine(id="keys")
        yield Static(id="small")

    def on_mount(self) -> None:
        """Show where the coder was."""
        self._fit()
        if self._settings != Settings():
            self._use(self._settings)
        if self.session.is_new_here:
            self.show_tour()
        if self._greeting:
            self._refusal = None
            self.query_one("#said", StatusLine).show(_joined(self._evidence(), [Part(self._greeting, "strong")]))
        self._show(keep_said=bool(self._greeting))
        if self._sync is not None:
            self.set_interval(_LOOK_AT_SYNC, self._look_at_sync)
        # The app shows no frame before it runs, and does then what it is asked for now: so this comes after the first.
        self.app.call_later(self.call_after_refresh, self._begin_ranking)

    def on_resize(self, _event: events.Resize) -> None:
        """Use the space there is."""
        if not is_open(self):
            return
        self._fit()
        self.call_after_refresh(self._show, keep_said=True)

    def show_keys(self) -> None:
        """The keys that act now."""
        if is_open(self) and self._is_ranking:
            self.query_one("#keys", StatusLine).show(self._keys())

    def _look_at_sync(self) -> None:
        """Show how it stands with the exchange, and once in a sentence what is wrong with it."""
        state, before = self._sync() if self._sync is not None else None, self._synced
        if state is None or state == before or not is_open(self) or self.has_class("tiny"):
            return
        self._synced = state
        self.query_one("#where", StatusLine).show(self._where())
        if state.reason and state.kind != "offline" and state.reason != (before.reason if before else ""):
            said = Part(f"Exchange with the team: {state.reason}", "warning")
            self.query_one("#said", StatusLine).show(_joined(self._evidence(), [said]))

    def _begin_ranking(self) -> None:
        """Rank the speakers once the first paragraph is on the screen; it reads the whole article."""
        self._is_ranking = True
        self._show(keep_said=True)
        # What is there now stays until the end: the garbage collector need not look at it between two keys.
        gc.freeze()
        gc.enable()

    def _fit(self) -> None:
        size = self.app.size
        classes = _size_classes(size).split()
        for name in ("wide", "low", "tiny"):
            if self.has_class(name) != (name in classes):
                self.set_class(name in classes, name)
        if "tiny" in classes:
            sentence = (
                f"This window has {size.width}×{size.height} characters; coding needs {SMALLEST[0]}×{SMALLEST[1]}. "
            )
            self.query_one("#small", Static).update(Content(sentence + "Make it larger; nothing is lost."))

    # keys

    def on_key(self, event: events.Key) -> None:
        """One key, one step."""
        key = self._meant(key_name(event))
        tour = self.query_one("#tour")
        if tour.display:
            tour.display = False
        if self._waiting.is_on:
            if key == "escape":
                self._waiting.forget()
                self._refuse("given up: the waiting keys were not written")
        elif not self._press_and_count(key):
            return
        event.stop()
        event.prevent_default()

    def _meant(self, sign: str) -> str:
        """The key that a pressed sign stands for here: itself, or the one at its place on the keyboard."""
        if self._opened is None:
            return self.session.instrument.keys.meant(sign)
        language = self.session.instrument.codebook.language
        return meant(sign, keys_of_opened(self._opened), language=language)

    def action_nothing(self) -> None:
        """Tab is taken care of as a key."""

    @property
    def is_ready(self) -> bool:
        """Whether keys can be taken: the first paragraph is shown, and nothing waits to be written."""
        return self._is_ranking and not self._waiting.is_on

    @property
    def can_be_given_up(self) -> bool:
        """Whether Esc drops what waits."""
        return self._waiting.is_on

    @property
    def n_waiting(self) -> int:
        """The number of keys that wait to be written."""
        return len(self._waiting)

    def is_text(self, pressed: Sequence[str], n_lines: int) -> bool:
        """Whether keys that arrived together are text and not codes; `n_lines` of words make a text."""
        has_text = is_text(pressed, self.session.instrument.keys, self._opened, n_lines)
        return has_text and not are_numbered(pressed)

    def opens(self, pressed: Sequence[str]) -> bool:
        """Whether a key opens a box or another screen."""
        keys = self.session.instrument.keys
        key = keys.meant(pressed[0]) if pressed else ""
        choice, command = keys.flat.get(key), keys.fixed.get(key)
        if self._opened is not None or choice is not None:
            return key == "/" or (choice is not None and choice.category is None)
        return command is not None and (command.owner == "screen" or command.takes == "text")

    def is_doubtful(self, pressed: Sequence[str], *, is_after_enter: bool, n_begun: int = 0) -> bool:
        """Whether nobody can tell if keys that arrived together are text: a word, or Enter that ends no statement."""
        if self._opened is None and is_word(pressed, self.session.instrument.keys):
            return True
        if not super().is_doubtful(pressed, is_after_enter=is_after_enter):
            return False
        given: Sequence[str] = self._given() if not is_after_enter or pressed[0] == "enter" else []
        opened = self._opened
        if n_begun:
            first = self._pressed[-min(n_begun, len(self._pressed))]
            given, opened = first.given, first.opened
        instrument = self.session.instrument
        return opened is not None or not are_statements(pressed, instrument.keys, instrument.codebook, given)

    def _given(self) -> list[str]:
        """The variables of the current statement that have a value."""
        statement, speaker = self.session.cursor.statement, self.session.instrument.codebook.speaker
        if statement is None:
            return []
        return [*statement.labels, *([speaker.name] if speaker is not None and statement.speakers else [])]

    def tell(self, sentence: str) -> None:
        """Say why keys were not taken."""
        self._refuse(sentence)

    def take_back(self, n: int) -> None:
        """Undo what the last `n` keys recorded, and go back to where they were pressed."""
        self._opened = None
        session, place = self.session, self._place()
        for _ in range(min(n, len(self._pressed))):
            name, n_steps, place, *_ = self._pressed.pop()
            if name in ("undo", "redo"):
                self._do(session.redo if name == "undo" else session.undo)
            for _ in range(n_steps):
                self._do(session.undo)
        if place != self._place():
            self._do(lambda: session.navigation.arrive(*place))

    def _place(self) -> tuple[int, str | None]:
        """The paragraph and the statement that the coder stands on."""
        cursor = self.session.cursor
        return cursor.paragraph.id, cursor.statement.statement_id if cursor.statement else None

    def say_not_taken(self, n: int, refusal: str | None = None) -> None:
        """Say that keys were not taken: they are text, or come after a key that was refused."""
        self._refuse(not_taken(n, refusal, "open one first: w is a note"))

    def on_paste(self, event: events.Paste) -> None:
        """Pasted text is not codes."""
        self.say_not_taken(len(event.text))

    def _press_and_count(self, key: str) -> bool:
        """Press a key, and remember what it recorded."""
        command = self.session.instrument.keys.fixed.get(key)
        n_before, place, given, opened = self.session.recorder.n_steps, self._place(), self._given(), self._opened
        self.refused = None
        has_command = self._press(key)
        n_steps = self.session.recorder.n_steps - n_before
        self._pressed.append(_Pressed(command.name if command else "", n_steps, place, given, opened))
        return has_command

    def _press(self, key: str) -> bool:
        """Run the command of a key; False if it has none here."""
        if self.has_class("tiny"):
            return False
        if self._opened is not None:
            self._press_opened(key)
            return True
        keys = self.session.instrument.keys
        if key in keys.flat:
            choice = keys.flat[key]
            if choice.category is None:
                self._open(choice.variable)
            else:
                self._do(lambda: self.session.labels.choose(choice.variable, str(choice.category)))
            return True
        command = keys.fixed.get(key)
        if command is None:
            is_told = len(key) == 1 or key in _NAMED or key.startswith("alt+")
            if is_told:
                shown = one_line(_NAMED.get(key, key).replace("alt+", "Alt+"))
                self._refuse(f"{shown} does nothing here; ? shows the keys")
            return is_told
        self.run(command, key)
        return True

    def run(self, command: Command, key: str = "") -> None:
        """Do what a command does; where it takes more than its key, ask for that first."""
        if command.owner == "session" and command.takes in ("nothing", "key"):
            self._do(self.session.deed(command, key))
            return
        own = getattr(self, f"action_{command.name}", None)
        if own is not None:
            own()
        else:
            self._ask_for_line(command)

    def _do(self, deed: Callable[[], Any]) -> None:
        """Let the session record an action, then show the state of the project file."""
        if self._waiting.is_on:
            self._waiting.add(lambda: self._do(deed))
            return
        self._refusal = None
        try:
            with patient(self.session.store.connection), self.session.recorder.key():
                deed()
            self._is_saved = True
        except BusyError:
            # Nothing of it was begun; the key is pressed again as soon as the other program is done.
            self._waiting.put_back(lambda: self._do(deed))
            self._waiting.try_again(self.set_timer, self._go_on)
        except AnnotatorError as error:
            self._refusal = str(error)
            self.refused = self._refusal
        self._show()

    def _go_on(self) -> None:
        """Try the waiting keys again."""
        if self._waiting.is_on:
            self._waiting.go_on()

    def _refuse(self, sentence: str) -> None:
        self._refusal = sentence
        self.refused = sentence
        self._show()

    # opened variables

    def _open(self, variable: Variable) -> None:
        """Let the next keys choose among a variable's categories, or ask for what it holds."""
        try:
            self.session.cursor.check_asked(variable)
        except AnnotatorError as error:
            self._refuse(str(error))
            return
        if local_keys(variable) is None:
            self.action_type_value(variable)
            return
        self._opened = variable
        self._refusal = None
        self._show()

    def _press_opened(self, key: str) -> None:
        opened = self._opened
        if opened == "role":
            self._press_role(key)
            return
        assert isinstance(opened, Variable)  # noqa: S101 (the only other thing that is opened)
        if key in ("escape", "enter") or (key == opened.key and opened.level != "set" and key not in local_map(opened)):
            self._opened = None
            if key == "enter" and self.session.cursor.is_doubtful(opened):
                self._do(lambda: self.session.labels.confirm(opened))
            self._show()
        elif key == "/":
            self._opened = None
            self.action_type_value(opened)
        elif key in ("backspace", "delete"):
            self._opened = None
            self._do(lambda: self.session.labels.clear(opened))
        elif key in local_map(opened):
            if opened.level != "set":
                self._opened = None
            self._do(lambda: self.session.labels.choose(opened, local_map(opened)[key]))
        elif key in ("?", "f1"):
            self.action_help()
        else:
            self._refuse(f"{one_line(key)} is not a key of {opened.title}; Esc leaves it")

    def _press_role(self, key: str) -> None:
        roles = dict(ROLE_KEYS)
        if key == "escape":
            self._opened = None
            self._show()
        elif key in roles:
            self._opened = None
            self._do(lambda: self.session.paragraphs.set_role(roles[key]))
        elif key == DUPLICATE_KEY:
            self._opened = None
            self._do(self.session.paragraphs.duplicate)
        else:
            self._refuse(f"{one_line(key)} is not a role; Esc leaves")

    def action_role(self) -> None:
        """The paragraph's role."""
        self._opened = "role"
        self._refusal = None
        self._show()

    # what is asked for on a line of its own

    @work
    async def _ask_for_line(self, command: Command) -> None:
        """Type the text that a command takes."""
        await self._after(asking.line(self.app, self.session, command))

    @work
    async def action_type_value(self, variable: Variable) -> None:
        """Type a number, a text, a name, or the beginning of a category."""
        await self._after(asking.value(self.app, self.session, variable))

    @work
    async def action_type_speaker(self) -> None:
        """Find a speaker in the registry or the text by typing, or give a new one."""
        await self._after(asking.speaker(self.app, self.session))

    @work
    async def action_note(self) -> None:
        """Write the note of the statement, or of the paragraph."""
        await self._after(asking.note(self.app, self.session))

    @work
    async def action_go_to(self) -> None:
        """Go to a paragraph, or to an article."""
        await self._after(asking.place(self.app, self.session))

    @work
    async def action_rule(self) -> None:
        """Add a rule or an example to a category, or to a whole variable, as a new revision of the codebook."""
        await self._after(asking.rule(self.app, self.session))

    @work
    async def action_articles(self) -> None:
        """Go to an article of the list."""
        await self._after(asking.article(self.app, self.session))

    @work
    async def action_find(self) -> None:
        """Find paragraphs by words and conditions, and go to one."""
        await self._after(asking.found(self.app, self.session))

    @work
    async def action_registry(self) -> None:
        """Change an entry of the registry of speakers."""
        from annotator.app.dialogs.edit_speakers import change_registry  # opened now and then

        await self._after(change_registry(self.app, self.session))

    @work
    async def action_variables(self) -> None:
        """Open any variable of the form, also one without a key; switch on one that is not asked."""
        variable = await asking.variable(self.app, self.session)
        if variable is None:
            return
        if not variable.enabled:
            self.switch_on(variable.name)
        elif variable is self.session.instrument.codebook.speaker:
            self.action_type_speaker()
        else:
            self._open(variable)

    async def _after(self, asked: Awaitable[Deed | None]) -> None:
        """Run the action of a prompt, unless the coder left the prompt."""
        try:
            deed = await asked
        except AnnotatorError as error:
            self._refuse(str(error))
            return
        if deed is not None:
            self._do(deed)

    # other screens

    def action_help(self) -> None:
        """The definitions of what is on the screen, and every key."""
        from annotator.app.dialogs.help_pages import gold_page, help_page  # looked up now and then, so not at the start

        statement = self.session.cursor.statement
        labels = statement.labels.values() if statement else ()
        chosen = tuple(name for label in labels for name in asking.names(label.value))
        variable = self._opened if isinstance(self._opened, Variable) else None
        gold = self.session.feedback.here()
        targets = () if self.session.targets.variable is None else self.session.targets.issues()
        page = help_page(self.session.instrument.keys, variable, chosen, targets, self._tour_text())
        self._read(page if gold is None else [gold_page(gold), *page])

    def action_history(self) -> None:
        """Show the history of the current statement."""
        from annotator.app.dialogs.help_pages import history_page

        statement = self.session.cursor.statement
        if statement is None:
            self._refuse("there is no statement here, so there is no history")
            return
        text = self.session.cursor.article.raw_text
        changes = self.session.store.history.of_statement(statement.statement_id)
        codebook = self.session.instrument.codebook
        self._read(history_page(changes, lambda start, end: text[start:end], codebook))

    def _read(self, sections: Sequence[Section]) -> None:
        from annotator.app.dialogs.page_reader import Reader

        self.app.push_screen(Reader(sections))

    @work
    async def action_disagreements(self) -> None:
        """Compare the codings of paragraphs that this coder is done with, the worst first."""
        from annotator.app.screens.disagreements import Disagreements  # brings numpy

        codebook = self.session.store.codebooks.current_id()
        chosen = await self.app.push_screen_wait(Disagreements(self.session.store, self.session.coding.coder.name))
        if self.session.store.codebooks.current_id() != codebook:
            self._do(lambda: self.session.look_again("the codebook has a new rule"))
        if chosen is not None:
            self._do(lambda: self.session.navigation.go_to(chosen))

    def action_palette(self) -> None:
        """Every command by name."""
        self.app.action_command_palette()

    def action_suspend(self) -> None:
        """Give the terminal back to the shell for a while."""
        self._app.before_leaving()
        self.app.action_suspend_process()

    def action_quit(self) -> None:
        """Leave; there is nothing to save."""
        self._app.action_leave()

    def action_scroll_down(self) -> None:
        """Read on in a long paragraph."""
        self.query_one(ArticleView).scroll_by(1)

    def action_scroll_up(self) -> None:
        """Read back in a long paragraph."""
        self.query_one(ArticleView).scroll_by(-1)

    def open_variable(self, name: str) -> None:
        """Open a variable by its name."""
        variable = self.session.instrument.codebook.variable(name)
        if variable is not None:
            self._open(variable)

    def switch_on(self, name: str) -> None:
        """Ask for a variable that the codebook keeps switched off."""
        self._do(lambda: self.session.switch_on(name))

    # comfort

    @property
    def _app(self) -> KeyedApp:
        return cast("KeyedApp", self.app)

    @property
    def _settings(self) -> Settings:
        settings: Settings = self.app.settings  # type: ignore[attr-defined]
        return settings

    def _use(self, settings: Settings) -> None:
        self.app.use(settings)  # type: ignore[attr-defined]
        self.query_one(ArticleView).set_comfort(is_tight=settings.is_tight, max_width=settings.max_width)

    def use_theme(self, name: str) -> None:
        """Use a theme by its name."""
        self._use(replace(self._settings, theme=name))

    def change_width(self, direction: int) -> None:
        """Let the lines of articles be narrower or wider."""
        width = self.query_one(ArticleView).text_width + direction * STEP
        widest = self.query_one(ArticleView).size.width - MARGIN - 1
        self._use(replace(self._settings, max_width=None if width >= widest else max(NARROWEST, width)))

    def change_density(self) -> None:
        """Put blank lines between paragraphs, or take them away."""
        self._use(replace(self._settings, is_tight=not self._settings.is_tight))

    def show_tour(self) -> None:
        """How to code, in four lines, until the next key."""
        tour = self.query_one("#tour", Static)
        tour.update(Content(self._tour_text()))
        tour.display = True

    def _tour_text(self) -> str:
        is_narrow, has_targets = self.app.size.width < _NARROW_TOUR, self.session.targets.has_entries
        return tour_text(self.session.instrument.codebook, has_targets=has_targets, is_narrow=is_narrow)

    # mouse

    def on_form_panel_pressed(self, message: FormPanel.Pressed) -> None:
        """A click is the key it stands on; on a statement it goes there."""
        what, _, number = message.key.partition(" ")
        if what == "statement" and number:
            self._do(lambda: self.session.statements.go_to(int(number)))
        else:
            self._app.press(message.key)

    def on_status_line_pressed(self, message: StatusLine.Pressed) -> None:
        """A click is the key it stands on."""
        self._app.press(message.key)

    def on_article_view_chosen(self, message: ArticleView.Chosen) -> None:
        """Go to the paragraph that was clicked."""
        cursor = self.session.cursor
        if message.index != cursor.index:
            self._do(lambda: self.session.navigation.go_to(cursor.article.paragraphs[message.index].id))

    def on_article_view_turned(self, message: ArticleView.Turned) -> None:
        """The wheel goes from paragraph to paragraph."""
        self._do(lambda: self.session.navigation.move(message.direction))

    def on_article_view_dragged(self, message: ArticleView.Dragged) -> None:
        """Take the words marked with the mouse as evidence."""
        if self.session.instrument.codebook.has_statements:
            self._do(lambda: self.session.evidence.set((message.start, message.end)))

    # showing

    def _show(self, *, keep_said: bool = False) -> None:
        if not is_open(self) or self.has_class("tiny"):
            return
        cursor = self.session.cursor
        spans = enumerate(map(cursor.span_of, cursor.statements))
        others = tuple((i + 1, span) for i, span in spans if span is not None and i != cursor.current)
        if not keep_said:
            self.query_one("#said", StatusLine).show(_joined(self._evidence(), self._said()))
        self._show_form()
        codebook = self.session.instrument.codebook
        doubtful = cursor.article.doubtful if self._is_ranking else frozenset()
        page = Page(cursor.article, codebook, cursor.index, cursor.evidence, others, doubtful)
        self.query_one(ArticleView).show(page)
        self.query_one("#where", StatusLine).show(self._where())
        self.query_one("#keys", StatusLine).show(self._keys())

    def _show_form(self) -> None:
        """The form, in the room that the window gives it; the sizes in force may still be those of the last window."""
        form = self.query_one(FormPanel)
        size, is_wide = self.app.size, self.has_class("wide")
        usual = max(8, min(12, size.height - 9))
        # In a low window the article gives two lines for a warning and one for a note, so that they hide nothing.
        cursor = self.session.cursor
        most = min(13, usual + 2 * bool(cursor.warnings()) + bool(cursor.note))
        if is_wide:
            most = size.height - 2 - self.query_one("#said", StatusLine).n_lines
        width = FORM_WIDTH if is_wide else size.width
        gold = self.session.feedback.here()
        if gold is None:
            rows = form_rows(self.session, self._opened, width, max(8, most), with_speakers=self._is_ranking)
        else:
            from annotator.app.widgets.feedback_rows import feedback_rows  # only in training

            rows = feedback_rows(gold, width, max(8, most), self.session.instrument.keys.first_of("help"))
        form.show(rows)
        if is_wide:
            if form.styles.inline.has_rule("height"):
                form.styles.height = None
            return
        # Where digits name suggestions, their number changes from key to key; no row may jump for that.
        has_digits = self.session.instrument.codebook.speaker is not None
        height = max(usual if has_digits else 4, min(len(rows), most))
        # A message of several lines takes empty rows of the form before it takes lines of the article.
        height = max(min(len(rows), most), height + 1 - self.query_one("#said", StatusLine).n_lines)
        if form.styles.height is None or form.styles.height.value != height:
            form.styles.height = height

    def _where(self) -> Row:
        """Where the coder is, and how far. In a narrow window the names give way, then the parts that count least."""
        parts = self._parts_of_place()
        for name, shorter in _GIVES_WAY:
            if _size(parts) + _SHORTEST_NAMES <= self.app.size.width - 2:
                break
            if name in parts:
                parts[name] = shorter(parts[name])
        room = self.app.size.width - 2 - _size(parts)
        coder = Part(cut(self.session.coding.coder.name, max(6, min(20, room - 8))), "strong")
        row = [coder]
        for name, part in parts.items():
            row += [part] if part.text else []
            if name == "article" and part.text:
                article = self.session.cursor.article
                title = cut(article.title or article.name, max(6, min(30, room - cell_len(coder.text))))
                row.append(Part(title, "strong"))
        return row

    def _parts_of_place(self) -> dict[str, Part]:
        """What the first line says beside the names, part by part."""
        cursor, progress, sync = self.session.cursor, self.session.coding.progress(), self._synced
        n = len(cursor.article.paragraphs)
        role = f"{cursor.role}?" if self._is_ranking and cursor.is_role_doubtful else cursor.role
        state = f", {cursor.state}" if cursor.state != role else ""
        parts = {
            "article": Part(f" · article {cursor.article.number}: "),
            "place": Part(f" · ¶ {cursor.index + 1}/{n} {role}{state}"),
            "progress": Part(f" · {progress.done} done, {progress.left} left", "weak"),
        }
        if progress.flagged:
            parts["flagged"] = Part(f" · {progress.flagged} flagged", "weak")
        if sync is not None:
            words = cut(sync.words, _LONGEST_SYNC) if self.app.size.width >= WIDE else sync.short
            parts["sync"] = Part(f" · {words}", "warning" if sync.is_warning else "weak")
        return parts

    def _evidence(self) -> Row:
        """The unit that the evidence is and its place in the paragraph; always in sight."""
        place = self.session.evidence.place()
        if not place:
            return []
        by_word = ", by word" if self.session.cursor.grain == "word" else ""
        return [Part("evidence: ", "weak"), Part(f"{place}{by_word}", "strong")]

    def _said(self) -> Row:
        if self._waiting.is_on:
            sentence = self._waiting.sentence(len(self._app.keys), is_leaving=self._app.is_leaving)
            return [Part("… ", "warning"), Part(sentence, "warning")]
        if self._refusal is not None:
            return [Part("✗ ", "warning"), Part(self._refusal, "warning")]
        notice = self.session.recorder.notice
        row: Row = [Part("✓ saved", "good")] if self._is_saved else []
        if notice is not None:
            row += [Part(" · " if row else ""), Part(notice.text, "warning" if notice.is_warning else "plain")]
        return row

    def _keys(self) -> Row:
        """The keys that act now; none while a box is open, which names its own."""
        if self.is_covered:
            return []
        if self._opened is not None:
            return [part for key, shown, what in _keys_of_opened(self._opened) for part in _hint(key, shown, what)]
        known = {command.name: command for command in self.session.instrument.keys.fixed.values()}
        hints = HINTS if self.session.feedback.here() is None else _HINTS_BESIDE_GOLD
        shown = {name: _hint_of(known[name], what) for name, what in hints.items() if name in known}
        names = list(shown)
        until_help = names[: names.index("help") + 1] if "help" in shown else names
        if sum(cell_len(part.text) for name in until_help for part in shown[name]) > self.app.size.width:
            shown.pop("furniture", None)  # what all other keys are found by comes first
        return [part for hint in shown.values() for part in hint]


def _hint(key: str, shown: str, what: str) -> Row:
    return [Part(shown, "key", key), Part(f" {what}  ", "weak", key)]


def _hint_of(command: Command, what: str) -> Row:
    key = command.keys[0]
    return _hint(key, "→ ←" if key == "right" else command.shown, what)


def _keys_of_opened(opened: Variable | str) -> list[tuple[str, str, str]]:
    """The keys beside the categories while a variable or the role is open: name, as it is shown, what it does."""
    leaves = ("escape", "Esc", "leaves")
    if not isinstance(opened, Variable):
        return [leaves]
    types, clears = ("/", "/", "types"), ("backspace", "Backspace", "clears")
    return [leaves, types, clears, ("?", "?", "help")]


def _size(parts: Mapping[str, Part]) -> int:
    return sum(cell_len(part.text) for part in parts.values())


def _size_classes(size: Size) -> str:
    """How the screen is laid out in a window of that size."""
    if size.width < SMALLEST[0] or size.height < SMALLEST[1]:
        return "tiny"
    return ("wide" if size.width >= WIDE else "") + (" low" if size.height < _LOW else "")


def _joined(first: Row, second: Row) -> Row:
    """Two rows on one line, with a sign between them if both say something."""
    return [*first, *([Part(" · ", "weak")] if first and second else []), *second]
