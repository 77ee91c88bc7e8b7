"""Dates in the notations of databases and tables, in fourteen languages, as ISO 8601, never by the locale."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

from annotator.errors import UsageError
from annotator.text.word_lists import read_lines

Order = Literal["day first", "month first"]
"""Which of two numbers comes first in a date such as 05/06/2031."""

LONGEST_LINE = 90
"""A longer line is not a line with a date."""

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]\d\d:?\d\d(?::?\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_PARTIAL = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?", re.ASCII)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d\d)(?!\d)", re.ASCII)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)", re.ASCII)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?:T\d{4,6}Z?)?(?!\d)", re.ASCII)
_CHINESE = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?")
ORDERS: dict[str, Order] = {"dmy": "day first", "mdy": "month first"}
"""Shorthands among formats: dates are recognised, and this decides about 05/06/2031."""
_SINCE = 70
"""A year of two digits from 70 on belongs to the last century."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as read."""

    iso: str
    """YYYY-MM-DD; YYYY-MM where the day is not given."""
    is_ambiguous: bool = False
    """Whether day and month may be the other way round."""


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    table = csv.DictReader(read_lines(Path(__file__).with_name("months.csv")))
    return {name: int(row["month"]) for row in table for name in row["names"].split(";")}


@lru_cache(maxsize=1)
def _worded() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Patterns of dates with a month's name: day first, month first, year first, without a day."""
    month = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))
    of, day = r"(?:de |del |di |of |d['’])?", r"(\d{1,2})(?:er|st|nd|rd|th|[.º°ªe])?"
    return (
        re.compile(rf"(?<!\d){day}[\s-]{{0,3}}{of}\b({month})\b\.?,?[\s-]{{0,3}}{of}(\d{{4}})(?!\d)"),
        re.compile(rf"\b({month})\b\.?\s{{1,3}}{day},?\s{{1,3}}(\d{{4}})(?!\d)"),
        re.compile(rf"(?<!\d)(\d{{4}})[\s,-]{{1,3}}({month})\b\.?[\s-]{{1,3}}{day}(?!\d)"),
        re.compile(rf"\b({month})\b\.?,?\s{{1,3}}{of}(\d{{4}})(?!\d)"),
    )


def find_date(text: str, order: Order | None = None) -> Dated | None:
    """The first date in a text that is little more than a date, or None.

    Weekdays, times and other words around it are ignored. A date that no calendar has (31 February) is None.

    Args:
        text: Such as "Tuesday, May 6, 2031", "1er août 2031", "2031 年 5 月 6 日", "06.05.31".
        order: How a date such as 05/06/2031 is read; without it the day comes first, and the date is ambiguous.
    """
    text = unicodedata.normalize("NFKC", text).casefold().strip()
    if found := _ISO.match(text) or _YEAR_FIRST.search(text):
        year, month, day = (found[1], found[2], found[3]) if found.re is _ISO else (found[1], found[3], found[4])
        return _valid(int(year), int(month), int(day))
    if found := _CHINESE.search(text):
        return _valid(int(found[1]), int(found[2]), int(found[3]))
    return _with_words(text) or _with_numbers(text, order)


def find_line_date(line: str) -> str | None:
    """The ISO date of a line that is a date and little else; None for long lines and copyright lines."""
    stripped = line.strip()
    if len(stripped) > LONGEST_LINE or stripped.casefold().startswith(("copyright", "©", "(c)")):
        return None
    found = find_date(stripped)
    return found.iso if found else None


def _with_words(text: str) -> Dated | None:
    day_first, month_first, year_first, no_day = _worded()
    if found := day_first.search(text):
        return _valid(int(found[3]), _months()[found[2]], int(found[1]))
    if found := month_first.search(text):
        return _valid(int(found[3]), _months()[found[1]], int(found[2]))
    if found := year_first.search(text):
        return _valid(int(found[1]), _months()[found[2]], int(found[3]))
    if found := no_day.search(text):
        return Dated(f"{found[2]}-{_months()[found[1]]:02}")
    return None


def _with_numbers(text: str, order: Order | None) -> Dated | None:
    if found := _NUMERIC.search(text):
        first, mark, second = int(found[1]), found[2], int(found[3])
        year = int(found[4]) if len(found[4]) == 4 else int(found[4]) + (1900 if int(found[4]) >= _SINCE else 2000)
        may_be_both = first <= 12 and second <= 12 and first != second
        is_month_first = order == "month first" if may_be_both else second > 12
        day, month = (second, first) if is_month_first else (first, second)
        read = _valid(year, month, day)
        return Dated(read.iso, may_be_both and order is None and mark != ".") if read else None
    if found := _COMPACT.search(text):
        return _valid(int(found[1]), int(found[2]), int(found[3]))
    return None


def _valid(year: int, month: int, day: int) -> Dated | None:
    try:
        return Dated(date(year, month, day).isoformat())
    except ValueError:
        return None


def is_iso(text: str) -> bool:
    """Whether a text is a date or a moment in ISO 8601 already, down to a year or a month alone."""
    if _PARTIAL.fullmatch(text):
        return True
    found = _ISO.fullmatch(text)
    return found is not None and _valid(int(found[1]), int(found[2]), int(found[3])) is not None


def by_formats(text: str, formats: Sequence[str]) -> Dated | None:
    """A date in one of several formats (`check_formats`), or None."""
    for one in formats:
        if one in ORDERS:
            if (found := find_date(text, ORDERS[one])) is not None:
                return found
            continue
        try:
            return Dated(datetime.strptime(text.strip(), one).date().isoformat())  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def check_formats(given: Iterable[str]) -> tuple[str, ...]:
    """Formats of dates as `datetime.strptime` takes them, or "dmy" and "mdy".

    Raises:
        UsageError: A format does not say day, month and year.
    """
    formats: list[str] = []
    for one in given:
        fields = set(re.findall(r"%([a-zA-Z])", one))
        if one.lower() in ORDERS:
            formats.append(one.lower())
        elif fields & set("YyGDcx") and fields & set("mbBjcx") and fields & set("djcx"):
            formats.append(one)
        else:
            raise UsageError(
                f'the date format "{one}" needs a day, a month and a year, such as %d/%m/%Y, or dmy or mdy'
            )
    return tuple(formats)


def order_of(dates: Sequence[str]) -> Order | None:
    """Which number comes first in dates of one column, if one of them shows it and none contradicts."""
    firsts = seconds = 0
    for one in dates:
        if found := _NUMERIC.fullmatch(one.strip()):
            firsts += int(found[1]) > 12
            seconds += int(found[3]) > 12
    if firsts and not seconds:
        return "day first"
    return "month first" if seconds and not firsts else None
