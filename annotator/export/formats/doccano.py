"""doccano: sequence labels, a file a coder and variable, since a span has one label and a file one owner."""

from __future__ import annotations

import json
from typing import Any

from annotator.codebook.model import Variable
from annotator.export.folder import Folder
from annotator.export.foreign_names import file_name
from annotator.export.spans import Passage, say_losses, span_variables, write_passages
from annotator.records import Source


def write(source: Source, folder: Folder) -> None:
    """Write doccano/<coder>/<variable>.jsonl for sequence labelling projects, and the labels of each."""
    n_twice = 0
    for variable in span_variables(source):
        labels = [{"text": name, "suffix_key": None} for name in variable.names]
        folder.write_text(
            f"doccano/labels-{file_name(variable.name)}.json",
            json.dumps(labels, ensure_ascii=False, indent=2) + "\n",
            rows=len(labels),
        )

    def row(_: Variable, passage: Passage, n: int) -> str:
        nonlocal n_twice
        made = _row(n, passage)
        n_twice += len(passage.spans) - len(made["label"])
        return json.dumps(made, ensure_ascii=False)

    write_passages(source, folder, "doccano", row)
    if n_twice:
        folder.lose(f"spans that would stand twice with one label on the same words, of which there are {n_twice}")
    say_losses(folder)
    folder.lose(
        "overlapping spans, unless the doccano project allows them: set `allow overlapping spans` before import"
    )
    folder.lose("times, notes and flags (jsonl)")
    folder.write_manifest("doccano.manifest.json", "doccano", source)


def _row(n: int, passage: Passage) -> dict[str, Any]:
    article, paragraph = passage.article, passage.paragraph
    return {
        "id": n,
        "text": article.text(paragraph),
        # Two statements of one label on the same words are one span there, and doccano refuses it twice.
        "label": [list(span) for span in dict.fromkeys((s.start, s.end, s.label) for s in passage.spans)],
        "article_id": article.article_id,
        "article": article.name,
        "paragraph": paragraph.position,
        "state": passage.state,
    }
