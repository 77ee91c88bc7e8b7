"""HTML pages: text by blocks, with role hints and metadata."""

from __future__ import annotations

import contextlib
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

from annotator.errors import IngestError, UsageError
from annotator.ingest import batch
from annotator.ingest.article import About, LeftOut, NoTextError, Options, Read, filled, make
from annotator.ingest.html.element_hints import doubt, hint, is_of_readers
from annotator.ingest.html.elements import Element, Line, Open, Page
from annotator.ingest.html.main_body import hints
from annotator.ingest.html.metadata import about
from annotator.ingest.html.trafilatura_text import main_text
from annotator.ingest.input import Input, readable
from annotator.ingest.markup.tree import closed
from annotator.ingest.paragraphs import By, spans
from annotator.ingest.readers.encoding import Decoded, decode, is_utf8
from annotator.ingest.readers.plain_text import content, remarks_on
from annotator.ingest.sources import html_source
from annotator.model import Article

_SKIPPED = frozenset({"script", "style", "template", "iframe", "object", "embed", "svg", "canvas", "audio", "video"})
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_BLOCK = frozenset(
    "address article aside blockquote body button caption center dd details dialog div dl dt fieldset figcaption "
    "figure footer form frameset h1 h2 h3 h4 h5 h6 head header hr html legend li main menu nav noscript ol option p "
    "pre section select summary table tbody textarea tfoot thead title tr ul".split()
)
_HEADS = ("h1", "h2", "h3", "h4", "h5", "h6")
_APART = frozenset({"td", "th", "input", "label", "img", "iframe", "object", "video", "audio", "svg"})
"""The elements that stand between words, not in them."""
_BLANKS = re.compile(r"[ \t\n\r\f]+")


def read(source: Input, options: Options) -> Iterator[Read | LeftOut]:
    """The article of a page, or the articles of a database's batch; scripts never run and nothing is fetched."""
    decoded = decode_page(content(source), options.encoding)
    remarks = remarks_on(decoded)
    if (known := html_source(decoded.text)) is not None:
        found = known.split(decoded.text)
        found.remarks += remarks
        yield from batch.reads(found, known.name, source, options)
        return
    article = article_of_page(decoded.text, source.name, readable(source.path), options.by)
    yield Read(article, source.shown, tuple(remarks))


def article_of_page(html: str, name: str, path: str, by: By, given: About | None = None) -> Article:
    """The article of one page: its whole text, with roles.

    The text and so the id are the same with and without trafilatura, which only helps to tell the body.

    Args:
        html: The page.
        name: Its name for people.
        path: The file it was read from.
        by: Unit of a paragraph: line or block.
        given: What is known of it from elsewhere; it fills gaps.

    Raises:
        NoTextError: The page has no text.
    """
    page = parse(html)
    if not page.raw_text:
        raise NoTextError("no readable text in this page")
    known = about(page)
    extracted = main_text(html)
    if extracted is not None:
        known = extracted.fill(known)
    if given is not None:
        known = filled(known, given)
    found = spans(page.raw_text, by)
    texts = [page.raw_text[start:end] for start, end in found]
    lines = [page.lines[bisect_right(page.starts, start) - 1] for start, _ in found]
    said = hints(texts, lines, page.elements, None if extracted is None else extracted.text)
    return make(page.raw_text, name, path, by, known, said)


def parse(html: str) -> Page:
    """The text and the metadata of a page.

    Blocks are parted by a blank line, lines within a block (``<br>``) by a line feed; other blanks in a row are
    one space, as a browser shows them.
    """
    parser = _Parser()
    parser.feed(closed(html))
    parser.close()
    return parser.finished()


def decode_page(data: bytes, encoding: str | None) -> Decoded:
    """A page in the encoding that its ``<meta>`` names, unless it is UTF-8 all the same."""
    if encoding is None and not (is_utf8(data) and not data.isascii()):
        named = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]+)", data[:4096], re.IGNORECASE)
        if named:
            name = named[1].decode("ascii").lower()
            with contextlib.suppress(IngestError, UsageError):  # a page may lie about itself
                return decode(data, {"iso-8859-1": "cp1252", "us-ascii": "cp1252", "latin1": "cp1252"}.get(name, name))
    return decode(data, encoding)


