"""The articles of a damaged project: a text with a wrong hash is mended, or taken from a sound copy."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from annotator.model import Article, Paragraph
from annotator.model import sha256 as digest
from annotator.store.file.checksum import of_article
from annotator.store.rescue.mend import mend_text
from annotator.store.rescue.repair import Repair
from annotator.store.tables.articles import write_paragraphs
from annotator.text.terminal_text import one_line

_FACTS = ("name", "title", "source", "date", "url", "path", "metadata")

Cut = list[tuple[Any, ...]]
"""Position, start, end and role of each paragraph."""


def save_articles(repair: Repair) -> None:
    """Bring the articles into the new project, and remember the id of each row."""
    for row in repair.rows("articles", "id", "article_id", "sha256", *_FACTS, "added_at", "checksum", "raw_text"):
        cut = repair.old.all(
            "select position, start, end, role from paragraphs where article = ? order by position", (row[0],)
        )
        _save_article(repair, row, cut)


def _save_article(repair: Repair, row: tuple[Any, ...], cut: Cut) -> None:
    number, article_id, sha256, *rest = row
    *facts, added_at, checksum, raw_text = rest
    text = _text_of(article_id, sha256, raw_text)
    is_legible = text is not None and all(isinstance(one, str | None) for one in facts)
    if not is_legible or of_article(facts, cut) != checksum:
        copy = repair.copies.article(article_id)
        if copy is not None and of_article(copy[0][:7], copy[1]) == copy[0][7]:
            (*facts, checksum, text), cut = copy
    article = None if text is None else _article(facts[0], text, cut)
    called = one_line(str(facts[0]))[:60]
    if article is None:
        what = "whose text was changed by the damage" if text is None else "whose paragraphs can no longer be told"
        repair.lost.append(f"the article {called}, {what}")
        return
    found = of_article(facts, cut)
    if found != checksum:
        repair.lost.append(f"what was known about the article {called} may have been changed by the damage")
    repair.articles[number] = article.article_id
    added = repair.time(added_at, f"the article {called} was added")
    identity = {"article_id": article.article_id, "sha256": digest(article.raw_text), "added_at": added}
    content = {"checksum": found, "raw_text": text, "n_paragraphs": len(cut)}
    new = repair.insert("articles", identity | dict(zip(_FACTS, facts, strict=True)) | content)
    write_paragraphs(repair.new, [value for paragraph in cut for value in (new, *paragraph)])


def _text_of(article_id: Any, sha256: Any, raw_text: Any) -> str | None:
    """The article's text, mended if necessary, if it has a known hash."""
    if not isinstance(raw_text, str | bytes):
        return None
    for begin in (sha256, article_id):
        if isinstance(begin, str) and (text := mend_text(raw_text, begin)) is not None:
            return text
    return None


def _article(name: Any, text: str, cut: Cut) -> Article | None:
    try:
        return Article(
            name=name,
            raw_text=text,
            paragraphs=tuple(Paragraph(position=p[0], start=p[1], end=p[2], role=p[3]) for p in cut),
        )
    except ValidationError:
        return None
