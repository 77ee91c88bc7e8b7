"""Texts as they are searched: without case, accents, hamza and the Arabic article; ё is е, ß is ss, ø is o.

A search folds what is typed and what is searched in the same way. й, ї and ў are letters of their own and stay.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from annotator.text.folding import Folded, fold_for_search

_LETTERS = dict(zip("æœøłđðþıĸŧħ", ("ae", "oe", "o", "l", "d", "d", "th", "i", "k", "t", "h"), strict=True)) | {
    "ة": "ه",
    "ى": "ي",
    "ی": "ي",
    "ک": "ك",
    "ٱ": "ا",
    "ـ": "",
}
_LETTERS |= dict.fromkeys("\u200c\u200d", "")
_KEPT = frozenset("йїў")
_ACCENTED = ((0, 0x700), (0x1D00, 0x2000), (0x2C60, 0x2E00), (0xA640, 0xA800), (0xAB30, 0xAB70), (0xFB00, 0xFE00))
"""Latin, Greek, Cyrillic, Hebrew, Arabic: elsewhere a mark is part of a letter, not an accent."""

_ARTICLE = re.compile(r"(?<![^\W\d_])[وفبك]?ال(?=[^\W\d_])")
"""The article, also after the particles that are written as one word with it."""
_NOT_INDEXED = re.compile(
    "[ßẞæÆœŒøØłŁđĐðÐþÞıİĸŧŦħĦ\u0370-\u0700\u0966-\u096f\u09e6-\u09ef\u1f00-\u1fff\ufb1d-\ufdff\ufe70-\ufeff\uff01-\uff9f]"
)
"""Letters that the search index would keep as they are; it folds accents of Latin letters by itself."""


_HALF_VOICED = re.compile("[\uff9e\uff9f]")


class _Table(dict[int, str]):
    """The letters by code point, each worked out when it first occurs."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _bare(chr(code))
        return found


def _bare(sign: str) -> str:
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    low = "".join(_LETTERS.get(one, one) for one in fold_for_search(sign).text).casefold()
    if low in _KEPT:
        return low
    if any(first <= ord(sign) < last for first, last in _ACCENTED):
        form: Literal["NFD", "NFKD"] = "NFKD" if ord(sign) >= 0xFB00 else "NFD"
        low = "".join(one for one in unicodedata.normalize(form, low) if not unicodedata.combining(one)).casefold()
    return "".join(_LETTERS.get(one, one) for one in low)


_TABLE = _Table()


def searchable(text: str) -> str:
    """A text as it is searched."""
    if text.isascii():
        return text.lower()
    # Signs of their own are folded one by one, which is fast; letters that are written with marks are not.
    is_one_by_one = unicodedata.is_normalized("NFC", text) and _HALF_VOICED.search(text) is None
    whole = text if is_one_by_one else fold_for_search(text).text
    return _ARTICLE.sub("", whole.translate(_TABLE))


def fold_searchable(text: str) -> Folded:
    """A text as it is searched, which knows where each of its characters stands in the text."""
    folded = fold_for_search(text)
    letters, places, ends = [], [], []
    for offset, sign in enumerate(folded.text):
        start, end = folded.raw(offset, offset + 1)
        for letter in _TABLE[ord(sign)]:
            letters.append(letter)
            places.append(start)
            ends.append(end)
    whole = "".join(letters)
    gone = {at for article in _ARTICLE.finditer(whole) for at in range(*article.span())}
    kept = [at for at in range(len(whole)) if at not in gone]
    return Folded("".join(letters[at] for at in kept), [places[at] for at in kept], [ends[at] for at in kept])


def is_other_in_index(text: str) -> bool:
    """Whether an index of words would not find the words of a text as they are searched, unless it folds the text."""
    return not text.isascii() and _NOT_INDEXED.search(text) is not None


def without_accents(text: str) -> str:
    """A text in small letters without accents, its letters else as they are: "Łódź" is "łodz", "ガス" stays "ガス"."""
    low = unicodedata.normalize("NFKC", text).casefold()
    if low.isascii():
        return low
    return "".join(map(_without_accent, unicodedata.normalize("NFC", low)))


@lru_cache(maxsize=4096)
def _without_accent(sign: str) -> str:
    if sign in _KEPT or not any(first <= ord(sign) < last for first, last in _ACCENTED):
        return sign
    return "".join(one for one in unicodedata.normalize("NFD", sign) if not unicodedata.combining(one))


def holds_words(text: str, typed: str) -> bool:
    """Whether a text holds each of the typed words, or the beginning of a word."""
    searched = searchable(text)
    return all(word in searched for word in searchable(typed).split())


def begins_a_word(text: str, typed: str) -> bool:
    """Whether typed letters begin a text or a word in it."""
    searched, begin = searchable(text), searchable(typed)
    return searched.startswith(begin) or f" {begin}" in searched or f"({begin}" in searched
