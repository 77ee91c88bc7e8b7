"""Attributions in a paragraph: subjects of verbs of saying, and sources after "according to"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Sequence
from typing import Literal, NamedTuple

from annotator.speakers import lexicon
from annotator.speakers.names import Name
from annotator.text.clauses import joined_sentences
from annotator.text.evidence import Quotation, Span, pattern

RefKind = Literal["name", "pronoun", "description"]


class Reference(NamedTuple):
    """A noun phrase that may be a speaker.

    Attributes:
        kind: A name, a pronoun or a description ("some analysts").
        text: Its words.
        start: Offset in the paragraph.
        name: Which of the paragraph's names it is, for a name.
        head: Its last noun in lower case, for a description.
        is_definite: It points to somebody already known ("the senator").
    """

    kind: RefKind
    text: str
    start: int
    name: int = -1
    head: str = ""
    is_definite: bool = False


class Attribution(NamedTuple):
    """A sentence or quotation, attributed to a speaker.

    Attributes:
        who: Whose words or position they are.
        weight: How surely, from 0 to 1.
        cue: The word that says so.
        span: The sentence.
        at: Offset of the cue; of the speaker, where no word is one.
        has_quotation: The sentence holds quoted words.
    """

    who: Reference
    weight: float
    cue: str
    span: Span
    at: int
    has_quotation: bool = False


class _Token(NamedTuple):
    kind: str  # "N" name, "P" pronoun, "D" noun of a description, "W" word, "Q" quoted words, "," or another mark
    text: str
    start: int
    end: int
    name: int = -1


_PIECE = pattern(r"\x01+|[’']\w+|[^\W\x01]+(?:-[^\W\x01]+)*|[^\w\s\x01]")
_PRONOUNS = lexicon.HE | lexicon.SHE | lexicon.THEY
_SUBJECT_PRONOUNS = frozenset("he she they it i we who".split())
_ARTICLES = frozenset(("a", "an", "the"))
_STOPS = frozenset(",;:()—–")
_CONJUNCTIONS = frozenset("after before since until".split())
"""Prepositions that also open a clause: the name before its verb is the subject."""
_DEFINITE = frozenset("the this that his her their its".split())
_NOT_ADVERBS = frozenset(
    "family assembly ally rally reply supply daily weekly monthly early elderly friendly only".split()
)
_RELAYING = frozenset({"said", "says", "quoted", "quotes", "cited", "cites"})
_TELLING = frozenset({"told", "tells", "tell"})
_PAST = frozenset("said told wrote says tells writes thought spoke".split())
_TIMES = frozenset(
    "day week month year years months weeks days morning evening afternoon night time times decade".split()
)
_ISSUING = frozenset("issued issues issuing published publishes publishing released releases releasing".split())
_GOING = frozenset("went goes gone".split())
"""In "went on to blame" the verb is the last word."""
_LONGEST = 20_000
_MOST_TOKENS = 200
_MOST_OF_TITLE = 3
QUOTED = "\x01"
"""Stands for each quoted character in a masked text."""


def masked(text: str, quotations: Sequence[Quotation]) -> str:
    """The text with quoted characters masked, so that only the reporter's words are left."""
    parts, at = [], 0
    for item in quotations:
        if item.depth or item.start < at:
            continue
        parts += [text[at : item.start], QUOTED * (item.end - item.start)]
        at = item.end
    return "".join((*parts, text[at:]))


def attributions(text: str, names: Sequence[Name], quotations: Sequence[Quotation]) -> list[Attribution]:
    """The attributions of a paragraph in order of their cues; of a paragraph without end, those at its beginning."""
    if len(text) > _LONGEST:
        text = text[:_LONGEST]
        names = [name for name in names if name.end <= _LONGEST]
        quotations = [item._replace(end=min(item.end, _LONGEST)) for item in quotations if item.start < _LONGEST]
    if names and text[: names[0].begin].strip(" \"“”'‘’") == "" and text[names[0].end : names[0].end + 1] == ":":
        who = Reference("name", names[0].text, names[0].start, 0)
        return [Attribution(who, 1.0, ":", (0, len(text)), names[0].end, has_quotation=True)]
    if len(quotations) == 1 and quotations[0].end - quotations[0].start > len(text.strip()) - 2:
        inner = _read(text.replace('"', " "), names, ())
        return [item._replace(weight=0.35 * item.weight) for item in inner]
    return _read(text, names, quotations)


