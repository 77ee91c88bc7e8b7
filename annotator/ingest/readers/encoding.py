"""Decode bytes: UTF-8, UTF-16, UTF-32 by mark or shape, legacy code pages by recognition."""

from __future__ import annotations

import codecs
import re
from importlib import import_module
from typing import NamedTuple

from annotator.errors import IngestError, UsageError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_SAMPLE = 1 << 18
"""How many bytes a code page is recognised from."""

# A code page of the Latin script is told by the letters that it makes of the bytes above 127: they should all
# belong to one language. Of pages that do equally well the more widespread one, which stands first, is taken.
# charset-normalizer alone takes English in windows-1252 for windows-1250 and so makes "Ł" of every "£".
_LATIN_PAGES = ("cp1252", "cp1250", "cp1254", "cp1257", "iso8859_2", "mac_roman", "cp850", "cp437")
_ALPHABETS = tuple(
    frozenset(letters + letters.upper())
    for letters in (
        "äöüßéàè",  # German, with its loan words
        "àâæçéèêëîïôœùûüÿ",
        "áéíñóúüçàèòï",  # Spanish and Catalan
        "àèéìíîòóùú",
        "ãõáâàçéêíóôúü",
        "åäöæøéü",  # Scandinavian and Finnish
        "áéíóúýþæðö",  # Icelandic
        "ëéèïöüóáêâîôûú",
        "ąćęłńóśźż",
        "áčďéěíňóřšťúůýžäľĺŕô",
        "áéíóöőúüű",
        "ăâîșțşţ",
        "čćđšž",
        "çğıöşüâîû",
        "ąčęėįšųūž",
        "āčēģīķļņšūž",
        "äöõüšž",
    )
)
_WESTERN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøœùúûüßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØŒÙÚÛÜÐðÞþÝý")
"""Letters of names from all over the West, as an English text may hold them; worth less than one language's."""
_SIGNS = frozenset("‘’“”„‚…–—−«»‹›£€¥§°©®™·•½¼¾¿¡¹²³ºª\u00a0\u00ad´×†‡")
# What a wrong page makes of letters and quotation marks: capitals and odd signs in the middle of a word, controls.
_IMPLAUSIBLE = re.compile(
    r"[a-z][À-ÖØ-ÞŒŠŽŸĄĆĘŁŃŚŹŻ]|[a-z][^\w\s'’´‘”“»«*/&+=@#%^~|\\<>(){}\[\]!-.:;?—–…·-]+[a-z]|[\x80-\x9f]"
)
_OTHER_PAGES = (
    *("cp1251", "koi8_r", "cp866", "iso8859_5", "cp1253", "iso8859_7", "cp1255", "cp1256", "cp874"),
    *("cp932", "euc_jp", "iso2022_jp", "gb18030", "big5", "cp949", *_LATIN_PAGES),
)


class Decoded(NamedTuple):
    """A text and the encoding it was read in."""

    text: str
    encoding: str


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """The text that bytes stand for.

    A byte order mark says how the text is encoded; it is not part of the text and is left out.

    Args:
        data: A whole file.
        encoding: The encoding where it is known; otherwise it is recognised.

    Raises:
        IngestError: The bytes are not text in this encoding; the sentence names the line.
        UsageError: No such encoding is known.
    """
    name, skip = recognise(data, encoding)
    try:
        return Decoded(data[skip:].decode(name), spoken(name))
    except UnicodeDecodeError as error:
        raise _undecodable(data, skip + error.start, name) from error


def recognise(data: bytes, encoding: str | None = None) -> tuple[str, int]:
    """The encoding of bytes, as Python names it, and how many of them are its mark.

    Raises:
        IngestError: The encoding was not recognised.
        UsageError: `encoding` is given and unknown.
    """
    named = None if encoding is None else _lookup(encoding)
    for mark, name in _MARKS:
        if data.startswith(mark) and (named is None or named.startswith(name[:6])):
            return name, len(mark)
    if named is not None:
        return named, 0
    if is_utf8(data):
        return "utf-8", 0
    if b"\x00" in data[:_SAMPLE]:
        return _sixteen(data[:_SAMPLE]), 0
    _refuse_damaged_utf8(data)
    return _latin_page(_telling(data)) or _other_page(_telling(data)), 0


