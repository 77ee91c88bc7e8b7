"""Coreference in an article: each name resolved to an entity, under its longest form."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

from annotator.speakers import lexicon
from annotator.speakers.countries import is_seat, state_of, state_of_demonym
from annotator.speakers.languages import Language, german_body, language_of
from annotator.speakers.names import Kind, Name, Runs, find_names, is_title_case
from annotator.text.evidence import pattern
from annotator.text.mode import is_english
from annotator.text.search_text import without_accents

_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})
_TITLE_WORDS = lexicon.ROLES | lexicon.TITLES
_LEADING = 20
_MOST_NAMESAKES = 100
_ETHNIC = pattern(r"^\w{4,}(?:ese|ish)$")
_COMPOUND = pattern(
    r"-(?:led|backed|based|style|made|era|controlled|held|trained|born|owned|linked|occupied|friendly)$"
)
_DATELINE = pattern(r"(?:,[\w. ]{2,20})?(?:,? \(\w+\))? ?[—–-]+ ")
_REFERS = pattern(r"(?<= )(?:he|she|his|her|him|himself|herself)\b")
_WORD = pattern(r"[^\W\d_][\w’'-]*")
_OPENING = pattern(r"(?:^|[.!?…]\s+)[\"“„«»‘’(—–-]*\s*([^\W\d_][\w’'-]*)")
_SHORT = 3


@lru_cache(maxsize=50_000)
def folded(name: str) -> str:
    """The name for comparison: without accents, case, dots and a possessive or article."""
    plain = name.replace("’", "'").casefold()
    if not plain.isascii():
        plain = without_accents(plain)
    plain = plain.removesuffix("'s").replace(".", "").strip(" ,;:\"'“”")
    return plain.removeprefix("the ").strip()


@lru_cache(maxsize=10_000)
def _describes(name: str) -> bool:
    """Whether capitalised words only describe others, as "Chinese" and "Seoul-based" do."""
    key = folded(name)
    if _COMPOUND().search(key):
        return True
    return " " not in name and bool(key in lexicon.ADJECTIVES or _ETHNIC().match(key) or state_of_demonym(name))


def _common(paragraphs: Sequence[str], language: Language | None, *, is_known: bool) -> set[str]:
    """Words of an article that do not begin a name where they open a sentence: it writes them in small letters too.

    Where the language is not known, short words that only open sentences do not begin one either. In English two
    letters are too few: the "de" of "Charles de Gaulle" must not cut "De Gaulle".
    """
    if language is not None:
        words = chain.from_iterable(map(_WORD().findall, paragraphs))
        return {word.casefold() for word in words if word.islower()} | language.small
    times = Counter(chain.from_iterable(map(_WORD().findall, paragraphs)))
    least = 3 if is_known else 2
    common = {word for word in times if len(word) >= least and word.islower()}
    if is_known:
        return common
    opening = Counter(match.group(1) for text in paragraphs for match in _OPENING().finditer(text))
    return common | {one.casefold() for one, n in opening.items() if len(one) <= _SHORT and times[one] == n}


_OF_COMPANIES = frozenset("ag co corp gmbh inc llc ltd nv plc sa se spa".split())
"""What stands after a company's name, and is often left out."""
_SHORT_FOR_BODIES = frozenset(
    "agency association authority bank chamber commission council court federation institute ministry society tribunal"
    " trust union university".split()
)
"""Words by which an article calls a body that it has named in full."""


class Entity:
    """Somebody or something that the article names.

    Attributes:
        name: Its longest form in the article.
        kind: Person, organisation, state or other.
        pronoun: "he", "she" or "" when unknown.
        count: How often it is named.
        titles: Words that the article puts before its name or beside it.
        forms: How often each form was used.
        heard: Pronouns that soon follow its name.
        as_place: How often it stands where a place would ("in …").
    """

    __slots__ = ("as_place", "count", "forms", "heard", "kind", "name", "pronoun", "titles")

    def __init__(self, name: str, kind: Kind) -> None:
        self.name = name
        self.kind = kind
        self.pronoun = ""
        self.count = 0
        self.titles: set[str] = set()
        self.forms: Counter[str] = Counter()
        self.heard: Counter[str] = Counter()
        self.as_place = 0

    @property
    def may_be_person(self) -> bool:
        """Whether "he" or "she" may stand for it."""
        if self.as_place * 3 > self.count:
            return False
        return self.kind == "person" or (self.kind == "other" and not self.name.isupper() and " " not in self.name)


