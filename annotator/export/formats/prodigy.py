"""Prodigy: spans with tokens, a file a coder and variable."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from typing import Any

from annotator.codebook.model import Variable
from annotator.export.folder import Folder
from annotator.export.foreign_names import file_name
from annotator.export.spans import Passage, passages, say_losses, span_variables
from annotator.records import Source

_TOKEN = re.compile(r"\w+|[^\w\s]|\s+")


def write(source: Source, folder: Folder) -> None:
    """Write prodigy/<coder>/<variable>.jsonl."""
    for variable in span_variables(source):
        for coder in source.coders:
            folder.write_lines(
                f"prodigy/{file_name(coder.name)}/{file_name(variable.name)}.jsonl",
                (json.dumps(row, ensure_ascii=False) for row in _rows(source, variable, coder.name)),
            )
    say_losses(folder)
    folder.lose("exact evidence where it begins or ends at a blank: spans are made of tokens")
    folder.write_manifest("prodigy.manifest.json", "prodigy", source)


def _rows(source: Source, variable: Variable, coder: str) -> Iterator[dict[str, Any]]:
    for passage in passages(source, variable, coder):
        text = passage.article.text(passage.paragraph)
        tokens = tokenize(text, {at for span in passage.spans for at in (span.start, span.end)})
        spans = _spans(passage, tokens)
        meta = {
            "article_id": passage.article.article_id,
            "article": passage.article.name,
            "paragraph": passage.paragraph.position,
            "state": passage.state,
        }
        yield {
            "text": text,
            "meta": meta,
            "tokens": tokens,
            "spans": spans,
            "answer": "ignore" if passage.state in ("open", "unseen") else "accept",
            "_view_id": "spans_manual",
            "_session_id": coder,
            "_input_hash": _hash(text),
            "_task_hash": _hash(text, variable.name, coder, json.dumps(spans)),
        }


def tokenize(text: str, edges: set[int]) -> list[dict[str, Any]]:
    """Words, signs and wide blanks with their offsets; a token is cut where a span begins or ends inside it.

    One blank after a token belongs to it (`ws`); tabs, line breaks and further blanks are tokens, as spaCy has them, so
    that the tokens make the text again.
    """
    tokens: list[dict[str, Any]] = []
    for found in _TOKEN.finditer(text):
        start = found.start()
        if tokens and text[start] == " ":
            tokens[-1]["ws"] = True
            start += 1
        cuts = [start, *sorted(at for at in edges if start < at < found.end()), found.end()]
        for first, last in pairwise(cuts):
            if first < last:
                token = {"text": text[first:last], "start": first, "end": last, "id": len(tokens), "ws": False}
                tokens.append(token)
    return tokens


def _spans(passage: Passage, tokens: list[dict[str, Any]]) -> list[dict[str, Any]]:
    starts, ends = [token["start"] for token in tokens], [token["end"] for token in tokens]
    spans = []
    for span in passage.spans:
        first, last = bisect_left(starts, span.start), bisect_left(ends, span.end + 1) - 1
        if first <= last:
            spans.append(
                {
                    "start": starts[first],
                    "end": ends[last],
                    "token_start": first,
                    "token_end": last,
                    "label": span.label,
                    "statement_id": span.statement.statement_id,
                }
            )
    return spans


def _hash(*parts: str) -> int:
    """A signed 32-bit number that is the same for the same task."""
    return int.from_bytes(sha256("\x1f".join(parts).encode()).digest()[:4], "big", signed=True)
