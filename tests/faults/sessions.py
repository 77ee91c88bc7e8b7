"""Real sessions in a pseudo-terminal, killed at random moments while keys stream in."""

from __future__ import annotations

import json
import random
import re
import time
from pathlib import Path
from typing import NamedTuple

from annotator.store import Store
from tests.e2e.coder import annotator
from tests.e2e.terminal import Terminal

_DONE = re.compile(r"(\d+) done, (\d+) left")
_FLAGGED = re.compile(r"(\d+) flagged")

KEYS = ("x", "x", "b", "!", "0oe\r", "0sd\r", "0nf 0op\r", "z", "z", "Z", "0o", "k", "j")
"""What is streamed in: paragraphs without a claim, furniture, flags, statements, undo, redo, going about."""


class Kills(NamedTuple):
    """What came of it."""

    n_kills: int
    n_keys: int
    n_steps: int
    lost: list[str]


def kill_sessions(project: Path, *, n_kills: int, seconds: float = 0.6, seed: int = 0) -> Kills:
    """Kill so many sessions of one coder on one project, each at a random moment; the next goes on where it was.

    What the screen showed when the session died (paragraphs done, flags) must be in the project.
    """
    r = random.Random(seed)  # noqa: S311 (no secret)
    n_keys, lost = 0, []
    for n in range(n_kills):
        # By turns a coder of its own, so that there is always something left to code.
        coder, before = f"coder{n // 40}", _n_steps(project)
        with annotator(project.parent, "--project", str(project), coder=coder) as terminal:
            began = time.monotonic()
            until = began + r.uniform(0, seconds)
            # A session that kept nothing yet shows nothing: on a slow machine it gets more time.
            while (now := time.monotonic()) < until or (now < began + 30 and _n_steps(project) < before + 2):
                keys = r.choice(KEYS)
                terminal.send(keys)
                n_keys += len(keys)
                for _ in range(r.randrange(4)):
                    terminal.read(0.01)
            shown = _shown(terminal)
            terminal.kill()
        fault = _compare(project, coder, shown)
        if fault:
            lost.append(f"kill {n}: {fault}")
    return Kills(n_kills, n_keys, _n_steps(project), lost)


def _n_steps(project: Path) -> int:
    with Store(project, read_only=True) as store:
        return int((store.connection.one("select count(*) from steps") or (0,))[0])


def _shown(terminal: Terminal) -> tuple[int, int, int]:
    """Paragraphs done and left, and flags, as they stand on the screen now."""
    done, flagged = _DONE.search(terminal.text), _FLAGGED.search(terminal.text)
    if done is None:
        return (-1, -1, -1)
    return int(done[1]), int(done[2]), int(flagged[1]) if flagged else 0


def _compare(project: Path, coder: str, shown: tuple[int, int, int]) -> str | None:
    """What was shown as saved and is not in the project.

    Keys that were on their way to the screen may have been committed already, but whatever was shown was committed
    before: so some state of the project that the history knows has exactly those numbers.
    """
    if shown[0] < 0:
        return None
    with Store(project, read_only=True) as store:
        c = store.connection
        row = c.one("select id from coders where name = ?", (coder,))
        done = flagged = 0
        known = {(0, 0)}
        states: dict[str, dict[str, object]] = {}
        for key, after in c.all(
            "select x.key, x.after from changes x join steps t on t.id = x.step where t.coder = ?"
            " and x.entity = 'review' order by x.step, x.n",
            (row[0] if row else 0,),
        ):
            states[key] = json.loads(after) if after else {"state": "open", "flag": False}
            done = sum(s["state"] in ("coded", "no claim", "furniture", "duplicate") for s in states.values())
            flagged = sum(bool(s["flag"]) for s in states.values())
            known.add((done, flagged))
    return None if (shown[0], shown[2]) in known else f"the screen showed {shown}, the project never was there"