class Cast:
    """Who is named in an article, made in one light pass over its paragraphs.

    Attributes:
        entities: All of them, in order of appearance.
        people: The persons, the one named most first.
        leading: Those named most, whatever they are.
        names: For each paragraph, the names in it.
        resolved: For each of those names, whom it stands for.
        is_english: Whether the article's words are known, and not only its names.
        language: Its language, if it is another one whose small words are known.
    """

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self.entities: list[Entity] = []
        self._by_form: dict[str, list[Entity]] = defaultdict(list)
        self._by_last: dict[str, list[Entity]] = defaultdict(list)
        self._by_first: dict[str, list[Entity]] = defaultdict(list)
        self._by_initials: dict[str, Entity] = {}
        self._by_stem: dict[str, list[tuple[list[str], Entity]]] = defaultdict(list)
        self._states: dict[str, Entity] = {}
        self._entitled: dict[str, list[Entity]] = defaultdict(list)
        self._worded: dict[str, list[Entity]] = defaultdict(list)
        whole = " ".join(paragraphs)
        self.is_english = is_english(whole)
        self.language = None if self.is_english else language_of(whole)
        self.people: list[Entity] = []
        self.leading: list[Entity] = []
        self.names: list[list[Name]] = [[] for _ in paragraphs]
        self.resolved: list[list[Entity]] = [[] for _ in paragraphs]
        self._read(paragraphs)

    def _read(self, paragraphs: Sequence[str]) -> None:
        common = _common(paragraphs, self.language, is_known=self.is_english)
        later = []
        seen: Runs = {}
        for index, text in enumerate(paragraphs):
            if is_title_case(text):
                later.append(index)
            else:
                self.names[index] = find_names(text, common, seen, self.language)
        full: list[Name] = []
        short: list[Name] = []
        for name in (name for names in self.names for name in names):
            (full if len(name.words) > 1 else short).append(name)
        for name in full:
            self._enter_full(name)
        elsewhere = self._elsewhere(short)
        plurals = {folded(name.words[0]) for name in short if name.words[0].endswith("s")}
        for name in short:
            self._enter_short(name, elsewhere, plurals)
        for index in later:
            self.names[index] = self._known_in(paragraphs[index])
        for index, names in enumerate(self.names):
            kept = [(name, entity) for name in names if (entity := self._find(name)) is not None]
            self.names[index] = [name for name, _ in kept]
            self.resolved[index] = [entity for _, entity in kept]
            self._describe(paragraphs[index], kept)
        for entity in self.entities:
            self._finish(entity)
        self.people = sorted((e for e in self.entities if e.kind == "person"), key=lambda entity: -entity.count)
        often = (entity for entity in self.entities if entity.count > 1)
        self.leading = sorted(often, key=lambda entity: -entity.count)[:_LEADING]
        for entity in self.entities:
            for word in entity.titles:
                self._entitled[word].append(entity)
            for word in set(entity.name.casefold().split()):
                self._worded[word].append(entity)

    def _elsewhere(self, short: Sequence[Name]) -> set[str]:
        """Names of one word that do not owe their capital to the beginning of a sentence.

        In English a word that opens two sentences is none of the usual ones; in other languages that tells nothing.
        """
        elsewhere = {folded(name.words[0]) for name in short if not name.opens}
        times = Counter(folded(name.words[0]) for name in short)
        return elsewhere | {word for word, count in times.items() if count > 1 and self.is_english}

    # -- entering ----------------------------------------------------------------------------------------------

    def _new(self, name: str, kind: Kind) -> Entity:
        entity = Entity(name, kind)
        self.entities.append(entity)
        return entity

    def _enter_full(self, name: Name) -> None:
        text = name.text
        key = folded(text)
        if name.kind == "state":
            self._state(text)
            return
        if self._is_owned(name) or self._by_form[key] or (text.isupper() and name.kind != "organisation"):
            return
        words = [word for word in key.split() if word not in _SUFFIXES]
        if not words:
            return
        if self._enter_namesake(name, words) or self._enter_inflected(words, key, text):
            return
        entity = self._new(text, name.kind)
        if name.kind == "person":
            entity.pronoun = lexicon.first_names().get(words[0], "")
        self._by_form[key].append(entity)
        if len(words) > 1 and words[-1] in _OF_COMPANIES:
            self._by_form[" ".join(words[:-1])].append(entity)
        if name.kind in ("person", "other"):
            self._by_last[words[-1]].append(entity)
            self._by_first[words[0]].append(entity)
            self._by_stem[words[-1][:3]].append((words, entity))
        initials = "".join(word[0] for word in words if word not in {"of", "for", "and", "the", "in", "on"})
        if len(initials) > 1:
            self._by_initials.setdefault(initials, entity)

    def _inflected(self, words: Sequence[str]) -> list[Entity]:
        """The only person whose name, or last name, these words are with other endings; nobody if there are several."""
        if self.language is None:
            return []
        are_forms = self.language.are_forms
        found = {
            entity: None
            for held, entity in self._by_stem[words[-1][:3]][:_MOST_NAMESAKES]
            if len(words) in (1, len(held)) and all(map(are_forms, held[-len(words) :], words))
        }
        return list(found) if len(found) == 1 else []

    def _enter_namesake(self, name: Name, words: Sequence[str]) -> bool:
        """Enter a full name as that of a person with the same last name and first name; whether there is one."""
        namesakes = self._by_last[words[-1]] if name.kind in ("person", "other") else []
        for entity in namesakes:
            if _first_names_agree(words, folded(entity.name).split()):
                self._by_form[folded(name.text)].append(entity)
                if len(name.text) > len(entity.name) and name.kind == "person" == entity.kind:
                    entity.name = name.text
                return True
        return False

    def _enter_inflected(self, words: Sequence[str], key: str, text: str) -> bool:
        """Enter a full name as that of a person who is named with other endings; whether there is one."""
        found = self._inflected(words)
        if found:
            both = sorted((found[0].name, text), key=len)
            # The nominative is seldom the longer form, but in Greek.
            found[0].name = both[self.language is not None and self.language.code == "el"]
            self._by_form[key] += found
        return bool(found)

    def _is_owned(self, name: Name) -> bool:
        """Whether a name is a known person's and a noun, as in "Hartwigs Verein"."""
        owner = folded(name.words[0])
        if self.language is not None and self.language.capitalises_nouns and owner in self._by_last:
            return True
        is_likely = self.language is not None and self.language.is_possessive_s and owner.endswith("s")
        return is_likely and owner[:-1] in self._by_last

    def _is_noun(self, name: Name) -> bool:
        """Whether a word with a capital may be any noun of its language."""
        if self.language is None or not self.language.capitalises_nouns:
            return False
        word = name.words[0]
        return not (name.title or word.isupper() or german_body(word) or folded(word) in lexicon.first_names())

    def _state(self, text: str) -> Entity:
        state = state_of(text) or text
        if state not in self._states:
            self._states[state] = self._new(text, "state")
        return self._states[state]

    def _enter_short(self, name: Name, elsewhere: set[str], plurals: set[str]) -> None:
        word = name.words[0]
        key = folded(word)
        if name.kind == "state":
            self._state(word)
        elif (
            self._by_form[key]
            or self._by_last.get(key)
            or state_of_demonym(word)
            or key in lexicon.ADJECTIVES
            or (f"{key}s" in plurals and key not in lexicon.first_names())
            or len(key) < 2
        ) or self._is_noun(name):
            return
        elif inflected := self._inflected([key]):
            self._by_form[key] += inflected
        elif (body := self._body_called(name)) is not None:
            self._by_form[key].append(body)
        elif word.isupper() and key in self._by_initials:
            self._by_form[key].append(self._by_initials[key])
        elif key in self._by_first and (key in lexicon.first_names() or self._by_first[key][0].kind == "person"):
            self._by_form[key] += self._by_first[key]
        elif (
            name.opens
            and key not in elsewhere
            and not name.title
            and key not in lexicon.first_names()
            and (word.istitle() or (word.isupper() and len(word) > 6))
        ):
            return
        else:
            self._enter_word(word, key, name.kind)

    def _enter_word(self, word: str, key: str, kind: Kind) -> None:
        """Enter a name of one word; a German body goes by its nominative."""
        body = german_body(word) if self.language is not None and self.language.capitalises_nouns else None
        same = self._by_form[folded(body or word)]
        if not same:
            same.append(self._new(body or word, "organisation" if body else kind))
        if folded(body or word) != key:
            self._by_form[key].append(same[0])

    def _body_called(self, name: Name) -> Entity | None:
        """The only body that a word is short for: "the Bank" after "Bank of Halden"."""
        word = name.words[0].casefold()
        if not self.is_english or word not in _SHORT_FOR_BODIES:
            return None
        bodies = [one for one in self.entities if one.kind == "organisation" and word in one.name.casefold().split()]
        return bodies[0] if len(bodies) == 1 else None

    def _known_in(self, text: str) -> list[Name]:
        """The names of a headline that the article names elsewhere."""
        words = []
        for match in re.finditer(r"[^\W_][\w’'.-]*", text):
            word = re.sub(r"[’']s?$|\.$", "", match.group())
            words.append((word, match.start(), match.start() + len(word)))
        found = []
        at = 0
        while at < len(words):
            for size in (4, 3, 2, 1):
                piece = words[at : at + size]
                form = " ".join(word for word, _, _ in piece)
                key = folded(form)
                if len(piece) == size and (state_of(form) or self._by_form.get(key) or self._by_last.get(key)):
                    kind: Kind = "state" if state_of(form) else "other"
                    found.append(Name(piece[0][1], piece[-1][2], tuple(form.split()), kind, begin=piece[0][1]))
                    at += size - 1
                    break
            at += 1
        return found

    # -- finding -----------------------------------------------------------------------------------------------

    def _find(self, name: Name) -> Entity | None:
        key = folded(name.text)
        if _describes(name.text):
            return None
        if name.kind == "state":
            entity: Entity | None = self._state(name.text)
        else:
            entity = _best(self._by_form.get(key, []), name) or _best(self._by_last.get(key, []), name)
        if entity is None and name.kind == "person" and len(name.words) > 1:
            entity = _best(self._by_last.get(key.split()[-1], []), name)
        if entity is not None:
            entity.count += 1
            entity.forms[name.text] += 1
        return entity

    def find(self, text: str) -> Entity | None:
        """The entity that a name stands for: its full form, its last name, a state's capital, an acronym."""
        key = folded(text)
        words = [word for word in key.split() if word not in _SUFFIXES]
        if not words:
            return None
        for table in (self._by_form, self._by_last):
            if table.get(key):
                return max(table[key], key=lambda entity: entity.count)
        state = state_of(text.removeprefix("the ").removeprefix("The "))
        if state in self._states:
            return self._states[state]
        for entity in self._by_last.get(words[-1], []):
            if _first_names_agree(words, folded(entity.name).split()):
                return entity
        if len(words) == 1:
            return self._by_initials.get(key.replace(" ", ""))
        if inflected := self._inflected(words):
            return inflected[0]
        alone = self._by_form.get(words[-1], [])
        if alone and len(alone) == 1 and folded(alone[0].name) == words[-1] and alone[0].kind != "organisation":
            return alone[0]
        # A title stands before a name; what stands after it names somebody else: "State Department spokesperson".
        bare = find_names(text)
        is_titled = bool(bare) and text.endswith(bare[-1].text) and folded(bare[-1].text) not in (key, words[-1])
        return self.find(bare[-1].text) if is_titled else None

    def entitled(self, title: str) -> Sequence[Entity]:
        """Those whose titles hold a word."""
        return self._entitled.get(title, ())

    def named_with(self, word: str) -> Sequence[Entity]:
        """Those whose names hold a word, in lower case."""
        return self._worded.get(word, ())

    def state(self, demonym: str) -> Entity | None:
        """The state of a demonym, if the article names it."""
        return self._states.get(state_of_demonym(demonym) or "")

    # -- describing --------------------------------------------------------------------------------------------

    def _describe(self, text: str, kept: list[tuple[Name, Entity]]) -> None:
        """Learn titles and genders from what stands before and after each name."""
        begins = len(text) - len(text.lstrip())
        for name, entity in kept:
            if entity.kind == "state":
                continue
            if name.pronoun:
                entity.pronoun = name.pronoun
            if name.title:
                entity.titles.update(_TITLE_WORDS.intersection(name.title.split()))
            before = text[max(0, name.start - 48) : name.start]
            is_credit = text[name.end : name.end + 1] == "/"
            is_region = len(name.words) == 1 and before.endswith(("the ", "The ")) and entity.kind == "other"
            is_place = before.endswith(("in ", "In ", " near ", " outside ", " to ")) and not name.title
            if is_credit or is_region or is_place:
                entity.as_place += 1
            if name.start <= begins and _DATELINE().match(text, name.end):
                entity.as_place += 2
            words = re.split(r"[,.;:“”\"()—]", before.removesuffix(", "))[-1].casefold().split()[-4:]
            if words and words[-1] in lexicon.ROLES:
                entity.titles.update(_TITLE_WORDS.intersection(words))
            after = text[name.end : name.end + 70]
            if not entity.pronoun and entity.kind != "organisation" and (refers := _REFERS().search(after)):
                entity.heard["he" if refers.group() in ("he", "his", "him", "himself") else "she"] += 1
            if after.startswith(", "):
                piece = after[2:].split(",")[0].split(" who ")[0].casefold().split()
                roles = [word.rstrip(".") for word in piece[:8]]
                if piece and (
                    piece[0] in ("a", "an", "the") or piece[0].endswith(("’s", "'s")) or roles[0] in lexicon.ROLES
                ):
                    entity.titles.update(_TITLE_WORDS.intersection(roles))

    def _finish(self, entity: Entity) -> None:
        if entity.kind == "state":
            entity.name = _state_name(entity)
            return
        if entity.titles & lexicon.ROLES and entity.kind == "other":
            entity.kind = "person"
        if entity.kind == "other" and folded(entity.name) in lexicon.first_names() and not entity.as_place:
            entity.kind = "person"
        if not entity.pronoun:
            entity.pronoun = _gender(entity)
        if entity.name.isupper() and entity.forms:
            entity.name = max(entity.forms, key=lambda form: (not form.isupper(), len(form)))


