"""Files damaged at random: nothing that matters may change without being noticed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from annotator.errors import StoreError
from annotator.store import Store
from annotator.store.history.canonical_rows import QUERIES, rows
from annotator.store.rescue.doctor import examine
from annotator.store.rescue.salvage import salvage

PAGE = 4096
ARTICLES = (
    "select article_id, name, title, date, metadata, raw_text, position, start, end, role from articles a"
    " join paragraphs p on p.article = a.id order by 1, position"
)
HISTORY = (
    "select step_id, c.name, at, what, t.kind, seen, n, entity, key, before, after from steps t"
    " join coders c on c.id = t.coder left join changes x on x.step = t.id order by t.id, n"
)


class Damaged(NamedTuple):
    """Results by kind of damage.

    Attributes:
        trials: Damaged files.
        noticed: Files whose damage was noticed.
        silent: Losses that nobody noticed.
        saved: Repairs with a sound result.
        tried_to_save: Repairs.
        named: Repairs that listed something as lost.
    """

    trials: Counter[str]
    noticed: Counter[str]
    silent: list[str]
    saved: Counter[str]
    tried_to_save: Counter[str]
    named: Counter[str]


def content(path: Path) -> object:
    """Everything that a coder or a reader would miss."""
    with Store(path, read_only=True) as store:
        c = store.connection
        return {table: list(rows(c, table)) for table in QUERIES}, c.all(ARTICLES), c.all(HISTORY)


def is_noticed(path: Path) -> bool:
    """Whether opening the file, or the doctor, says that something is wrong."""
    try:
        return not examine(path).is_sound
    except StoreError:
        return True


def damage(whole: Path, folder: Path, *, n: int, save_every: int = 10, seed: int = 0) -> Damaged:
    """Damage copies of a project, n times in each way."""
    r = random.Random(seed)  # noqa: S311 (no secret)
    before, data = content(whole), whole.read_bytes()
    found = Damaged(Counter(), Counter(), [], Counter(), Counter(), Counter())
    for i in range(n):
        for kind, change in WAYS.items():
            path = folder / "damaged.db"
            path.write_bytes(change(bytearray(data), r))
            found.trials[kind] += 1
            noticed = is_noticed(path)
            found.noticed[kind] += noticed
            if not noticed and content(path) != before:
                found.silent.append(f"{kind}, trial {i}")
            if noticed and i % save_every == 0:
                found.tried_to_save[kind] += 1
                lost = _save(path, folder / "saved.db")
                found.saved[kind] += lost is not None
                found.named[kind] += bool(lost)
            for part in folder.glob("damaged.db*"):
                part.unlink()
    return found


def _save(path: Path, target: Path) -> list[str] | None:
    """Repair a file; what is lost, or None if the repair is refused or not sound."""
    try:
        saved = salvage(path, target)
        return saved.lost if examine(saved.path).is_sound else None
    except StoreError:
        return None
    finally:
        for part in target.parent.glob(f"{target.name}*"):
            part.unlink()


def _flip(data: bytearray, r: random.Random) -> bytearray:
    data[r.randrange(len(data))] ^= 1 << r.randrange(8)
    return data


def _zero(data: bytearray, r: random.Random) -> bytearray:
    at = r.randrange(len(data) // PAGE) * PAGE
    data[at : at + PAGE] = bytes(PAGE)
    return data


def _cut(data: bytearray, r: random.Random) -> bytearray:
    return data[: r.randrange(len(data) * 9 // 10, len(data))]


def _behead(data: bytearray, r: random.Random) -> bytearray:
    n = r.randrange(1, PAGE + 1)
    data[:n] = bytes(n)
    return data


WAYS: dict[str, Callable[[bytearray, random.Random], bytearray]] = {
    "a bit flipped": _flip,
    "a page zeroed": _zero,
    "the file cut": _cut,
    "the header gone": _behead,
}
