"""What an export needs beside paragraphs: labels that stand elsewhere, speakers, codebook steps, versions in use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from annotator.records import Columns, LabelUses
from annotator.store.read.chosen import Chosen
from annotator.store.read.merge_join import Row
from annotator.store.read.selection import ARTICLES, PARAGRAPHS, STATEMENT_ORDER, STATEMENTS, text
from annotator.store.tables.json_values import loaded

_PARAGRAPH_LABELS = (
    f"{PARAGRAPHS} cross join paragraph_labels l on l.paragraph = p.id"
    " and l.coder in (select coder from temp.chosen_coders)"
    " cross join temp.chosen_coders n on n.coder = l.coder"
    " left join reviews r on r.coder = l.coder and r.paragraph = l.paragraph"
)
_ARTICLE_LABELS = (
    f"{ARTICLES} join article_labels l on l.article = o.article join temp.chosen_coders n on n.coder = l.coder"
)
_LABELS = f"{STATEMENTS} cross join labels l on l.statement = s.id"


def article_label_rows(chosen: Chosen, coder: str = "n.name") -> Iterator[Row]:
    """Article row and id, coder's name, variable, value, origin, codebook row and value as made.

    They come by article, coder and variable; `coder` is the column that coders are in the order of.
    """
    return chosen.rows(
        "a.id, a.article_id, n.name, l.variable, l.value, l.origin, l.codebook, l.made",
        _ARTICLE_LABELS,
        f"o.rank, {coder}, l.variable",
    )


def other_labels(chosen: Chosen, columns: Columns, uses: LabelUses) -> Iterator[dict[str, Any]]:
    """The labels without a row or a column elsewhere, as rows of `labels.jsonl`.

    Those of paragraphs and articles, with how they came about, and those of statements whose variable the codebook in
    force no longer has.
    """
    kept = {variable.name for variable in columns.statement}
    gone = sorted({variable for variable, _ in uses if variable not in kept})
    for row in _other_labels(chosen, gone):
        statement_id, article_id, paragraph, coder, variable, value, made, entry, origin, codebook, updated_at = row
        yield {
            "statement_id": statement_id,
            "article_id": article_id,
            "paragraph": paragraph,
            "coder": coder,
            "variable": variable,
            "value": loaded(value),
            "made": loaded(made),
            "entry": entry,
            "origin": origin,
            "codebook_id": chosen.versions[codebook].codebook_id,
            "updated_at": updated_at,
        }


def _other_labels(chosen: Chosen, gone: list[str]) -> Iterator[Row]:
    entry = "(select speaker_id from speakers where id = l.entry)"
    fields = f"l.variable, l.value, l.made, {entry}, l.origin, l.codebook, l.updated_at"
    yield from chosen.rows(
        f"null, a.article_id, p.position, n.name, {fields}",
        f"{_PARAGRAPH_LABELS} join articles a on a.id = o.article",
        "o.rank, p.position, n.name, l.variable",
        where=f"1{chosen.condition}",
    )
    yield from chosen.rows(f"null, a.article_id, null, n.name, {fields}", _ARTICLE_LABELS, "o.rank, n.name, l.variable")
    if gone:
        yield from chosen.rows(
            f"s.statement_id, a.article_id, p.position, n.name, {fields}",
            f"{_LABELS} join articles a on a.id = o.article",
            f"{STATEMENT_ORDER}, l.variable",
            where=f"s.deleted = 0{chosen.condition} and l.variable in ({','.join(map(text, gone))})",
        )


def metadata_keys(chosen: Chosen) -> list[str]:
    """The keys of the chosen articles' metadata."""
    rows = chosen.rows("distinct m.key", f"{ARTICLES}, json_each(a.metadata) m", "m.key")
    return [str(key) for (key,) in rows]


def label_uses(chosen: Chosen) -> LabelUses:
    """The variables and codebook versions of the statements' labels in question."""
    rows = chosen.connection.all(
        f"select distinct l.variable, l.codebook from {_LABELS} where s.deleted = 0{chosen.condition}"
    )
    return {(variable, chosen.versions[codebook].codebook_id) for variable, codebook in rows}


def unit_codebooks(chosen: Chosen) -> set[int]:
    """The rows of the codebook versions that labels of paragraphs and articles were made under."""
    of_paragraphs = f"{PARAGRAPHS} cross join paragraph_labels l on l.paragraph = p.id"
    of_articles = "temp.chosen_articles o join article_labels l on l.article = o.article"
    return {
        row
        for source in (of_paragraphs, of_articles)
        for (row,) in chosen.connection.all(
            f"select distinct l.codebook from {source} where l.coder in (select coder from temp.chosen_coders)"
        )
    }


def codebook_steps(chosen: Chosen) -> Iterator[dict[str, Any]]:
    """What became of the codebook from version to version, as rows of `steps.jsonl`."""
    ids = {row: version.codebook_id for row, version in chosen.versions.items()}
    found = chosen.connection.all("select before, after, n, document, words, at from codebook_steps")
    rows = [(at, ids[before], ids[after], n, step, words) for before, after, n, step, words, at in found]
    for at, before, after, n, step, words in sorted(rows):
        yield {"before": before, "after": after, "n": n, "step": json.loads(step), "words": words, "at": at}


_USED_SPEAKERS = (
    f"select k.id from {STATEMENTS} join statement_speakers t on t.statement = s.id"
    " join speakers k on k.id = t.speaker where s.deleted = 0 union"
    f" select k.merged_into from {STATEMENTS} join statement_speakers t on t.statement = s.id"
    " join speakers k on k.id = t.speaker where s.deleted = 0 and k.merged_into is not null union"
    f" select k.id from {_LABELS} join speakers k on k.id = l.entry where s.deleted = 0 union"
    f" select k.merged_into from {_LABELS} join speakers k on k.id = l.entry"
    " where s.deleted = 0 and k.merged_into is not null"
)


def speakers(chosen: Chosen) -> Iterator[dict[str, Any]]:
    """The registry's entries by id, as rows of `speakers.jsonl`; with a selection only those that it needs."""
    where = "" if chosen.selection.is_everything else f"where k.id in ({_USED_SPEAKERS})"
    rows = chosen.connection.stream(
        "select k.speaker_id, k.name, k.kind, k.definition, k.type, k.affiliation, k.country,"
        " (select json_group_array(alias) from (select alias from aliases where speaker = k.id order by alias)),"
        " k.retired, m.speaker_id"
        f" from speakers k left join speakers m on m.id = k.merged_into {where} order by k.speaker_id"
    )
    for row in rows:
        yield {
            "speaker_id": row[0],
            "name": row[1],
            "kind": row[2],
            "definition": row[3],
            "type": row[4],
            "affiliation": row[5],
            "country": row[6],
            "aliases": json.loads(row[7]),
            "retired": bool(row[8]),
            "merged_into": row[9],
        }
