"""REFI-QDA project (.qdpx): articles, codes and every coder's codings, for NVivo, MAXQDA, ATLAS.ti and QualCoder."""

from __future__ import annotations

import io
import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from annotator.export.folder import Folder
from annotator.export.foreign_names import guid, unix_text, xml_attribute, xml_text
from annotator.export.formats.qdc import ORIGIN, category_guid, codes, plain_codes
from annotator.model import Value
from annotator.records import (
    ArticleRecord,
    Columns,
    LabelRecord,
    ParagraphRecord,
    ReviewRecord,
    Source,
    StatementRecord,
)

NAMESPACE = "urn:QDA-XML:project:1.0"
SPEAKER, STATE = "speaker", "paragraph state"
STATES = ("coded", "no claim", "furniture", "duplicate", "open", "unseen")
_FIELDS = ("source", "date", "url")
_NO_FILE = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]')
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive, so that the same project gives the same bytes."""


def write(source: Source, folder: Folder) -> None:
    """Write project.qdpx: the project and the text of every article."""
    path = folder.reserve("project.qdpx")
    n = 0
    with ZipFile(path, "w") as archive:
        # The name is fixed: some importers look for no other.
        with (
            archive.open(_entry("project.qde"), "w", force_zip64=True) as raw,
            io.TextIOWrapper(raw, encoding="utf-8", newline="\n") as file,
        ):
            n = _write_project(file, source, folder)
        for article in source.articles():
            with archive.open(_entry(f"sources/{_source_guid(article)}.txt"), "w") as raw:
                raw.write(unix_text(article.raw_text).encode())
    folder.staged("project.qdpx", n)
    folder.lose("the statement as one thing: its labels are codings of one selection, whose description has its id")
    folder.lose("typed numbers and texts as values: they stand in the selection's description as JSON")
    folder.lose("seconds, flags, label origins, codebook versions and the words chosen for a speaker (jsonl)")
    folder.write_manifest("qdpx.manifest.json", "qdpx", source)


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _EARLIEST)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def _source_guid(article: ArticleRecord) -> str:
    return guid("source", article.article_id)


def _write_project(file: IO[str], source: Source, folder: Folder) -> int:
    """Write project.qde, element by element; return how many codings it has."""
    codebook, columns = source.codebook, Columns.of(source.codebook)
    speakers = sorted({entry["name"] for entry in source.speakers() if entry["merged_into"] is None})
    latest = max((version.added_at for version in source.codebooks()), default="")
    moment = _moment(latest)
    categories = {(v.name, name) for v in (*columns.statement, *columns.paragraph) for name in v.names}

    def put(*lines: str) -> None:
        file.writelines(f"{line}\n" for line in lines)

    put(
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<Project xmlns="{NAMESPACE}" name={xml_attribute(codebook.name)} origin="{ORIGIN}"'
        f' creationDateTime="{moment}">',
        "<Users>",
        *(f'<User guid="{_user(c.name)}" name={xml_attribute(c.name)}/>' for c in source.coders),
        "</Users>",
        "<CodeBook>",
        "<Codes>",
        *codes((*columns.statement, *columns.paragraph)),
        *plain_codes(SPEAKER, speakers),
        *plain_codes(STATE, STATES),
        "</Codes>",
        "</CodeBook>",
        "<Variables>",
        *(f'<Variable guid="{guid("field", name)}" name="{name}" typeOfVariable="Text"/>' for name in _FIELDS),
        "</Variables>",
        "<Sources>",
    )
    n, names = 0, set[str]()
    for article in source.articles():
        if "\r" in article.raw_text:
            folder.lose("carriage returns, which became blanks or line feeds; the offsets are the same")
        if article.labels:
            folder.lose("labels of whole articles (jsonl)")
        # Importers make files of these names, and some want them to be unique.
        name = _NO_FILE.sub("_", article.name).lstrip(".")
        if name in names or not name:
            name = f"{name} ({article.article_id[:6]})".strip()
        if name != article.name:
            folder.lose("names of articles that no file can have, or that two have: they were changed")
        names.add(name)
        codings = _Codings(article, name, categories)
        put(*codings.source())
        n += codings.n
    put("</Sources>", "</Project>")
    return n


class _Codings:
    """The selections of one article and the codings on them."""

    def __init__(self, article: ArticleRecord, name: str, categories: set[tuple[str, str]]) -> None:
        self._article = article
        self._name = name
        self._categories = categories
        self._line_ends = [i for i, sign in enumerate(unix_text(article.raw_text)) if sign == "\n"]
        self.n = 0

    def source(self) -> Iterator[str]:
        """The text source with everything on it."""
        article = self._article
        name, key = xml_attribute(self._name), _source_guid(article)
        yield (
            f'<TextSource guid="{key}" name={name} plainTextPath="internal://{key}.txt"'
            f' creationDateTime="{_moment(article.added_at)}">'
        )
        if article.title:
            yield f"<Description>{xml_text(article.title)}</Description>"
        for paragraph in article.paragraphs:
            for review in paragraph.reviews:
                yield from self._review(paragraph, review)
            for coder in sorted(paragraph.labels.keys() - {review.coder for review in paragraph.reviews}):
                yield from self._suggested(paragraph, coder)
            for one in paragraph.statements:
                yield from self._statement(paragraph, one)
        for field, value in zip(_FIELDS, (article.source, article.date, article.url), strict=True):
            if value is not None:
                yield (
                    f'<VariableValue><VariableRef targetGUID="{guid("field", field)}"/>'
                    f"<TextValue>{xml_text(value)}</TextValue></VariableValue>"
                )
        yield "</TextSource>"

    def _review(self, paragraph: ParagraphRecord, review: ReviewRecord) -> Iterator[str]:
        chosen, typed = self._parted(review.labels)
        chosen.insert(0, (STATE, review.state))
        said = {"role": review.role or paragraph.role, "note": review.note, **typed}
        key = guid("review", self._article.article_id, paragraph.position, review.coder)
        yield from self._selection(
            key, (paragraph.start, paragraph.end), said, chosen, review.coder, self._article.added_at
        )

    def _statement(self, paragraph: ParagraphRecord, one: StatementRecord) -> Iterator[str]:
        start = paragraph.start if one.evidence_start is None else one.evidence_start
        end = paragraph.end if one.evidence_end is None else one.evidence_end
        chosen, typed = self._parted(one.labels)
        chosen = [*((SPEAKER, name) for name in one.speakers), *chosen]
        said = {"statement_id": one.statement_id, "note": one.note, **typed}
        yield from self._selection(one.statement_id, (start, end), said, chosen, one.coder, one.created_at)

    def _suggested(self, paragraph: ParagraphRecord, coder: str) -> Iterator[str]:
        """Labels of a paragraph by one who has not reviewed it."""
        chosen, typed = self._parted(paragraph.labels[coder])
        key = guid("labels", self._article.article_id, paragraph.position, coder)
        place = (paragraph.start, paragraph.end)
        yield from self._selection(key, place, {"role": paragraph.role, **typed}, chosen, coder, self._article.added_at)

    def _parted(self, labels: Mapping[str, LabelRecord]) -> tuple[list[tuple[str, str]], dict[str, Value]]:
        """Labels that have a code, and those that have none: numbers, texts, and categories of another version."""
        chosen: list[tuple[str, str]] = []
        typed: dict[str, Value] = {}
        for name, label in labels.items():
            values = label.value if isinstance(label.value, list) else [label.value]
            if values and all((name, str(value)) in self._categories for value in values):
                chosen += [(name, str(value)) for value in values]
            else:
                typed[name] = label.value
        return chosen, typed

    def _selection(
        self,
        key: str,
        place: tuple[int, int],
        said: Mapping[str, object],
        chosen: list[tuple[str, str]],
        coder: str,
        at: str,
    ) -> Iterator[str]:
        start, end = place
        line, moment, user = bisect_left(self._line_ends, start), _moment(at), _user(coder)
        selection = guid("selection", key)
        yield (
            f'<PlainTextSelection guid="{selection}" name="line:{line}" startPosition="{start}" endPosition="{end}"'
            f' creatingUser="{user}" creationDateTime="{moment}">'
        )
        yield f"<Description>{xml_text(json.dumps(said, ensure_ascii=False))}</Description>"
        for variable, category in chosen:
            self.n += 1
            yield (
                f'<Coding guid="{guid("coding", key, variable, category)}" creatingUser="{user}"'
                f' creationDateTime="{moment}"><CodeRef targetGUID="{category_guid(variable, category)}"/></Coding>'
            )
        yield "</PlainTextSelection>"


def _user(coder: str) -> str:
    return guid("coder", coder)


def _moment(at: str) -> str:
    """A time to the second: some importers read no fractions."""
    return f"{at[:19]}Z"
