"""HTML inside a field of a database as paragraphs."""

from __future__ import annotations

from annotator.ingest.batch import Line
from annotator.ingest.markup.tree import Node, html_tree
from annotator.model import Role

_ROLES: dict[str, Role] = {**dict.fromkeys(("h2", "h3", "h4", "h5", "h6"), "subhead"), "figcaption": "caption"}


def block_lines(node: Node) -> list[Line]:
    """The lines of an element as a browser sets them; headings are subheads, captions of figures captions."""
    return [Line(text, _ROLES.get(tag)) for text, tag in node.lines()]


def html_text(html: str) -> str:
    """A piece of HTML as text, its blocks parted by blank lines; a text without tags stays as it is."""
    if "<" not in html or ">" not in html:
        return html
    return "\n\n".join(text for text, _ in html_tree(html).lines())
