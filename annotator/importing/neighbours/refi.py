"""REFI-QDA projects (.qdpx): codings of selections of text, as NVivo, MAXQDA, ATLAS.ti and QualCoder write them."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import IO, Any, NamedTuple, cast

from annotator.errors import IngestError
from annotator.importing.annotation import STATES, Annotation, Lost, Place
from annotator.ingest.input import Input
from annotator.ingest.markup.tree import Node, xml_tree
from annotator.ingest.readers.encoding import decode
from annotator.ingest.readers.qdpx import content, member
from annotator.ingest.readers.zip_archive import FAULTS

NAME = "REFI-QDA"
_LOST = {
    "PictureSource": "pictures with codings",
    "AudioSource": "sounds with codings",
    "VideoSource": "films with codings",
    "PDFSource": "PDFs with codings",
    "Note": "memos",
    "Link": "links",
    "Set": "sets",
    "Graph": "graphs",
    "Case": "cases",
}


class _Code(NamedTuple):
    """A code: the name of what is above it, and its own."""

    above: str | None
    name: str


def read(source: Input) -> Iterator[Annotation | Lost]:
    """A statement for each selection: its codes are labels. Selections of one coder on the same words are one.

    Raises:
        IngestError: The project cannot be read.
    """
    with source.open() as stream:
        try:
            with zipfile.ZipFile(cast("IO[bytes]", stream)) as archive:
                names = {name.casefold(): name for name in archive.namelist()}
                root = xml_tree(decode(content(archive, names, "project.qde"))[0])
                yield from _read(root, archive, names, source)
        except FAULTS as error:
            raise IngestError(f"{source.shown}: not a readable REFI-QDA project ({str(error).lower()})") from error


def _read(root: Node, archive: zipfile.ZipFile, names: dict[str, str], source: Input) -> Iterator[Annotation | Lost]:
    codes = dict(_codes(root))
    users = {user.attributes.get("guid", ""): user.attributes.get("name", "") for user in root.nodes("User")}
    for found in root.nodes("TextSource"):
        path = found.attributes.get("plainTextPath")
        inner = found.first("PlainTextContent")
        text = inner.raw_text() if inner is not None else ""
        if path is not None:
            text = decode(content(archive, names, member(path, names)))[0]
        text = text.removeprefix("\ufeff")
        place = Place(source.shown, found.attributes.get("name") or "a source")
        for one in _merged(found, codes, users):
            yield one.annotation(place, text)
        whole = list(_children(found, "Coding"))
        if whole:
            yield Lost("codings of whole sources", len(whole))
    lost = Counter(_LOST[node.tag] for node in root.nodes(*_LOST))
    yield from (Lost(what, n) for what, n in lost.items())


class _Selection(NamedTuple):
    """A stretch of a text with one coder's labels."""

    start: int
    end: int
    coder: str
    labels: tuple[tuple[str | None, Any], ...]
    speakers: tuple[str, ...]
    facts: dict[str, Any]

    def annotation(self, place: Place, text: str) -> Annotation:
        """The annotation; speakers are told from other labels by their code."""
        facts = dict(self.facts)
        if self.speakers:
            facts["speakers"] = list(self.speakers)
        return Annotation(place, self.labels, text, span=(self.start, self.end), coder=self.coder or None, facts=facts)


def _merged(source: Node, codes: dict[str, _Code], users: dict[str, str]) -> Iterator[_Selection]:
    """The selections of a source; those of one coder on the same words are one, unless a question is answered twice."""
    made: list[_Selection] = []
    latest: dict[tuple[int, int, str], int] = {}
    for node in _children(source, "PlainTextSelection"):
        for one in _selections(node, codes, users):
            at = latest.get((one.start, one.end, one.coder))
            before = None if at is None else made[at]
            if at is None or before is None or one.facts or before.facts or _contradict(before, one):
                latest[one.start, one.end, one.coder] = len(made)
                made.append(one)
            else:
                labels, speakers = (*before.labels, *one.labels), (*before.speakers, *one.speakers)
                made[at] = before._replace(labels=labels, speakers=speakers)
    yield from made


def _contradict(one: _Selection, other: _Selection) -> bool:
    asked = {question for question, _ in one.labels if question is not None}
    return any(question in asked for question, _ in other.labels) or bool(set(one.speakers) & set(other.speakers))


def _selections(node: Node, codes: dict[str, _Code], users: dict[str, str]) -> Iterator[_Selection]:
    start, end = int(node.attributes.get("startPosition", 0)), int(node.attributes.get("endPosition", 0))
    said = _object(node)
    coders: dict[str, list[_Code]] = {}
    owner = node.attributes.get("creatingUser", "")
    for coding in _children(node, "Coding"):
        target = coding.first("CodeRef")
        code = codes.get(target.attributes.get("targetGUID", "")) if target is not None else None
        if code is not None:
            coders.setdefault(coding.attributes.get("creatingUser", owner), []).append(code)
    if not coders and said is not None:
        coders[owner] = []
    for user, given in coders.items():
        facts: dict[str, Any] = {}
        labels = [(code.above, code.name) for code in given if code.above not in ("speaker", "paragraph state")]
        speakers = tuple(code.name for code in given if code.above == "speaker")
        states = [code.name for code in given if code.above == "paragraph state"]
        if states and states[0] in STATES:
            facts["state"] = states[0]
        if said is not None:
            facts |= {key: said[key] for key in ("statement_id", "note") if said.get(key) is not None}
            labels += [(key, value) for key, value in said.items() if key not in ("statement_id", "note", "role")]
        yield _Selection(start, end, users.get(user, ""), tuple(_listed(labels)), speakers, facts)


def _listed(labels: list[tuple[str | None, Any]]) -> Iterator[tuple[str | None, Any]]:
    """Labels of one question together, as those of a set are."""
    by: dict[str | None, list[Any]] = {}
    for question, value in labels:
        by.setdefault(question, []).append(value)
    for question, values in by.items():
        if question is None:
            yield from ((None, value) for value in values)
        else:
            yield question, values[0] if len(values) == 1 else values


def _codes(root: Node, above: str | None = None) -> Iterator[tuple[str, _Code]]:
    for node in _children(root, "Code", "CodeBook", "Codes"):
        if node.tag == "Code":
            name = node.attributes.get("name", "")
            # Names have to be different in other programs, so this one writes "stance: oppose" below "stance".
            own = name.removeprefix(f"{above}: ") if above else name
            yield node.attributes.get("guid", ""), _Code(above, own)
            # A narrower category belongs to the same variable.
            yield from _codes(node, above if node.attributes.get("isCodable") == "true" and above else name)
        else:
            yield from _codes(node, above)


def _object(node: Node) -> dict[str, Any] | None:
    """What this program wrote into the description of a selection."""
    about = next((child.raw_text() for child in _children(node, "Description")), "")
    try:
        found = json.loads(about) if about.startswith("{") else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _children(node: Node, *tags: str) -> Iterator[Node]:
    return (child for child in node.children if isinstance(child, Node) and child.tag in tags)
