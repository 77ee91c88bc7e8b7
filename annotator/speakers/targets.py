"""Rank what a statement may be about: entries of the registry, then names in the text that are not entries yet."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from math import log1p
from typing import NamedTuple

from annotator.speakers import lexicon
from annotator.speakers.identity import KnownSpeaker, is_no_name
from annotator.speakers.ranking import ArticleSpeakers

MOST_REMEMBERED = 120
"""Earlier statements that count; one fades by one percent with each that follows it."""

_FADING = 0.99

# Fitted by conditional logistic regression to the codings of five articles; each article's hits held on the other four.
_IN_EVIDENCE, _OF_PARTS, _LIKE, _IN_PARAGRAPH = 1.9, 1.7, 1.2, 0.2
_ISSUE_IN_EVIDENCE = 4.0
"""Not fitted: a sentence that names an issue in full is about it, while one that names an actor often quotes it."""

_SPEAKS = -1.0
_LAST_HERE, _LAST = 1.5, 1.0
_EARLIER, _SPEAKER_STANCE, _SPEAKER_CLAIM, _STANCE_CLAIM = 0.65, 1.0, 0.4, 1.6
_SLOTS_OF_ENTRIES = 7
"""Slots that names which are not entries yet never take, where there are entries for them."""

_WORDS = re.compile(r"[^\W\d_]{3,}")
_TOKEN = re.compile(r"\w+(?:'\w+)*")
_SMALL = lexicon.PREPOSITIONS | lexicon.DETERMINERS | {"and", "or"}


class CodedTarget(NamedTuple):
    """An earlier statement: what it is about, who speaks, and its first two flat variables (stance, claim type)."""

    target: str
    speakers: tuple[str, ...]
    stance: str | None
    claim: str | None
    paragraph: int


@dataclass(frozen=True)
class Unit:
    """The statement to rank targets for.

    Attributes:
        index: The paragraph's place in the article.
        evidence: Its words, within the paragraph.
        speakers: Who speaks, by canonical name.
        stance: Its first flat variable, if it has a label.
        claim: Its second.
    """

    index: int
    evidence: tuple[int, int]
    speakers: tuple[str, ...] = ()
    stance: str | None = None
    claim: str | None = None


@dataclass(frozen=True)
class TargetSuggestion:
    """A target offered for a statement.

    Attributes:
        name: The name of the entry, or the name in the text.
        reason: Why, in a few words.
        is_new: Whether it is not an entry yet.
        is_likely: Whether anything speaks for it, and it does not speak itself.
    """

    name: str
    reason: str
    is_new: bool = False
    is_likely: bool = False


@dataclass
class _Score:
    total: float = 0.0
    reasons: dict[str, float] = field(default_factory=dict)

    def add(self, weight: float, reason: str) -> None:
        self.total += weight
        self.reasons[reason] = self.reasons.get(reason, 0.0) + weight

    @property
    def reason(self) -> str:
        return max(self.reasons, key=lambda reason: self.reasons[reason]) if self.reasons else "an entry"


def rank_targets(
    article: ArticleSpeakers,
    unit: Unit,
    earlier: Sequence[CodedTarget],
    index: TargetIndex,
    limit: int = 9,
) -> list[TargetSuggestion]:
    """What a statement may be about, the likeliest first.

    Args:
        article: The article's names.
        unit: The statement.
        earlier: The coder's earlier statements, the latest first; their paragraphs are those of the article, or -1.
        index: The registry, issues included.
        limit: How many to return at most.
    """
    scores: defaultdict[str, _Score] = defaultdict(_Score)
    named = _Named(article, unit, index)
    _add_history(scores, unit, [one for one in earlier if one.target in index.names])
    _add_text(scores, named, unit, index.issues)
    order = sorted(scores, key=lambda name: -scores[name].total)
    entries = [
        TargetSuggestion(name, scores[name].reason, is_likely=_is_likely(scores[name], name, unit)) for name in order
    ]
    new = [TargetSuggestion(name, "named here", is_new=True) for name in named.new]
    spare = (one.name for one in index.known if one.name not in scores)
    entries += [TargetSuggestion(name, "an entry") for name in islice(spare, max(0, limit - len(entries)))]
    n_new = min(len(new), max(limit - _SLOTS_OF_ENTRIES, limit - len(entries), 0))
    return [*entries[: limit - n_new], *new[:n_new]]


def _is_likely(score: _Score, name: str, unit: Unit) -> bool:
    return score.total > 0 and name not in unit.speakers


def _add_text(scores: Mapping[str, _Score], named: _Named, unit: Unit, issues: Collection[str]) -> None:
    for name in named.in_evidence:
        weight = _ISSUE_IN_EVIDENCE if name in issues else _IN_EVIDENCE
        scores[name].add(_IN_PARAGRAPH if name in unit.speakers else weight, "named here")
    for name, parts in named.compounds.items():
        if not parts & set(unit.speakers):
            scores[name].add(_OF_PARTS, "its parts are named here")
    for name in named.in_paragraph:
        scores[name].add(_IN_PARAGRAPH, "named in the paragraph")
    for name, likeness in named.likeness.items():
        scores[name].add(0 if name in unit.speakers else _LIKE * likeness, "words like it here")
    for name in unit.speakers:
        if name in scores:
            scores[name].add(_SPEAKS, "it speaks")


class _Earlier:
    """What earlier statements have in common with the present one, for one target: faded counts."""

    def __init__(self) -> None:
        self.n = self.n_speaker = self.n_speaker_stance = self.n_speaker_claim = self.n_stance_claim = 0.0

    def add(self, one: CodedTarget, unit: Unit, weight: float) -> None:
        """Count a statement."""
        is_speaker = bool(set(one.speakers) & set(unit.speakers))
        is_stance = unit.stance is not None and one.stance == unit.stance
        is_claim = unit.claim is not None and one.claim == unit.claim
        self.n += weight
        self.n_speaker += weight * is_speaker
        self.n_speaker_stance += weight * (is_speaker and is_stance)
        self.n_speaker_claim += weight * (is_speaker and is_claim)
        self.n_stance_claim += weight * (is_stance and is_claim)

    @property
    def score(self) -> float:
        """The more statements, the likelier, but each adds less than the one before."""
        return (
            _EARLIER * log1p(self.n)
            + _SPEAKER_STANCE * log1p(self.n_speaker_stance)
            + _SPEAKER_CLAIM * log1p(self.n_speaker_claim)
            + _STANCE_CLAIM * log1p(self.n_stance_claim)
        )


def _add_history(scores: Mapping[str, _Score], unit: Unit, earlier: Sequence[CodedTarget]) -> None:
    counts: defaultdict[str, _Earlier] = defaultdict(_Earlier)
    for age, one in enumerate(earlier[:MOST_REMEMBERED]):
        counts[one.target].add(one, unit, _FADING**age)
    for name, found in counts.items():
        scores[name].add(found.score, "of this speaker before" if found.n_speaker else "coded before")
    if earlier:
        is_here = earlier[0].paragraph == unit.index
        scores[earlier[0].target].add(_LAST_HERE if is_here else _LAST, "the last target")


class TargetIndex:
    """The names of a registry, prepared once to be found in many texts."""

    def __init__(self, known: Sequence[KnownSpeaker], issues: Collection[str] = ()) -> None:
        self.known = known
        self.issues = frozenset(issues)
        self.names = frozenset(one.name for one in known)
        self._forms: dict[str, list[tuple[str, str]]] = {}
        self._stems: dict[str, list[str]] = {}
        self._n_words: dict[str, int] = {}
        self._parts_of: dict[str, frozenset[str]] = {}
        for one in known:
            for form, first in map(_form, (one.name, *one.aliases)):
                if first:
                    self._forms.setdefault(first, []).append((form, one.name))
            stems = _stems(one.name)
            self._n_words[one.name] = len(stems)
            for stem in stems:
                self._stems.setdefault(stem, []).append(one.name)

    def made_of(self, named: Collection[str], new: Collection[str]) -> dict[str, frozenset[str]]:
        """The entries whose names are made of two or more of these ("Sweden-Norway ties"), with those.

        Args:
            named: Entries.
            new: Names that are not entries.
        """
        stems = {stem for name in (*named, *new) for stem in _stems(name)}
        near = {other for stem in stems for other in self._stems.get(stem, ())}.difference(named)
        found = {}
        for name in near:
            parts = self._parts(name).union(one for one in new if _holds(_form(name)[0], _form(one)[0]))
            if len(parts) > 1 and parts <= {*named, *new}:
                found[name] = parts
        return found

    def _parts(self, name: str) -> frozenset[str]:
        """The other entries that the name of an entry holds."""
        if name not in self._parts_of:
            self._parts_of[name] = frozenset(self.found(_form(name)[0])) - {name}
        return self._parts_of[name]

    def found(self, text: str) -> dict[str, list[int]]:
        """The entries that a text in lower case names, each with the offsets where they begin."""
        places: dict[str, list[int]] = {}
        for token in _TOKEN.finditer(text):
            word = token.group()
            for first in (word, word.removesuffix("'s")) if word.endswith("'s") else (word,):
                for form, name in self._forms.get(first, ()):
                    if _is_at(text, form, token.start()):
                        places.setdefault(name, []).append(token.start())
        return places

    def likeness(self, text: str) -> dict[str, float]:
        """The share of an entry's words whose beginning also begins a word of a text in lower case."""
        shared: dict[str, int] = {}
        for stem in {word[:5] for word in _WORDS.findall(text)}:
            for name in self._stems.get(stem, ()):
                shared[name] = shared.get(name, 0) + 1
        return {name: n / self._n_words[name] for name, n in shared.items()}


