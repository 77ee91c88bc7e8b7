"""Queue of pressed keys: bursts that arrived together, and actions that wait while another program writes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from textual import events
from textual.timer import Timer

from annotator.store.file.connection import Connection

PATIENCE = 0.2
"""Seconds that one try of an action lasts; the screen is blocked meanwhile."""

PAUSE = 0.15
"""Seconds between two tries, in which the screen is responsive."""

GAP = 0.02
"""Two keys with at most so many seconds between them belong to one burst. Nobody types that fast for long."""

_LONG_GAP = 0.04
"""The same for a burst of more than `_FEW` keys: a busy machine may read the next one late."""

_FEW = 3

_MOST_TAKEN_BACK = 8

_GAP_OF_A_TEXT = 0.25
"""The same for a burst that is not taken: a slow line brings a text in several parts."""

_PAUSE_OF_A_TYPIST = 1.0
_MOST_WHILE_TYPING = 8
"""So many keys that come together within that many seconds after a single one are typed on an uneven line."""

Press = Callable[[], object]
Input = events.Key | events.Paste

_SAME_KEYS = {"ctrl+j": ("enter", "\r"), "ctrl+h": ("backspace", "\x7f")}
"""Key codes that some terminals send in place of others."""


def key_name(event: events.Key) -> str:
    """The pressed key: the character that it types, or Textual's name."""
    is_sign = event.character is not None and event.character.isprintable() and event.key != "space"
    return event.character if is_sign and event.character else event.key


class Burst:
    """Keys that arrived together. It has one key when a person types.

    Attributes:
        waiting: The keys that are not handed on yet.
        n_keys: The number of keys that arrived in it.
        last: When the last one arrived, or when it was done.
        n_judged: The number of waiting keys, from the first, that may be handed on.
        n_handed: The number of keys that were handed on.
        n_commands: The number of those that were commands.
        n_refused: The number of keys that were not taken.
        handed: The keys that were handed on as commands, as long as they can be taken back.
        silence: Seconds without a key before its first one.
        is_approved: Whether the person has said that these are keys.
        has_ended_a_line: Whether Enter of it was handed on.
        is_held: Whether keys of it wait for the person's word.
        is_refused: Whether the rest is text that is not for this screen.
        refusal: Why a key of it was refused. The rest cannot be meant as it would be taken.
        is_for_a_box: Whether its first key went into a box.
        is_answer: Whether the last key that was handed on was Enter in a box.
    """

    def __init__(self) -> None:
        self.waiting: deque[Input] = deque()
        self.n_keys = 0
        self.last = 0.0
        self.n_judged = self.n_handed = self.n_commands = self.n_refused = 0
        self.handed: list[Input] = []
        self.silence = float("inf")
        self.is_after_a_key = False
        self.is_approved = self.has_ended_a_line = self.is_held = False
        self.is_refused = False
        self.refusal: str | None = None
        self.is_for_a_box = False
        self.is_answer = False
        self._kinds: set[str] = set()

    @property
    def gap(self) -> float:
        """A key that arrives within so many seconds belongs to the burst."""
        if self.is_refused or self.is_held:
            return _GAP_OF_A_TEXT
        return GAP if self.n_keys <= _FEW else _LONG_GAP

    @property
    def is_while_typing(self) -> bool:
        """Whether its keys were typed one after the other, and an uneven line brought them together."""
        is_close = self.is_after_a_key and self.silence < _PAUSE_OF_A_TYPIST and self.n_keys <= _MOST_WHILE_TYPING
        return is_close and self.names.count("enter") + self.has_ended_a_line <= 1

    @property
    def has_begun_as_commands(self) -> bool:
        """Whether a few keys of it were taken as commands before it turned out to be text."""
        is_begun = 0 < self.n_commands == self.n_handed <= _MOST_TAKEN_BACK
        return is_begun and self.refusal is None and not self.n_refused

    def add(self, keys: Sequence[Input], at: float) -> None:
        """Let keys wait that arrived at this moment."""
        self.waiting.extend(map(_usual, keys))
        self.n_keys += len(keys)
        self.last = max(self.last, at)
        self._kinds.update(key_name(one) if isinstance(one, events.Key) else "" for one in keys)

    @property
    def is_repeated(self) -> bool:
        """Whether all keys that arrived in it are the same one, as when a key is held down."""
        return len(self._kinds) == 1

    @property
    def names(self) -> list[str]:
        """The names of the waiting keys."""
        return [key_name(one) for one in self.waiting if isinstance(one, events.Key)]


