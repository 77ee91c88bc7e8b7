"""E-books (.epub): a page for each article, in the order of the spine."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote
from zipfile import ZipFile

from annotator.errors import IngestError
from annotator.ingest.article import About, LeftOut, NoTextError, Options, Read
from annotator.ingest.documents.packages import check_archive
from annotator.ingest.html.page import article_of_page, decode_page
from annotator.ingest.input import Input, readable
from annotator.ingest.markup.tree import Node, xml_tree
from annotator.ingest.readers.encoding import decode
from annotator.ingest.readers.plain_text import all_bytes
from annotator.ingest.readers.zip_archive import FAULTS
from annotator.text.counted import counted

_FEW_LETTERS = 200
"""A page with fewer letters is a cover or a title page."""


def read(source: Input, options: Options) -> Iterator[Read | LeftOut]:
    """The pages of a book that hold text, each an article; tables of contents and covers are left out."""
    with check_archive(all_bytes(source)) as archive:
        try:
            about, pages = _spine(archive)
            texts = [decode_page(archive.read(page), options.encoding).text for page in pages]
        except (KeyError, *FAULTS) as error:
            raise IngestError(f"not a readable e-book ({str(error).lower()})") from error
    articles = []
    for number, text in enumerate(texts, 1):
        try:
            article = article_of_page(text, f"{source.name}-{number}", readable(source.path), options.by, about)
        except NoTextError:
            continue
        if len(article.raw_text) >= _FEW_LETTERS:
            articles.append((number, article))
    if not articles:
        raise IngestError("holds no page with text")
    n, n_left = len(articles), len(texts) - len(articles)
    remarks = [f"{counted(n, 'article')} in 1 file"]
    remarks += [f"{counted(n_left, 'page')} with hardly any text left out"] if n_left else []
    for number, article in articles:
        yield Read(article, f"{source.shown}, page {number}", tuple(remarks))
        remarks = []


def _spine(archive: ZipFile) -> tuple[About, list[str]]:
    """What the package says of the book, and its pages in reading order without the navigation."""
    container = _xml(archive, "META-INF/container.xml")
    rootfile = container.first("rootfile")
    if rootfile is None:
        raise IngestError("not a readable e-book (it names no package)")
    path = rootfile.attributes.get("full-path", "")
    package = _xml(archive, path)
    items = {node.attributes.get("id", ""): node.attributes for node in package.nodes("item")}
    pages = []
    for reference in package.nodes("itemref"):
        item = items.get(reference.attributes.get("idref", ""), {})
        if "nav" in item.get("properties", "").split() or reference.attributes.get("linear") == "no":
            continue
        if "html" in item.get("media-type", ""):
            pages.append(posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(item.get("href", "")))))
    creator = package.text_of("creator")
    metadata = {"author": creator} if creator else {}
    return About(source=package.text_of("title"), date=package.text_of("date"), metadata=metadata), pages


def _xml(archive: ZipFile, name: str) -> Node:
    return xml_tree(decode(archive.read(name)).text.strip())
