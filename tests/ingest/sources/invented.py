"""Invented articles, and files of databases made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Story:
    """An article as a database holds it."""

    title: str
    source: str
    day: int
    body: tuple[str, ...]
    author: str | None = None
    section: str | None = None

    @property
    def iso(self) -> str:
        return f"2032-03-{self.day:02}"


MILL = Story(
    title="Old mill will be a school",
    source="The Vale Courier",
    day=4,
    body=(
        "The town bought the old mill on Wednesday and wants to make a school of it.",
        "“We waited for nine years,” said the head teacher, Agnes Brill.",
        "LATEST: The roof alone may cost two million.",
    ),
    author="Peter Lund",
    section="LOCAL; Pg. 7",
)
WELL = Story(
    title="Village well runs dry for the first time since people have kept a record of it",
    source="Hill & Dale",
    day=9,
    body=("Nobody in Upper Dale remembers a winter like this.", "The council sends water by lorry."),
)
BUS = Story(
    title="Buses free on Sundays: what it costs",
    source="The Vale Courier",
    day=15,
    body=("From April the buses are free on Sundays.", "Critics say 3 of 4 buses are empty.", "(vnd)"),
    author="Ida Moss and Karl Reuter",
    section="NEWS",
)
STORIES = (MILL, WELL, BUS)


def without_text(story: Story) -> Story:
    """The same article, of which the database holds no text."""
    return replace(story, body=())


def nexis_html(stories: tuple[Story, ...] = STORIES, first: int = 1, announced: int | None = None) -> str:
    """Nexis HTML: a document in comments, labels in spans of their own."""
    total = first + len(stories) - 1
    parts = []
    for number, story in enumerate(stories, first):
        blocks = [
            ("c0", f"{number} of {total} DOCUMENTS"),
            ("c3", story.source.replace("&", "&amp;")),
            ("c3", f"March</SPAN><SPAN CLASS=c2> {story.day}, 2032 Thursday"),
            ("c5", story.title),
        ]
        head = "".join(
            f'<BR><DIV CLASS="{kind}"><P CLASS="c1"><SPAN CLASS="c2">{text}</SPAN></P></DIV>' for kind, text in blocks
        )
        labels = [("BYLINE", story.author), ("SECTION", story.section), ("LENGTH", "99 words")]
        body = '<P CLASS="c9"></P>'.join(f'<P CLASS="c9"><SPAN CLASS="c2">{text}</SPAN></P>' for text in story.body)
        tail = [("LOAD-DATE", "April 1, 2032"), ("LANGUAGE", "ENGLISH"), ("GRAPHIC", "A photo of it")]
        parts.append(
            f"<!-- Hide XML section from browser\n<DOC NUMBER={number}>\n<DOCFULL> -->{head}{_labels(labels)}"
            f'<BR><DIV CLASS="c5">{body}</DIV>{_labels(tail)}<BR><DIV CLASS="c3"><P>Copyright 2032 '
            f"{story.source}</P></DIV>"
            "<!-- Hide XML section from browser\n</DOCFULL>\n</DOC> -->\n"
        )
    count = len(stories) if announced is None else announced
    return (
        f'<HTML><HEAD><!-- LXNComment 1:2 --><META TOPIC="x" DOCUMENTS="{count}" /></HEAD><BODY>'
        f'<DIV CLASS="c5"><P>Terms: (mill OR bus)</P></DIV>{"".join(parts)}</BODY></HTML>'
    )


def _labels(labels: Sequence[tuple[str, str | None]]) -> str:
    return "".join(
        f'<BR><DIV CLASS="c5"><P CLASS="c6"><SPAN CLASS="c8">{name}: </SPAN><SPAN CLASS="c2">{value}</SPAN></P></DIV>'
        for name, value in labels
        if value
    )


def nexis_text(stories: tuple[Story, ...] = STORIES, first: int = 1, cover: str = "Terms: (mill OR bus)\n") -> str:
    """Nexis text: centred head, lines wrapped at 50."""
    parts = [cover]
    total = first + len(stories) - 1
    for number, story in enumerate(stories, first):
        byline = f"BYLINE: {story.author}\n\n" if story.author else ""
        section = f"SECTION: {story.section}\n\n" if story.section else ""
        body = "\n\n".join(wrapped(text) for text in story.body)
        parts.append(
            f"\n{' ' * 20}{number} of {total} DOCUMENTS\n\n\n{' ' * 16}{story.source}\n\n"
            f"{' ' * 14}March {story.day}, 2032 Thursday\n\n"
            f"{wrapped(story.title)}\n\n{byline}{section}LENGTH: 99 words\n\n{body}\n\nLOAD-DATE: April 1, 2032\n\n"
            "LANGUAGE: ENGLISH\n\nGRAPHIC: A photo of it\n\n\n"
            f"{' ' * 9}Copyright 2032 {story.source}\n{' ' * 12}All Rights Reserved\n\n"
        )
    return "".join(parts)


def wrapped(text: str, width: int = 50) -> str:
    """A text with lines of at most so many letters."""
    lines = [""]
    for word in text.split():
        lines[-1:] = [f"{lines[-1]} {word}".strip()] if len(lines[-1]) + len(word) < width else [lines[-1], word]
    return "\n".join(lines)


def nexis_uni(stories: tuple[Story, ...] = STORIES) -> str:
    """The lines of a Nexis Uni document, with its cover."""
    lines = ["User Name: Somebody", "Date and Time: Friday", f"Documents ({len(stories)})"]
    for number, story in enumerate(stories, 1):
        lines += [f"{number}. {story.title}", "Client/Matter: -None-", "Search Terms: mill", "News", ""]
    for story in stories:
        lines += ["", story.title, story.source, f"March {story.day}, 2032 Thursday 9:20 AM GMT", ""]
        lines += [
            f"Copyright 2032 {story.source} All Rights Reserved",
            f"Section:\u00a0{story.section or 'NEWS'}",
            "Length:\u00a099 words",
        ]
        lines += [f"Byline:\u00a0{story.author}"] if story.author else []
        lines += [
            "Highlight:\u00a0The town decides.",
            "Body",
            "",
            *story.body,
            "Graphic",
            "PHOTO: The mill.",
            "Classification",
        ]
        lines += [
            "Language:\u00a0ENGLISH",
            "Subject:\u00a0SCHOOLS (90%)",
            "Load-Date:\u00a0April 1, 2032",
            "End of Document",
            "",
        ]
    return "\n".join(lines)


def factiva_html(stories: tuple[Story, ...] = STORIES, words: str = "Wörter", month: str = "März") -> str:
    """Factiva HTML with lines at shifting places."""
    parts = []
    for story in stories:
        section = f"<div>{story.section}</div>" if story.section else ""
        author = f'<div class="author">{story.author} </div>' if story.author else ""
        body = "".join(
            f'<p class="articleParagraph enarticleParagraph">{text.replace(" ", chr(10), 1)}</p>' for text in story.body
        )
        parts.append(
            '<div id="article-X" class="article"><div class="article enArticle"><p>\n</p>'
            f'{section}<div id="hd"><span class="enHeadline">'
            f"{story.title}  </span></div>{author}<div>1.099 {words}</div><div>{story.day} {month} 2032</div>"
            f"<div>{story.source.replace('&', '&amp;')}</div><div>VALEC</div><div>Englisch</div><div>"
            f"Copyright 2032 X</div>{body}"
            "<p>Dokument VALEC00020320304e8340000a</p></div></div><br>"
        )
    return f"<html><head><title>Factiva</title></head><body><form>{''.join(parts)}</form></body></html>"


def factiva_text(stories: tuple[Story, ...] = STORIES) -> str:
    """The lines of a Factiva RTF."""
    lines = []
    for story in stories:
        lines += [
            story.title,
            *([f"By {story.author}"] if story.author else []),
            "99 words",
            f"{story.day} March 2032",
            "05:04",
        ]
        lines += [
            story.source,
            "VALEC",
            "English",
            "(c) 2032 X",
            "",
            *story.body,
            "",
            f"Document VALEC00020320304e83400{story.day:02}a",
            "",
        ]
    return "\n".join([*lines, "Search Summary", "Text", "mill or bus"])


def proquest(stories: tuple[Story, ...] = STORIES) -> str:
    """ProQuest text."""
    rule = "_" * 60
    parts = []
    for number, story in enumerate(stories):
        author = (
            f"Author: {', '.join(reversed(story.author.split(' ', 1)))}\n\n"
            if story.author and " and " not in story.author
            else ""
        )
        parts.append(
            f"{rule}\n\n{story.title}\n\n{author}Publication info: {story.source} ; Vale [Vale]. {story.day} "
            f"Mar 2032: A.{number}.\n\n"
            f"Abstract: None available.\n\nFull text: {chr(10).join(story.body)}\nCREDIT: Staff\n\n"
            f"Subject: Mills\n\nTitle: {story.title}\n\n"
            f"Publication title: {story.source}; Vale\n\nPublication date: Mar {story.day}, 2032\n\n"
            f"Section: {story.section or 'NEWS'}\n\n"
            f"ProQuest document ID: 77{number}\n\nLast updated: 2032-04-01\n\nDatabase: Vale Newsstream\n\n"
        )
    return "".join(parts) + f"{rule}\n\nContact us at: http://www.site.example/support\n"
