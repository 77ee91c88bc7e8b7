"""Who may be speaking: suggestions for the paragraph on the screen, fed by the coder's picks and the registry."""

from __future__ import annotations

from typing import NamedTuple

from annotator.evidence import Span
from annotator.model import JOURNALIST
from annotator.session.place import Article
from annotator.speakers import ArticleSpeakers, KnownSpeaker, Suggestion, find_known
from annotator.store.coding import Coding

MOST = 9


class Candidate(NamedTuple):
    """A speaker that typed letters may mean."""

    name: str
    shown: str
    is_new: bool


class Speakers:
    """Ranked speakers, remembered until something that they rest on changes."""

    def __init__(self, coding: Coding) -> None:
        self._coding = coding
        self._article: ArticleSpeakers | None = None
        self._row: int | None = None
        self._known: list[KnownSpeaker] | None = None
        self._version: tuple[int, int] | None = None
        self._ranked: dict[tuple[int, int], list[Suggestion]] = {}

    def ranked(self, article: Article, index: int) -> list[Suggestion]:
        """The suggestions for a paragraph, at most nine, best first."""
        at = (article.row, index)
        if at not in self._ranked:
            self._ranked = {at: self._rank(article, index)}
        return self._ranked[at]

    def evidence_for(self, article: Article, index: int, words: str) -> Span | None:
        """The words in the paragraph that a speaker's suggestion rests on, if they are among the suggestions."""
        for one in self.ranked(article, index):
            if one.name == words and one.start is not None and one.end is not None:
                return (one.start, one.end)
        return None

    def known(self) -> list[KnownSpeaker]:
        """The registry, for ranking and for typing ahead."""
        version = self._coding.registry.version()
        if self._known is None or version != self._version:
            self._version = version
            self._known = [KnownSpeaker(entry.name, entry.aliases) for entry in self._coding.registry.entries()]
        return self._known

    def names(self, article: Article) -> list[str]:
        """The names that stand in the article, for typing ahead."""
        return self._of(article).names()

    def find(self, article: Article, index: int, text: str) -> list[Candidate]:
        """The speakers that typed letters may mean, the likeliest first; what was typed itself stands last.

        Where nothing known holds what was typed, that comes first, and names that look much like it follow.
        """
        text = " ".join(text.split())
        here = [one.name for one in self.ranked(article, index)]
        if not text:
            return [Candidate(name, name, False) for name in here]
        folded = text.casefold()
        in_text = dict.fromkeys([*here, *self.names(article)])
        found = [name for name in in_text if _begins_a_word(name, folded)]
        known = find_known(text, self.known(), 20)
        names = dict.fromkeys([*found, *known])
        candidates = [Candidate(name, name, False) for name in names]
        typed = Candidate(text, text, True)
        if folded in {name.casefold() for name in names}:
            return candidates
        return [*candidates, typed] if found or any(_begins_a_word(n, folded) for n in known) else [typed, *candidates]

    def forget_picks(self) -> None:
        """Something was recorded: ranks are made anew when another paragraph is shown, and stay for this one."""
        self._known = None

    def forget(self) -> None:
        """Anything may have changed."""
        self._ranked = {}
        self._known = None

    def _of(self, article: Article) -> ArticleSpeakers:
        if self._article is None or self._row != article.row:
            texts = [article.text(i) for i in range(len(article.paragraphs))]
            self._article = ArticleSpeakers(texts, [paragraph.role for paragraph in article.paragraphs])
            self._row = article.row
        return self._article

    def _rank(self, article: Article, index: int) -> list[Suggestion]:
        picked = self._coding.picks(article.first, article.paragraphs[index].id - 1)
        before = [(paragraph - article.first, name) for paragraph, name in picked if name != JOURNALIST]
        return self._of(article).rank(index, before, self.known(), MOST)


def _begins_a_word(name: str, folded: str) -> bool:
    """Whether typed letters begin a name or a word in it."""
    return name.casefold().startswith(folded) or f" {folded}" in name.casefold()
