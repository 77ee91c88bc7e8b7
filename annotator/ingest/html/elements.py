"""Lines and elements of a parsed HTML page."""

from __future__ import annotations

from dataclasses import dataclass, field

from annotator.model import Role


@dataclass(slots=True)
class Line:
    """One line of a page's text, with facts from its elements."""

    text: str
    tag: str
    element: int
    """The place of the element that holds it, in `Page.elements`."""
    is_linked: bool
    """Whether all its letters belong to links."""
    is_bold: bool = False
    """Whether all its letters are bold."""
    goes_on: bool = False
    """Whether it stands in one block with the line before it."""


@dataclass(slots=True)
class Element:
    """An element of a page."""

    tag: str
    parent: int
    """The place of the element around it; those around stand before those within."""
    hint: Role | None
    """Its own role hint."""
    doubt: Role | None = None
    """Its weak role hint."""
    is_of_readers: bool = False
    """Whether its name says that it contains readers' comments."""
    kind: str = ""
    """Its classes; elements of the same tag and classes are parts of one thing."""
    end: int = 0
    """The place of the first element after it that is not within it."""


@dataclass(slots=True)
class Open:
    """An element that is not closed yet."""

    tag: str
    element: int
    is_skipped: bool


@dataclass
class Page:
    """The content of an HTML page."""

    raw_text: str = ""
    lines: list[Line] = field(default_factory=list)
    elements: list[Element] = field(default_factory=lambda: [Element("", -1, None)])
    """In the order in which they begin; the first one is the whole page."""
    starts: list[int] = field(default_factory=list)
    """Where each line begins in the raw text."""
    title: str | None = None
    language: str | None = None
    metas: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    json_ld: list[str] = field(default_factory=list)
    first_time: str | None = None
