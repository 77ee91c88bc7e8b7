"""Rank the likely speakers of a paragraph, as offered under the digits of the labelling screen."""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from annotator.speakers import lexicon
from annotator.speakers.attribution import QUOTED, Attribution, Reference, attributions, first_people, masked
from annotator.speakers.coreference import Cast, Entity
from annotator.speakers.couples import Couple, couples
from annotator.speakers.identity import Identities, KnownSpeaker, identity, is_no_name, without_article
from annotator.speakers.languages import is_without_case, place_of_name
from annotator.speakers.names import Kind
from annotator.text.evidence import Quotation, open_at_starts, quotations, sentences
from annotator.text.folding import fold
from annotator.text.search_text import searchable

_WINDOW = 8
_JOINT = 2.0
"""From this score on two are said to speak as one."""

_WITH = re.compile(r"\b(?:alongside|hosted|joined|met|received|visited|welcomed|with)\b")
_FOR = re.compile(r" (?:for|of) (?:the )?")

_STANDS = 4.0
"""For the first known name of a paragraph in a script without capitals: more than for who spoke last."""
_WORDLESS = frozenset({"", ":", "—"})
"""Cues that are marks, or nothing, rather than words."""
_CLOSING = (".", "!", "?", "”", '"', "’", "'", "»", "…", ":", ")")


class Basis(NamedTuple):
    """A sentence or a quotation that is attributed to a speaker.

    Attributes:
        start: Where it begins in the paragraph.
        end: Where it ends.
        cue: Offset of the word that attributes it.
        first: Offset of the cue or of the speaker, whichever stands first.
        score: How surely; a name before "said" has about 10.
        reason: Why, in a few words.
    """

    start: int
    end: int
    cue: int
    first: int
    score: float
    reason: str = ""


