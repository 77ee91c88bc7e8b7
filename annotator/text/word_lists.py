"""Word lists: text files in the folder `words` beside the module that uses them.

Such a file is UTF-8 with one phrase a line, sorted. Its heading, lines that begin with "#", says what the words are and
where they come from. Lists of more than about twenty words are files; shorter ones and regular expressions are code.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path


@cache
def read_words(module: str, name: str) -> frozenset[str]:
    """The phrases of `words/NAME.txt` beside a module, as a set; each list is read once.

    Args:
        module: The module's `__file__`.
        name: The name of the list.
    """
    return frozenset(read_phrases(module, name))


def read_phrases(module: str, name: str) -> list[str]:
    """The phrases of `words/NAME.txt` beside a module, in the order of the file."""
    return read_lines(Path(module).with_name("words") / f"{name}.txt")


def any_phrase(module: str, name: str) -> str:
    """A pattern of alternatives: the phrases of `words/NAME.txt` beside a module."""
    # Blanks and hyphens stay as they are: they mean nothing special here, and `beginnings` reads the pattern.
    escaped = re.escape("\n".join(read_phrases(module, name)))
    return escaped.replace("\\\n", "|").replace("\\ ", " ").replace("\\-", "-")


def read_lines(path: Path) -> list[str]:
    """The lines of a file of words without its heading."""
    return [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
