"""Digits that keep their names: a name has the same digit in the whole article, as far as others leave it free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

MOST = 60
"""Names of an article whose places are kept while the program is left."""


class Slots:
    """Arranges ranked names: each takes the place that it had last in the article; newcomers take the free ones."""

    def __init__(self) -> None:
        self._of_articles: defaultdict[int, dict[str, int]] = defaultdict(dict)
        """For each article the last place of every name that was shown in it, those shown last at the end."""

    def places(self, article: int) -> dict[str, int]:
        """The places that names had last in an article, from 0, those shown last first."""
        return dict(islice(reversed(self._of_articles[article].items()), MOST))

    def restore(self, article: int, places: Mapping[str, int]) -> None:
        """Let names have the places that they had in an article before the program was left."""
        self._of_articles[article] = dict(reversed(list(places.items())))

    def arrange(self, article: int, ranked: Sequence[T], name: Callable[[T], str]) -> list[T]:
        """The same suggestions, each in the place of its digit.

        Args:
            article: The article's row; each has digits of its own.
            ranked: The suggestions, the likeliest first.
            name: The name of a suggestion.
        """
        places = self._of_articles[article]
        offered = {name(one): one for one in ranked}
        n = len(offered)
        arranged: dict[int, T] = {}
        for known, at in reversed(places.items()):
            if known in offered and at < n and at not in arranged:
                arranged[at] = offered.pop(known)
        free = (at for at in range(n) if at not in arranged)
        arranged |= dict(zip(free, offered.values(), strict=True))
        for at, one in sorted(arranged.items(), key=lambda item: item[0]):
            places.pop(name(one), None)
            places[name(one)] = at
        return [arranged[at] for at in range(n)]
