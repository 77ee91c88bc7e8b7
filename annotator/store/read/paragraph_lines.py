"""The lines of paragraphs.jsonl and articles.jsonl, written straight from the snapshot: the fast path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from json.encoder import encode_basestring as quote
from typing import TYPE_CHECKING, Any

from annotator.codebook.model import Variable
from annotator.store.read.json_sql import filled
from annotator.store.read.line_cells import dumps
from annotator.store.read.line_texts import BATCH, LARGE, Chunk, Texts, chunk
from annotator.store.read.merge_join import Row
from annotator.store.read.queries import article_label_rows, paragraph_label_rows
from annotator.store.read.selection import ARTICLE, ARTICLES, REVIEWS
from annotator.store.tables.json_values import loaded

if TYPE_CHECKING:
    from annotator.store.read.snapshot import Records

_REVIEW = ", ".join(
    [
        "o.rank, p.id, p.start, p.end",
        filled(',"paragraph":⟨p.position⟩,"start":⟨p.start⟩,"end":⟨p.end⟩,"text":'),
        "n.name",
        filled(
            ',"role":⟨json_quote(coalesce(r.role, p.role))⟩,"coder":'
            "⟨coalesce(n.quoted, 'null')⟩,\"state\":⟨json_quote(coalesce(r.state, 'unseen'))⟩"
        ),
        filled(',"flag":⟨iif(r.flag, \'true\', \'false\')⟩,"note":⟨json_quote(r.note)⟩,"seconds":'),
        "coalesce(r.seconds, 0.0)",
    ]
)

_SPANS = (
    "(select group_concat("
    + filled('{"start":⟨start⟩,"end":⟨end⟩,"role":⟨json_quote(role)⟩}')
    + ", ',') from (select * from paragraphs where article = a.id order by position))"
)


def paragraphs(records: Records) -> Iterator[Chunk]:
    """A line for every paragraph and coder who saw it, and one for every paragraph that nobody saw, in batches."""
    if records.selection.layer != "individual":
        yield chunk(_settled(records))
        return
    labels = paragraph_label_rows(records) if records.columns.paragraph else None
    variables = _keys(records.columns.paragraph)
    texts = Texts(records, "paragraphs")
    rank, paragraph, n = -1, -1, 0
    article, text, passage, cells = b"", "", b"", ""
    here: list[Row] = []
    lines: list[bytes] = []
    for row in records.rows(_REVIEW, REVIEWS, "o.rank, p.position, n.name", where=f"1{records.condition}"):
        at, unit, start, end, place, coder, state, said, seconds = row
        if at != rank:
            rank = at
            article, text = texts.at(rank)
        if unit != paragraph:
            paragraph, passage = unit, quote(text[start:end]).encode()
            here = labels.take(paragraph) if labels else here
        if variables:
            cells = _cells(variables, {label[2]: label[3] for label in here if label[1] == coder})
        lines += (b"{", article, place.encode(), passage, f"{state}{cells}{said}{seconds!r}}}\n".encode())
        n += 1
        if n == BATCH or len(passage) > LARGE:
            yield Chunk(b"".join(lines), n)
            n = 0
            lines.clear()
    yield Chunk(b"".join(lines), n)
    texts.finish()


def _settled(records: Records) -> Iterator[str]:
    """The state of every paragraph in the settled layer."""
    for article in records.articles():
        for paragraph in article.paragraphs:
            review = next(iter(paragraph.reviews), None)
            labels = {name: label.value for name, label in review.labels.items()} if review else {}
            yield dumps(
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
                    **{v.name: labels.get(v.name) for v in records.columns.paragraph},
                    "flag": False,
                    "note": review.note if review else None,
                    "seconds": 0.0,
                }
            )


def articles(records: Records) -> Iterator[Chunk]:
    """A line for every article: what is known about it, its paragraphs as they were read, and its text; in batches."""
    labels, variables = article_label_rows(records), _keys(records.columns.article)
    lines: list[bytes] = []
    size = 0
    for row in records.rows(f"{ARTICLE}, {_SPANS}", ARTICLES, "o.rank"):
        about = ",".join(
            f'"{name}":{"null" if value is None else quote(value)}'
            for name, value in zip(("title", "source", "date", "url", "path"), row[3:8], strict=True)
        )
        by_coder = _by_coder(variables, labels.take(row[0])) if variables else ""
        known = (
            f'{{"article_id":{quote(row[1])},"article":{quote(row[2])},{about},"metadata":{row[8]},'
            f'"added_at":{quote(row[9])},"sha256":{quote(row[10])},"paragraphs":[{row[12]}]{by_coder},"raw_text":'
        )
        lines.append(b"%b%b}\n" % (known.encode(), quote(row[11]).encode()))
        size += len(lines[-1])
        if size >= _MANY:
            yield Chunk(b"".join(lines), len(lines))
            size = 0
            lines.clear()
        records.tick("articles")
    yield Chunk(b"".join(lines), len(lines))


_MANY = 500_000
"""Bytes of articles that are handed on together."""


def _keys(variables: Iterable[Variable]) -> list[tuple[str, str]]:
    """For each variable its name and its key as JSON."""
    return [(variable.name, f"{quote(variable.name)}:") for variable in variables]


def _cells(variables: list[tuple[str, str]], values: dict[str, Any]) -> str:
    """Keys and values, each after a comma."""
    return "".join([f",{key}{dumps(loaded(values.get(name)))}" for name, key in variables])


def _by_coder(variables: list[tuple[str, str]], labels: list[Row]) -> str:
    """The labels of an article by coder."""
    values: dict[str, dict[str, Any]] = {}
    for label in labels:
        values.setdefault(label[1], {})[label[2]] = label[3]
    coders = (f"{quote(coder)}:{{{_cells(variables, mine)[1:]}}}" for coder, mine in values.items())
    return f',"labels":{{{",".join(coders)}}}'
