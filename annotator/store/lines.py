"""The rows of the JSONL export as lines of JSON, written straight from the snapshot: the fast path."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from json.encoder import encode_basestring as quote
from typing import Any, NamedTuple, TypeVar

from annotator.codebook import Variable
from annotator.store.entities import loaded
from annotator.store.gold_records import gold_rows
from annotator.store.records import (
    ARTICLE,
    ARTICLES,
    REVIEWS,
    STATEMENT_ORDER,
    STATEMENTS,
    STATEMENTS_ALONE,
    Records,
    Row,
)


class Statements(NamedTuple):
    """Lines of some statements: their rows, and how their speakers and labels came about."""

    rows: list[str]
    origins: list[str]


_UNIT, _RECORD = "\x1f", "\x1e"
"""What stands between the fields and the records that one column brings; JSON and clean names never hold them."""


def _exact(column: str) -> str:
    """A label's value as JSON; 17 digits say exactly which number it is, SQLite's own 15 do not."""
    return f"case typeof({column}) when 'real' then printf('%!.17g', {column}) else json_quote({column}) end"


_LABELS = (
    "(select group_concat(l.variable || x'1f' || l.origin || x'1f' || l.codebook || x'1f' ||"
    f" {_exact('l.value')} || iif(l.made is null, '', x'1f' || {_exact('l.made')}), x'1e')"
    " from (select * from labels where statement = s.id order by variable) l)"
)

_MENTIONS = (
    "(select group_concat(t.speaker || x'1f' || coalesce(t.rank, 'null') || x'1f' || json_quote(t.words), x'1e')"
    " from (select * from statement_speakers where statement = s.id order by position) t)"
)

_ROLE = "coalesce(r.role, p.role)"

_STATEMENT = (
    f"o.rank, p.id, p.position, p.start, p.end, s.statement_id, {_ROLE}, n.name, s.evidence_start,"
    f" s.evidence_end, s.note, s.flag, s.created_at, s.updated_at, {_LABELS}, {_MENTIONS}"
)

_REVIEW = (
    "o.rank, p.id, p.position, p.start, p.end, coalesce(r.role, p.role), n.name, r.state, r.flag, r.note, r.seconds"
)

_SPANS = (
    "(select group_concat('{\"start\":' || start || ',\"end\":' || end || ',\"role\":\"' || role || '\"}', ',')"
    " from (select * from paragraphs where article = a.id order by position))"
)


class JsonLines:
    """A snapshot as lines of JSON: every line of a file has the same keys in the same order.

    What a statement's labels and speakers amount to comes as one column each, because most of the time of reading goes
    into columns and rows; the same column comes again and again, so what it means is remembered. Text is cut from the
    article by code point here, not in SQL, which would walk the article from its start for every row.
    """

    def __init__(self, records: Records) -> None:
        self.records = records

    def statements(self) -> Iterator[Statements]:
        """The lines of every statement, a batch at a time."""
        records = self.records
        if records.selection.layer == "gold":
            yield Statements(list(self._decided()), [])
            return
        wanted = records.selection.codebook_versions
        labels_of, mentions_of = _LabelCells(records), _MentionCells(records)
        texts, coders = _Texts(records, "statements"), _coders(records)
        rank = paragraph = -1
        article = place = text = ""
        batch = Statements([], [])
        columns, source = _STATEMENT, STATEMENTS
        if not records.has_corrected_roles and not records.selection.roles:
            columns, source = _STATEMENT.replace(_ROLE, "p.role"), STATEMENTS_ALONE
        for row in records.rows(columns, source, STATEMENT_ORDER, where=f"s.deleted = 0{records.chosen}"):
            (at, unit, position, first, last, statement_id, role, coder, start, end, note, flag, created, updated,
             labels, mentions) = row  # fmt: skip
            if at != rank:
                rank = at
                article, text = texts.at(rank)
            if unit != paragraph:
                paragraph = unit
                place = f'{article},"paragraph":{position},"paragraph_start":{first},"paragraph_end":{last},"role":'
            values, origins, codebook, version = labels_of.known.get(labels) or labels_of.read(labels)
            if wanted and version not in wanted:
                continue
            names, chosen = mentions_of.known.get(mentions) or mentions_of.read(mentions)
            evidence = "null" if start is None else quote(text[start:end])
            sid = quote(statement_id)
            batch.rows.append(
                f'{{"statement_id":{sid},{place}"{role}","coder":{coders[coder]},"speakers":[{names}]{values},'
                f'"evidence":{evidence},"evidence_start":{"null" if start is None else start},'
                f'"evidence_end":{"null" if end is None else end},"note":{"null" if note is None else quote(note)},'
                f'"flag":{"true" if flag else "false"},{codebook},'
                f'"created_at":{quote(created)},"updated_at":{quote(updated)}}}'
            )
            batch.origins.append(f'{{"statement_id":{sid},"speakers":[{chosen}],{origins}}}')
            if len(batch.rows) == _BATCH:
                yield batch
                batch = Statements([], [])
        yield batch
        texts.finish()

    def _decided(self) -> Iterator[str]:
        """The rows of adjudicated statements, which gold.jsonl has in full."""
        for article in self.records.articles():
            for paragraph, one in article.statements():
                yield _dumps(
                    {
                        "statement_id": one.statement_id,
                        "article_id": article.article_id,
                        "article": article.name,
                        "paragraph": one.paragraph,
                        "paragraph_start": paragraph.start,
                        "paragraph_end": paragraph.end,
                        "role": one.role,
                        "coder": one.coder,
                        "speakers": one.speakers,
                        **{v.name: one.value(v.name) for v in self.records.columns.statement},
                        "evidence": article.evidence(one),
                        "evidence_start": one.evidence_start,
                        "evidence_end": one.evidence_end,
                        "note": one.note,
                        "flag": one.flag,
                        "codebook": one.codebook.name,
                        "codebook_version": one.codebook.version,
                        "created_at": one.created_at,
                        "updated_at": one.updated_at,
                    }
                )

    def _settled(self) -> Iterator[str]:
        """The state of every paragraph in the settled layer."""
        for article in self.records.articles():
            for paragraph in article.paragraphs:
                review = next(iter(paragraph.reviews), None)
                labels = {name: label.value for name, label in review.labels.items()} if review else {}
                yield _dumps(
                    {
                        "article_id": article.article_id,
                        "article": article.name,
                        "paragraph": paragraph.position,
                        "start": paragraph.start,
                        "end": paragraph.end,
                        "text": article.text(paragraph),
                        "role": paragraph.role,
                        "coder": review.coder if review else None,
                        "state": review.state if review else "unseen",
                        **{v.name: labels.get(v.name) for v in self.records.columns.paragraph},
                        "flag": False,
                        "note": review.note if review else None,
                        "seconds": 0.0,
                    }
                )

    def paragraphs(self) -> Iterator[list[str]]:
        """A line for every paragraph and coder who saw it, and one for every paragraph that nobody saw, in batches."""
        records = self.records
        if records.selection.layer == "gold":
            yield list(self._settled())
            return
        labels = records.paragraph_label_rows() if records.columns.paragraph else None
        variables = _cells(records.columns.paragraph)
        texts, coders = _Texts(records, "paragraphs"), _coders(records)
        rank = paragraph = -1
        article = text = passage = cells = ""
        here: list[Row] = []
        batch: list[str] = []
        for row in records.rows(_REVIEW, REVIEWS, "o.rank, p.position, n.name", where=f"1{records.chosen}"):
            at, unit, position, start, end, role, coder, state, flag, note, seconds = row
            if at != rank:
                rank = at
                article, text = texts.at(rank)
            if unit != paragraph:
                paragraph = unit
                passage = (
                    f'{{{article},"paragraph":{position},"start":{start},"end":{end},'
                    f'"text":{quote(text[start:end])},"role":"'
                )
                here = labels.take(paragraph) if labels else here
            if variables:
                cells = _mine(variables, here, coder)
            batch.append(
                f'{passage}{role}","coder":null,"state":"unseen"{cells},"flag":false,"note":null,"seconds":0.0}}'
                if coder is None
                else f'{passage}{role}","coder":{coders[coder]},"state":"{state}"{cells},'
                f'"flag":{"true" if flag else "false"},"note":{"null" if note is None else quote(note)},'
                f'"seconds":{seconds!r}}}'
            )
            if len(batch) == _BATCH:
                yield batch
                batch = []
        yield batch
        texts.finish()

    def articles(self) -> Iterator[str]:
        """A line for every article: what is known about it, its paragraphs as they were read, and its text."""
        records = self.records
        labels, variables = records.article_label_rows(), _cells(records.columns.article)
        for done, row in enumerate(records.rows(f"{ARTICLE}, {_SPANS}", ARTICLES, "o.rank"), start=1):
            about = ",".join(
                f'"{name}":{_text(value)}'
                for name, value in zip(("title", "source", "date", "url", "path"), row[3:8], strict=True)
            )
            by_coder = _by_coder(variables, labels.take(row[0])) if variables else ""
            yield (
                f'{{"article_id":{quote(row[1])},"article":{quote(row[2])},{about},"metadata":{row[8]},'
                f'"added_at":{quote(row[9])},"sha256":{quote(row[10])},"paragraphs":[{row[12]}]{by_coder},'
                f'"raw_text":{quote(row[11])}}}'
            )
            records.tick("articles", done)

    def coders(self) -> Iterator[str]:
        """A line for every coder."""
        for coder in self.records.everyone:
            yield _dumps({"coder": coder.name, "kind": coder.kind, "recheck_of": coder.recheck_of})

    def codebooks(self) -> Iterator[str]:
        """A line for every version of the codebook that is in use, oldest first."""
        for version in self.records.codebooks:
            yield (
                f'{{"codebook_id":"{version.codebook_id}","codebook":{quote(version.name)},'
                f'"codebook_version":{quote(version.version)},"added_at":"{version.added_at}",'
                f'"in_force":{"true" if version is self.records.in_force else "false"},"document":{version.document}}}'
            )

    def steps(self) -> Iterator[str]:
        """A line for every recorded step of the codebook."""
        for step in self.records.steps():
            yield _dumps(step)

    def speakers(self) -> Iterator[str]:
        """A line for every entry of the registry."""
        for entry in self.records.speakers():
            yield _dumps(entry)

    def gold(self) -> Iterator[str]:
        """A line for every paragraph that was settled, and one for every statement that stands in it."""
        for row in gold_rows(self.records):
            yield _dumps(row)

    def labels(self) -> Iterator[str]:
        """A line for every label that the other files have no row or no column for.

        Those of paragraphs and articles, with how they came about, and those of statements whose variable the codebook
        in force no longer has.
        """
        for row in self.records.other_label_rows():
            statement_id, article_id, paragraph, coder, variable, value, made, origin, codebook, updated_at = row
            yield _dumps(
                {
                    "statement_id": statement_id,
                    "article_id": article_id,
                    "paragraph": paragraph,
                    "coder": coder,
                    "variable": variable,
                    "value": loaded(value),
                    "made": loaded(made),
                    "origin": origin,
                    "codebook_id": self.records.versions[codebook].codebook_id,
                    "updated_at": updated_at,
                }
            )


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


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _cells(variables: Iterable[Variable]) -> list[tuple[str, Callable[[Any], str]]]:
    """For each variable its name and what writes its key and value."""
    return [(variable.name, _cell(variable)) for variable in variables]


def _holds_several(variable: Variable) -> bool:
    return variable.level == "set" or (variable.level == "entity" and variable.multiple)


def _cell(variable: Variable) -> Callable[[Any], str]:
    key = f",{quote(variable.name)}:"
    null = f"{key}null"
    holds_several = _holds_several(variable)

    def write(value: Any) -> str:
        if value is None:
            return null
        if value.__class__ is str:
            # A set is stored as its JSON; any other text is text, whatever it looks like.
            return key + (value if holds_several and value[:1] == "[" else quote(value))
        return f"{key}{value!r}"

    return write


class _LabelCells:
    """What a statement's labels amount to: their cells, where they come from, and the codebook they stand under.

    Attributes:
        known: What columns amount to that were read before: the cells, the origins and the codebook as JSON, and the
            codebook's version.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._names = [(variable.name, quote(variable.name)) for variable in records.columns.statement]
        self._sets = {v.name for v in records.columns.statement if _holds_several(v)}
        self.known: dict[str | None, tuple[str, str, str, str]] = {}

    def read(self, column: str | None) -> tuple[str, str, str, str]:
        """Read a column that was not read before."""
        fields = [label.split(_UNIT) for label in column.split(_RECORD)] if column else []
        values = {name: self._value(name, value) for name, _, _, value, *_ in fields}
        made = {name: json.loads(self._value(name, more[0])) for name, _, _, _, *more in fields if more}
        versions = {name: self._records.versions[int(codebook)] for name, _, codebook, *_ in fields}
        newest = max(versions.values(), key=lambda version: version.order, default=self._records.in_force)
        self._records.seen.update((name, int(codebook)) for name, _, codebook, *_ in fields)
        read = (
            "".join([f",{name_as_json}:{values.get(name, 'null')}" for name, name_as_json in self._names]),
            f'"origins":{_dumps({name: origin for name, origin, *_ in fields if origin != "coder"})},'
            f'"codebook_id":"{newest.codebook_id}",'
            f'"codebooks":{_dumps({name: v.codebook_id for name, v in versions.items() if v is not newest})},'
            f'"made":{_dumps(made)}',
            f'"codebook":{quote(newest.name)},"codebook_version":{quote(newest.version)}',
            newest.version,
        )
        _remember(self.known, column, read)
        return read

    def _value(self, name: str, value: str) -> str:
        if value[:1] != '"':
            # A number: SQL writes 17 digits, which say exactly which one it is; Python writes it as short as can be.
            return repr(float(value)) if "." in value or "e" in value else value
        # A set is stored as its JSON; any other text is text, whatever it looks like.
        return str(json.loads(value)) if name in self._sets and value[:2] == '"[' else value


