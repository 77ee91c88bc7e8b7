"""Days of one coder's keys, compressed: memory, latency and the growth of the file."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from annotator.session import Session
from annotator.session.cursor import Refused
from annotator.store import Store


class Quarter(NamedTuple):
    """A part of the time: memory in MB at its end, milliseconds a key, bytes of the file a key."""

    memory: float
    median: float
    p99: float
    bytes_a_key: float


def press_on(path: Path, *, n_keys: int, parts: int = 4, seed: int = 0) -> list[Quarter]:
    """Press keys in one session, and measure each part of the time alike."""
    r = random.Random(seed)  # noqa: S311 (no secret)
    found = []
    with Store(path) as store:
        store.connection.before_first_write = None
        session = Session(store, "anna")
        size = _size(path, store)
        for _ in range(parts):
            times = []
            for _ in range(n_keys // parts):
                started = time.perf_counter()
                _press(session, r)
                times.append(time.perf_counter() - started)
            times.sort()
            after = _size(path, store)
            found.append(
                Quarter(
                    round(_memory(), 1),
                    round(times[len(times) // 2] * 1000, 3),
                    round(times[int(len(times) * 0.99)] * 1000, 3),
                    round((after - size) / len(times), 1),
                )
            )
            size = after
    return found


def _press(session: Session, r: random.Random) -> None:
    """One key of a coder who goes round the articles again and again, changing what is there."""
    try:
        r.choice(ACTIONS)(session, r)
    except Refused:
        session.navigation.open_article(r.randrange(5) + 1)


def _size(path: Path, store: Store) -> int:
    store.connection.execute("pragma wal_checkpoint(truncate)")
    return path.stat().st_size


def _memory() -> float:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 1e6


def _label(session: Session, r: random.Random) -> None:
    variable = r.choice([v for v in session.cursor.asked() if v.names])
    session.labels.choose(variable, r.choice(variable.names))


def _wander(session: Session, r: random.Random) -> None:
    r.choice([session.navigation.move, session.navigation.move_article])(r.choice([1, -1]))


ACTIONS: tuple[Callable[[Session, random.Random], object], ...] = (
    *[_label] * 6,
    *[lambda session, _: session.paragraphs.done()] * 3,
    lambda session, _: session.paragraphs.no_claim(),
    lambda session, _: session.paragraphs.furniture(),
    lambda session, _: session.statements.pick_journalist(),
    lambda session, _: session.statements.another(),
    lambda session, _: session.statements.flag(),
    lambda session, r: session.statements.set_note(f"note {r.randrange(99)}"),
    lambda session, r: session.evidence.move_sentence(r.choice([1, -1])),
    lambda session, _: session.undo(),
    lambda session, _: session.redo(),
    lambda session, _: session.statements.remove(),
    *[_wander] * 3,
)
"""What a coder does, in about the shares in which coders do it."""
