"""Moments as the project file keeps them: UTC, ISO 8601 with microseconds, so that texts sort as times do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def now() -> str:
    """This moment."""
    return stamp(datetime.now(UTC))


def later(earlier: str | None) -> str:
    """This moment, or just after an earlier stamp where the clock was set back: history never runs backwards."""
    at = now()
    if earlier is None or at > earlier:
        return at
    return stamp(datetime.fromisoformat(earlier) + timedelta(microseconds=1))


def stamp(moment: datetime) -> str:
    """A moment with a time zone, as the file keeps it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