_NAMED, _NAMED_BESIDE = 0.5, 0.6
"""How surely the first person of a sentence speaks in it, without quoted words and beside them."""


def first_people(
    text: str,
    found: Sequence[Attribution],
    names: Sequence[Name],
    people: Container[int],
    quotations: Sequence[Quotation],
) -> list[Attribution]:
    """The attributions of a paragraph without known verbs: a sentence is the first person's who is named in it.

    Args:
        text: The paragraph.
        found: Its attributions by marks, and by the first name of a sentence.
        names: Its names.
        people: Which of them are people's.
        quotations: Its quotations; a name in one is not the speaker's.
    """
    if any(one.cue == ":" for one in found):
        return list(found)
    text = text[:_LONGEST]
    names = names[: bisect_left(names, len(text), key=lambda name: name.end)]
    quotations = [one._replace(end=min(one.end, len(text))) for one in quotations if one.start < len(text)]
    hidden = masked(text, quotations)
    result = [one for one in found if one.cue]
    by_first = {one.span: one for one in found if not one.cue}
    for span in joined_sentences(text, quotations):
        inside = [(i, name) for i, name in enumerate(names) if span[0] <= name.start < span[1]]
        person = next(((i, name) for i, name in inside if i in people and hidden[name.start] != QUOTED), None)
        is_quoted = QUOTED in hidden[slice(*span)]
        if person is not None:
            i, name = person
            weight = _NAMED_BESIDE if is_quoted else _NAMED
            result.append(
                Attribution(Reference("name", name.text, name.start, i), weight, "", span, name.start, is_quoted)
            )
        else:
            result += [one for first, one in by_first.items() if span[0] <= first[0] < span[1]]
    return sorted(result, key=lambda one: one.at)


def _read(text: str, names: Sequence[Name], quotations: Sequence[Quotation]) -> list[Attribution]:
    hidden = masked(text, quotations)
    tokens = _tokens(hidden, names)
    edges = [end for _, end in joined_sentences(text, quotations)]
    found: list[Attribution] = []
    at = 0
    for edge in edges:
        first = at
        while at < len(tokens) and tokens[at].start < edge:
            at += 1
        for piece in range(first, at, _MOST_TOKENS):
            inside = tokens[piece : min(piece + _MOST_TOKENS, at)]
            found += _Sentence(inside, (tokens[first].start, edge)).read()
    return found


def _tokens(hidden: str, names: Sequence[Name]) -> list[_Token]:
    tokens = []
    at = 0
    visible = [(name.begin, name.end, index) for index, name in enumerate(names) if hidden[name.start] != QUOTED]
    for start, end, index in [*visible, (len(hidden), len(hidden), -1)]:
        if start < at:
            continue
        tokens += [_token(match) for match in _PIECE().finditer(hidden, at, start)]
        if index >= 0:
            tokens.append(_Token("N", hidden[names[index].start : end], start, end, index))
        at = end
    return tokens


def _token(match: re.Match[str]) -> _Token:
    word = match.group()
    if word[0] == QUOTED:
        kind = "Q"
    elif word[0].isalnum():
        low = word.casefold()
        if low in _PRONOUNS or low in _SUBJECT_PRONOUNS:
            kind = "P"
        elif _is_description(low):
            kind = "D"
        else:
            kind = "W"
        return _Token(kind, word, match.start(), match.end())
    elif word[0] in "’'" and len(word) > 1:
        kind = "W"
    else:
        kind = word
    return _Token(kind, word, match.start(), match.end())


