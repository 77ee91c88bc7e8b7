"""CoNLL-2003: a token a line with its BIO tag in the last of four columns, a file a coder and variable."""

from __future__ import annotations

import re

from annotator.codebook.model import Variable
from annotator.export.folder import Folder
from annotator.export.spans import Passage, Span, say_losses, span_variables, write_passages
from annotator.export.tokens import edges, tokenize, within
from annotator.model import DONE
from annotator.records import Source

_DOCUMENT = "-DOCSTART- -X- O O\n\n"


def write(source: Source, folder: Folder) -> None:
    """Write conll/<coder>/<variable>.conll: an article is a document, a paragraph a sentence."""
    tags = {variable.name: _tags(variable) for variable in span_variables(source)}
    latest: dict[tuple[str, str], str] = {}
    n_overlapping = 0

    def row(variable: Variable, passage: Passage, _: int) -> str | None:
        nonlocal n_overlapping
        if passage.state not in DONE:
            return None
        spans, n = _apart(passage.spans)
        n_overlapping += n
        lines = "\n".join(_lines(passage, spans, tags[variable.name]))
        if not lines:
            return None
        article, file = passage.article.article_id, (variable.name, passage.coder)
        begins, latest[file] = latest.get(file) != article, article
        return f"{_DOCUMENT if begins else ''}{lines}\n"

    write_passages(source, folder, "conll", row, "conll")
    if n_overlapping:
        folder.lose(f"spans that overlap another one, of which there are {n_overlapping}: a token has one tag")
    say_losses(folder)
    folder.lose("blanks between tokens, and which article a document is; paragraphs that the coder is not done with")
    folder.lose("categories as they are written: tags hold no blanks, and the manifest has the tag of each")
    folder.lose("statement ids, times, notes and flags (jsonl)")
    folder.write_manifest("conll.manifest.json", "conll", source, tags=tags)


def _tags(variable: Variable) -> dict[str, str]:
    """A tag without blanks for each category; different categories have different tags."""
    found: dict[str, str] = {}
    for name in variable.names:
        tag = _word(name)
        while tag in found.values():
            tag += "_"
        found[name] = tag
    return found


def _apart(spans: list[Span]) -> tuple[list[Span], int]:
    """The spans that do not overlap an earlier one, and the number of those that do."""
    kept: list[Span] = []
    for span in spans:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept, len(spans) - len(kept)


def _lines(passage: Passage, spans: list[Span], tags: dict[str, str]) -> list[str]:
    text = passage.article.text(passage.paragraph)
    tokens = tokenize(text, {at for span in spans for at in (span.start, span.end)})
    starts, ends = edges(tokens)
    given = ["O"] * len(tokens)
    for span in spans:
        tag = tags.get(span.label) or _word(span.label)
        words = [i for i in range(*within(starts, ends, span.start, span.end)) if tokens[i]["text"].strip()]
        for n, i in enumerate(words):
            given[i] = f"{'I' if n else 'B'}-{tag}"
    return [f"{token['text']} -X- O {tag}" for token, tag in zip(tokens, given, strict=True) if token["text"].strip()]


def _word(name: str) -> str:
    return re.sub(r"\s", "_", name)