def beginning(start: bytes, encoding: str | None = None) -> tuple[str, int]:
    """The same from the first bytes of a long file: UTF-8 unless its mark or its zeros say UTF-16 or UTF-32."""
    if encoding is None and b"\x00" not in start and not any(start.startswith(mark) for mark, _ in _MARKS):
        return "utf-8", 0
    return recognise(start, encoding)


def is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8 without NUL bytes (NUL suggests UTF-16 or binary data)."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\x00" not in data[:_SAMPLE]


def spoken(encoding: str) -> str:
    """The name of an encoding as people know it."""
    return re.sub(r"^cp(125\d)$", r"windows-\1", encoding.replace("_", "-"))


def _lookup(encoding: str) -> str:
    try:
        found = codecs.lookup(encoding)
        "".encode(found.name)  # hex, rot13 and their like are not encodings of text
    except (LookupError, ValueError) as error:
        raise UsageError(f'there is no encoding called "{encoding}"') from error
    return "utf-8" if found.name == "utf-8-sig" else found.name


def _sixteen(sample: bytes) -> str:
    """UTF-16 without a mark: in Western text every other byte is zero."""
    sample = sample[: len(sample) // 2 * 2]
    half = len(sample) // 2
    high, low = sample[1::2].count(0), sample[0::2].count(0)
    if min(high, low) < 0.02 * half and max(high, low) > 0.3 * half:
        name = "utf-16-le" if high > low else "utf-16-be"
        text = sample.decode(name, "replace")
        if sum(sign.isprintable() or sign.isspace() for sign in text) > 0.95 * len(text):
            return name
    line = sample.count(b"\n", 0, sample.find(b"\x00")) + 1
    raise IngestError(f"line {line}: a NUL byte, so this is not text")


def _refuse_damaged_utf8(data: bytes) -> None:
    """A file that is UTF-8 but for a few bytes is damaged; a code page would turn all its accents to garbage."""
    damaged = data.decode("utf-8", "replace")
    n_bad = damaged.count("\ufffd")
    n_good = sum(sign > "\x7f" for sign in damaged) - n_bad
    if n_good > n_bad:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _undecodable(data, error.start, "utf-8") from error


def _telling(data: bytes) -> bytes:
    """The lines that hold bytes above 127, as many as are needed to recognise a code page."""
    if len(data) <= _SAMPLE:
        return data
    lines, size = [], 0
    for found in re.finditer(rb"[^\n]{0,2000}[\x80-\xff][^\n]{0,2000}\n?", data):
        lines.append(found[0])
        size += len(found[0])
        if size > _SAMPLE:
            break
    return b"".join(lines)


def _latin_page(sample: bytes) -> str | None:
    """The code page of a text in the Latin script, or None where no page makes a language of it."""
    n_ascii = sum(map(sample.count, (bytes([code]) for code in (*range(65, 91), *range(97, 123)))))
    n_high = sum(code > 127 for code in sample)
    if n_high > 0.3 * n_ascii + 2:
        return None
    fits = {page: _fit(sample, page) for page in _LATIN_PAGES}
    best = max(fits, key=lambda page: fits[page])
    return best if fits[best] > 0.85 else None


def _fit(sample: bytes, page: str) -> float:
    """How well the bytes above 127 read in a code page, up to 1.0."""
    try:
        text = sample.decode(page)
    except UnicodeDecodeError:
        return 0.0
    high = [sign for sign in text if sign > "\x7f"]
    letters = [sign for sign in high if sign.isalpha() and sign not in _SIGNS]
    n_known = max(sum(letter in alphabet for letter in letters) for alphabet in _ALPHABETS)
    n_known_or_foreign = max(float(n_known), 0.9 * sum(letter in _WESTERN for letter in letters))
    n_signs = sum(sign in _SIGNS for sign in high)
    return (n_known_or_foreign + n_signs - len(_IMPLAUSIBLE.findall(text))) / len(high)


def _other_page(sample: bytes) -> str:
    charset_normalizer = import_module("charset_normalizer")  # 40 ms, for the few files that need it
    best = charset_normalizer.from_bytes(sample, cp_isolation=list(_OTHER_PAGES)).best()
    if best is None:
        raise IngestError("its encoding was not recognised: name it with --encoding")
    return str(best.encoding)


def _undecodable(data: bytes, at: int, encoding: str) -> IngestError:
    line = data.count(b"\n", 0, at) + 1
    return IngestError(f"line {line}: byte {data[at]:#04x} is not {spoken(encoding)}")