class _MentionCells:
    """What a statement's speakers amount to: their names, and the entries, words and ranks chosen.

    Attributes:
        known: What columns amount to that were read before: the canonical names and the mentions as JSON, without
            the brackets.
    """

    def __init__(self, records: Records) -> None:
        self._connection = records.connection
        self._speaker = lru_cache(maxsize=_REMEMBERED)(self._find)
        self.known: dict[str | None, tuple[str, str]] = {}

    def read(self, column: str | None) -> tuple[str, str]:
        """Read a column that was not read before."""
        fields = [mention.split(_UNIT) for mention in column.split(_RECORD)] if column else []
        speakers = [self._speaker(int(row)) for row, _, _ in fields]
        chosen = [
            f'{{"speaker_id":{speaker_id},"words":{words},"rank":{rank}}}'
            for (_, speaker_id), (_, rank, words) in zip(speakers, fields, strict=True)
        ]
        read = ",".join([name for name, _ in speakers]), ",".join(chosen)
        _remember(self.known, column, read)
        return read

    def _find(self, row: int) -> tuple[str, str]:
        found = self._connection.one(
            "select coalesce(m.name, k.name), k.speaker_id from speakers k left join speakers m on m.id = k.merged_into"
            " where k.id = ?",
            (row,),
        )
        assert found is not None  # noqa: S101 (a foreign key)
        return quote(found[0]), quote(found[1])


