"""doccano: sequence labels, a file a coder and variable, since a span has one label and a file one owner."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from annotator.codebook import Variable
from annotator.export.folder import Folder
from annotator.export.names import file_name
from annotator.export.spans import passages, say_losses, span_variables
from annotator.records import Source


def write(source: Source, folder: Folder) -> None:
    """Write doccano/<coder>/<variable>.jsonl for sequence labelling projects, and the labels of each."""
    for variable in span_variables(source):
        labels = [{"text": name, "suffix_key": None} for name in variable.names]
        folder.write_text(
            f"doccano/labels-{file_name(variable.name)}.json",
            json.dumps(labels, ensure_ascii=False, indent=2) + "\n",
            rows=len(labels),
        )
        for coder in source.coders:
            folder.write_lines(
                f"doccano/{file_name(coder.name)}/{file_name(variable.name)}.jsonl",
                (json.dumps(row, ensure_ascii=False) for row in _rows(source, variable, coder.name)),
            )
    say_losses(folder)
    folder.lose(
        "overlapping spans, unless the doccano project allows them: set `allow overlapping spans` before import"
    )
    folder.lose("times, notes and flags (jsonl)")
    folder.write_manifest("doccano.manifest.json", "doccano", source)


def _rows(source: Source, variable: Variable, coder: str) -> Iterator[dict[str, Any]]:
    for n, passage in enumerate(passages(source, variable, coder), start=1):
        article, paragraph = passage.article, passage.paragraph
        yield {
            "id": n,
            "text": article.text(paragraph),
            # Two statements of one label on the same words are one span there, and doccano refuses it twice.
            "label": [list(span) for span in dict.fromkeys((s.start, s.end, s.label) for s in passage.spans)],
            "article_id": article.article_id,
            "article": article.name,
            "paragraph": paragraph.position,
            "state": passage.state,
        }
