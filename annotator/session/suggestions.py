"""Suggested speakers for the current paragraph, ranked with the coder's picks and the registry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from annotator.model import JOURNALIST
from annotator.session.cursor import Cursor
from annotator.session.open_article import OpenArticle
from annotator.session.slots import Slots
from annotator.store.coder.coding import Coding
from annotator.text.search_text import begins_a_word, searchable

if TYPE_CHECKING:
    # Loaded when the first paragraph is ranked, which is after it is on the screen.
    from annotator.speakers import ArticleSpeakers, Basis, KnownSpeaker, SpeakerIndex, Suggestion

MOST = 9
MOST_PHRASES = 4


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
        self._every: list[KnownSpeaker] = []
        self._issues: set[str] = set()
        self._index: SpeakerIndex | None = None
        self._version: int | None = None
        self._ranked: dict[tuple[int, int], list[Suggestion]] = {}
        self._likeliest: list[Suggestion] = []
        self.slots = Slots()

    def ranked(self) -> list[Suggestion]:
        """The suggestions for the paragraph, at most nine, each with its reason, in the order of their digits.

        In the first paragraph of an article the likeliest is first; then names keep their digits while they are shown.
        """
        article, index = self._cursor.article, self._cursor.index
        at = (article.row, index)
        if at not in self._ranked:
            self._likeliest = self._rank(article, index)
            self._ranked = {at: self.slots.arrange(article.row, self._likeliest, lambda one: one.name)}
        return self._ranked[at]

    def rank_of(self, name: str) -> int | None:
        """How likely a suggestion was taken to be: 1 for the likeliest."""
        return next((rank for rank, one in enumerate(self._likeliest, 1) if one.name == name), None)

    def short(self, name: str) -> str:
        """A name as short as the speakers that can be meant here allow: "Xi", "State Department", "A. Stone"."""
        from annotator.speakers.short_names import short_name

        several = next((one.several for one in self.ranked() if one.name == name), ())
        held = [mention.name for statement in self._cursor.statements for mention in statement.speakers]
        others = [*self._names_here(), *held]
        return ", ".join(short_name(one, others) for one in several or (name,))

    def _names_here(self) -> list[str]:
        """The names of the ranked speakers, without lines for two of them."""
        return [one.name for one in self.ranked() if not one.several]

    def bases_of(self, words: str) -> tuple[Basis, ...]:
        """What the paragraph attributes to a speaker, or to a line of two; who need not be among the suggestions."""
        for one in self.ranked():
            if one.name == words:
                return one.bases
        article, index = self._cursor.article, self._cursor.index
        return self.of(article).bases_of(index, words, self._picked(article, index), self.known())

    def known(self) -> list[KnownSpeaker]:
        """The actors of the registry, who can speak; read again when it has changed."""
        from annotator.speakers import KnownSpeaker
        from annotator.speakers.identity import identity

        version = self._coding.registry.version()
        if self._known is None or version != self._version:
            self._version, self._index = version, None
            entries = self._coding.registry.entries()
            self._known = [KnownSpeaker(entry.name, entry.aliases) for entry in entries if entry.kind == "actor"]
            self._issues = {identity(entry.name) for entry in entries if entry.kind == "issue"}
            self._every = [KnownSpeaker(entry.name, entry.aliases) for entry in entries]
        return self._known

    def like(self, name: str, *, issues: bool = True) -> list[str]:
        """Entries of the registry that look much like a name and are perhaps the same; else names in the article."""
        found = [m.speaker.name for m in self._indexed().near_duplicates(name, 3) if m.speaker.name != name]
        actors = {speaker.name for speaker in self.known()}
        return [one for one in found if issues or one in actors] or self._like_in_text(name)

    def named_by(self, part: str, *, issues: bool = True) -> list[str]:
        """The names of the registry and the article in which whole words are a part: "Stone" is one of "Ada Stone"."""
        wanted = set(searchable(part).split())
        names = [one.name for one in self.find(part, (), issues=issues) if not one.is_new]
        return [name for name in names if wanted < set(searchable(name).split())][:3]

    def _like_in_text(self, name: str) -> list[str]:
        """Names in the article that look much like a name that is not in it: a slip of the hand, most likely."""
        from annotator.speakers import KnownSpeaker, near_duplicates
        from annotator.text.search_text import holds_words

        article = self._cursor.article
        if any(holds_words(article.text(i), name) for i in range(len(article.paragraphs))):
            return []
        found = near_duplicates(name, [KnownSpeaker(one) for one in dict.fromkeys(self._names_in_text())], 3)
        return [match.speaker.name for match in found if match.speaker.name != name]

    def doubtful(self, name: str, *, issues: bool = True) -> list[str]:
        """The entries that a name may stand for, if it is not an entry itself: the coder is to be asked."""
        return [] if self.same(name, issues=issues) is not None else self.like(name, issues=issues)

    def same(self, name: str, *, issues: bool = False) -> str | None:
        """The entry that a name stands for: its own, an alias, another form of a state or a description."""
        from annotator.speakers.identity import Identities

        known = self.known()
        found = Identities(self._every if issues else known).find(name)
        return found.name if found is not None else None

    def _indexed(self) -> SpeakerIndex:
        from annotator.speakers import SpeakerIndex

        self.known()
        if self._index is None:
            self._index = SpeakerIndex(self._every)
        return self._index

    def find(self, text: str, here: Sequence[str] | None = None, *, issues: bool = False) -> list[Candidate]:
        """The names that match typed letters, the likeliest first; the typed text itself is last.

        A name or an alias typed in full is first. If nothing matches, the typed text is first, then similar names.

        Args:
            text: The letters.
            here: The names that are offered before others, and without letters; by default the ranked speakers.
            issues: Whether issues are offered as well as actors.
        """
        from annotator.speakers.identity import identity

        text = " ".join(text.split())
        here = self._names_here() if here is None else here
        if not text:
            return [Candidate(name, name, False) for name in here]
        typed = searchable(text)
        known = self.known()
        forms = self._named_here(text)
        order = dict.fromkeys([*here, *self._names_in_text()])
        found = {name: forms.get(name, name) for name in order if name in forms or begins_a_word(name, text)}
        exact = [name for name in found if searchable(name) == typed]
        same = self.of(self._cursor.article).registry(known).find(text)
        if same is not None:
            found.setdefault(same.name, same.name)
            exact.insert(0, same.name)
        actors = {speaker.name for speaker in known}
        if not issues:
            found = {name: shown for name, shown in found.items() if identity(name) not in self._issues}
            exact = [name for name in exact if name in found]
        for match in self._indexed().find(text, 20):
            name = match.speaker.name
            if issues or name in actors:
                found.setdefault(name, name if match.alias == name else f"{name} ({match.alias})")
                if typed in (searchable(name), searchable(match.alias)):
                    exact.insert(0, name)
        first = list(dict.fromkeys([*exact, *found]))
        candidates = [Candidate(name, found[name], False) for name in first]
        if exact:
            return candidates
        like = [name for name in self.like(text, issues=issues) if name not in found]
        new = Candidate(text, f"{text}: much like {like[0]}" if like else text, True)
        phrases = [] if issues else self._phrases(typed, {*map(searchable, found)})
        if phrases or any(begins_a_word(shown, text) for shown in found.values()):
            return [*candidates, *(Candidate(phrase, phrase, True) for phrase in phrases), new]
        return [new, *candidates, *(Candidate(name, name, False) for name in like)]

    def _phrases(self, begin: str, besides: set[str]) -> list[str]:
        """Words for somebody in the paragraph that begin with typed letters, without entries."""
        from annotator.speakers.phrases import speaker_phrases

        found = speaker_phrases(self._cursor.text, begin)
        new = [one for one in found if searchable(one) not in {*besides, begin} and self.same(one) is None]
        return new[:MOST_PHRASES]

    def _named_here(self, begin: str) -> dict[str, str]:
        """Whom the paragraph names by another name that begins so, with that one behind: "Norway (Oslo)"."""
        article, known, at = self.of(self._cursor.article), self.known(), self._cursor.index
        found = {}
        for name, entity in zip(article.cast.names[at], article.cast.resolved[at], strict=True):
            if not begins_a_word(name.text, begin):
                continue
            entry = article.entry(entity, known)
            meant = entry.name if entry is not None else entity.name
            if not begins_a_word(meant, begin):
                found[meant] = f"{meant} ({name.text})"
        return found

    def _names_in_text(self) -> list[str]:
        """The names in the article, as the registry has them."""
        from annotator.speakers.identity import is_no_name

        article, known = self.of(self._cursor.article), self.known()
        entries = ((entity.name, article.entry(entity, known)) for entity in article.cast.entities)
        return [entry.name if entry else name for name, entry in entries if entry or not is_no_name(name)]

    def forget(self) -> None:
        """Clear the cache; rank again on demand."""
        self._ranked = {}

    def of(self, article: OpenArticle) -> ArticleSpeakers:
        """The names of an article, read once."""
        from annotator.speakers import ArticleSpeakers

        if self._article is None or self._row != article.row:
            texts = [article.text(i) for i in range(len(article.paragraphs))]
            self._article = ArticleSpeakers(texts, [paragraph.role for paragraph in article.paragraphs])
            self._row = article.row
        return self._article

    def _rank(self, article: OpenArticle, index: int) -> list[Suggestion]:
        picked, known = self._picked(article, index), self.known()
        return self.of(article).rank(index, picked, known, MOST, self._issues, is_joint=True)

    def _picked(self, article: OpenArticle, index: int) -> list[tuple[int, str]]:
        """The speakers chosen in the article before a paragraph."""
        picked = self._coding.picks(article.first, article.paragraphs[index].id - 1)
        return [(paragraph - article.first, name) for paragraph, name in picked if name != JOURNALIST]
