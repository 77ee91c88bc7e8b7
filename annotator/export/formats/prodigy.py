"""Prodigy: spans with tokens, a file a coder and variable."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from annotator.codebook.model import Variable
from annotator.export.folder import Folder
from annotator.export.spans import Passage, say_losses, write_passages
from annotator.export.tokens import edges, tokenize, within
from annotator.records import Source


def write(source: Source, folder: Folder) -> None:
    """Write prodigy/<coder>/<variable>.jsonl."""
    write_passages(source, folder, "prodigy", _row)
    say_losses(folder)
    folder.lose("exact evidence where it begins or ends at a blank: spans are made of tokens")
    folder.write_manifest("prodigy.manifest.json", "prodigy", source)


def _row(variable: Variable, passage: Passage, _: int) -> str:
    text = passage.article.text(passage.paragraph)
    tokens = tokenize(text, {at for span in passage.spans for at in (span.start, span.end)})
    spans = _spans(passage, tokens)
    meta = {
        "article_id": passage.article.article_id,
        "article": passage.article.name,
        "paragraph": passage.paragraph.position,
        "state": passage.state,
    }
    made = {
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
    return json.dumps(made, ensure_ascii=False)


def _spans(passage: Passage, tokens: list[dict[str, Any]]) -> list[dict[str, Any]]:
    starts, ends = edges(tokens)
    spans = []
    for span in passage.spans:
        first, last = within(starts, ends, span.start, span.end)
        if first < last:
            spans.append(
                {
                    "start": starts[first],
                    "end": ends[last - 1],
                    "token_start": first,
                    "token_end": last - 1,
                    "label": span.label,
                    "statement_id": span.statement.statement_id,
                }
            )
    return spans


def _hash(*parts: str) -> int:
    """A signed 32-bit number that is the same for the same task."""
    return int.from_bytes(sha256("\x1f".join(parts).encode()).digest()[:4], "big", signed=True)
