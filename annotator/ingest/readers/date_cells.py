"""The date in a cell of a table: read, recognised, or kept as it is with a remark."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.errors import IngestError
from annotator.ingest.dates import Dated, Order, by_formats, find_date, is_iso

_DAY = 10
"""Letters of a date without a time."""


@dataclass(frozen=True, slots=True)
class GivenDate:
    """The date of a row."""

    iso: str | None
    kept: str | None = None
    """The cell's own words, where they say more than the date or were not understood."""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DateReading:
    """How the dates of a table are read.

    Attributes:
        formats: Formats of `datetime.strptime`; otherwise dates are recognised.
        order: Which number comes first in dates such as 05/06/2031, where the table shows it.
        strict: Whether a date that is not understood is an error.
        is_day: Whether a moment is cut to its day.
    """

    formats: tuple[str, ...] = ()
    order: Order | None = None
    strict: bool = False
    is_day: bool = False

    def read(self, cell: str | None) -> GivenDate:
        """The date of a cell.

        Raises:
            IngestError: It was not understood, and the reading is strict.
        """
        if cell is None:
            return GivenDate(None)
        if is_iso(cell):
            has_time = len(cell) > _DAY and "T00:00:00" not in cell
            return GivenDate(cell[:_DAY], cell if has_time else None) if self.is_day else GivenDate(cell)
        found = by_formats(cell, self.formats) if self.formats else find_date(cell, self.order)
        if found is None:
            if self.strict:
                raise IngestError(f'the date "{cell[:40]}" was not understood: name its format with --date-format')
            return GivenDate(None, cell, (f'the date "{cell[:40]}" was not understood and is left out',))
        return GivenDate(found.iso, cell, _doubts(cell, found))


def _doubts(cell: str, found: Dated) -> tuple[str, ...]:
    if not found.is_ambiguous:
        return ()
    return (
        f'the date "{cell[:40]}" is ambiguous and was read as {found.iso}: if the month comes first, use'
        " --date-format mdy",
    )
