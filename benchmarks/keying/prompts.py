"""The shortest way to a line of a prompt with a list: letters to type, then arrow keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple


class Way(NamedTuple):
    """What is typed into a prompt, and how often an arrow key is pressed to mark the wanted line."""

    text: str
    moves: int

    @property
    def cost(self) -> int:
        """Letters and keys."""
        return len(self.text) + self.moves


def shortest(name: str, place: Callable[[str], tuple[int, int] | None]) -> Way | None:
    """The shortest way to a line of a prompt.

    Args:
        name: The name to find. Only the beginnings of its words are tried, and what follows there.
        place: For a typed text the place of the wanted line from 0 and the number of lines, or None.
    """
    best: Way | None = None
    for text in beginnings(name):
        if best is not None and len(text) >= best.cost:
            continue
        found = place(text)
        if found is not None:
            # The arrow keys go round: the last line is one key above the first.
            way = Way(text, min(found[0], found[1] - found[0]))
            best = way if best is None or way.cost < best.cost else best
    return best


def beginnings(name: str) -> Iterator[str]:
    """Everything that can be typed for a name: from any of its words on, the shortest first, and first letters."""
    lower = name.casefold()
    starts = [at for at in range(len(lower)) if at == 0 or (lower[at - 1] in " (" and lower[at] != " ")]
    for n in range(1, len(lower) + 1):
        seen = dict.fromkeys(lower[at : at + n] for at in starts if at + n <= len(lower))
        yield from seen
    words = [word for word in re.split(r"[\s-]+", lower) if word]
    if len(words) > 1:
        yield "".join(word[0] for word in words)
        yield from (" ".join([*words[:-1], words[-1][:1]]), " ".join([words[0], words[-1][:1]]))
    if name != lower:
        yield name


def place_of(names: Sequence[str], wanted: str) -> tuple[int, int] | None:
    """The place of a name in a list, and the length of the list."""
    return (list(names).index(wanted), len(names)) if wanted in names else None
