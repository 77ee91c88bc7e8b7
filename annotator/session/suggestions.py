"""Suggested speakers for the current paragraph, ranked with the coder's picks and the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from annotator.model import JOURNALIST
from annotator.session.cursor import Cursor
from annotator.session.open_article import OpenArticle
from annotator.store.coder.coding import Coding

if TYPE_CHECKING:
    # Loaded when the first paragraph is ranked, which is after it is on the screen.
    from annotator.speakers import ArticleSpeakers, Basis, KnownSpeaker, SpeakerIndex, Suggestion

MOST = 9


class Candidate(NamedTuple):
    """A speaker that typed letters may mean."""

    name: str
    shown: str
    is_new: bool


class Suggestions:
    """Ranked speakers, cached until their inputs change."""

    def __init__(self, coding: Coding, cursor: Cursor) -> None:
        self._coding = coding
        self._cursor = cursor
        self._article: ArticleSpeakers | None = None
        self._row: int | None = None
        self._known: list[KnownSpeaker] | None = None
        self._index: SpeakerIndex | None = None
        self._version: int | None = None
        self._ranked: dict[tuple[int, int], list[Suggestion]] = {}

    def ranked(self) -> list[Suggestion]:
        """The suggestions for the paragraph, at most nine, the best first, each with its reason."""
        article, index = self._cursor.article, self._cursor.index
        at = (article.row, index)
        if at not in self._ranked:
            self._ranked = {at: self._rank(article, index)}
        return self._ranked[at]

    def bases_of(self, words: str) -> tuple[Basis, ...]:
        """What the paragraph attributes to a speaker, who need not be among the suggestions."""
        for one in self.ranked():
            if one.name == words:
                return one.bases
        article, index = self._cursor.article, self._cursor.index
        return self._of(article).bases_of(index, words, self._picked(article, index), self.known())

    def known(self) -> list[KnownSpeaker]:
        """The registry, for ranking and for typing ahead; read again when it has changed."""
        from annotator.speakers import KnownSpeaker

        version = self._coding.registry.version()
        if self._known is None or version != self._version:
            self._version, self._index = version, None
            self._known = [KnownSpeaker(entry.name, entry.aliases) for entry in self._coding.registry.entries()]
        return self._known

    def like(self, name: str) -> list[str]:
        """Entries of the registry that look much like a name, and are perhaps the same."""
        return [m.speaker.name for m in self._indexed().near_duplicates(name, 3) if m.speaker.name != name]

    def _indexed(self) -> SpeakerIndex:
        from annotator.speakers import SpeakerIndex

        known = self.known()
        if self._index is None:
            self._index = SpeakerIndex(known)
        return self._index

    def find(self, text: str) -> list[Candidate]:
        """The speakers that match typed letters, the likeliest first; the typed text itself is last.

        If nothing matches, the typed text is first, and similar names follow.
        """
        text = " ".join(text.split())
        here = [one.name for one in self.ranked()]
        if not text:
            return [Candidate(name, name, False) for name in here]
        folded = text.casefold()
        in_text = dict.fromkeys([*here, *(entity.name for entity in self._of(self._cursor.article).cast.entities)])
        found = {name: name for name in in_text if _begins_a_word(name, folded)}
        for match in self._indexed().find(text, 20):
            name = match.speaker.name
            found.setdefault(name, name if match.alias == name else f"{name} ({match.alias})")
        candidates = [Candidate(name, shown, False) for name, shown in found.items()]
        if folded in {name.casefold() for name in found}:
            return candidates
        like = [name for name in self.like(text) if name not in found]
        typed = Candidate(text, f"{text}: much like {like[0]}" if like else text, True)
        if any(_begins_a_word(shown, folded) for shown in found.values()):
            return [*candidates, typed]
        return [typed, *candidates, *(Candidate(name, name, False) for name in like)]

    def forget(self) -> None:
        """Clear the cache; rank again on demand."""
        self._ranked = {}

    def _of(self, article: OpenArticle) -> ArticleSpeakers:
        from annotator.speakers import ArticleSpeakers

        if self._article is None or self._row != article.row:
            texts = [article.text(i) for i in range(len(article.paragraphs))]
            self._article = ArticleSpeakers(texts, [paragraph.role for paragraph in article.paragraphs])
            self._row = article.row
        return self._article

    def _rank(self, article: OpenArticle, index: int) -> list[Suggestion]:
        return self._of(article).rank(index, self._picked(article, index), self.known(), MOST)

    def _picked(self, article: OpenArticle, index: int) -> list[tuple[int, str]]:
        """The speakers chosen in the article before a paragraph."""
        picked = self._coding.picks(article.first, article.paragraphs[index].id - 1)
        return [(paragraph - article.first, name) for paragraph, name in picked if name != JOURNALIST]


def _begins_a_word(name: str, folded: str) -> bool:
    """Whether typed letters begin a name or a word in it."""
    shown = name.casefold()
    return shown.startswith(folded) or f" {folded}" in shown or f"({folded}" in shown
