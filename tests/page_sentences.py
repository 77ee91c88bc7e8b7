"""The sentences of a Markdown page, without code, comments and measured figures."""

from __future__ import annotations

import re
from collections.abc import Iterator

_BLOCK = re.compile(r"^([-*+]|\d+\.)? *")
_END = re.compile(r"(?<=[.!?])[\"”)*]*(?:\s+|$)(?=[\"“(*A-Zα-ω`\[0-9_]|annotator|$)")
_ABBREVIATIONS = re.compile(r"\b(?:e\.g|i\.e|cf|vol|al)\.")


def sentences(page: str) -> Iterator[tuple[int, str]]:
    """Each sentence of a page's prose and table cells with the line of its block; code is one word."""
    for line, block in _blocks(page):
        for text in _END.split(_plain(block)):
            if text.strip():
                yield line, " ".join(text.split())


def n_words(sentence: str) -> int:
    """The words of a sentence: what holds a letter or a digit."""
    return sum(bool(re.search(r"\w", word)) for word in sentence.split())


def _blocks(page: str) -> Iterator[tuple[int, str]]:
    """Paragraphs, list items, headings and table cells; the lines of fences and comments stay empty."""
    page = re.sub(r"<!-- figures -->.*?<!-- /figures -->", _emptied, page, flags=re.DOTALL)
    page = re.sub(r"<!--.*?-->|^ *(```+)[^\n]*\n.*?^ *\1 *$", _emptied, page, flags=re.MULTILINE | re.DOTALL)
    begun, lines = 0, list[str]()
    for number, line in enumerate(page.splitlines(), 1):
        is_table = line.lstrip().startswith("|")
        is_new = not line.strip() or is_table or re.match(r" *([-*+]|\d+\.) |#|>|    ", line)
        if is_new and lines:
            yield begun, " ".join(lines)
            lines = []
        if is_table:
            cells = (part for cell in re.split(r"(?<!\\)\|", _plain(line)) for part in cell.split("; "))
            yield from ((number, cell) for cell in cells if cell.strip(" -:"))
        elif line.strip() and not (line.startswith("    ") and not lines and is_new and _is_code(line)):
            begun = begun if lines else number
            lines.append(re.sub(r"^ *([-*+]|\d+\.) |^#+ |^> ?", "", line).strip())
            if line.startswith("#"):
                yield begun, " ".join(lines)
                lines = []
    if lines:
        yield begun, " ".join(lines)


def _is_code(line: str) -> bool:
    return not re.match(r" *([-*+]|\d+\.) ", line)


def _emptied(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def _plain(block: str) -> str:
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", block)
    text = re.sub(r"``.+?``|`[^`]*`", "`code`", text)
    text = re.sub(r"`code`(?:(?:,| or|, or| and|, and) `code`)+", "`code`", text)
    return _ABBREVIATIONS.sub(lambda match: match[0].replace(".", ""), text)