_BATCH = 500
_REMEMBERED = 20_000
_LONG = 1_000
"""Columns longer than this are not remembered: they hardly come twice, and fill the memory."""

T = TypeVar("T")


def _remember(known: dict[str | None, T], column: str | None, read: T) -> None:
    if column is None or len(column) <= _LONG:
        if len(known) >= _REMEMBERED:
            known.clear()
        known[column] = read


def _coders(records: Records) -> dict[str, str]:
    """Every coder's name as JSON."""
    return {coder.name: quote(coder.name) for coder in records.everyone}


def _mine(variables: list[tuple[str, Callable[[Any], str]]], labels: list[Row], coder: str | None) -> str:
    """The cells of one coder's labels of a paragraph."""
    values = {label[2]: label[3] for label in labels if label[1] == coder}
    return "".join([cell(values.get(name)) for name, cell in variables])


def _by_coder(variables: list[tuple[str, Callable[[Any], str]]], labels: list[Row]) -> str:
    """The labels of an article by coder."""
    values: dict[str, dict[str, Any]] = {}
    for label in labels:
        values.setdefault(label[1], {})[label[2]] = label[3]
    coders = (
        f"{quote(coder)}:{{{''.join(cell(mine.get(name)) for name, cell in variables)[1:]}}}"
        for coder, mine in values.items()
    )
    return f',"labels":{{{",".join(coders)}}}'
