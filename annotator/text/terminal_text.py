"""Untrusted text made harmless for a terminal, one character for one character."""

from __future__ import annotations

_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# U+200D (joiner) and U+FE0F (variation selector) stay: they hold emoji and scripts together.
_INVISIBLE = "\u00ad\u180e\u200b\u200c\u2060\u2061\u2062\u2063\u2064\ufeff"

_SHOWN: dict[int, str] = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: "␡",
    **dict.fromkeys(range(128, 160), "�"),
    **dict.fromkeys(map(ord, _BIDI), "◇"),
    **dict.fromkeys(map(ord, _INVISIBLE), "·"),
    0x2028: "⏎",
    0x2029: "⏎",
    **dict.fromkeys(range(55296, 57344), "�"),
}


def plain(text: str) -> str:
    """Replace control and invisible characters by visible signs.

    Escape sequences, C0 and C1 controls, bidirectional overrides, zero-width characters and lone surrogates
    become one visible character each, so that offsets into the text stay true. Tabs and line feeds stay.
    """
    return text.translate(_SHOWN)


def one_line(text: str) -> str:
    """The same on one line, for tables, titles and messages: tabs and line feeds are shown as signs too."""
    return plain(text).replace("\t", "␉").replace("\n", "␊")