@dataclass(frozen=True)
class Suggestion:
    """A speaker offered for a paragraph.

    Attributes:
        name: The longest form in the article, or the registry's name when it knows the speaker.
        reason: Why, in a few words.
        bases: The sentences and quotations of the paragraph that are attributed to this speaker, in order.
        several: The names of two who speak as one; empty for one speaker.
    """

    name: str
    reason: str
    bases: tuple[Basis, ...] = ()
    several: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The speakers whom it stands for."""
        return self.several or (self.name,)


def _of_quotation(quotation: Quotation, score: float, reason: str) -> Basis:
    return Basis(quotation.start, quotation.end, quotation.start, quotation.start, score, reason)


class _Paragraph(NamedTuple):
    quotes: tuple[Quotation, ...]
    found: list[Attribution]


class _Score:
    """Evidence for a speaker: the best counts in full, the rest a little."""

    __slots__ = ("bases", "best", "reason", "rest")

    def __init__(self) -> None:
        self.best = 0.0
        self.rest = 0.0
        self.reason = ""
        self.bases: list[Basis] = []

    def add(self, weight: float, reason: str, basis: Basis | None = None) -> None:
        if weight > self.best:
            self.rest += self.best
            self.best, self.reason = weight, reason
        else:
            self.rest += weight
        if basis is not None:
            self.bases.append(basis)

    @property
    def total(self) -> float:
        return self.best + 0.12 * min(self.rest, 8.0)


Who = Entity | str
"""Somebody in a ranking: an entity of the cast, or a description as it stands."""


class _Talk:
    """Recent speakers and names at a paragraph, the latest first."""

    def __init__(self) -> None:
        self.speakers: list[Who] = []
        self.named: list[Entity] = []
        self.together: list[Entity] = []

    def spoke(self, who: Who) -> None:
        if who in self.speakers:
            self.speakers.remove(who)
        self.speakers.insert(0, who)
        del self.speakers[6:]

    def was_named(self, entity: Entity) -> None:
        if entity in self.named:
            self.named.remove(entity)
        self.named.insert(0, entity)
        del self.named[12:]


class ArticleSpeakers:
    """The speakers of one article: names are read once, each paragraph when it is asked for."""

    def __init__(self, paragraphs: Sequence[str], roles: Sequence[str] | None = None) -> None:
        self._folded = [fold(paragraph) for paragraph in paragraphs]
        self.paragraphs = [folded.text for folded in self._folded]
        self.roles = list(roles) if roles is not None else ["body"] * len(self.paragraphs)
        self.cast = Cast(self.paragraphs)
        self._open: list[bool] | None = None
        self._registries: list[tuple[Sequence[KnownSpeaker], Identities]] = []
        self._read: dict[int, _Paragraph] = {}
        self._couples: dict[int, list[Couple]] = {}
        self._is_without_case = not self.cast.is_english and is_without_case(" ".join(self.paragraphs))

    def rank(
        self,
        index: int,
        picks: Sequence[tuple[int, str]] = (),
        known: Sequence[KnownSpeaker] = (),
        limit: int = 9,
        issues: Container[str] = (),
        *,
        is_joint: bool = False,
    ) -> list[Suggestion]:
        """The likely speakers of a paragraph, best first.

        Args:
            index: The paragraph's position in the article.
            picks: Speakers chosen so far, each with its paragraph; those of `index` itself and later ones only tell
                who matters in the article, those before also who spoke last.
            known: The registry. Pass the same sequence again to have its table made only once.
            limit: How many to return at most.
            issues: What cannot speak, by `identity`.
            is_joint: Whether two who speak as one have a line of their own, after the lines of either. Where the
                registry has both under one name, as a firm or a band, the line means that entry.
        """
        ranking = _Ranking(self, index, picks, known)
        found = ranking.suggestions(limit, issues)
        if is_joint and (two := ranking.together(issues)) is not None:
            entry = self.registry(known).find(two.name)
            if entry is not None:
                two = Suggestion(entry.name, two.reason, two.bases)
            if two.name not in {one.name for one in found}:
                found = _with_joint(found, two, limit)
        if self._folded[index].places is None:
            return found
        return [replace(one, bases=self._raw(index, one.bases)) for one in found]

    def bases_of(
        self, index: int, name: str, picks: Sequence[tuple[int, str]] = (), known: Sequence[KnownSpeaker] = ()
    ) -> tuple[Basis, ...]:
        """What a paragraph attributes to a speaker by name, who need not be among the likely ones; see `rank`."""
        ranking = _Ranking(self, index, picks, known)
        ranking.suggestions(0, ())
        score = ranking.scores.get(ranking.meant(name))
        return self._raw(index, tuple(sorted(score.bases))) if score is not None else ()

    def _raw(self, index: int, bases: Sequence[Basis]) -> tuple[Basis, ...]:
        """Bases with offsets in the paragraph as it is, not as names are read in it."""
        folded = self._folded[index]
        return tuple(
            Basis(*folded.raw(one.start, one.end), folded.at(one.cue), folded.at(one.first), one.score, one.reason)
            for one in bases
        )

    def registry(self, known: Sequence[KnownSpeaker]) -> Identities:
        """The registry by everything that its entries can be called; made once for each sequence that is passed."""
        for held, made in self._registries:
            if held is known:
                return made
        made = Identities(known)
        # Speakers and targets are looked for in turn, each among entries of its own.
        self._registries = [(known, made), *self._registries[:1]]
        return made

    def entry(self, entity: Entity, known: Sequence[KnownSpeaker]) -> KnownSpeaker | None:
        """The registry's entry that somebody in the article is."""
        registry = self.registry(known)
        for form in (entity.name, *entity.forms):
            if (found := registry.find(form)) is not None:
                return found
        if self.cast.language is not None and (inflected := registry.of_inflected(entity.name, self.cast.language)):
            return inflected
        # A surname alone is the only bearer's, as the article names nobody else in full.
        if " " not in entity.name and entity.kind in ("person", "other"):
            return registry.of_surname(entity.name)
        return None

    def couples(self, index: int) -> list[Couple]:
        """The couples of names of a paragraph, looked for when first asked for."""
        if index not in self._couples:
            self._couples[index] = couples(self.paragraphs[index], self.cast.names[index], self.cast.resolved[index])
        return self._couples[index]

    def joined_before(self, index: int, offset: int, kind: Kind | None) -> list[Entity]:
        """The last two joined by "and" before a place; else those that the article joins most.

        Args:
            index: The paragraph.
            offset: The place in it.
            kind: What both are; None for any.
        """
        joined: Counter[tuple[Entity, Entity]] = Counter()
        last: list[Entity] = []
        for at in range(len(self.paragraphs)):
            entities = self.cast.resolved[at]
            for one in self.couples(at):
                two = (entities[one.first], entities[one.second])
                if kind is None or two[0].kind == two[1].kind == kind:
                    joined[min(two, two[::-1], key=lambda pair: pair[0].name)] += 1
                    last = list(two) if (at, one.start) < (index, offset) and index - at < _WINDOW else last
        often = next((list(two) for two, n in joined.most_common(1) if n > 1), [])
        return last or often

    def standing_in(self, index: int, known: Sequence[KnownSpeaker], picked: Sequence[str]) -> list[tuple[int, str]]:
        """The picked and registered names in a paragraph of a script without capitals, where no others can be told.

        Each with its offset in the paragraph as it is searched.
        """
        if not self._is_without_case:
            return []
        text = searchable(self.paragraphs[index])
        named = [*((name, (name,)) for name in picked), *((one.name, (one.name, *one.aliases)) for one in known)]
        places = ((place_of_name(text, forms), name) for name, forms in dict(named).items())
        return sorted((at, name) for at, name in places if at is not None)

    def paragraph(self, index: int) -> _Paragraph:
        """The quotations and attributions of a paragraph, read when first asked for."""
        if index not in self._read:
            if self._open is None:
                self._open = open_at_starts(self.paragraphs)
            text = self.paragraphs[index]
            quotes = quotations(text, self._open[index])
            found = attributions(text, self.cast.names[index], quotes)
            if not self.cast.is_english:
                # Its verbs are not known: only marks beside a name, and the first name of a sentence, tell something.
                people = {i for i, entity in enumerate(self.cast.resolved[index]) if entity.kind == "person"}
                found = [one for one in found if one.cue in _WORDLESS]
                found = first_people(text, found, self.cast.names[index], people, quotes)
            self._read[index] = _Paragraph(quotes, found)
        return self._read[index]


