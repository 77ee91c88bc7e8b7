"""RIS: references with abstracts, as databases offer them to reference managers."""

from __future__ import annotations

import re

from annotator.errors import IngestError
from annotator.ingest.batch import Batch, Part, Source, author_of, given_name_first, lines_of
from annotator.ingest.dates import find_date

_BEGIN = re.compile(r"^\ufeff?TY  ?- ", re.MULTILINE)
_TAG = re.compile(r"([A-Z][A-Z0-9])  ?- ?(.*)")
_NO_END = '"ER  -" is missing: the file may be cut off'
_USED = frozenset("TY ER TI T1 AU A1 JF JO T2 PY Y1 DA N2 AB UR SE".split())


def _recognises(text: str) -> bool:
    return "TY  - " in text[:4000] and _BEGIN.search(text[:4000]) is not None


def _split(text: str) -> Batch:
    parts = []
    fields: dict[str, list[str]] = {}
    tag = ""
    for line in text.splitlines():
        found = _TAG.fullmatch(line.rstrip("\n\ufeff").lstrip("\ufeff"))
        if fields and found and found[1] in ("ER", "TY"):
            parts.append(_part(fields))
            if found[1] == "TY":
                parts[-1].remarks.append(_NO_END)
            fields, tag = {}, ""
        if found and found[1] != "ER":
            tag = found[1]
            fields.setdefault(tag, []).append(found[2].strip())
        elif tag and line.strip():
            fields[tag][-1] += f" {line.strip()}" if tag not in ("N2", "AB") else f"\n{line.strip()}"
    if fields:
        parts.append(_part(fields))
        parts[-1].remarks.append(_NO_END)
    if not any(part.lines for part in parts):
        raise IngestError("is a list of references without texts: export the full texts instead")
    return Batch(parts, remarks=["abstracts only: RIS does not carry full texts"])


def _part(fields: dict[str, list[str]]) -> Part:
    def one(*tags: str) -> str | None:
        return next((fields[tag][0] for tag in tags if tag in fields and fields[tag][0]), None)

    found = find_date(one("DA", "Y1", "PY") or "") or find_date(one("Y1", "PY") or "")
    part = Part(
        title=one("TI", "T1"),
        date=found.iso if found else _partial(one("DA", "Y1", "PY")),
        source=one("JF", "JO", "T2"),
        author=author_of([given_name_first(name) for name in fields.get("AU") or fields.get("A1") or []]),
        section=one("SE"),
        url=one("UR"),
    )
    part.lines = lines_of((one("N2", "AB") or "").split("\n"))
    part.metadata |= {tag.lower(): "; ".join(values) for tag, values in fields.items() if tag not in _USED}
    return part


def _partial(text: str | None) -> str | None:
    """A year, or a year and a month, which RIS writes as 2031/05//."""
    found = re.match(r"(\d{4})(?:/(\d\d))?/*", text or "")
    return None if found is None else found[1] if found[2] is None else f"{found[1]}-{found[2]}"


SOURCE = Source(
    name="RIS",
    files="RIS, TXT",
    recognised_by="a line `TY  -`",
    article="up to `ER  -`",
    recognises=_recognises,
    split=_split,
    note="abstracts only, with a remark; a list without abstracts is refused",
)
