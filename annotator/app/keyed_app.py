"""Base of the applications: hands on one key at a time, and leaves without dropping one."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.driver import Driver
from textual.screen import Screen

from annotator.app.colours import ReadableTheme
from annotator.app.command_screen import LEAVES, CommandScreen
from annotator.app.dialogs.held_keys import HeldKeys
from annotator.app.key_queue import Burst, Input, KeyQueue, key_name
from annotator.app.leaving import has_ended, watch_for_the_end, watch_parent
from annotator.app.terminal_keys import with_bursts
from annotator.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Sequence

PATIENCE = 5.0
"""Seconds that Ctrl+Q waits for keys that another program keeps from being written."""

_LOOK = 0.02
"""Seconds between two looks at a screen that cannot take keys yet."""

_LONGEST_REST = 2.0
"""After so many seconds of processor time a key is handed on all the same, so that no task can lock the keyboard.

A clock on the wall would also count the time in which a busy machine lets the program stand still.
"""

_MOMENT = 0.001
"""Seconds in which keys that are there are read."""

_MOST_AHEAD = 500
"""So many keys of a burst are judged together."""

_SEARCH = CommandPalette._GATHER_COMMANDS_GROUP  # noqa: SLF001 (Textual has no public name for it)
_OF_A_LIST = ("enter", "down", "up", "pagedown", "pageup")
"""The keys that take a line of the palette's list, or mark another."""

_ALONE = 0.5
"""Seconds without another key before the one that answers a question about keys: nobody answers what was not read."""

_ENDS = (*LEAVES, "escape")
"""The keys that end the waiting once more."""


