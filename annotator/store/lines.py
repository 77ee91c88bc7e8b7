"""The rows of the JSONL export as lines of JSON, written straight from the snapshot: the fast path."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from json.encoder import encode_basestring as quote
from typing import Any, NamedTuple

from annotator.codebook import Variable
from annotator.store.entities import loaded
from annotator.store.records import ARTICLES, PARAGRAPHS, Follower, Records, Row


class Statement(NamedTuple):
    """The lines of one statement: its row, and how its speakers and labels came about."""

    row: str
    origin: str


class JsonLines:
    """A snapshot as lines of JSON: every line of a file has the same keys in the same order.

    Text is cut from the article by code point here, not in SQL, which would walk the article from its start for
    every row. Numbers are written as Python writes them, which is exact; SQLite rounds them to 15 digits.
    """

    def __init__(self, records: Records) -> None:
        self.records = records

    def statements(self) -> Iterator[Statement]:
        """A line each for every statement."""
        records = self.records
        labels, mentions = records.label_rows(), records.mention_rows()
        versions, wanted = records.versions, records.selection.codebook_versions
        variables = _cells(records.columns.statement)
        origins = _origins({row: version.codebook_id for row, version in versions.items()})
        stamp = _stamps({row: (v.order, v.name, v.version) for row, v in versions.items()}, records.in_force.order)
        texts = _Texts(records, "statements")

        rank = paragraph = -1
        article = place = text = ""
        for row in records.statement_rows():
            if row[0] != rank:
                rank = row[0]
                article, text = texts.at(rank)
            if row[2] != paragraph:
                paragraph = row[2]
                place = f'"paragraph":{row[3]},"paragraph_start":{row[4]},"paragraph_end":{row[5]}'
            made = labels.take(row[1])
            version, codebook = stamp(tuple({label[4] for label in made}))
            if wanted and version not in wanted:
                mentions.take(row[1])
                continue
            said = mentions.take(row[1])
            values = {label[1]: label[2] for label in made}
            cells = "".join([cell(values.get(name)) for name, cell in variables])
            start, end, note = row[9], row[10], row[11]
            yield Statement(
                f'{{"statement_id":{quote(row[8])},{article},{place},"role":"{row[6]}","coder":{quote(row[7])},'
                f'"speakers":[{",".join([quote(one[1]) for one in said])}]{cells},'
                f'"evidence":{"null" if start is None else quote(text[start:end])},'
                f'"evidence_start":{_number(start)},"evidence_end":{_number(end)},"note":{_text(note)},'
                f'"flag":{"true" if row[12] else "false"},{codebook},'
                f'"created_at":{quote(row[13])},"updated_at":{quote(row[14])}}}',
                f'{{"statement_id":{quote(row[8])},"speaker_ids":[{",".join([quote(one[3]) for one in said])}],'
                f'"words":[{",".join([quote(one[2]) for one in said])}],'
                f'"ranks":[{",".join([_number(one[4]) for one in said])}],'
                f"{origins(tuple([(label[1], label[3], label[4]) for label in made]))}}}",
            )
        texts.finish()

    def paragraphs(self) -> Iterator[str]:
        """A line for every paragraph and coder who saw it, and one for every paragraph that nobody saw."""
        records = self.records
        labels = records.paragraph_label_rows() if records.columns.paragraph else None
        variables = _cells(records.columns.paragraph)
        texts = _Texts(records, "paragraphs")
        rank = paragraph = -1
        article = text = passage = ""
        here: list[Row] = []
        for row in records.review_rows():
            if row[0] != rank:
                rank = row[0]
                article, text = texts.at(rank)
            if row[1] != paragraph:
                paragraph = row[1]
                passage = (
                    f'{{{article},"paragraph":{row[2]},"start":{row[3]},"end":{row[4]},'
                    f'"text":{quote(text[row[3] : row[4]])}'
                )
                here = labels.take(paragraph) if labels else []
            values = {label[2]: label[3] for label in here if label[1] == row[7]}
            cells = "".join([cell(values.get(name)) for name, cell in variables])
            yield (
                f'{passage},"role":"{row[11] or row[5]}","coder":null,"state":"unseen"{cells},'
                '"flag":false,"note":null,"seconds":0.0}'
                if row[6] is None
                else f'{passage},"role":"{row[11] or row[5]}","coder":{quote(row[7])},"state":"{row[8]}"{cells},'
                f'"flag":{"true" if row[9] else "false"},"note":{_text(row[10])},"seconds":{row[12]!r}}}'
            )
        texts.finish()

    def articles(self) -> Iterator[str]:
        """A line for every article: what is known about it, its paragraphs as they were read, and its text."""
        records = self.records
        labels, spans = records.article_label_rows(), self._spans()
        variables = _cells(records.columns.article)
        for done, row in enumerate(records.article_rows(), start=1):
            article = f'"article_id":{quote(row[1])},"article":{quote(row[2])}'
            mine = labels.take(row[0])
            about = ",".join(
                f'"{name}":{_text(value)}'
                for name, value in zip(("title", "source", "date", "url", "path"), row[3:8], strict=True)
            )
            paragraphs = ",".join(f'{{"start":{p[1]},"end":{p[2]},"role":"{p[3]}"}}' for p in spans.take(row[0]))
            yield (
                f'{{{article},{about},"metadata":{row[8]},"added_at":{quote(row[9])},"sha256":{quote(row[10])},'
                f'"paragraphs":[{paragraphs}]{_by_coder(variables, mine)},"raw_text":{quote(row[11])}}}'
            )
            records.tick("articles", done)

    def coders(self) -> Iterator[str]:
        """A line for every coder."""
        for coder in self.records.coders:
            yield f'{{"coder":{quote(coder.name)},"kind":"{coder.kind}"}}'

    def codebooks(self) -> Iterator[str]:
        """A line for every version of the codebook that is in use, oldest first."""
        for version in self.records.codebooks:
            yield (
                f'{{"codebook_id":"{version.codebook_id}","codebook":{quote(version.name)},'
                f'"codebook_version":{quote(version.version)},"added_at":"{version.added_at}",'
                f'"in_force":{"true" if version is self.records.in_force else "false"},"document":{version.document}}}'
            )

    def speakers(self) -> Iterator[str]:
        """A line for every entry of the registry."""
        for entry in self.records.speakers():
            yield _dumps(entry)

    def gold(self) -> Iterator[str]:
        """A line for every adjudicated statement that stands."""
        for row in self.records.gold_rows():
            yield _dumps(row)

    def labels(self) -> Iterator[str]:
        """A line for every label that the other files have no row or no column for.

        Those of paragraphs and articles, with how they came about, and those of statements whose variable the codebook
        in force no longer has.
        """
        for row in self.records.other_label_rows():
            statement_id, article_id, paragraph, coder, variable, value, origin, codebook, updated_at = row
            yield _dumps(
                {
                    "statement_id": statement_id,
                    "article_id": article_id,
                    "paragraph": paragraph,
                    "coder": coder,
                    "variable": variable,
                    "value": loaded(value),
                    "origin": origin,
                    "codebook_id": self.records.versions[codebook].codebook_id,
                    "updated_at": updated_at,
                }
            )

    def _spans(self) -> Follower:
        return Follower(self.records.rows("o.rank, p.start, p.end, p.role", PARAGRAPHS, "o.rank, p.position"))


class _Texts:
    """The articles' keys and texts, read along with the rows that need them; progress is told on the way."""

    def __init__(self, records: Records, what: str) -> None:
        self._records = records
        self._what = what
        self._rows = records.rows("o.rank, a.article_id, a.name, a.raw_text", ARTICLES, "o.rank")

    def at(self, rank: int) -> tuple[str, str]:
        """The keys of the article of that rank as JSON, and its text."""
        for row in self._rows:
            self._records.tick(self._what, row[0])
            if row[0] == rank:
                return f'"article_id":{quote(row[1])},"article":{quote(row[2])}', row[3]
        raise AssertionError("rows come in the order of the articles")

    def finish(self) -> None:
        """Say that there is no more to come."""
        self._records.tick(self._what, self._records.n_articles)