class _Ranking:
    """One paragraph's scores."""

    def __init__(
        self, article: ArticleSpeakers, index: int, picks: Sequence[tuple[int, str]], known: Sequence[KnownSpeaker]
    ) -> None:
        self.article = article
        self.cast = article.cast
        self.index = index
        self.known = known
        self.registry = article.registry(known)
        self.scores: dict[Who, _Score] = {}
        self.picked: dict[int, list[Who]] = {}
        self.times: dict[Who, int] = {}
        self.called: dict[Who, str] = {}
        self.talk = _Talk()
        for at, name in picks:
            who = self.meant(name)
            self.times[who] = self.times.get(who, 0) + 1
            self.called[who] = name
            self.picked.setdefault(at, []).append(who)

    def meant(self, name: str) -> Who:
        """Whom a pick means: somebody in the article, found by name or by another alias in the registry."""
        found = self.cast.find(name)
        if found is None and (speaker := self.registry.find(name)) is not None:
            found = next((entity for alias in speaker.aliases if (entity := self.cast.find(alias))), None)
        return found or name

    def score(self, who: Who) -> _Score:
        if who not in self.scores:
            self.scores[who] = _Score()
        return self.scores[who]

    def suggestions(self, limit: int, issues: Container[str]) -> list[Suggestion]:
        talk = self.talk = self.talk_before()
        self.attribute(self.index, talk, self.scores)
        self.carry(talk)
        self.prior()
        order = sorted(self.scores.items(), key=lambda item: -item[1].total)
        found: dict[str, Suggestion] = {}
        for who, score in order:
            name = self.name_of(who)
            key = identity(name)
            if key in issues or is_no_name(name):
                continue
            if key in found:
                bases = tuple(sorted([*found[key].bases, *score.bases]))
                found[key] = replace(found[key], bases=bases)
            elif len(found) < limit:
                found[key] = Suggestion(name, score.reason, tuple(sorted(score.bases)))
        return list(found.values())

    def together(self, issues: Container[str]) -> Suggestion | None:
        """Two who speak as one: named as one subject, or meant by "both leaders" or "they"."""
        found: dict[tuple[str, ...], Suggestion] = {}
        for two, reason, basis in self.joint():
            names = tuple(self.name_of(one) for one in two)
            parts = " and ".join(names).split(" and ")
            if len(set(parts)) == len(parts) and not any(identity(one) in issues or is_no_name(one) for one in names):
                held = found.get(names) or Suggestion(" and ".join(names), reason, (), names)
                found[names] = replace(held, bases=tuple(sorted([*held.bases, basis])))
        return max(found.values(), key=lambda one: max(basis.score for basis in one.bases), default=None)

    def joint(self) -> Iterator[tuple[Sequence[Entity], str, Basis]]:
        """What the paragraph attributes to two at once, with the reason."""
        entities, couples = self.cast.resolved[self.index], self.article.couples(self.index)
        told = set()
        text = self.article.paragraphs[self.index]
        for item in self.article.paragraph(self.index).found:
            two, share = self.two_of(item, couples) if item.cue else ((), 0.0)
            score = _weight(item) * share
            if len(two) == 2 and score >= _JOINT:
                told.add(item.who.start)
                reason = _reason(item, two[0], text)
                yield two, reason, Basis(*item.span, item.at, min(item.at, item.who.start), score, reason)
        hidden = masked(text, self.article.paragraph(self.index).quotes)
        for one in couples:
            starts = {self.cast.names[self.index][at].start for at in (one.first, one.second)}
            if one.is_subject and not told & starts and hidden[one.start] != QUOTED:
                start, end = next(span for span in sentences(text) if one.start < span[1])
                reason = "named together"
                basis = Basis(start, end, one.start, one.start, _JOINT, reason)
                yield [entities[one.first], entities[one.second]], reason, basis

    def two_of(self, item: Attribution, couples: Sequence[Couple]) -> tuple[Sequence[Entity], float]:
        """The two for whom the source of an attribution stands, if it stands for two, with the share of the weight."""
        who, entities = item.who, self.cast.resolved[self.index]
        if who.kind == "name":
            found = next((one for one in couples if who.name in (one.first, one.second)), None)
            is_theirs = found is not None and found.is_told_by(item.at)
            return ([entities[found.first], entities[found.second]] if found and is_theirs else []), 1.0
        if who.kind == "description":
            is_two = _is_pair(who) and not {"two", "both"}.isdisjoint(who.text.casefold().split())
            return (self.pair(who, self.index, self.talk) if is_two else []), 0.72
        is_they = who.text in lexicon.THEY
        return ((self.joined(self.index, who.start) or self.talk.together) if is_they else []), 0.92

    def name_of(self, who: Who) -> str:
        """The registry's name, else the longest of the article's form and the coder's."""
        if isinstance(who, str):
            known = self.registry.find(who)
            return known.name if known else who
        if (known := self.article.entry(who, self.known)) is not None:
            return known.name
        called, language = self.called.get(who, ""), self.cast.language
        is_form = language is not None and language.inflects and len(called.split()) == len(who.name.split())
        return called if is_form else max(who.name, called, key=len)

    # -- context -----------------------------------------------------------------------------------------------

    def talk_before(self) -> _Talk:
        talk = _Talk()
        for at in range(max(0, self.index - _WINDOW), self.index):
            scores: dict[Who, _Score] = {}
            self.attribute(at, talk, scores)
            if self.article.roles[at] in ("furniture", "byline"):
                continue
            if self.article.paragraph(at).quotes and not any(s.best >= 4 for s in scores.values()) and talk.speakers:
                scores.setdefault(talk.speakers[0], _Score()).add(4.5, "")
            if at in self.picked:
                for who in reversed(self.picked[at]):
                    talk.spoke(who)
                group = [who for who in self.picked[at] if isinstance(who, Entity) and who.kind == "person"]
                talk.together = list(dict.fromkeys(group)) if len(set(group)) > 1 else []
            else:
                talk.together = self.joined(at)
                least = 2.4 if self.article.paragraphs[at].rstrip().endswith(_CLOSING) else 3.0
                best = sorted(
                    (item for item in scores.items() if item[1].best >= least), key=lambda item: item[1].total
                )
                for who, _ in best[-2:]:
                    talk.spoke(who)
            for entity in self.cast.resolved[at]:
                talk.was_named(entity)
        return talk

    def joined(self, at: int, before: int = sys.maxsize) -> list[Entity]:
        """Two people who did something together before an offset, whom "they" may mean after it."""
        found = [item for item in self.article.paragraph(at).found if item.who.start < before]
        for first, second in pairwise(found):
            if first.who.kind == second.who.kind == "name" and (first.span, first.cue) == (second.span, second.cue):
                pair = [self.cast.resolved[at][name] for name in sorted((first.who.name, second.who.name))]
                if pair[0] is not pair[1] and all(entity.kind == "person" for entity in pair):
                    return pair
        return self.in_company(at, before)

    def in_company(self, at: int, before: int) -> list[Entity]:
        """The only two people in the last sentence before an offset, where one met the other or was with the other."""
        text = self.article.paragraphs[at]
        start = max((one for one, _ in sentences(text) if one < before), default=0)
        named = zip(self.cast.names[at], self.cast.resolved[at], strict=True)
        people = [(name, who) for name, who in named if start <= name.start < before and _may_be_person(who)]
        if len(people) != 2 or people[0][1] is people[1][1]:
            return []
        (first, one), (second, other) = people
        return [one, other] if _WITH.search(text, first.end, second.start) else []

    # -- evidence in the paragraph -----------------------------------------------------------------------------

    def attribute(self, index: int, talk: _Talk, scores: dict[Who, _Score]) -> None:
        """Score the speakers of the paragraph's attributions."""
        here = self.article.paragraph(index)
        latest: Entity | None = None
        for item in here.found:
            weight = _weight(item)
            for rank, (who, share) in enumerate(self.resolve(item.who, index, talk, latest)):
                score = scores.setdefault(who, _Score())
                reason = _reason(item, who, self.article.paragraphs[index])
                basis = Basis(*item.span, item.at, min(item.at, item.who.start), weight * share, reason)
                score.add(weight * share, reason, basis)
                if rank == 0 and isinstance(who, Entity) and (item.who.kind != "description" or item.who.is_definite):
                    latest = who

    def resolve(self, who: Reference, index: int, talk: _Talk, latest: Entity | None) -> list[tuple[Who, float]]:
        """Whom a noun phrase may stand for, each with the share of the weight, the likeliest first."""
        if who.kind == "name":
            return [(self.cast.resolved[index][who.name], 1.0)]
        if who.kind == "pronoun":
            return self.pronoun(who, index, talk, latest)
        return self.description(who, index, talk, latest)

    def pronoun(self, who: Reference, index: int, talk: _Talk, latest: Entity | None) -> list[tuple[Who, float]]:
        gender = "he" if who.text in lexicon.HE else "she" if who.text in lexicon.SHE else "they"
        near: dict[Entity, float] = {}
        if latest is not None:
            near[latest] = 0.0
        speakers = [entity for entity in talk.speakers if isinstance(entity, Entity)]
        for place, entity in enumerate(speakers):
            near.setdefault(entity, 0.5 + 0.9 * place)
        here = [
            entity
            for name, entity in zip(self.cast.names[index], self.cast.resolved[index], strict=True)
            if name.start < who.start
        ]
        for place, entity in enumerate(reversed(here)):
            near[entity] = min(near.get(entity, 9.0), 1.0 + 0.4 * place)
        for place, entity in enumerate(talk.named):
            near.setdefault(entity, 2.5 + 0.4 * place)
        far = {entity: self.distance(entity, gender, at, speakers) for entity, at in near.items()}
        if gender == "they":
            for entity in self.joined(index, who.start) or talk.together:
                far[entity] = 0.2
        order = sorted((entity for entity in far if far[entity] < 99), key=lambda entity: far[entity])
        return list(zip(order, (0.92, 0.5, 0.36, 0.25), strict=False))

    def distance(self, entity: Entity, gender: str, near: float, speakers: Sequence[Entity]) -> float:
        if gender == "they":
            return near if entity.kind != "person" else 99.0
        if not entity.may_be_person or entity.pronoun not in ("", gender):
            return 99.0
        is_likely = entity.kind == "person" or entity in speakers
        is_sure = bool(entity.pronoun or entity.titles) or entity in speakers
        return near + 0.9 * (entity.pronoun != gender) + 1.1 * (not is_likely) + 0.7 * (not is_sure)

    def description(self, who: Reference, index: int, talk: _Talk, latest: Entity | None) -> list[tuple[Who, float]]:
        """Whom "the senator", "both countries" or "the agency" may stand for, and the words as they stand."""
        words = who.text.casefold().replace("’s", " ").replace("'s", " ").split()
        inside = self.cast.resolved[index][who.name] if who.name >= 0 else None
        result: list[tuple[Who, float]] = []
        if _is_pair(who):
            result = [(entity, 0.72) for entity in self.pair(who, index, talk)]
        elif who.is_definite and who.head in lexicon.ROLES:
            result = self.bearer(who, words, inside is None and words[0] not in _POSSESSIVES, talk)
        elif who.is_definite and who.head in lexicon.BODIES:
            result = self.body(who.head, len(words) < 3, talk)
        sure = max((share for _, share in result), default=0.0)
        described = self.spoken_for(who, index) or self.owned(who, words, index, talk, latest) or _described(who.text)
        if not any(isinstance(told, str) and told.endswith(f" {described}") for told, _ in result):
            result.append((described, 0.55 if sure >= 0.6 else 0.7 if who.is_definite else 0.8))
        if inside is not None:
            result.append((inside, 0.45))
        states = (self.cast.state(word) for word in who.text.split()[:-1])
        result += [(state, 0.3) for state in states if state is not None]
        return sorted(result, key=lambda pair: -pair[1])

    def spoken_for(self, who: Reference, index: int) -> str:
        """The words with the name of the body after them: "NHS spokesman" for "a spokesman for the NHS"."""
        if not who.head.startswith("spokes") or len(who.text.split()) > 2:
            return ""
        end = who.start + len(who.text)
        led = _FOR.match(self.article.paragraphs[index], end)
        names = zip(self.cast.names[index], self.cast.resolved[index], strict=True)
        body = next((entity for name, entity in names if led is not None and name.start == led.end()), None)
        return "" if body is None else f"{self.name_of(body)} {who.head}"

    def owned(self, who: Reference, words: list[str], index: int, talk: _Talk, latest: Entity | None) -> str:
        """The words with the owner's name for "his", "her" or "its": "Ada Stone’s allies"; empty without an owner."""
        if words[0] not in ("his", "her", "its") or len(words) < 2:
            return ""
        owners = self.pronoun(who._replace(kind="pronoun", text=words[0]), index, talk, latest)
        owner = next((one for one, _ in owners if isinstance(one, Entity)), None)
        return "" if owner is None else f"{self.name_of(owner)}’s {who.text.partition(' ')[2]}"

    def bearer(self, who: Reference, words: list[str], is_bare: bool, talk: _Talk) -> list[tuple[Who, float]]:
        """Those who bear the title, or were so described before; else the last to speak, if nothing sets them apart."""
        fitting = [
            (_title_match(set(words), entity) + 0.6 * (entity in talk.speakers[:1]), entity)
            for entity in self.cast.entitled(who.head)
        ]
        fitting.sort(key=lambda pair: -pair[0])
        result: list[tuple[Who, float]] = [
            (entity, 0.85 / (1 + place)) for place, (_, entity) in enumerate(fitting[:2])
        ]
        same = (told for told in talk.speakers if isinstance(told, str) and told.split()[-1].casefold() == who.head)
        result += [(told, 0.8) for told in list(same)[:1]]
        if not result:
            people = [entity for entity in talk.speakers[:3] if isinstance(entity, Entity) and entity.kind == "person"]
            share = 0.72 if is_bare else 0.4
            result += [(entity, share / (1 + place)) for place, entity in enumerate(people[:2])]
            result += [(entity, 0.3) for entity in self.cast.people[:1]]
        return result

    def body(self, head: str, is_bare: bool, talk: _Talk) -> list[tuple[Who, float]]:
        """Bodies that bear the noun in their names, else the last one that spoke."""
        bodies = self.cast.named_with(head)
        if bodies:
            return [(entity, 0.75) for entity in bodies[:2]]
        last = [entity for entity in talk.speakers[:2] if isinstance(entity, Entity) and entity.kind != "person"]
        return [(entity, 0.6 if is_bare and head not in lexicon.DOCUMENTS else 0.45) for entity in last]

    def pair(self, who: Reference, index: int, talk: _Talk) -> list[Entity]:
        """The two last people or states, for "the two leaders" or "both countries"."""
        kind: Kind = "person" if who.head in _PEOPLE else "state"
        names = zip(self.cast.names[index], self.cast.resolved[index], strict=True)
        here = [entity for name, entity in names if name.start < who.start]
        before = [entity for entity in talk.speakers if isinstance(entity, Entity)]
        joined = self.article.joined_before(index, who.start, None if who.head == "sides" else kind)
        near = (entity for entity in [*reversed(here), *before, *talk.named] if entity.kind == kind)
        return list(dict.fromkeys([*joined, *near]))[:2]

    # -- what is not said in the paragraph ---------------------------------------------------------------------

    def carry(self, talk: _Talk) -> None:
        """A quotation that goes on, or one that nobody is named for, is the last speaker's."""
        here = self.article.paragraph(self.index)
        strongest = max((score.best for score in self.scores.values()), default=0.0)
        if not talk.speakers:
            return
        text = self.article.paragraphs[self.index]
        goes_on, before = "quotation goes on", "spoke before"
        if here.quotes and here.quotes[0].continues:
            self.score(talk.speakers[0]).add(9.0, goes_on, _of_quotation(here.quotes[0], 9.0, goes_on))
        elif here.quotes and strongest < 5:
            covered = sum(item.end - item.start for item in here.quotes if not item.depth)
            weight = 7.0 if covered > 0.6 * len(text) else 3.5
            self.score(talk.speakers[0]).add(weight, before, _of_quotation(here.quotes[0], weight, before))
        for place, who in enumerate(talk.speakers[:4]):
            self.score(who).add((1.9, 1.1, 0.7, 0.5)[place], before)

    def prior(self) -> None:
        """Names in the paragraph, what the coder picked before and how often somebody is named."""
        here = self.article.paragraph(self.index)
        hidden = masked(self.article.paragraphs[self.index], here.quotes)
        names = zip(self.cast.names[self.index], self.cast.resolved[self.index], strict=True)
        for place, (name, entity) in enumerate(names):
            weight = (0.5 if hidden[name.start] == QUOTED else 1.3) - 0.05 * min(place, 8)
            self.score(entity).add(weight * _aptness(entity), "named here")
        picked = [who for who in self.times if isinstance(who, str)]
        for place, (_, called) in enumerate(self.article.standing_in(self.index, self.known, picked)):
            self.score(self.meant(called)).add(_STANDS - 0.3 * min(place, 8), "named here")
        for who, times in self.times.items():
            self.score(who).add(0.6 + 0.4 * math.log1p(times), "picked earlier")
        for who, score in self.scores.items():
            if isinstance(who, Entity) and self.article.entry(who, self.known) is not None:
                score.rest += 1.0
        for entity in dict.fromkeys([*self.cast.leading, *(who for who in self.scores if isinstance(who, Entity))]):
            score = self.score(entity)
            score.rest += 1.6 * math.log1p(entity.count) * _aptness(entity)
            score.reason = score.reason or "named in the article"


