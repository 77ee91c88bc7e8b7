r"""Text as LaTeX that plain pdflatex can set: signs escaped, accents as commands, Greek as mathematics.

pdflatex stops at a sign of a script that no package was loaded for. Runs of such signs become `\otherscript`, which
prints them with XeLaTeX and LuaLaTeX, and their code points with pdflatex.
"""

from __future__ import annotations

import unicodedata
from itertools import groupby

from annotator.text.terminal_text import one_line

PREAMBLE = r"""\documentclass{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\usepackage{textcomp,booktabs,longtable}
\usepackage[margin=1.5cm,landscape]{geometry}
\providecommand{\otherscript}[2]{\ifdefined\Umathchar #1\else [#2]\fi}
"""

_ESCAPED = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    "'": r"\textquotesingle{}",
    "[": "{[}",  # after a line break it would be a length
    "]": "{]}",
    "*": "{*}",
    "-": "{-}",  # two of them would become a dash
    "−": r"$-$",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "≠": r"$\neq$",
    "≈": r"$\approx$",
    "∞": r"$\infty$",
    "×": r"$\times$",
    "→": r"$\rightarrow$",
    "←": r"$\leftarrow$",
    "↔": r"$\leftrightarrow$",
    "√": r"$\surd$",
    "…": r"\ldots{}",
    "–": r"\textendash{}",
    "—": r"\textemdash{}",
    "‘": r"\textquoteleft{}",
    "’": r"\textquoteright{}",
    "“": r"\textquotedblleft{}",
    "”": r"\textquotedblright{}",
    "„": r"\quotedblbase{}",
    "‚": r"\quotesinglbase{}",
    "«": r"\guillemotleft{}",
    "»": r"\guillemotright{}",
    "‹": r"\guilsinglleft{}",
    "›": r"\guilsinglright{}",
    "•": r"\textbullet{}",
    "€": r"\texteuro{}",
    "\u00a0": "~",
    "ß": r"\ss{}",
    "æ": r"\ae{}",
    "Æ": r"\AE{}",
    "ø": r"\o{}",
    "Ø": r"\O{}",
    "œ": r"\oe{}",
    "Œ": r"\OE{}",
    "ł": r"\l{}",
    "Ł": r"\L{}",
    "đ": r"\dj{}",
    "Đ": r"\DJ{}",
    "ð": r"\dh{}",
    "Ð": r"\DH{}",
    "þ": r"\th{}",
    "Þ": r"\TH{}",
    "ŋ": r"\ng{}",
    "Ŋ": r"\NG{}",
    "ı": r"\i{}",
    "ȷ": r"\j{}",
}

_ACCENTS = {
    "\u0300": r"\`",
    "\u0301": r"\'",
    "\u0302": r"\^",
    "\u0303": r"\~",
    "\u0304": r"\=",
    "\u0306": r"\u",
    "\u0307": r"\.",
    "\u0308": r"\"",
    "\u030a": r"\r",
    "\u030b": r"\H",
    "\u030c": r"\v",
    "\u0323": r"\d",
    "\u0327": r"\c",
    "\u0328": r"\k",
    "\u0331": r"\b",
}

_GREEK = {
    **dict(
        zip(
            "αβγδεζηθικλμνξπρστυφχψω",
            "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi"
            " psi omega".split(),
            strict=True,
        )
    ),
    **dict(zip("ΓΔΘΛΞΠΣΥΦΨΩ", "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split(), strict=True)),
    "ς": "varsigma",
}
_LIKE_LATIN = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo", strict=True))
"""Greek letters that LaTeX has no command for, because a Latin one looks the same."""

_PLAIN = frozenset(chr(code) for code in range(0x20, 0x7F)) | frozenset("¡¢£¤¥¦§©ª¬®°±²³´µ¶·¸¹º¼½¾¿÷")


def latex_text(text: str) -> str:
    """A text on one line as LaTeX, never a command."""
    found = []
    signs = _clusters(_parted(unicodedata.normalize("NFC", one_line(text))))
    for is_set, run in groupby(((sign, _sign(sign)) for sign in signs), key=lambda pair: pair[1] is not None):
        pairs = list(run)
        if is_set:
            found += [latex or "" for _, latex in pairs]
        else:
            signs_of_run = "".join(sign for sign, _ in pairs)
            codes = " ".join(f"U+{ord(sign):04X}" for sign in signs_of_run)
            found.append(f"\\otherscript{{{signs_of_run}}}{{{codes}}}")
    return "".join(found)


def _parted(text: str) -> str:
    """Letters apart from their accents, where the whole letter has no command of its own."""
    return "".join(sign if sign in _ESCAPED else unicodedata.normalize("NFD", sign) for sign in text)


def _clusters(text: str) -> list[str]:
    """Signs, each with the combining marks that follow it."""
    found: list[str] = []
    for sign in text:
        if found and unicodedata.combining(sign):
            found[-1] += sign
        else:
            found.append(sign)
    return found


def _sign(cluster: str) -> str | None:
    """One sign with its marks as LaTeX; None if pdflatex cannot set it."""
    base, marks = cluster[0], cluster[1:]
    latex = _base(base)
    if latex is None or any(mark not in _ACCENTS for mark in marks):
        return None
    if marks and base in "ij":
        latex = f"\\{base}{{}}"
    for mark in marks:
        latex = f"{_ACCENTS[mark]}{{{latex}}}"
    return latex


def _base(sign: str) -> str | None:
    if sign in _ESCAPED:
        return _ESCAPED[sign]
    if sign in _GREEK:
        return f"$\\{_GREEK[sign]}$"
    return _LIKE_LATIN.get(sign, sign if sign in _PLAIN else None)
