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

_PAIRS = 1 << 14
_SAMPLE = 1 << 18
"""How many bytes a code page is recognised from."""

# A code page of the Latin script is told by the letters that it makes of the bytes above 127: they should all
# belong to one language. Of pages that do equally well the more widespread one, which stands first, is taken.
# chardet alone is wrong about short English texts in windows-1252, where one sign is all there is to go by.
_LATIN_PAGES = ("cp1252", "cp1250", "cp1254", "cp1257", "iso8859_2", "mac_roman", "mac_iceland", "cp850", "cp437")
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
_NO_MATCH = "utf-8"
"""What chardet is to say of bytes that fit no code page: they are not UTF-8, which was tried before."""
_RUN = re.compile(rb"[^\n<>]*[\x80-\xff][^\n<>]*")
_WIDER = {"euc_jis_2004": "euc_jp", "shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949"}
"""Encodings that contain others and that programs write under the others' names."""
_SIGNS = frozenset("‘’“”„‚…–—−«»‹›£€¥§°©®™·•½¼¾¿¡¹²³ºª\u00a0\u00ad´×†‡")
# What a wrong page makes of letters and quotation marks: capitals and odd signs in the middle of a word, controls.
_IMPLAUSIBLE = re.compile(
    r"[a-z][À-ÖØ-ÞŒŠŽŸĄĆĘŁŃŚŹŻ]|[a-z][^\w\s'’´‘”“»«*/&+=@#%^~|\\<>(){}\[\]!-.:;?—–…·-]+[a-z]|[\x80-\x9f]"
)
_OTHER_PAGES = (
    *("cp1251", "koi8_r", "cp866", "iso8859_5", "cp1253", "iso8859_7", "cp1255", "cp1256", "cp874"),
    *(
        "cp932",
        "euc-jp",
        "gb18030",
        "big5hkscs",
        "cp949",
        "euc-kr",
        "johab",
        "hz",
        "cp862",
        "cp864",
        "cp855",
        "mac-cyrillic",
    ),
    *("koi8-u", "iso8859-8", "cp1258", "tis-620", "iso8859-13", "iso8859-4", *_LATIN_PAGES),
)
# ISO 2022 is seven-bit text with escape sequences, which UTF-8 takes for signs. Colours of a terminal begin otherwise.
_JAPANESE = re.compile(rb"\x1b\$[@B]|\x1b\(J|\x1b\$\(D")
_KOREAN = re.compile(rb"\x1b\$\)C.*?\x0e", re.DOTALL)
_CHINESE = re.compile(rb"\x1b\$\)[AG].*?\x0e", re.DOTALL)
_HZ = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e]){2,}~\}")
_ARABIC = frozenset({0xA0, 0xA4, 0xAC, 0xAD, 0xBB, 0xBF, *range(0xC1, 0xDB), *range(0xE0, 0xF3)})
"""The bytes above 127 that ISO-8859-6 uses."""
_ARTICLE = b"\xc7\xe4"
"""The Arabic article in ISO-8859-6, which stands in every sentence."""


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
    if (b"\x1b$" in data[:_SAMPLE] or b"~{" in data[:_SAMPLE]) and (seven := _seven_bit(data)) is not None:
        return seven, 0
    if is_utf8(data):
        return "utf-8", 0
    if b"\x00" in data[:_SAMPLE]:
        return _sixteen(data[:_SAMPLE]), 0
    _refuse_damaged_utf8(data)
    sample = _telling(data)
    if _is_arabic(sample):
        return "iso8859_6", 0
    return _latin_page(sample) or _other_page(sample), 0


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
    name = re.sub(r"^cp(125\d)$", r"windows-\1", encoding.replace("_", "-"))
    return re.sub(r"^iso(2022|8859)-([a-z0-9]+).*", r"iso-\1-\2", name)


def _seven_bit(data: bytes) -> str | None:
    """Which ISO 2022 encoding a text is in, if any."""
    for pattern, names in ((_JAPANESE, ("iso2022_jp_2", "iso2022_jp_ext")), (_KOREAN, ("iso2022_kr",))):
        if pattern.search(data[:_SAMPLE]):
            for name in names:
                try:
                    data.decode(name)
                except UnicodeDecodeError:
                    continue
                return name
    if data.isascii() and len(_HZ.findall(data[:_SAMPLE])) > 1:
        try:
            data.decode("hz")
        except UnicodeDecodeError:
            return None
        return "hz"
    if _CHINESE.search(data[:_SAMPLE]):
        raise IngestError("is in ISO-2022-CN, which cannot be read: save it as UTF-8")
    return None


def _is_arabic(sample: bytes) -> bool:
    """Whether a text is Arabic in ISO-8859-6: no byte that windows-1256 alone has, and the Arabic article."""
    high = [code for code in sample if code > 127]
    return len(high) >= 20 and _ARABIC.issuperset(high) and sample.count(_ARTICLE) >= 0.01 * len(high)


def _lookup(encoding: str) -> str:
    try:
        found = codecs.lookup(encoding)
        "".encode(found.name)  # hex, rot13 and their like are not encodings of text
    except (LookupError, ValueError) as error:
        raise UsageError(f'there is no encoding called "{encoding}"') from error
    return "utf-8" if found.name == "utf-8-sig" else found.name


def _sixteen(sample: bytes) -> str:
    """UTF-16 without a mark: blanks and line ends have a zero on the same side of each."""
    sample = sample[: len(sample) // 2 * 2]
    for name, blanks in (
        ("utf-16-le", (b" \x00", b"\n\x00", b"\r\x00")),
        ("utf-16-be", (b"\x00 ", b"\x00\n", b"\x00\r")),
    ):
        pairs = [sample[at : at + 2] for at in range(0, min(len(sample), _PAIRS), 2)]
        if sum(map(pairs.count, blanks)) >= 0.005 * len(pairs):
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
    chardet = import_module("chardet")  # 30 ms, for the few files that need it
    found = chardet.detect(
        _foreign(sample), include_encodings=_OTHER_PAGES, compat_names=False, no_match_encoding=_NO_MATCH
    )["encoding"]
    if found in (None, _NO_MATCH):
        raise IngestError("its encoding was not recognised: name it with --encoding")
    name = codecs.lookup(str(found)).name
    return _WIDER.get(name, name)


def _foreign(sample: bytes) -> bytes:
    """The words of a page or an English text that hold bytes above 127, where these are few among many others."""
    if sum(code > 127 for code in sample) > 0.1 * len(sample):
        return sample
    return b"\n".join(_RUN.findall(sample)) or sample


def _undecodable(data: bytes, at: int, encoding: str) -> IngestError:
    line = data.count(b"\n", 0, at) + 1
    return IngestError(f"line {line}: byte {data[at]:#04x} is not {spoken(encoding)}")
