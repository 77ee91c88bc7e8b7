"""Delimited text taken apart line by line, so that every fault has its line and one broken line spoils no other."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from annotator.errors import AgreementError
from annotator.text.terminal_text import one_line

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
"""What can stand between two cells."""

_MOST_LINES = 20
"""A quoted cell can go on over so many lines; a quotation mark that stays open longer is a fault of its line."""


class Fault(NamedTuple):
    """What is wrong in which line, counted from 1."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.sentence}"


class BadFileError(AgreementError):
    """A file of labels with faults; `faults` holds every one."""

    def __init__(self, message: str, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


class Record(NamedTuple):
    """The cells of one record and the line on which it begins."""

    line: int
    cells: list[str]


@dataclass
class Delimited:
    """A file's records and what is wrong with the lines that are none."""

    separator: str
    records: list[Record]
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_delimited(raw: bytes, name: str, encoding: str | None = None) -> Delimited:
    """Take a file apart; blank lines are left out.

    The separator is the one of , ; and tab that the first line holds most of.

    Raises:
        BadFileError: The file is empty or its encoding cannot be read at all.
    """
    faults: list[Fault] = []
    remarks: list[str] = []
    lines = _lines(raw, name, encoding, faults, remarks)
    first = next((text for _, text in lines if text.strip()), None)
    if first is None:
        raise BadFileError(f"{name} holds no lines", tuple(faults))
    separator = max(SEPARATORS, key=first.count)
    if separator != ",":
        remarks.append(f"The columns are separated by {SEPARATORS[separator]}.")
    found = Delimited(separator, [], faults, remarks)
    found.records.extend(_records(lines, separator, faults))
    return found


def _lines(
    raw: bytes, name: str, encoding: str | None, faults: list[Fault], remarks: list[str]
) -> list[tuple[int, str]]:
    """The lines that can be read, with their numbers."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and encoding is None:
        encoding = "utf-16"
        remarks.append("The file is encoded in UTF-16.")
    raw = raw.removeprefix(codecs.BOM_UTF8)
    if encoding is not None:
        try:
            text = raw.decode(encoding)
        except (UnicodeDecodeError, LookupError) as error:
            raise BadFileError(f"{name} cannot be read as {one_line(encoding)}: {error}") from error
        return [(i, line.rstrip("\r")) for i, line in enumerate(text.split("\n"), 1)]
    lines = []
    for i, line in enumerate(raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"), 1):
        try:
            lines.append((i, line.decode("utf-8")))
        except UnicodeDecodeError as error:
            byte = line[error.start]
            faults.append(
                Fault(
                    i, f"byte {byte:#04x} at place {error.start + 1} is not UTF-8 (--encoding names another encoding)"
                )
            )
        else:
            if "\0" in lines[-1][1]:
                lines.pop()
                faults.append(Fault(i, "holds a NUL byte: this is not text"))
    return lines


def _records(lines: list[tuple[int, str]], separator: str, faults: list[Fault]) -> Iterator[Record]:
    at = 0
    while at < len(lines):
        number, text = lines[at]
        at += 1
        if not text.strip():
            continue
        if '"' not in text:
            yield Record(number, text.split(separator))
            continue
        # A quoted cell may hold line breaks, but a quotation mark that was forgotten must not swallow the file.
        for more in range(min(_MOST_LINES, len(lines) - at + 1)):
            joined = "\n".join([text, *(line for _, line in lines[at : at + more])])
            cells = _cells(joined, separator)
            if cells is not None:
                at += more
                yield Record(number, cells)
                break
        else:
            faults.append(Fault(number, "a quotation mark is not closed, or text stands after the closing one"))


def _cells(text: str, separator: str) -> list[str] | None:
    """The cells of a record; None while a quotation mark is open."""
    try:
        (cells,) = csv.reader([text], delimiter=separator, strict=True)
    except (csv.Error, ValueError):
        return None
    return cells