def _aptness(entity: Entity) -> float:
    return {"person": 1.0, "state": 0.8, "organisation": 0.75, "other": 0.55}[entity.kind]


def _weight(item: Attribution) -> float:
    bonus = 1.25 if item.has_quotation and item.weight >= 0.5 else 1.0
    return 10 * item.weight * bonus


def _may_be_person(who: Entity) -> bool:
    """Whether it is a person, or a lone word that may be a surname."""
    return who.kind == "person" or (who.kind == "other" and " " not in who.name)


def _is_pair(who: Reference) -> bool:
    """Whether a description stands for two: "both leaders", "the two countries"."""
    return who.head in _PAIRS and not {"two", "both", "the"}.isdisjoint(who.text.casefold().split())


def _with_joint(found: Sequence[Suggestion], two: Suggestion, limit: int) -> list[Suggestion]:
    """The suggestions with a line for two who speak as one, after the lines of either; the last makes room for it."""
    places = [at for at, one in enumerate(found) if one.name in two.several]
    at = min(max(places, default=len(found)) + 1, len(found), limit - 1)
    return [*found[:at], two, *found[at:]][:limit]


def _reason(item: Attribution, who: Who, text: str) -> str:
    """Why somebody is a likely speaker; words that only may stand for them are told."""
    stands_for = item.who.kind != "name" and _bare(who) != _bare(item.who.text)
    if not item.cue:
        return f"perhaps “{item.who.text}”" if stands_for else "named here"
    if item.cue in (":", "—"):
        return "named beside the words"
    if item.cue == "according to":
        return "“according to”"
    place = _place(item, text)
    return f"“{item.who.text}”, {place}" if stands_for else place


