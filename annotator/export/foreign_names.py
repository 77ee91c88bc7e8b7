"""Names that others' files can have: ids that stay the same, file names without surprises, text that XML can hold."""

from __future__ import annotations

import re
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = uuid5(NAMESPACE_URL, "annotator:export")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MAX = 80


def guid(*parts: object) -> str:
    """An id that is the same whenever the same thing is exported."""
    return str(uuid5(NAMESPACE, "\x1f".join(map(str, parts))))


def file_name(name: str) -> str:
    """A name as a file or folder can have it on every system; different names stay different."""
    safe = quote(name, safe=" -_.,()+@", encoding="utf-8", errors="replace")
    safe = re.sub(r"^[. ]|[. ]$", lambda found: f"%{ord(found[0]):02X}", safe)
    if len(safe) > _MAX:
        safe = f"{safe[:_MAX]}-{guid(name)[:8]}"
    return f"_{safe}" if _is_reserved(safe) else safe or "_"


def shareable_path(path: str | None) -> str | None:
    """The path of a file as others may see it: of an absolute one the name alone, of `../texts/a.txt` what follows."""
    if path is None:
        return None
    parts = re.split(r"[/\\]", path)
    is_absolute = parts[0] in ("", "~") or re.match("[A-Za-z]:", parts[0]) is not None
    if is_absolute:
        return parts[-1]
    ups = [i for i, part in enumerate(parts) if part in (".", "..")]
    if not ups:
        return path
    return "/".join(parts[ups[-1] + 1 :])


def _is_reserved(name: str) -> bool:
    """Whether Windows takes a name for a device."""
    return re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", name) is not None


def plain_name(name: str) -> str:
    """A name as a file whose program reads names as addresses: letters, digits, `_`, `-` and `.`.

    A name that has to change ends in a mark, so that different names stay different.
    """
    safe = re.sub(r"[^\w.-]", "_", name).strip(".")[:_MAX]
    return safe if safe and safe == name and not _is_reserved(safe) else f"{safe}-{guid(name)[:8]}"


def xml_text(text: str) -> str:
    """Text between tags; what XML cannot hold becomes U+FFFD, one for one."""
    return escape(_NO_XML.sub("\ufffd", text), {"\r": "&#13;"})


def xml_attribute(text: str) -> str:
    """An attribute's value with its quotation marks."""
    return quoteattr(_NO_XML.sub("\ufffd", text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def unix_text(text: str) -> str:
    """The text with line feeds as its only line ends, and every offset as it was: CR becomes a blank before LF.

    A lone CR is a line end of its own and becomes LF.
    """
    return text.replace("\r\n", " \n").replace("\r", "\n")
