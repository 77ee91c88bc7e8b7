"""Names in a text into ranked candidates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Suggestion:
    """A plain ranking: names in the paragraph, then earlier picks."""

    name: str
    start: int | None = None
    end: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class KnownSpeaker:
    """A plain ranking: names in the paragraph, then earlier picks."""

    name: str
    aliases: tuple[str, ...] = ()


class ArticleSpeakers:
    """A plain ranking: names in the paragraph, then earlier picks."""

    def __init__(self, paragraphs: Sequence[str], roles: Sequence[str] | None = None) -> None:
        self._p = paragraphs

    def names(self) -> list[str]:
        """A plain ranking: names in the paragraph, then earlier picks."""
        return list(dict.fromkeys(n for p in self._p for n in re.findall(r"[A-Z]\w+(?: [A-Z]\w+)*", p)))

    def rank(
        self, index: int, picks: Sequence[tuple[int, str]] = (), known: Sequence[KnownSpeaker] = (), limit: int = 9
    ) -> list[Suggestion]:
        """A plain ranking: names in the paragraph, then earlier picks."""
        names = re.findall(r"[A-Z]\w+(?: [A-Z]\w+)*", self._p[index])
        return [Suggestion(n) for n in list(dict.fromkeys([*names, *(n for _, n in reversed(picks))]))[:limit]]


def find_known(query: str, known: Sequence[KnownSpeaker], limit: int) -> list[str]:
    """A plain ranking: names in the paragraph, then earlier picks."""
    return [k.name for k in known if query.casefold() in k.name.casefold()][:limit]