class KeyedApp(ReadableTheme, App[None]):
    """An application that hands on a key when everything that the key before it began is done.

    Keys wait while a `CommandScreen` is not ready. It does not get a burst of keys that is text, nor what comes in a
    burst after a key that was refused. Where nobody can tell, a question decides (`HeldKeys`).

    Attributes:
        keys: The keys that wait.
        n_unwritten: The number of keys that were dropped when the application ended.
        crash: The exception that ended the application, if any.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "Leave", show=False, priority=True),
        Binding("ctrl+c", "leave", "Leave", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.keys = KeyQueue()
        self.n_unwritten = 0
        self.crash: Exception | None = None
        self._handing: asyncio.Task[None] | None = None
        self._handed: Burst | None = None
        self._leaves_at: float | None = None
        self._held: list[Input] = []
        self._question: HeldKeys | None = None

    def get_driver_class(self) -> type[Driver]:
        """The driver of this system or of a browser, which puts keys into the queue."""
        driver = super().get_driver_class()
        if driver.__module__ != "textual.drivers.web_driver":
            return with_bursts(driver)
        from annotator.app.browser_keys import BrowserBursts  # only a browser needs it

        return with_bursts(driver, BrowserBursts)

    def on_mount(self) -> None:
        """Leave in order when the terminal closes or a signal ends the program."""
        loop = asyncio.get_running_loop()
        watch_for_the_end(loop, self.leave)
        if self.is_web:
            watch_parent(loop, self.leave)

    async def on_event(self, event: events.Event) -> None:
        """Let keys that do not come from a terminal wait like all others."""
        if isinstance(event, Input) and not event.is_forwarded:
            self.put([event])
        else:
            await super().on_event(event)

    def press(self, key: str) -> None:
        """Press a key that was clicked."""
        self.put([events.Key(key, key if len(key) == 1 else None)])

    def put(self, keys: Sequence[Input]) -> None:
        """Let keys wait until they can be handed on."""
        self.keys.put(keys)
        self.hand_on()

    def hand_on(self) -> None:
        """Begin to hand on the waiting keys, unless that is being done."""
        if self._handing is None or self._handing.done():
            with self._context():
                self._handing = asyncio.create_task(self._hand_on_all())

    @property
    def is_at_rest(self) -> bool:
        """Whether no key waits, and all that the last one began is done."""
        return not self.keys and (self._handing is None or self._handing.done())

    # leaving

    @property
    def is_leaving(self) -> bool:
        """Whether the application ends as soon as the waiting keys are written."""
        return self._leaves_at is not None

    def action_leave(self) -> None:
        """Leave; everything is saved. What was pressed after it is for the shell."""
        self.keys.clear()
        self._held.clear()
        self.leave(PATIENCE)

    def leave(self, patience: float) -> None:
        """Leave when the waiting keys are written, or after so many seconds without those that are not."""
        until = time.monotonic() + patience
        self._leaves_at = until if self._leaves_at is None else min(self._leaves_at, until)
        self.keys.take_only(*_ENDS)
        self.hand_on()

    def before_leaving(self) -> None:
        """Write what is left to write."""

    def _leave_now(self) -> None:
        self.n_unwritten = self._n_waiting() + len(self._held)
        self.keys.clear()
        if not self.n_unwritten:
            self.before_leaving()
        self.exit(return_code=1 if self.n_unwritten else 0)

    def _n_waiting(self) -> int:
        return len(self.keys) + sum(one.n_waiting for one in self.screen_stack if isinstance(one, CommandScreen))

    # handing on

    async def _hand_on_all(self) -> None:
        try:
            while not self._exit and await self._hand_on_next():
                pass
        except Exception as error:
            self._handle_exception(error)

    async def _hand_on_next(self) -> bool:
        """Hand on a key, or wait a moment; return whether there is more to do."""
        if self._commands is None or not self._commands.n_waiting:
            await _rest()  # else it tries to write again and again, and only a key that gives up is handed on
        if self._handed is not None:
            commands = self._commands
            self._handed.refusal = commands.refused if commands else None
            self._handed = None
            self.keys.key_is_done()
        is_ready = self._is_ready()
        if self._leaves_at is not None:
            if not self._n_waiting() or time.monotonic() >= self._leaves_at:
                self._leave_now()
                return False
        elif not self._exit and not self.keys.first():
            return False
        if not is_ready:
            return await self._wait_for_screen()
        burst = self.keys.first()
        if burst is None:
            await asyncio.sleep(_LOOK)
        elif self._question is not None:
            await self._answer(burst, self._question)
        elif await self._is_meant(burst):
            await self._hand_on(burst)
        return True

    async def _wait_for_screen(self) -> bool:
        """Leave or give up if a key says so; otherwise wait a moment."""
        if self.is_leaving:
            if self.keys.cut_at(*_ENDS):
                self._leave_now()
                return False
        elif self.keys.cut_at(*LEAVES):
            self.leave(PATIENCE)
        elif self._commands and self._commands.can_be_given_up:
            self.keys.drop_to("escape")
            burst = self.keys.first()
            if burst is not None and _is_key(burst.waiting[0], "escape"):
                await self._hand_on(burst)
                return True
        await asyncio.sleep(_LOOK)
        return True

    async def _hand_on(self, burst: Burst) -> None:
        """Hand on the first key of a burst."""
        event = burst.waiting.popleft()
        is_text = self._commands is None
        burst.n_judged = 0 if is_text else burst.n_judged - 1
        burst.is_for_a_box |= is_text and burst.n_handed == 0
        burst.is_answer = is_text and _is_enter(event)
        burst.n_handed += 1
        burst.n_commands += not is_text
        burst.handed.append(event)
        burst.has_ended_a_line |= _is_enter(event)
        self._handed = burst
        if self._commands is not None and isinstance(event, events.Key):
            event = self._commands.at_its_place(event)
        await super().on_event(event)

    async def _is_meant(self, burst: Burst) -> bool:
        """Whether the first key of a burst is to be handed on; drop it if not, or wait until that can be told."""
        screen = self._commands
        if screen is None:
            return True
        if burst.is_refused or burst.refusal is not None:
            self._refuse(burst, screen)
            return False
        if burst.n_judged > 0 or self.is_headless or burst.is_approved:
            return self._is_not_once_more(burst)
        if len(burst.waiting) < _MOST_AHEAD:
            if getattr(self._driver, "has_more", False):
                await asyncio.sleep(_MOMENT)
                return False
            if burst.is_repeated and not (burst.n_keys == 1 and screen.opens(burst.names)):
                return self._is_not_once_more(burst)
            if (left := burst.last + burst.gap - time.monotonic()) > 0:
                await asyncio.sleep(left)
                return False
        if burst.n_keys == 1:
            return True
        n_lines = 1 if burst.is_for_a_box else 2
        burst.n_judged = len(burst.waiting)
        burst.is_refused = screen.is_text(burst.names, n_lines)
        if not burst.is_refused and not burst.is_while_typing:
            begun = burst.handed if burst.has_begun_as_commands else []
            is_after_enter = burst.has_ended_a_line and not begun
            names = [*_names(begun), *burst.names]
            if screen.is_doubtful(names, is_after_enter=is_after_enter, n_begun=len(begun)):
                await self._hold(burst, screen)
        return False

    @staticmethod
    def _is_not_once_more(burst: Burst) -> bool:
        """Drop the Enter that closed a box if it comes once more, and nothing after it."""
        if burst.is_answer and set(burst.names) == {"enter"}:
            burst.waiting.clear()
        return bool(burst.waiting)

    def _refuse(self, burst: Burst, screen: CommandScreen) -> None:
        """Drop what has arrived of a burst, and say how much that is by now."""
        burst.is_refused = burst.is_refused or (not burst.is_repeated and screen.is_text(burst.names, 1))
        if burst.is_refused and burst.has_begun_as_commands:
            screen.take_back(burst.n_handed)  # the first key came alone, so that nobody could tell
            burst.n_refused = burst.n_handed
        burst.n_refused += len(burst.waiting)
        burst.waiting.clear()
        screen.say_not_taken(burst.n_refused, burst.refusal)

    # keys of which nobody can tell whether they are text

    async def _hold(self, burst: Burst, screen: CommandScreen) -> None:
        """Keep the keys of a burst, and ask whether they were typed."""
        if burst.has_begun_as_commands:
            screen.take_back(burst.n_handed)
            self._held.extend(burst.handed)
        burst.is_held = True
        self._keep(burst)
        self._question = HeldKeys(_names(self._held))
        await self.push_screen(self._question)

    def _keep(self, burst: Burst) -> None:
        self._held.extend(one for one in burst.waiting if isinstance(one, events.Key))
        burst.waiting.clear()

    async def _answer(self, burst: Burst, question: HeldKeys) -> None:
        """Let a key that comes alone answer the question; any other belongs to the keys in question."""
        if (left := burst.last + burst.gap - time.monotonic()) > 0:
            await asyncio.sleep(left)
            return
        is_alone = burst.n_keys == 1 and burst.silence >= _ALONE
        if is_alone and any(_is_key(burst.waiting[0], name) for name in LEAVES):
            await super().on_event(burst.waiting.popleft())
        elif is_alone and _is_enter(burst.waiting[0]):
            burst.waiting.clear()
            await self._close_question()
            self.keys.put_first(self._held)
            self._held = []
        elif is_alone and _is_key(burst.waiting[0], "escape"):
            burst.waiting.clear()
            await self._throw_away("thrown away: {n:,} keys")
        else:
            self._keep(burst)
            question.show(_names(self._held))
            below = self.screen_stack[-2]
            if isinstance(below, CommandScreen) and below.is_text(_names(self._held), 2):
                burst.is_refused = True
                await self._throw_away()

    async def _throw_away(self, sentence: str = "") -> None:
        n, self._held = len(self._held), []
        await self._close_question()
        if (screen := self._commands) is not None:
            screen.tell(sentence.format(n=n)) if sentence else screen.say_not_taken(n)

    async def _close_question(self) -> None:
        self._question = None
        await self.pop_screen()

    @property
    def _commands(self) -> CommandScreen | None:
        """The screen on top, if it takes keys as commands and not as text."""
        stack = self.screen_stack
        return stack[-1] if stack and isinstance(stack[-1], CommandScreen) else None

    def _is_ready(self) -> bool:
        """Whether the screen on top can take the next key; the app begins with an empty screen."""
        commands, stack = self._commands, self.screen_stack
        if stack and isinstance(stack[-1], CommandPalette) and self._takes_from_list():
            return not any(one.group == _SEARCH and not one.is_finished for one in self.workers)
        return commands.is_ready if commands else bool(stack) and type(stack[-1]) is not Screen

    def _takes_from_list(self) -> bool:
        """Whether the next key takes or marks a line: what the last letters of a search find must stand there first."""
        burst = self.keys.first()
        return burst is not None and any(_is_key(burst.waiting[0], name) for name in _OF_A_LIST)

    def _handle_exception(self, error: Exception) -> None:
        """Remember the exception, so that the user gets one sentence instead of a traceback."""
        if self.crash is None:
            self.crash = error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()


def run_app(app: KeyedApp, *, mouse: bool = True) -> int:
    """Run an application until the coder leaves; return the exit code.

    Raises:
        BusyError: Keys were dropped.
        Exception: The exception that ended the application; the terminal is restored first.
    """
    try:
        app.run(mouse=mouse)
        if app.crash is not None:
            raise app.crash
        if app.n_unwritten:
            keys = "1 key was" if app.n_unwritten == 1 else f"{app.n_unwritten:,} keys were"
            raise BusyError(f"{keys} not written before the program ended; press them again")
        return app.return_code or 0
    finally:
        has_ended()


def _names(keys: Sequence[Input]) -> list[str]:
    return [key_name(one) for one in keys if isinstance(one, events.Key)]


def _is_enter(event: Input) -> bool:
    return _is_key(event, "enter")


def _is_key(event: Input, name: str) -> bool:
    return isinstance(event, events.Key) and event.key == name


async def _rest() -> None:
    """Wait until every task of the loop waits for something outside it: a timer, a thread, a key."""
    loop = asyncio.get_running_loop()
    until = time.thread_time() + _LONGEST_REST
    await asyncio.sleep(0)
    while time.thread_time() < until and loop._ready:  # type: ignore[attr-defined]  # noqa: SLF001 (asyncio has no public name for it)
        await asyncio.sleep(0)