_HE_ROLES = frozenset({"spokesman", "congressman", "chairman", "businessman", "father", "son", "brother", "husband"})
_HE_ROLES |= {"king", "prince", "actor", "man"}
_SHE_ROLES = frozenset({"spokeswoman", "congresswoman", "chairwoman", "businesswoman", "mother", "daughter", "sister"})
_SHE_ROLES |= {"wife", "queen", "princess", "actress", "woman", "lady"}


def _gender(entity: Entity) -> str:
    if entity.titles & _SHE_ROLES:
        return "she"
    if entity.titles & _HE_ROLES:
        return "he"
    if entity.kind == "organisation":
        return ""
    known = lexicon.first_names().get(folded(entity.name).split()[0] if folded(entity.name) else "", "")
    if known or not entity.heard:
        return known
    (pronoun, votes), *others = entity.heard.most_common()
    return pronoun if not others or votes > 2 * others[0][1] else ""


def _state_name(entity: Entity) -> str:
    """The country's own name when the article uses it, else the form that stands there."""
    state = state_of(entity.name)
    for form, _ in entity.forms.most_common():
        if form == state:
            return form
    proper = [form for form in entity.forms if not form.isupper() or len(form) < 4]
    countries = [form for form in proper if not is_seat(form)]
    return max(countries or proper or [entity.name], key=lambda form: (entity.forms[form], form))


def _first_names_agree(words: Sequence[str], others: Sequence[str]) -> bool:
    first, second = words[0], others[0]
    if len(words) == 1 or len(others) == 1 or first == second:
        return words[-1] == [word for word in others if word not in _SUFFIXES][-1]
    if words[-1] != [word for word in others if word not in _SUFFIXES][-1]:
        return False
    shorter, longer = sorted((words, others), key=len)
    if len(shorter) > 1 and list(longer[-len(shorter) :]) == list(shorter):
        return True
    if len(first) == 1 or len(second) == 1:
        return first[0] == second[0]
    return min(len(first), len(second)) >= 3 and (first.startswith(second) or second.startswith(first))


def _best(entities: Sequence[Entity], name: Name) -> Entity | None:
    """The one of several namesakes: by the gender of the honorific, then the one named most so far."""
    if not entities:
        return None
    fitting = [entity for entity in entities if not name.pronoun or entity.pronoun in ("", name.pronoun)]
    return max(
        fitting or entities,
        key=lambda entity: (
            bool(name.pronoun) and entity.pronoun == name.pronoun,
            entity.kind == "person",
            entity.count,
        ),
    )
