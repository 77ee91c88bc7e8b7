"""Other keyboards: the key that stands where a sign stands, as an English keyboard has it."""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from functools import lru_cache

_ENGLISH = "qwertyuiop[]asdfghjkl;'zxcvbnm,./"
_LAYOUTS = {
    "ru": "йцукенгшщзхъфывапролджэячсмитьбю.",
    "uk": "йцукенгшщзхїфівапролджєячсмитьбю.",
    "be": "йцукенгшўзх'фывапролджэячсмітьбю.",
    "el": ";ςερτυθιοπ[]ασδφγηξκλ΄'ζχψωβνμ,./",
    "he": "/'קראטוןםפ][שדגכעיחלךף,זסבהנמצתץ.",
    "ar": "ضصثقفغعهخحجدشسيبلاتنمكطئءؤر\0ىةوزظ",
    "fa": "ضصثقفغعهخحجچشسیبلاتنمکگظطزرذدپو./",
}
"""By language, the signs of its usual keyboard on the places of `_ENGLISH`.

Where two differ, that of the codebook's language counts, else the first one.
"""
_LIKE_LETTERS = {"ı": "i", "İ": "I"}
"""Letters of a Turkish keyboard on the place of "i"."""
FRENCH_DIGITS = "&é\"'(-è_çà"
"""The signs of a French keyboard on the places of the digits 1 to 9 and 0."""

TOLD = "Cyrillic, Greek, Hebrew, Arabic and Persian letters, and the digits of a French keyboard"
"""The signs that are known, in words."""


@lru_cache(maxsize=8)
def _places(code: str) -> dict[str, str]:
    found = dict(zip(FRENCH_DIGITS, "1234567890", strict=True)) | _LIKE_LETTERS
    for signs in sorted(_LAYOUTS.values(), key=lambda signs: signs != _LAYOUTS.get(code)):
        for sign, key in zip(signs, _ENGLISH, strict=True):
            if not sign.isascii():
                found.setdefault(sign, key)
                if sign.upper().lower() == sign != sign.upper():
                    found.setdefault(sign.upper(), key.upper())
    return found


def _code(language: str | None) -> str:
    return (language or "").replace("_", "-").partition("-")[0].casefold()


def placed(sign: str, language: str | None = None) -> str:
    """The key at the place of a sign of another keyboard, or the digit of another script; the sign itself otherwise.

    Args:
        sign: What was typed.
        language: Whose keyboard it most likely is.
    """
    key = _places(_code(language)).get(sign)
    if key is None and len(sign) == 1 and not sign.isascii():
        wide = unicodedata.normalize("NFKC", sign)  # an input method types Latin letters in full width
        key = (
            str(unicodedata.decimal(sign)) if sign.isdecimal() else wide if wide.isalnum() and wide.isascii() else None
        )
    return sign if key is None or len(key) != 1 else key


def meant(sign: str, *keys: Container[str], language: str | None = None) -> str:
    """The key that a sign stands for: the sign itself if it is a key, else the one at its place if that is a key."""
    if any(sign in some for some in keys):
        return sign
    key = placed(sign, language)
    return key if any(key in some for some in keys) else sign


def signs_at(key: str, language: str | None) -> str | None:
    """The sign of a language's usual keyboard at the place of a key; None if it is the same or not known."""
    code = _code(language)
    if code == "fr" and key.isdecimal() and len(key) == 1:
        return FRENCH_DIGITS[int(key) - 1]
    at = _ENGLISH.find(key.lower()) if len(key) == 1 and code in _LAYOUTS else -1
    if at < 0:
        return None
    sign = _LAYOUTS[code][at]
    sign = sign.upper() if key.isupper() else sign
    return sign if placed(sign, language) == key else None