class _Parser(HTMLParser):
    """Follows the tags of a page, however badly they are nested; never deeper than a list."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._page = Page()
        self._stack: list[Open] = []
        self._open: Counter[str] = Counter()
        self._words: list[str] = []
        self._place = -1
        self._after_link = 0
        """How many words there were when the last link ended: two links in a row are two words."""
        self._n_letters = self._n_linked = self._n_bold = 0
        self._pieces: list[str] = []
        self._length = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element; a block ends the line before it."""
        given = {name: value or "" for name, value in attrs}
        self._note(tag, given)
        if tag == "br":
            self._end_line("\n")
        elif tag in _BLOCK:
            if self._open["p"] and self._stack and self._stack[-1].tag == "p":
                self._close("p")
            self._end_line("\n\n")
        elif tag in _APART or (tag == "a" and self._after_link == len(self._words)):
            self._words.append(" ")
        if tag in _VOID:
            return
        above = self._stack[-1] if self._stack else Open("", 0, False)
        elements = self._page.elements
        self._stack.append(Open(tag, len(elements), tag in _SKIPPED or above.is_skipped))
        elements.append(
            Element(
                tag,
                above.element,
                hint(tag, given),
                doubt(tag, given),
                is_of_readers(given),
                given.get("class", ""),
            )
        )
        self._open[tag] += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Only void tags are empty elements in HTML: ``<p/>`` opens a paragraph."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Close an element and whatever was left open in it."""
        if tag in _BLOCK:
            self._end_line("\n\n")
        if self._open[tag]:
            self._close(tag)
        elif tag in _HEADS and (head := next((name for name in _HEADS if self._open[name]), None)):
            self._close(head)  # a head that is closed by another's tag is closed, as in a browser
        if tag == "a":
            self._after_link = len(self._words)

    def handle_data(self, data: str) -> None:
        """Collect text, unless it belongs to a script and its like."""
        top = self._stack[-1] if self._stack else None
        if top is not None and top.tag == "title" and not self._open["svg"]:
            self._page.title = self._page.title or " ".join(data.split()) or None
        elif top is not None and top.is_skipped:
            if top.tag == "script" and self._in_json_ld:
                self._page.json_ld.append(data)
        elif top is None or top.tag != "head":
            self._add(data)

    _in_json_ld = False

    def _note(self, tag: str, given: dict[str, str]) -> None:
        """Keep what the head and ``<time>`` say of the article."""
        page = self._page
        if tag == "meta":
            key = (given.get("property") or given.get("name") or given.get("itemprop") or "").lower()
            if key and given.get("content"):
                page.metas.setdefault(key, given["content"].strip())
        elif tag == "link":
            page.links.setdefault(given.get("rel", "").lower(), given.get("href", ""))
        elif tag == "html":
            page.language = given.get("lang") or None
        elif tag == "time" and page.first_time is None:
            page.first_time = given.get("datetime") or None
        elif tag == "script":
            self._in_json_ld = "ld+json" in given.get("type", "").lower()

    def _add(self, data: str) -> None:
        if self._open["pre"] or self._open["textarea"]:
            first, *others = data.replace("\r\n", "\n").split("\n")
            self._find_place()
            self._words.append(first)
            for other in others:
                self._end_line("\n")
                self._find_place()
                self._words.append(other)
            return
        n_letters = len(data) - data.count(" ") - data.count("\n")
        if n_letters:
            self._find_place()
        self._n_letters += n_letters
        self._n_linked += n_letters if self._open["a"] else 0
        self._n_bold += n_letters if self._open["b"] or self._open["strong"] else 0
        self._words.append(data)

    def _find_place(self) -> None:
        """Note the innermost element that holds all of the line so far.

        The open elements lie one within the other: it is the first one around the line's beginning that is still open.
        """
        if self._place < 0:
            self._place = self._stack[-1].element if self._stack else 0
        while self._page.elements[self._place].end:
            self._place = self._page.elements[self._place].parent

    def _block(self) -> str:
        """The block that the line stands in, or the element where none is near."""
        at = self._place
        for _ in range(8):
            if at <= 0 or self._page.elements[at].tag in _BLOCK:
                break
            at = self._page.elements[at].parent
        found = self._page.elements[at].tag
        return found if found in _BLOCK else self._page.elements[self._place].tag

    def _end_line(self, end: str) -> None:
        text = _BLANKS.sub(" ", "".join(self._words)).strip(" ")
        self._words.clear()
        if text:
            most = max(1, 0.9 * self._n_letters)
            is_linked, is_bold = self._n_linked >= most, self._n_bold >= most
            self._page.starts.append(self._length)
            goes_on = bool(self._pieces) and self._pieces[-1] == "\n"
            self._page.lines.append(Line(text, self._block(), self._place, is_linked, is_bold, goes_on))
            self._put(text)
        self._n_letters = self._n_linked = self._n_bold = 0
        self._place = -1
        if self._pieces and not self._pieces[-1].isspace():
            self._put(end)
        elif self._pieces and len(end) > len(self._pieces[-1]):
            self._length += len(end) - len(self._pieces[-1])
            self._pieces[-1] = end

    def _put(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)

    def _close(self, tag: str) -> None:
        while self._stack:
            closed = self._stack.pop()
            self._page.elements[closed.element].end = len(self._page.elements)
            self._open[closed.tag] -= 1
            if closed.tag == tag:
                return

    def finished(self) -> Page:
        """The page, after its end."""
        self._end_line("\n\n")
        for element in self._page.elements:
            element.end = element.end or len(self._page.elements)
        self._page.raw_text = "".join(self._pieces).strip("\n")
        return self._page
