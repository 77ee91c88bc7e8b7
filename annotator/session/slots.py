"""Digits that keep their names: a name stays under its digit within an article as long as it is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


class Slots:
    """Arranges ranked names: those that are still shown keep their places, newcomers take the free ones."""

    def __init__(self) -> None:
        self._article: int | None = None
        self._held: dict[str, int] = {}

    def names(self, article: int) -> list[str]:
        """The names that hold places in an article, in the order of their digits."""
        return sorted(self._held, key=lambda one: self._held[one]) if article == self._article else []

    def restore(self, article: int, names: Sequence[str]) -> None:
        """Let names hold the places that they had in an article before the program was left."""
        self._article, self._held = article, {name: at for at, name in enumerate(names)}

    def arrange(self, article: int, ranked: Sequence[T], name: Callable[[T], str]) -> list[T]:
        """The same suggestions, each in the place of its digit.

        Args:
            article: The article's row; another one begins anew.
            ranked: The suggestions, the likeliest first.
            name: The name of a suggestion.
        """
        if article != self._article:
            self._article, self._held = article, {}
        kept = {at: one for one in ranked if (at := self._held.get(name(one), len(ranked))) < len(ranked)}
        staying = {name(one) for one in kept.values()}
        newcomers = iter([one for one in ranked if name(one) not in staying])
        arranged = [kept[at] if at in kept else next(newcomers) for at in range(len(ranked))]
        self._held = {name(one): at for at, one in enumerate(arranged)}
        return arranged