def _is_description(low: str) -> bool:
    """Whether a noun stands for somebody who may speak: a role, several of them, or a body."""
    if low in lexicon.ROLES or low in lexicon.COLLECTIVES or low in lexicon.BODIES:
        return True
    return low.endswith("s") and low[:-1] in lexicon.ROLES


class _Sentence:
    """One sentence's tokens, read for cues and their subjects."""

    def __init__(self, tokens: list[_Token], span: Span) -> None:
        self.tokens = tokens
        self.low = [token.text.casefold() for token in tokens]
        self.span = span
        self.has_quotation = any(token.kind == "Q" for token in tokens)
        self.found: list[Attribution] = []
        self.subject: Reference | None = None

    def read(self) -> list[Attribution]:
        """All attributions of the sentence."""
        table = lexicon.verbs()
        for at, token in enumerate(self.tokens):
            low = self.low[at]
            if token.kind in ("W", "D") and (verb := table.get(low)) and self.is_verb(at):
                self.meet_verb(at, verb)
            elif token.kind == "W" and low in _ISSUING and self.issues(at):
                self.meet_verb(at, lexicon.Verb(1.0, low.endswith("ing"), False))
            elif low == "according" and self.at(at + 1) == "to":
                self.add(self.right_of(at + 2), 1.0, "according to", at)
            elif low in ("by", "from") and self.at(at - 1) in lexicon.SPEECH_NOUNS:
                self.add(self.right_of(at + 1), 0.5, self.at(at - 1), at - 1)
            elif low in lexicon.SPEECH_NOUNS and self.at(at - 1) in ("’s", "'s", "’", "'", "his", "her", "their"):
                possessor = at - 1 if self.at(at - 1) in ("his", "her", "their") else at - 2
                self.add(self.reference(possessor), 0.35, low, at)
        self.read_marks()
        self.read_first()
        return self.outermost()

    def outermost(self) -> list[Attribution]:
        """When the sentence ends with its attribution ("…, officials said."), what others do in it lies inside."""
        last = next((at for at in reversed(range(len(self.low))) if self.kind(at) in ("W", "D", "N", "P")), -1)
        if self.at(last) not in _PAST and self.at(last) not in ("say", "added", "noted", "argued", "argue"):
            return self.found
        sayers = {item.who.start for item in self.found if item.cue == self.at(last) and item.weight > 0.7}
        if not sayers:
            return self.found
        return [item if item.who.start in sayers else item._replace(weight=0.65 * item.weight) for item in self.found]

    def at(self, index: int) -> str:
        return self.low[index] if 0 <= index < len(self.low) else ""

    def kind(self, index: int) -> str:
        return self.tokens[index].kind if 0 <= index < len(self.tokens) else ""

    def is_verb(self, at: int) -> bool:
        """Whether a form that may be a noun ("the call", "his claims") is a verb here."""
        before = self.at(at - 1)
        if before == "to" and self.at(at - 2) == "on" and self.at(at - 3) in _GOING:
            return True
        if before in lexicon.DETERMINERS or before in ("’s", "'s"):
            return before in ("’s", "'s", "all", "both", "many", "some", "several", "few", "most", "others") and (
                self.at(at).endswith("ed") or self.at(at).endswith("ing") or before[0] not in "’'"
            )
        if before in lexicon.PREPOSITIONS and before not in ("as", "by", "than", "after", "before", "while", "since"):
            return self.at(at).endswith("ing")
        if self.kind(at - 1) == "W" and self.at(self.phrase_start(at - 1)) in lexicon.DETERMINERS:
            word = self.at(at)
            is_participle = word.endswith("ed") and lexicon.verbs()[word].weight == 1.0
            return word in _PAST or (is_participle and self.kind(at + 1) not in ("N", "D"))
        return not self.is_plural_noun(at) and (not lexicon.verbs()[self.at(at)].is_base or self.may_be_plural(at - 1))

    def is_plural_noun(self, at: int) -> bool:
        """Whether a form in "-s" follows an adjective or a noun, as in "independent states"."""
        if self.kind(at) == "D" and self.kind(at - 1) == "D":
            return True
        follows_word = self.kind(at - 1) == "W" and not self.breaks(at - 1)
        return self.at(at).endswith("s") and follows_word and self.at(at) not in _PAST

    def may_be_plural(self, at: int) -> bool:
        """Whether a verb without an ending may follow: after an auxiliary, "to", an adverb or a plural."""
        low = self.at(at)
        if not low or self.kind(at) in _STOPS or self.kind(at) in ("Q", ".") or not low[0].isalpha():
            return True
        if self.kind(at) == "N":
            return low.endswith("s") or self.at(at - 1) == "and"
        if self.kind(at) == "D":
            return low in lexicon.COLLECTIVES or low.endswith("s")
        return self.kind(at) == "P" or low.endswith("s") or self.breaks(at)

    def add(self, who: Reference | None, weight: float, cue: str, at: int | None) -> None:
        """Add an attribution, and that of a speaker beside; `at` is the token of the cue, None where no word is one."""
        if who is not None and who.kind == "description":
            who = self.named_after(who) or who
        if who is not None:
            place = who.start if at is None else self.tokens[at].start
            self.found.append(Attribution(who, weight, cue, self.span, place, self.has_quotation))
            other = self.beside(who) if who.kind == "name" else None
            if other is not None:
                self.found.append(Attribution(other, 0.95 * weight, cue, self.span, place, self.has_quotation))

    # -- subjects ----------------------------------------------------------------------------------------------

    def meet_verb(self, at: int, verb: lexicon.Verb) -> None:
        """Find the subject of a verb: before it, after it, or after "by"."""
        word = self.low[at]
        left = at - 1
        while left >= 0 and self.is_between(left):
            left -= 1
        between = self.low[left + 1 : at]
        if not verb.is_gerund and word != "quoted" and self.at(at + 1) != "as" and lexicon.BE.intersection(between):
            self.meet_passive(at, left, verb)
            return
        who = self.inverted(at, left)
        if who is not None:
            self.add(who, verb.weight, word, at)
            self.subject = who
            return
        who, sureness = self.left_of(left, is_saying=verb.weight == 1.0 and not verb.is_gerund)
        if verb.is_gerund and self.kind(left) == ",":
            who, sureness = self.subject or self.first_reference(), 0.75
        elif verb.is_gerund and not lexicon.BE.intersection(between):
            sureness *= 0.55
        if "to" in between:
            sureness *= 0.6
        if who is None:
            who, sureness = self.subject or self.first_reference(before=at), 0.6
        if who is None:
            return
        if who.head in lexicon.DOCUMENTS and word in _RELAYING and self.kind(at + 1) == "N":
            # in a readout the speaker is the person quoted
            self.add(self.reference(at + 1), verb.weight, f"{who.head} {word}", at)
            sureness *= 0.6
        self.add(who, verb.weight * sureness, word, at)
        if "to" not in between and self.at(left) not in ("who", "that"):
            self.subject = who

    def issues(self, at: int) -> bool:
        """Whether a statement or another text is the object of a verb: "issued a joint statement"."""
        for following in range(at + 1, min(at + 6, len(self.low))):
            low = self.low[following]
            if low in lexicon.SPEECH_NOUNS or low in lexicon.DOCUMENTS:
                return True
            if self.kind(following) not in ("W", "D") or (self.breaks(following) and low not in lexicon.DETERMINERS):
                return False
        return False

    def is_between(self, at: int) -> bool:
        """Whether a word may stand between a subject and its verb."""
        low = self.low[at]
        if (low in _GOING and self.at(at + 1) == "on") or (low == "on" and self.at(at - 1) in _GOING):
            return True
        return low in lexicon.AUXILIARIES or low in lexicon.ADVERBS or low == "to" or self.is_adverb(at)

    def meet_passive(self, at: int, left: int, verb: lexicon.Verb) -> None:
        """In "was told by X" the speaker is X, and the subject hardly is."""
        by = next((i for i in range(at + 1, min(at + 8, len(self.low))) if self.low[i] == "by"), None)
        self.add(self.right_of(by + 1) if by else None, 0.8 * verb.weight, self.low[at], at)
        self.add(self.left_of(left, is_saying=False)[0], 0.2, self.low[at], at)

    def is_adverb(self, at: int) -> bool:
        return self.kind(at) == "W" and self.low[at].endswith("ly") and self.low[at] not in _NOT_ADVERBS

    def inverted(self, at: int, left: int) -> Reference | None:
        """The subject after the verb, as in `“…,” said the minister`."""
        before = self.kind(left)
        follows_quotation = before == "Q" or (before == "," and self.kind(left - 1) == "Q")
        if self.low[at] in _TELLING or (not follows_quotation and before not in (",", "")):
            return None
        right = at + 1
        while right < len(self.tokens) and (self.is_adverb(right) or self.low[right] in ("also", "then")):
            right += 1
        if before != "Q" and not self.begins_phrase(right):
            return None
        who = self.right_of(right)
        if who is None or follows_quotation:
            return who
        return who if before == "," and self.closes_after(who) else None

    def begins_phrase(self, at: int) -> bool:
        if at >= len(self.tokens):
            return True
        return (
            self.kind(at) in ("N", "D")
            or (self.kind(at) == "P" and self.low[at] in _SUBJECT_PRONOUNS)
            or self.low[at] in lexicon.DETERMINERS
        )

    def closes_after(self, who: Reference) -> bool:
        """Whether nothing but punctuation or a place follows, so that the phrase after a verb is its subject."""
        after = next(
            (i for i, token in enumerate(self.tokens) if token.start >= who.start + len(who.text)), len(self.tokens)
        )
        return after == len(self.tokens) or self.kind(after) in (",", ".")

    def left_of(self, at: int, is_saying: bool) -> tuple[Reference | None, float]:
        """The subject that ends at a token, or before a parenthesis that ends there, and how sure that is."""
        if at < 0:
            return None, 0.0
        kind = self.kind(at)
        if self.low[at] in ("who", "which", "that") and kind in ("W", "P"):
            before = at - 2 if self.kind(at - 1) in _STOPS else at - 1
            return self.phrase(before), 0.8
        if kind in ("N", "P", "D"):
            return self.phrase(at), 1.0
        if kind in _STOPS:
            return self.before_parenthesis(at), 0.85
        if kind == "W" and is_saying and not self.breaks(at):
            head = self.head(at)
            if self.kind(head) != "W" or self.at(self.phrase_start(head)) in lexicon.DETERMINERS:
                return self.reference(head, allows_any_noun=True), 0.9
        return None, 0.0

    def before_parenthesis(self, at: int) -> Reference | None:
        """The noun phrase before `, a senior analyst at the bank,` when the verb follows it."""
        best = None
        for left in range(at, -1, -1):
            before = left - 1
            if self.kind(left) not in _STOPS or self.kind(before) not in ("N", "D", "P"):
                continue
            if self.at(self.phrase_start(before) - 1) in lexicon.PREPOSITIONS and not self.is_headed(before):
                continue
            if self.kind(before) == "N" and self.kind(before - 1) == "," and self.kind(before - 2) in ("D", "N", "W"):
                return self.reference(before)
            best = self.phrase(before) or best
        return best or self.first_reference(before=at)

    def is_headed(self, at: int) -> bool:
        """Whether the preposition before a noun phrase hangs on another noun ("the head of the bank")."""
        start = self.phrase_start(at)
        return self.kind(start - 2) in ("N", "D")

    def phrase(self, at: int) -> Reference | None:
        """The head of the noun phrase that ends at a token: "the head of the bank" is about the head."""
        return self.reference(self.head(at))

    def head(self, at: int) -> int:
        """The token of a noun phrase that its prepositions hang on."""
        best = at
        for _ in range(4):
            before = self.phrase_start(at) - 1
            if before < 1 or self.at(before) not in lexicon.PREPOSITIONS or not self.low[before - 1][0].isalpha():
                break
            if self.at(before) in _CONJUNCTIONS:
                break
            at = before - 1
            if self.kind(at) in ("N", "D") or (self.kind(at) == "W" and self.is_noun(at)):
                best = at
            elif self.kind(at) != "W" or self.breaks(at):
                break
        return best

    def is_noun(self, at: int) -> bool:
        start = self.phrase_start(at)
        return self.at(start) in lexicon.DETERMINERS

    def phrase_start(self, at: int) -> int:
        """Where the words that belong to the noun at a token begin."""
        left = at
        while left > 0 and at - left < 7:
            kind, low = self.kind(left - 1), self.low[left - 1]
            if low in lexicon.DETERMINERS:
                return left - 1
            if (
                kind in ("N", "D")
                or low in ("’s", "'s")
                or (kind == "W" and low[:1].isalpha() and not self.breaks(left - 1))
            ):
                left -= 1
                continue
            break
        return left

    def breaks(self, at: int) -> bool:
        low = self.low[at]
        return (
            low in lexicon.PREPOSITIONS
            or low in lexicon.AUXILIARIES
            or low in lexicon.ADVERBS
            or low
            in ("and", "or", "but", "that", "which", "who", "when", "while", "if", "because", "to", "what", "how")
            or low in lexicon.verbs()
            or self.is_adverb(at)
        )

    def reference(self, at: int, allows_any_noun: bool = False) -> Reference | None:
        """The token as a reference: a name, a pronoun, or the description that ends there."""
        if not 0 <= at < len(self.tokens):
            return None
        token = self.tokens[at]
        if token.kind == "N":
            return Reference("name", token.text, token.start, token.name)
        if token.kind == "P":
            return Reference("pronoun", self.low[at], token.start) if self.low[at] not in ("i", "we", "it") else None
        if token.kind not in ("D", "W") or not token.text[0].isalpha():
            return None
        start = self.phrase_start(at)
        if start == at and self.low[at] in _ARTICLES:
            return None
        if token.kind == "W" and (not allows_any_noun or self.low[at] in _TIMES):
            return None
        if self.low[start] == "that" and self.low[at].endswith("s") and start < at:
            start += 1
        first = self.tokens[start]
        text = " ".join(_joined(self.tokens[start : at + 1]))
        definite = self.low[start] in _DEFINITE or start == at or "’s" in text or "'s" in text
        names = [t.name for t in self.tokens[start:at] if t.kind == "N"]
        return Reference("description", text, first.start, names[0] if names else -1, self.low[at], definite)

    def right_of(self, at: int) -> Reference | None:
        """The noun phrase that begins at a token; a name that a title leads to stands for it all."""
        last = None
        for index in range(at, min(at + 9, len(self.tokens))):
            kind, low = self.kind(index), self.low[index]
            if kind == "N":
                following = index + 1
                if self.kind(following) == "N":
                    continue
                if (
                    self.kind(following) in ("D", "W")
                    and not self.breaks(following)
                    and self.at(following)[:1].isalpha()
                ):
                    last = index
                    continue
                return self.reference(index) if self.at(following) not in ("’s", "'s") else self.possessed(following)
            if kind == "P" and index == at:
                return self.reference(index)
            if kind == "D":
                last = index
            elif kind == "W" and (low in lexicon.DETERMINERS or not self.breaks(index)):
                continue
            else:
                break
        return self.reference(last) if last is not None else None

    def possessed(self, at: int) -> Reference | None:
        """What follows a possessive: "Russia’s foreign minister X" is X, "the bank’s report" the report."""
        return self.right_of(at + 1) or self.reference(at - 1)

    def first_reference(self, before: int | None = None) -> Reference | None:
        """The first noun phrase of the sentence that no preposition leads."""
        end = len(self.tokens) if before is None else before
        for index in range(end):
            if self.kind(index) in ("N", "P", "D"):
                if self.kind(index) == "P" and self.low[index] not in ("he", "she", "they"):
                    continue
                start = self.phrase_start(index)
                leads = self.at(start - 1)
                if leads in lexicon.PREPOSITIONS or self.at(index + 1) in ("’s", "'s"):
                    continue
                if self.kind(index + 1) in ("N", "D") or (self.kind(index) == "D" and self.leads_to_name(index)):
                    continue
                return self.reference(index)
        return None

    def leads_to_name(self, at: int) -> bool:
        """Whether a noun and a word stand before a name as its title: "chief forecaster Ada Stone"."""
        word = self.at(at + 1)
        is_word = self.kind(at + 1) == "W" and word not in lexicon.verbs() and word not in lexicon.PREPOSITIONS
        return is_word and self.kind(at + 2) == "N" and not self.breaks(at + 1)

    def beside(self, who: Reference) -> Reference | None:
        """The name joined to a name by "and"."""
        for index, token in enumerate(self.tokens):
            if token.start == who.start and token.kind == "N":
                for step in (2, -2):
                    other = index + step
                    if self.at(index + step // 2) != "and" or self.kind(other) != "N":
                        continue
                    # In "Xi of China and Putin" it is Xi who stands beside Putin.
                    is_place = step < 0 and self.at(other - 1) == "of" and self.kind(other - 2) == "N"
                    return self.reference(other - 2 if is_place else other)
        return None

    # -- without a verb ----------------------------------------------------------------------------------------

    def read_marks(self) -> None:
        """`Name: “…”` and `“…” — Name`."""
        tokens = self.tokens
        for index, token in enumerate(tokens):
            if token.kind == ":" and (self.kind(index + 1) == "Q" or index <= 4):
                who = self.reference(index - 1) if self.kind(index - 1) in ("N", "P") else None
                is_speech = self.kind(index + 1) == "Q"
                who = who or self.subject or self.first_reference(before=index)
                self.add(who, 0.8 if is_speech else 0.45, ":", index)
            elif (
                token.kind in ("—", "–", "-", "―") and self.kind(index - 1) in ("Q", "") and self.kind(index + 1) == "N"
            ):
                self.add(self.reference(index + 1), 0.8, "—", index)

    def read_first(self) -> None:
        """The subject of a sentence that reports nothing may still act or hold a position."""
        first = self.first_reference()
        if first is not None:
            self.add(first, 0.25 if first.kind == "name" else 0.15, "", None)

    def named_after(self, who: Reference) -> Reference | None:
        """The name set beside a description: "Its director, Ada Stone, …", "its chief financial officer, Ada Stone"."""
        if who.head in lexicon.COLLECTIVES or who.head.endswith("s"):
            return None
        end = who.start + len(who.text)
        comma = next((i for i, token in enumerate(self.tokens) if token.start >= end), len(self.tokens))
        for _ in range(_MOST_OF_TITLE):
            is_word = self.kind(comma) in ("W", "D") and self.at(comma) not in lexicon.PREPOSITIONS
            comma += is_word and self.at(comma) not in lexicon.verbs()
        is_set_off = self.kind(comma) == "," and self.kind(comma + 2) in (",", ".", "Q", "")
        return self.reference(comma + 1) if is_set_off and self.kind(comma + 1) == "N" else None


def _joined(tokens: Sequence[_Token]) -> list[str]:
    words: list[str] = []
    for token in tokens:
        if words and token.text[0] in "’'":
            words[-1] += token.text
        else:
            words.append(token.text)
    return words