@lru_cache(maxsize=50_000)
def _form(name: str) -> tuple[str, str]:
    """A name as it is looked for in a text, and its first word."""
    form = folded_text(name)
    first = _TOKEN.search(form)
    return form, first.group() if first is not None else ""


@lru_cache(maxsize=50_000)
def _stems(name: str) -> frozenset[str]:
    """The beginnings of a name's words, small words left out."""
    return frozenset(word[:5] for word in _WORDS.findall(folded_text(name)) if word not in _SMALL)


class _Named:
    """Which entries a paragraph and the evidence name, and which names are not entries.

    Attributes:
        in_evidence: The entries that the evidence names, in order.
        in_paragraph: The entries that the paragraph names.
        likeness: The share of an entry's words that stand in the evidence.
        compounds: The entries made of others that the evidence names, with those.
        new: The names that are not entries, those in the evidence first.
    """

    def __init__(self, article: ArticleSpeakers, unit: Unit, index: TargetIndex) -> None:
        start, end = unit.evidence
        lowered = folded_text(article.paragraphs[unit.index])
        places = index.found(lowered)
        cast = article.cast
        new: dict[str, bool] = {}
        for name, entity in zip(cast.names[unit.index], cast.resolved[unit.index], strict=True):
            found = article.entry(entity, index.known)
            if found is not None:
                places.setdefault(found.name, []).append(name.start)
            elif not is_no_name(entity.name):
                new[entity.name] = new.get(entity.name, False) or start <= name.start < end
        inside = {name: [at for at in found if start <= at < end] for name, found in places.items()}
        self.in_evidence = sorted((name for name, found in inside.items() if found), key=lambda name: min(inside[name]))
        self.in_paragraph = list(places)
        self.likeness = index.likeness(lowered[start:end])
        self.new = sorted(new, key=lambda name: not new[name])
        self.compounds = index.made_of(self.in_evidence, [name for name in self.new if new[name]])


def folded_text(text: str) -> str:
    """A text in lower case with straight apostrophes, of the same length."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    return lowered.replace("’", "'")


def _holds(text: str, form: str) -> bool:
    """Whether a text in lower case holds a name as whole words."""
    return any(_is_at(text, form, token.start()) for token in _TOKEN.finditer(text)) if form else False


def _is_at(text: str, form: str, at: int) -> bool:
    """Whether a name stands at an offset as whole words, also in the plural or the possessive."""
    if not text.startswith(form, at):
        return False
    rest = text[at + len(form) : at + len(form) + 3]
    return re.match(r"(?:'s|s)?(?!\w)", rest) is not None
