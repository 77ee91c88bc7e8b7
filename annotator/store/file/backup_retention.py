"""Which snapshots of a project stay: a rule by age, and a limit on the space that they take together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from annotator.errors import UsageError
from annotator.files import private

KEEP_LAST = 10
KEEP_DAYS = 14
KEEP_WEEKS = 52

MOST_BYTES = 3_000_000_000
"""The limit of a project whose owner has set no other."""

_LIMIT = "limit.txt"
_UNITS = {"MB": 10**6, "GB": 10**9, "TB": 10**12}
_SIZE = re.compile(r"(\d{1,6}(?:\.\d{1,6})?) ?(MB|GB|TB)", re.IGNORECASE | re.ASCII)


def keep(times: Sequence[datetime]) -> list[bool]:
    """Which of the snapshots made at these times stay: the last ten, then one a day, then one a week.

    The days and weeks are counted back from the newest, so that a clock that was wrong once removes nothing else.

    Args:
        times: Newest first.
    """
    seen: set[object] = set()
    kept = []
    for i, at in enumerate(times):
        age = times[0] - at
        slot: object = at.date() if age < timedelta(days=KEEP_DAYS) else at.isocalendar()[:2]
        kept.append(i < KEEP_LAST or (slot not in seen and age < timedelta(weeks=KEEP_WEEKS)))
        seen.add(slot)
    return kept


def fit(times: Sequence[datetime], sizes: Sequence[int], most: int) -> list[bool]:
    """Which snapshots stay within a limit: those closest together for their age go first.

    The newest always stays. The oldest goes last.

    Args:
        times: Newest first.
        sizes: Their sizes in bytes.
        most: What they may take together, in bytes.
    """
    kept = list(range(len(times)))
    while len(kept) > 1 and sum(sizes[i] for i in kept) > most:
        inner = range(1, len(kept) - 1)
        at = min(inner, key=lambda place: _distance(times, kept[place - 1 : place + 2]), default=len(kept) - 1)
        del kept[at]
    return [i in kept for i in range(len(times))]


def _distance(times: Sequence[datetime], three: Sequence[int]) -> float:
    """How far the neighbours of a snapshot are from each other, as a share of its age."""
    newer, own, older = (times[i] for i in three)
    return (newer - older) / max(times[0] - own, timedelta(microseconds=1))


def limit(folder: Path) -> int:
    """What the snapshots in a folder may take together, in bytes."""
    with suppress(OSError, ValueError):
        return int((folder / _LIMIT).read_text("ascii"))
    return MOST_BYTES


def set_limit(folder: Path, most: int) -> None:
    """Keep the limit in the folder of the snapshots, where a restored project does not change it.

    Raises:
        OSError: It cannot be written.
    """
    private.make_folder(folder)
    private.write(folder / _LIMIT, f"{most}\n")


def parse_size(text: str) -> int:
    """The bytes of a size such as `500 MB` or `2.5GB`.

    Raises:
        UsageError: The text is not a size, or nothing.
    """
    match = _SIZE.fullmatch(text.strip())
    most = round(float(match[1]) * _UNITS[match[2].upper()]) if match else 0
    if most <= 0:
        raise UsageError(f"{text[:20]!r} is not a size; write 500MB, 3GB or 1TB")
    return most


def shown_size(n: int) -> str:
    """Bytes as people read them: `2.9 GB`."""
    name, unit = next((one for one in reversed(_UNITS.items()) if n >= one[1]), ("MB", _UNITS["MB"]))
    return f"{n / unit:.3g} {name}"
