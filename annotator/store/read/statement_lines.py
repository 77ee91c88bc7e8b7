"""The lines of statements.jsonl and origins.jsonl, written straight from the snapshot: the fast path.

SQL writes what stands in a row alone; what many rows share is made once here. Text is cut from the article by code
point here as well: SQL would walk the article from its start for every row. The pieces of many lines are joined once,
as bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from json.encoder import encode_basestring as quote
from typing import TYPE_CHECKING, NamedTuple

from annotator.store.read.json_sql import filled
from annotator.store.read.line_cells import MENTIONS, Labels, Mentions, dumps
from annotator.store.read.line_texts import BATCH, LARGE, Chunk, Texts, chunk
from annotator.store.read.merge_join import Row
from annotator.store.read.selection import STATEMENT_ORDER, STATEMENTS, STATEMENTS_ALONE

if TYPE_CHECKING:
    from annotator.store.read.snapshot import Records


class Statements(NamedTuple):
    """Lines of some statements: their rows, and how their speakers and labels came about."""

    rows: Chunk
    origins: Chunk


_ROLE = "coalesce(r.role, p.role)"

_STATEMENT = ", ".join(
    [
        "o.rank, json_quote(s.statement_id)",
        filled(
            ',"paragraph":⟨p.position⟩,"paragraph_start":⟨p.start⟩,"paragraph_end":⟨p.end⟩,'
            f'"role":⟨json_quote({_ROLE})⟩,"coder":⟨n.quoted⟩,"speakers":'
        ),
        "s.evidence_start, s.evidence_end",
        filled(
            ",\"evidence_start\":⟨coalesce(s.evidence_start, 'null')⟩,"
            "\"evidence_end\":⟨coalesce(s.evidence_end, 'null')⟩,"
            "\"note\":⟨json_quote(s.note)⟩,\"flag\":⟨iif(s.flag, 'true', 'false')⟩"
        ),
        filled(',"created_at":⟨json_quote(s.created_at)⟩,"updated_at":⟨json_quote(s.updated_at)⟩}\n'),
        MENTIONS,
    ]
)


_BEGIN = b'{"statement_id":'


class StatementLines:
    """The lines of every statement; what columns were found to mean is remembered from one call to the next."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._labels = Labels(records)
        self._mentions = Mentions(records)

    def between(self, first: int, last: int) -> Iterator[Statements]:
        """The lines of the statements in some articles, a batch at a time.

        Args:
            first: The place of the first article in the order of the export, from 1.
            last: That of the last one.
        """
        if self._records.selection.layer != "individual":
            yield Statements(chunk(_decided(self._records)), Chunk(b"", 0))
            return
        labels, mentions = self._labels, self._mentions
        known_labels, known_mentions = labels.known, mentions.known
        wanted = self._records.selection.codebook_versions
        texts = Texts(self._records, "statements", (first, last))
        rank, n = -1, 0
        article, text = b"", ""
        rows: list[bytes] = []
        origins: list[bytes] = []
        for at, statement_id, place, start, end, said, times, spoken, coded in self._rows(first, last):
            if at != rank:
                rank = at
                keys, text = texts.at(rank)
                article = b"," + keys
            values, origin, codebook, version = known_labels.get(coded) or labels.read(coded)
            if wanted and version not in wanted:
                continue
            names, chosen = known_mentions.get(spoken) or mentions.read(spoken)
            evidence = b"null" if start is None else quote(text[start:end]).encode()
            begin = statement_id.encode()
            rows += (_BEGIN, begin, article, place.encode(), names, values, evidence, said.encode(), codebook)
            rows.append(times.encode())
            origins += (_BEGIN, begin, chosen, origin)
            n += 1
            if n == BATCH or len(evidence) > LARGE:
                yield Statements(Chunk(b"".join(rows), n), Chunk(b"".join(origins), n))
                n = 0
                rows.clear()
                origins.clear()
        yield Statements(Chunk(b"".join(rows), n), Chunk(b"".join(origins), n))
        texts.finish()

    def _rows(self, first: int, last: int) -> Iterator[Row]:
        records = self._records
        columns, source = f"{_STATEMENT}, {self._labels.column}", STATEMENTS
        if not records.has_corrected_roles and not records.selection.roles:
            columns, source = columns.replace(_ROLE, "p.role"), STATEMENTS_ALONE
        where = f"s.deleted = 0 and o.rank between {first} and {last}{records.condition}"
        return records.rows(columns, source, STATEMENT_ORDER, where=where)


def _decided(records: Records) -> Iterator[str]:
    """The rows of adjudicated statements, which gold.jsonl has in full."""
    for article in records.articles():
        for paragraph, one in article.statements():
            yield dumps(
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
                    **{v.name: one.value(v.name) for v in records.columns.statement},
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
