"""HTML and XML as a tree of nodes; HTML however badly nested, XML without any entity of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.parsers import expat

from annotator.errors import IngestError

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_SKIPPED = frozenset({"script", "style", "template"})
_SCOPES = frozenset("table td th caption div article section body html form".split())
_CLOSES: Mapping[str, frozenset[str]] = {
    "li": frozenset({"li"}),
    "tr": frozenset({"tr", "td", "th"}),
    "td": frozenset({"td", "th"}),
    "th": frozenset({"td", "th"}),
    "option": frozenset({"option"}),
}
"""The open elements that a tag closes, as far as the next table, list or select."""
_BLOCKS = frozenset(
    "address article aside blockquote center dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 head header "
    "hr li main nav ol p pre section table tbody td tfoot th thead title tr ul".split()
)
_PARAGRAPHS = frozenset("p div table ul ol blockquote h1 h2 h3 h4 h5 h6 pre section article center form".split())
"""The elements that end an open paragraph."""
_BLANKS = re.compile(r"[ \t\n\r\f\u00a0]+")
DEEPEST = 400


@dataclass(slots=True, eq=False)
class Node:
    """An element."""

    tag: str
    """Its name in small letters in HTML, without a namespace in XML."""
    attributes: dict[str, str] = field(default_factory=dict)
    parent: Node | None = None
    children: list[Node | str] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        """The words of its class."""
        return self.attributes.get("class", "").split()

    def parts(self) -> Iterator[tuple[bool, Node | str]]:
        """All that it holds, in order: True with texts and with nodes as they begin, False as a node ends."""
        stack: list[Iterator[Node | str]] = [iter(self.children)]
        nodes = [self]
        while stack:
            part = next(stack[-1], None)
            if part is None:
                stack.pop()
                closed = nodes.pop()
                if closed is not self:
                    yield False, closed
                continue
            yield True, part
            if isinstance(part, Node):
                stack.append(iter(part.children))
                nodes.append(part)

    def nodes(self, *tags: str, kind: str | None = None) -> Iterator[Node]:
        """The elements within it in order: of these tags, and of this class, where they are given."""
        for begins, part in self.parts():
            if not begins or isinstance(part, str) or (tags and part.tag not in tags):
                continue
            if kind is None or kind in part.classes:
                yield part

    def first(self, *tags: str, kind: str | None = None) -> Node | None:
        """The first of them."""
        return next(self.nodes(*tags, kind=kind), None)

    def raw_text(self) -> str:
        """All its text with its blanks and line ends as they stand."""
        return "".join(part for begins, part in self.parts() if begins and isinstance(part, str))

    def text(self) -> str:
        """All its text, each run of blanks as one space."""
        return squeezed(self.raw_text())

    def text_of(self, *tags: str, kind: str | None = None) -> str | None:
        """The text of the first element with these tags or of this class that has any."""
        return next((text for node in self.nodes(*tags, kind=kind) if (text := node.text())), None)

    def child_text(self, tag: str) -> str | None:
        """The text of its first child with this tag."""
        return next((part.text() or None for part in self.children if isinstance(part, Node) and part.tag == tag), None)

    def lines(self) -> list[tuple[str, str]]:
        """Its text as a browser sets it: each line with the tag of the innermost block around it."""
        return list(_lines(self))

    def ancestor(self, *tags: str) -> Node | None:
        """The nearest element around it with one of these tags."""
        node = self.parent
        while node is not None and node.tag not in tags:
            node = node.parent
        return node


def squeezed(text: str) -> str:
    """A text with each run of blanks, no-break spaces too, as one space."""
    return _BLANKS.sub(" ", text).strip(" ")


def _lines(node: Node) -> Iterator[tuple[str, str]]:
    words: list[str] = []
    tags = [node.tag if node.tag in _BLOCKS else "p"]
    for begins, part in node.parts():
        if isinstance(part, str):
            words.append(part)
            continue
        is_block = part.tag in _BLOCKS
        if (is_block or part.tag == "br") and words and (begins or is_block):
            text, words = squeezed("".join(words)), []
            if text:
                yield text, tags[-1]
        if is_block and begins:
            tags.append(part.tag)
        elif is_block and len(tags) > 1:
            tags.pop()
    if text := squeezed("".join(words)):
        yield text, tags[-1]


class _Builder(HTMLParser):
    """Builds a tree of tags as they come, closing what HTML lets be left open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self._open = [self.root]
        self._skipping: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self._skipping = tag
            return
        if tag in _PARAGRAPHS:
            self._close_within({"p"})
        if tag in _CLOSES:
            self._close_within(_CLOSES[tag], {"table", "ul", "ol", "select"})
        node = Node(tag, {name: value or "" for name, value in attrs}, self._open[-1])
        self._open[-1].children.append(node)
        if tag not in VOID and len(self._open) < DEEPEST:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._skipping == tag:
            self._skipping = None
            return
        stops = (
            {"table"} if tag in ("td", "tr", "th") else {"td", "th"} if tag not in ("table", "tr", "tbody") else set()
        )
        for at in range(len(self._open) - 1, 0, -1):
            if self._open[at].tag == tag:
                del self._open[at:]
                return
            if self._open[at].tag in stops:
                return

    def handle_data(self, data: str) -> None:
        if self._skipping is None:
            self._open[-1].children.append(data)

    def _close_within(self, tags: frozenset[str] | set[str], stops: frozenset[str] | set[str] = _SCOPES) -> None:
        for at in range(len(self._open) - 1, 0, -1):
            if self._open[at].tag in tags:
                del self._open[at:]
                if len(tags) == 1:
                    return
            elif self._open[at].tag in stops:
                return


def html_tree(html: str) -> Node:
    """The tree of a page or of a part of one."""
    builder = _Builder()
    builder.feed(closed(html))
    builder.close()
    return builder.root


def closed(html: str) -> str:
    """A page without a tag or a comment that is open at its end; what would have been in it is text.

    html.parser would look for that end again and again, in quadratic time.
    """
    comments = html.rfind("-->") + 1
    html = html[:comments] + html[comments:].replace("<!--", "&lt;!--")
    tags = html.rfind(">") + 1
    return html[:tags] + html[tags:].replace("<", "&lt;")


def xml_tree(text: str) -> Node:
    """The root element of an XML file. Nothing is fetched, and entities that the file declares are refused.

    Raises:
        IngestError: It is not well-formed; the sentence names the line.
    """
    root = Node("")
    open_nodes = [root]

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(open_nodes) > DEEPEST:
            raise IngestError(f"is nested more than {DEEPEST} deep")
        named = {name.rpartition(" ")[2]: value for name, value in attributes.items()}
        node = Node(tag.rpartition(" ")[2], named, open_nodes[-1])
        open_nodes[-1].children.append(node)
        open_nodes.append(node)

    def end(_tag: str) -> None:
        open_nodes.pop()

    def said(words: str) -> None:
        open_nodes[-1].children.append(words)

    def declared(*_: object) -> None:
        raise IngestError("declares entities of its own, which is not allowed")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.EntityDeclHandler = said, declared
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise IngestError(
            f"line {error.lineno}: not well-formed XML ({expat.ErrorString(error.code)}): the file may be cut off"
        ) from error
    return next(child for child in root.children if isinstance(child, Node))
