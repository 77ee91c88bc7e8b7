"""A project without its texts, for exports that publishers' rights do not allow to hold them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from annotator.records import ArticleRecord, ParagraphRecord, Source, StatementRecord

LONGEST = 200
"""Metadata with more characters are texts, such as an abstract."""

LOSS = (
    f"the texts: paragraphs, evidence and metadata of more than {LONGEST} characters are empty; offsets and SHA-256"
    " find them in the articles again"
)


class TextlessArticle(ArticleRecord):
    """An article whose text nobody is told; its length and its hash stay."""

    def text(self, paragraph: ParagraphRecord) -> str:  # noqa: ARG002 (whichever it is)
        """Nothing."""
        return ""

    def evidence(self, statement: StatementRecord) -> str | None:  # noqa: ARG002 (whichever it is)
        """Nothing."""
        return None


class _Textless:
    """A source that is another one but for its articles."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def articles(self) -> Iterator[ArticleRecord]:
        """The articles without their texts."""
        for article in self._source.articles():
            kept = {key: value for key, value in article.metadata.items() if len(str(value)) <= LONGEST}
            yield TextlessArticle._make(article._replace(metadata=kept))


def without_texts(source: Source) -> Source:
    """The same project for formats that are tables: articles have everything but their text."""
    return cast("Source", _Textless(source))
