"""spaCy: a DocBin a coder; a paragraph is a Doc with a group of spans a variable."""

from __future__ import annotations

from spacy.tokens import Doc, DocBin, Span  # type: ignore[import-not-found,import-untyped,unused-ignore] # an extra
from spacy.vocab import Vocab  # type: ignore[import-not-found,import-untyped,unused-ignore]

from annotator.export.folder import Folder
from annotator.export.foreign_names import file_name
from annotator.export.spans import Passage, passages, span_variables
from annotator.export.tokens import edges, tokenize, within
from annotator.files import private
from annotator.records import Columns, Source


def write(source: Source, folder: Folder) -> None:
    """Write spacy/<coder>.spacy."""
    variables, columns = list(enumerate(span_variables(source))), Columns.of(source.codebook)
    names = [variable.name for variable in columns.statement]
    for coder in source.coders:
        made, n = DocBin(attrs=[], store_user_data=True), 0
        vocab = Vocab()
        for article in source.articles():
            for paragraph in article.paragraphs:
                found = [passage for _, passage in passages(article, paragraph, coder.name, variables)]
                if found:
                    made.add(_doc(vocab, found, [variable.name for _, variable in variables], names))
                    n += 1
        name = f"spacy/{file_name(coder.name)}.spacy"
        private.write(folder.stage(name), made.to_bytes())
        folder.staged(name, n)
    folder.lose("evidence beyond its paragraph; a statement without evidence stands on its whole paragraph")
    folder.lose("the articles' texts as one, and labels of whole paragraphs and articles (jsonl)")
    folder.lose("times, flags, label origins and codebook versions (jsonl)")
    folder.write_manifest("docbin.manifest.json", "docbin", source)


def _doc(vocab: Vocab, found: list[Passage], groups: list[str], names: list[str]) -> Doc:
    """A paragraph; what no span can hold stands in its user data."""
    passage = found[0]
    article, paragraph = passage.article, passage.paragraph
    cuts = {at for each in found for span in each.spans for at in (span.start, span.end)}
    tokens = tokenize(article.text(paragraph), cuts)
    doc = Doc(vocab, [token["text"] for token in tokens], [token["ws"] for token in tokens])
    starts, ends = edges(tokens)
    for group, each in zip(groups, found, strict=True):
        placed = [(span, *within(starts, ends, span.start, span.end)) for span in each.spans]
        doc.spans[group] = [
            Span(doc, first, last, span.label, span_id=span.statement.statement_id)
            for span, first, last in placed
            if first < last
        ]
    doc.user_data["annotator"] = {
        "article_id": article.article_id,
        "article": article.name,
        "paragraph": paragraph.position,
        "start": paragraph.start,
        "role": paragraph.role,
        "coder": passage.coder,
        "state": passage.state,
        "note": passage.note,
        "statements": [
            {
                "statement_id": one.statement_id,
                "speakers": one.speakers,
                **{name: one.value(name) for name in names},
                "note": one.note,
            }
            for one in paragraph.statements_of(passage.coder)
        ],
    }
    return doc