def _text(value: str | None) -> str:
    return "null" if value is None else quote(value)


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _cells(variables: Iterable[Variable]) -> list[tuple[str, Callable[[Any], str]]]:
    """For each variable its name and what writes its key and value."""
    return [(variable.name, _cell(variable)) for variable in variables]


def _cell(variable: Variable) -> Callable[[Any], str]:
    key = f",{quote(variable.name)}:"
    null = f"{key}null"
    holds_several = variable.level == "set" or (variable.level == "entity" and variable.multiple)

    def write(value: Any) -> str:
        if value is None:
            return null
        if value.__class__ is str:
            # A set is stored as its JSON; any other text is text, whatever it looks like.
            return key + (value if holds_several and value[:1] == "[" else quote(value))
        return f"{key}{value!r}"

    return write


def _origins(codebook_ids: dict[int, str]) -> Callable[[tuple[tuple[str, str, int], ...]], str]:
    """What writes how labels came about; the same combination comes again and again, so it is remembered."""

    @lru_cache(maxsize=10_000)
    def write(labels: tuple[tuple[str, str, int], ...]) -> str:
        origins = _dumps({variable: origin for variable, origin, _ in labels})
        codebooks = _dumps({variable: codebook_ids[row] for variable, _, row in labels})
        return f'"origins":{origins},"codebooks":{codebooks}'

    return write


def _stamps(versions: dict[int, tuple[int, str, str]], in_force: int) -> Callable[[tuple[int, ...]], tuple[str, str]]:
    """What finds the newest of the codebook versions of some labels: its version, and its two keys as JSON."""
    default = next(version for version in versions.values() if version[0] == in_force)

    @lru_cache(maxsize=10_000)
    def find(rows: tuple[int, ...]) -> tuple[str, str]:
        _, name, version = max((versions[row] for row in rows), default=default)
        return version, f'"codebook":{quote(name)},"codebook_version":{quote(version)}'

    return find


def _by_coder(variables: list[tuple[str, Callable[[Any], str]]], labels: list[Row]) -> str:
    """The labels of an article by coder, if the codebook asks anything about articles."""
    if not variables:
        return ""
    values: dict[str, dict[str, Any]] = {}
    for label in labels:
        values.setdefault(label[1], {})[label[2]] = label[3]
    coders = (
        f"{quote(coder)}:{{{''.join(cell(mine.get(name)) for name, cell in variables)[1:]}}}"
        for coder, mine in values.items()
    )
    return f',"labels":{{{",".join(coders)}}}'