class KeyQueue:
    """Pressed keys in the order in which they arrived. Any thread may put keys into it."""

    def __init__(self) -> None:
        self._arrived: deque[tuple[float, Sequence[Input]]] = deque()
        self._bursts: deque[Burst] = deque()
        self._last: Burst | None = None
        self._only: tuple[str, ...] = ()

    def put(self, keys: Sequence[Input]) -> None:
        """Add keys that were read at once."""
        if self._only:
            keys = [key for key in keys if isinstance(key, events.Key) and key.key in self._only]
        if keys:
            self._arrived.append((time.monotonic(), keys))

    def take_only(self, *names: str) -> None:
        """From now on take only keys with these names."""
        self._only = names

    def put_first(self, keys: Sequence[Input]) -> None:
        """Let keys that the person has approved come before all others."""
        burst = Burst()
        burst.is_approved = True
        burst.add(keys, time.monotonic())
        self._bursts.appendleft(burst)

    def key_is_done(self) -> None:
        """What the last key began is done. Until then a busy machine may not have read the keys that came with it."""
        if self._last is not None:
            self._last.last = time.monotonic()

    def first(self) -> Burst | None:
        """The burst that holds the next key."""
        while self._arrived:
            self._sort(*self._arrived.popleft())
        while self._bursts and not self._bursts[0].waiting:
            self._bursts.popleft()
        return self._bursts[0] if self._bursts else None

    def clear(self) -> None:
        """Drop all keys."""
        self._arrived.clear()
        self._bursts.clear()
        self._last = None

    def drop_to(self, *names: str) -> None:
        """Drop all keys before the first that has one of these names, if there is one."""
        place = self._place(names)
        if place is not None:
            burst, at = place
            while self._bursts[0] is not burst:
                self._bursts.popleft()
            burst.waiting = deque(list(burst.waiting)[at:])
            burst.n_judged = len(burst.waiting)

    def cut_at(self, *names: str) -> bool:
        """Drop the first key that has one of these names, and all after it; return whether there is one."""
        place = self._place(names)
        if place is None:
            return False
        burst, at = place
        while self._bursts[-1] is not burst:
            self._bursts.pop()
        burst.waiting = deque(list(burst.waiting)[:at])
        self._last = None
        return True

    def _place(self, names: Sequence[str]) -> tuple[Burst, int] | None:
        self.first()
        for burst in self._bursts:
            for at, key in enumerate(burst.waiting):
                if isinstance(key, events.Key) and key.key in names:
                    return burst, at
        return None

    def _sort(self, at: float, keys: Sequence[Input]) -> None:
        """Add keys to the last burst, or begin another one."""
        burst = self._last
        since = at - (keys[-1].time - keys[0].time)
        if burst is None or since - burst.last > burst.gap:
            before, burst = burst, Burst()
            if before is not None:
                burst.silence, burst.is_after_a_key = since - before.last, before.n_keys == 1
            self._last = burst
        if not burst.waiting:
            self._bursts.append(burst)
        burst.add(keys, at)

    def __len__(self) -> int:
        return sum(len(keys) for _, keys in self._arrived) + sum(len(burst.waiting) for burst in self._bursts)


def _usual(event: Input) -> Input:
    """The key that is meant by a key code."""
    if isinstance(event, events.Key) and event.key in _SAME_KEYS:
        return events.Key(*_SAME_KEYS[event.key])
    return event


@contextmanager
def patient(connection: Connection) -> Iterator[None]:
    """Limit the wait for other programs, so that the screen can show a notice."""
    before, connection.patience = connection.patience, min(PATIENCE, connection.patience)
    try:
        yield
    finally:
        connection.patience = before


class Waiting:
    """Actions that are not recorded yet, because another program is writing.

    Attributes:
        is_on: Whether something waits.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._presses: deque[Press] = deque()
        self._since: float | None = None
        self._timer: Timer | None = None
        self.is_on = False

    def __len__(self) -> int:
        return len(self._presses)

    def put_back(self, press: Press) -> None:
        """Let an action that could not be written wait, before all others."""
        self._presses.appendleft(press)
        self.is_on = True
        if self._since is None:
            self._since = self._clock()

    def add(self, press: Press) -> None:
        """Let an action wait behind those that wait already."""
        self._presses.append(press)

    def go_on(self) -> bool:
        """Try the waiting actions in order until one must wait again; return whether all were done."""
        self.is_on = False
        while self._presses and not self.is_on:
            self._presses.popleft()()
        if not self.is_on:
            self.forget()
        return not self.is_on

    def try_again(self, set_timer: Callable[[float, Press], Timer], go_on: Press) -> None:
        """Let the screen try again after `PAUSE`; one timer runs at a time, or the tries would block the screen."""
        self._stop_timer()
        self._timer = set_timer(PAUSE, go_on)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def forget(self) -> None:
        """Drop all waiting actions."""
        self._stop_timer()
        self._presses.clear()
        self._since = None
        self.is_on = False

    def sentence(self, n_keys: int = 0, *, is_leaving: bool = False) -> str:
        """The notice for the coder.

        Args:
            n_keys: The number of keys that wait behind the actions.
            is_leaving: Whether the program ends as soon as they are written.
        """
        seconds = 0 if self._since is None else int(self._clock() - self._since)
        n = len(self._presses) + n_keys
        waits = "this key waits" if n == 1 else f"{n} keys wait"
        end = "Ctrl+Q again leaves without them" if is_leaving else "Esc gives up"
        return f"another program is writing to the project ({seconds} s): {waits} for it; {end}"
