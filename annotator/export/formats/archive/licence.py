"""The licence of an archive: an SPDX name, an address, or any text."""

from __future__ import annotations

import re

NONE = (
    "No licence was chosen. Until one is, nobody but its authors may use this archive.\n"
    "Choose one before you deposit it: annotator export archive --licence CC-BY-4.0\n"
)
_TEXTS = "It does not cover the articles' texts, whose rights are their publishers'.\n"


def address(licence: str | None) -> str | None:
    """Where a licence can be read; None for a text."""
    if licence is None:
        return None
    if re.fullmatch(r"https?://\S+", licence):
        return licence
    if re.fullmatch(r"[A-Za-z0-9.+-]*[0-9][A-Za-z0-9.+-]*", licence):
        return f"https://spdx.org/licenses/{licence}"
    return None


def licence_text(licence: str | None, *, has_texts: bool) -> str:
    """The file that says what the licence is."""
    if licence is None:
        return NONE
    where = address(licence)
    first = f"This archive is licensed under {licence}.\n" if where else f"{licence}\n"
    return first + (f"{where}\n" if where and where != licence else "") + (_TEXTS if has_texts else "")