def _bare(who: Who) -> str:
    return without_article(who if isinstance(who, str) else who.name).casefold()


_WORDS_END = re.compile(r"[,.?!…—–][”’\"'»]*\s*$")
"""The end of reported words before a verb: “…,” said."""


def _place(item: Attribution, text: str) -> str:
    """Where a speaker stands to the verb; what follows a verb is its subject only after the words that it reports.

    After a possessive the cue is a noun ("Norway’s claim").
    """
    if item.who.start > item.at and not _WORDS_END.search(text, 0, item.at):
        return f"after “{item.cue}”"
    end = item.who.start + len(item.who.text)
    is_owner = text.startswith(("’s", "'s", "’ "), end) and item.who.start < item.at
    is_beside = is_owner or item.cue.endswith("ing") or item.who.text.casefold() in _POSSESSIVES
    return f"beside “{item.cue}”" if is_beside else f"subject of “{item.cue}”"


_PEOPLE = frozenset({"leaders", "presidents", "ministers", "candidates"})
_PAIRS = frozenset(
    "countries nations sides governments neighbours neighbors leaders presidents ministers candidates".split()
)
_POSSESSIVES = frozenset({"his", "her", "its", "their"})
_RANKS = frozenset({"vice", "deputy", "former", "assistant", "acting"})


def _title_match(words: set[str], entity: Entity) -> float:
    """How well a description's words fit somebody's titles; "the president" is not the vice president."""
    return len(words & entity.titles) - 0.8 * len(_RANKS & (words ^ entity.titles)) + 0.2 * math.log1p(entity.count)


def _described(text: str) -> str:
    first = text.partition(" ")[0].casefold()
    text = without_article(text) if first in ("the", "a", "an") else text
    return (
        text[0].lower() + text[1:] if text[:2].istitle() and text.split()[0].casefold() in lexicon.DETERMINERS else text
    )


def suggest(
    paragraphs: Sequence[str],
    picks: Sequence[tuple[int, str]] = (),
    known: Sequence[KnownSpeaker] = (),
    roles: Sequence[str] | None = None,
    limit: int = 9,
) -> list[list[Suggestion]]:
    """The ranked speakers of every paragraph of an article; see `ArticleSpeakers.rank`."""
    article = ArticleSpeakers(paragraphs, roles)
    return [article.rank(index, picks, known, limit) for index in range(len(article.paragraphs))]
