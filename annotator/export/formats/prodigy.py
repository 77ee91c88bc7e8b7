"""Prodigy: spans with tokens, a file a coder and variable."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from typing import Any

from annotator.codebook.model import Variable
from annotator.export.folder import Folder
from annotator.export.spans import Passage, say_losses, write_passages
from annotator.records import Source

_TOKEN = re.compile(r"\w+|[^\w\s]|\s+")


def write(source: Source, folder: Folder) -> None:
    """Write prodigy/<coder>/<variable>.jsonl."""
    write_passages(source, folder, "prodigy", _row)
    say_losses(folder)
    folder.lose("exact evidence where it begins or ends at a blank: spans are made of tokens")
    folder.write_manifest("prodigy.manifest.json", "prodigy", source)


def _row(variable: Variable, passage: Passage, _: int) -> dict[str, Any]:
    text = passage.article.text(passage.paragraph)
    tokens = tokenize(text, {at for span in passage.spans for at in (span.start, span.end)})
    spans = _spans(passage, tokens)
    meta = {
        "article_id": passage.article.article_id,
        "article": passage.article.name,
        "paragraph": passage.paragraph.position,
        "state": passage.state,
    }
    return {
        "text": text,
        "meta": meta,
        "tokens": tokens,
        "spans": spans,
        "answer": "ignore" if passage.state in ("open", "unseen") else "accept",
        "_view_id": "spans_manual",
        "_session_id": passage.coder,
        "_input_hash": _hash(text),
        "_task_hash": _hash(text, variable.name, passage.coder, json.dumps(spans)),
    }


def tokenize(text: str, edges: set[int]) -> list[dict[str, Any]]:
    """Words, signs and wide blanks with their offsets; a token is cut where a span begins or ends inside it.

    One blank after a token belongs to it (`ws`); tabs, line breaks and further blanks are tokens, as spaCy has them, so
    that the tokens make the text again.
    """
    whole = _tokens(text)
    inside = edges - {token["start"] for token in whole} - {token["end"] for token in whole}
    return _cut(text, whole, inside) if inside else whole


@lru_cache(maxsize=4)
def _tokens(text: str) -> list[dict[str, Any]]:
    """The tokens of a text without spans, which every coder and variable shares."""
    tokens: list[dict[str, Any]] = []
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        if tokens and text[start] == " ":
            tokens[-1]["ws"] = True
            start += 1
        if start < end:
            tokens.append({"text": text[start:end], "start": start, "end": end, "id": len(tokens), "ws": False})
    return tokens


def _cut(text: str, whole: list[dict[str, Any]], inside: set[int]) -> list[dict[str, Any]]:
    """The tokens, cut at these places."""
    tokens: list[dict[str, Any]] = []
    for token in whole:
        cuts = [token["start"], *sorted(at for at in inside if token["start"] < at < token["end"]), token["end"]]
        for first, last in pairwise(cuts):
            is_last = last == token["end"]
            piece = {"text": text[first:last], "start": first, "end": last, "id": len(tokens)}
            tokens.append({**piece, "ws": token["ws"] and is_last})
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
