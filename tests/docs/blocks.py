"""Blocks and comments of a page, found by Sybil."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown.lexers import DirectiveInHTMLCommentLexer, RawFencedCodeBlockLexer
from sybil.typing import Evaluator

_FENCE = RawFencedCodeBlockLexer(
    re.compile(r'(?P<language>[\w-]*)[ \t]*(?:title="(?P<title>[^"]+)")?[^\n]*$\n', re.MULTILINE)
)
_SKIP = r"skip(?:(?!--+>)[^:\n])*"
_COMMENT = re.compile(r"^[ \t]*<!--\s*(.*?)\s*(?:-->|$)", re.MULTILINE)
_GENERATED = re.compile(r"\w+: (written by `make generate`|end)|/?figures")
"""Comments round what a program writes."""


def sybil(evaluate: Evaluator, names: Collection[str]) -> Sybil:
    """Reads the fenced blocks of a page, and the comments of those names: (kind, lexemes), in the page's order."""

    def comments(document: Document) -> Iterable[Region]:
        for name in names:
            for region in DirectiveInHTMLCommentLexer(_SKIP if name == "skip" else name, ".*?")(document):
                yield Region(region.start, region.end, (name, region.lexemes), evaluate)

    def blocks(document: Document) -> Iterable[Region]:
        hidden = [(one.start, one.end) for one in comments(document)]
        for region in _FENCE(document):
            if not any(start <= region.start < end for start, end in hidden):
                yield Region(region.start, region.end, ("block", region.lexemes), evaluate)

    return Sybil([blocks, comments])


def unknown_comments(text: str, names: Collection[str]) -> list[str]:
    """The comments of a page that mean nothing to its test."""
    found = _COMMENT.findall(text)
    return [one for one in found if not one.startswith(tuple(names)) and not _GENERATED.match(one)]


def keys_below(examples: list[Example]) -> dict[int, list[str]]:
    """Blocks and comments of keys by the line of the console block above them, whose screens they are pressed on."""
    found: dict[int, list[str]] = {}
    console = None
    for example in examples:
        kind, lexemes = example.parsed
        what = lexemes["language"] if kind == "block" else kind
        if what in ("console", "run"):
            console = example.line
        elif what in ("keys", "press") and console is not None:
            keys = lexemes["source"] if kind == "block" else lexemes["arguments"].strip()
            found.setdefault(console, []).append(str(keys))
    return found


def edits(source: str) -> list[tuple[str, str]]:
    """The changes of a file: the old lines, and the new ones that come in their place."""
    found = re.findall(r"((?:^-.*\n)+)((?:^\+.*\n)*)", source, re.MULTILINE)
    return [(re.sub(r"(?m)^-", "", old), re.sub(r"(?m)^\+", "", new)) for old, new in found]


def names_file(command: str, path: str) -> bool:
    """Whether a command names a file or a folder that it lies in."""
    return any(str(one) in command for one in (Path(path), *Path(path).parents[:-1]))
