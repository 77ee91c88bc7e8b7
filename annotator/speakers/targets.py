"""Rank what a statement may be about: entries of the registry, then names in the text that are not entries yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import exp, log1p
from typing import NamedTuple

from annotator.speakers.identity import is_no_name
from annotator.speakers.ranking import ArticleSpeakers
from annotator.speakers.target_index import TargetIndex, folded_text

MOST_REMEMBERED = 120
"""Earlier statements that count; one fades by one percent with each that follows it."""

_FADING = 0.99

WEIGHTS = {
    "actor named": 1.77,
    "issue named": 4.0,
    "parts named": 1.16,
    "words": 0.57,
    "word of its own": 1.0,
    "in the paragraph": 0.2,
    "spoke before here": 1.42,
    "last here": 1.29,
    "last": 0.54,
    "last of the speaker": 0.86,
    "earlier": 0.63,
    "speaker": -0.71,
    "speaker and stance": 1.53,
    "speaker and claim": 0.69,
    "stance and claim": 1.36,
    "issue": 0.41,
}
"""What each sign of an entry adds to its score.

Fitted by `python -m benchmarks.fit_targets`, a conditional logistic regression, to the codings of five articles. Three
are set by hand: words that name an issue are about it, while words that name an actor often quote it; a word that only
one issue has, in its name or its definition, nearly names it; what stands elsewhere in the paragraph tells little.
"""

SOMETHING_ELSE = 1.0
"""The score of whatever has no signs; by hand, so that a lone name in the paragraph has no great chance."""

_REASONS = {
    "actor named": "named here",
    "issue named": "named here",
    "parts named": "its parts are named here",
    "words": "words like it here",
    "word of its own": "words like it here",
    "in the paragraph": "named in the paragraph",
    "spoke before here": "spoke before here",
    "last here": "the last target",
    "last": "the last target",
    "last of the speaker": "the last target",
}
_OF_ISSUES = frozenset(("issue named", "word of its own"))
_OF_WORDS = _OF_ISSUES | {"actor named", "parts named"}
_OF_NAMES = ("actor named", "issue named")
_HISTORY = ("earlier", "speaker", "speaker and stance", "speaker and claim", "stance and claim")
_SLOTS_OF_ENTRIES = 7
"""Slots that names which are not entries yet never take, where there are entries for them."""

Signs = Mapping[str, Mapping[str, float]]
"""The signs of each entry that has any, by the entry's name."""


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
        chance: How likely it is the target, from 0 to 1; 0 where no sign speaks for it.
    """

    name: str
    reason: str
    is_new: bool = False
    chance: float = 0.0


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
    named = _Named(article, unit, index)
    signs = _signs(named, unit, earlier, index)
    scores = {name: _score(found) for name, found in signs.items()}
    chances = _chances(scores) | dict.fromkeys(_of_habit(signs), 0.0)
    order = sorted(scores, key=lambda name: -scores[name])
    entries = [TargetSuggestion(name, _reason(signs[name]), chance=chances[name]) for name in order]
    new = [TargetSuggestion(name, "named here", is_new=True) for name in named.new]
    own = [name for name in unit.speakers if name in index.names and name not in scores]
    spare = (one.name for one in index.known if one.name not in scores and one.name not in own)
    entries += [TargetSuggestion(name, "an entry") for name in islice(spare, max(0, limit - len(entries)))]
    n_new = min(len(new), max(limit - _SLOTS_OF_ENTRIES, limit - len(entries), 0))
    found = [*entries[: limit - n_new], *new[:n_new], *(TargetSuggestion(name, "the speaker") for name in own)]
    return found[:limit]


def signs_of(article: ArticleSpeakers, unit: Unit, earlier: Sequence[CodedTarget], index: TargetIndex) -> Signs:
    """The signs that speak for entries as the target of a statement; see `rank_targets` and `WEIGHTS`."""
    return _signs(_Named(article, unit, index), unit, earlier, index)


def _of_habit(signs: Signs) -> list[str]:
    """The entries that only earlier statements speak for, where the evidence names an issue: they are not guessed."""
    if not any(not _OF_ISSUES.isdisjoint(found) for found in signs.values()):
        return []
    return [name for name, found in signs.items() if _OF_WORDS.isdisjoint(found)]


def _score(signs: Mapping[str, float]) -> float:
    return sum(WEIGHTS[sign] * value for sign, value in signs.items())


def _chances(scores: Mapping[str, float]) -> dict[str, float]:
    highest = max(scores.values(), default=0.0)
    powers = {name: exp(score - highest) for name, score in scores.items()}
    total = sum(powers.values()) + exp(SOMETHING_ELSE - highest)
    return {name: power / total for name, power in powers.items()}


def _reason(signs: Mapping[str, float]) -> str:
    """Why an entry is offered: the reason of the signs that add most to its score."""
    before = "of this speaker before" if signs.get("speaker") else "coded before"
    reasons = {**_REASONS, **dict.fromkeys(_HISTORY, before)}
    if not signs.keys().isdisjoint(_OF_NAMES):
        reasons |= {"words": "named here", "in the paragraph": "named here"}
    added: defaultdict[str, float] = defaultdict(float)
    for sign, value in signs.items():
        if sign in reasons:
            added[reasons[sign]] += WEIGHTS[sign] * value
    return max(added, key=lambda reason: added[reason]) if added else "an entry"


def _signs(named: _Named, unit: Unit, earlier: Sequence[CodedTarget], index: TargetIndex) -> Signs:
    signs: defaultdict[str, dict[str, float]] = defaultdict(dict)
    _add_history(signs, unit, [one for one in earlier if one.target in index.names])
    _add_text(signs, named, unit, index)
    if earlier and earlier[0].paragraph == unit.index:
        for name in earlier[0].speakers:
            if name in index.names and name not in unit.speakers:
                signs[name]["spoke before here"] = 1.0
    for name in signs:
        if name in index.issues:
            signs[name]["issue"] = 1.0
    return signs


def _add_text(signs: defaultdict[str, dict[str, float]], named: _Named, unit: Unit, index: TargetIndex) -> None:
    """Signs in the words; the speaker's own name there tells nothing."""
    for name in named.in_evidence:
        if name not in unit.speakers:
            signs[name]["issue named" if name in index.issues else "actor named"] = 1.0
    for name, parts in named.compounds.items():
        if not parts & set(unit.speakers):
            signs[name]["parts named"] = 1.0
    for name in named.in_paragraph:
        if name not in unit.speakers:
            signs[name]["in the paragraph"] = 1.0
    for name, likeness in named.likeness.items():
        if name not in unit.speakers:
            signs[name]["words"] = likeness
    for name in named.told_apart.difference(named.in_evidence, unit.speakers):
        signs[name]["word of its own"] = 1.0


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
    def signs(self) -> dict[str, float]:
        """The more statements, the likelier, but each adds less than the one before."""
        counts = (self.n, self.n_speaker, self.n_speaker_stance, self.n_speaker_claim, self.n_stance_claim)
        return {sign: log1p(n) for sign, n in zip(_HISTORY, counts, strict=True) if n}


def _add_history(signs: defaultdict[str, dict[str, float]], unit: Unit, earlier: Sequence[CodedTarget]) -> None:
    counts: defaultdict[str, _Earlier] = defaultdict(_Earlier)
    for age, one in enumerate(earlier[:MOST_REMEMBERED]):
        counts[one.target].add(one, unit, _FADING**age)
    for name, found in counts.items():
        signs[name].update(found.signs)
    if earlier:
        last = signs[earlier[0].target]
        last["last here" if earlier[0].paragraph == unit.index else "last"] = 1.0
        if earlier[0].paragraph != unit.index and set(earlier[0].speakers) & set(unit.speakers):
            last["last of the speaker"] = 1.0


class _Named:
    """Which entries a paragraph and the evidence name, and which names are not entries.

    Attributes:
        in_evidence: The entries that the evidence names, in order.
        in_paragraph: The entries that the paragraph names.
        likeness: The share of an entry's words that stand in the evidence.
        told_apart: The issues of which the evidence holds a word that no other entry has.
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
        self.told_apart = index.told_apart(lowered[start:end], self.new)
        self.compounds = index.made_of(self.in_evidence, [name for name in self.new if new[name]])
