"""A speaker's part of a sentence: the clauses with what this speaker said or did, without the rest.

The rest is another speaker's, or the journalist's: clauses of another subject before it ("While the river rose, …"),
what came of it (", prompting …"), and the sentence into which it is built (", after Reed opposed it").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from annotator.speakers import lexicon
from annotator.speakers.ranking import Basis
from annotator.text.evidence import Span, split_at
from annotator.text.verbs import is_finite

CLEAR = 5.0
"""From this score on a word says that it is a speaker's; a name alone, or "Reed's view", scores less."""

WORDS = re.compile(r"\w+(?:[’'.-]\w+)*")
_SUBORDINATE = re.compile(
    r"[–—-]?\s*(?:(?:and|but|so|yet)\s+)?(?:even\s+)?(?P<by>after|although|as|before|since|though|when|whereas|while)\s+"
    r"(?P<subject>\w+)",
    re.IGNORECASE,
)
_PRONOUNS = frozenset("he her his it its she their they".split())
_CONCEDING = frozenset("although though whereas while".split())
_COORDINATE = re.compile(r"and\b\s*(?P<aside>[,–—-])?", re.IGNORECASE)
_ASIDE = 2
"""After an aside ("and, in line with usual policy, opposed it") the verb stands in one of so many more clauses."""
_RELATIVE = re.compile(r"(?:(?:at|by|for|from|in|of|on|to|with)\s+)?(?:which|who|whom)\b", re.IGNORECASE)
_EFFECT = re.compile(
    r"(?:drawing|fuell?ing|indicating|prompting|raising|signall?ing|sparking|triggering)\s", re.IGNORECASE
)
_DASHES = "–—-"
_FEW = 3
_CUE_ONLY = 4
_MARKS = '“”«»"'


def part(text: str, inside: Sequence[Span], own: Sequence[Basis], others: Sequence[Basis]) -> Span:
    """The part of a sentence that is a speaker's; the whole sentence where the rest would say nothing.

    Args:
        text: The paragraph.
        inside: The clauses of the sentence.
        own: What is attributed to the speaker in it; something is.
        others: What is surely attributed to others in it.
    """
    whole = (inside[0][0], inside[-1][1])
    anchor = min((one for one in own if one.score >= CLEAR), key=lambda one: one.cue, default=None)
    best = anchor or max(own, key=lambda one: one.score)
    here = index(inside, best.first)
    before = [index(inside, one.first) for one in others if one.cue < best.cue]
    after = [index(inside, one.first) for one in others if one.cue > best.cue]
    if here in before or here in after:
        return whole
    start, end = 0, len(inside)
    if before:
        start = _begin(text, inside, here, max(before))
    elif here and (
        _is_built_in(text, inside[:here], own)
        or _is_subordinate(text, inside[here], best)
        or _is_aside(text, inside, here)
    ):
        start = here
    if _RELATIVE.match(text, inside[start][0]):
        start = 0  # what "which Reed opposed" is about stands before it
    if after:
        end = _begin(text, inside, min(after), here)
    if anchor is not None:
        end = min(end, _end_of(text, inside, here, anchor, own))
    found = (inside[start][0], inside[end - 1][1]) if start < end else whole
    left = split_at(text, (), whole[0], found[0]) + split_at(text, (), found[1], whole[1])
    # A source alone ("according to the summary") is cut off nothing.
    return found if all(says_something(text, one) for one in left) else whole


def index(spans: Sequence[Span], offset: int) -> int:
    """Which of some spans an offset is in, or behind."""
    return max((i for i, span in enumerate(spans) if span[0] <= offset), default=0)


def says_something(text: str, span: Span) -> bool:
    """Whether a piece of a sentence is more than a few words and more than its source ("…, a spokesperson said")."""
    piece = text[slice(*span)].casefold().lstrip("–—- ")
    found = WORDS.findall(piece)
    if len(found) < _FEW or piece.startswith("according"):
        return False
    if any(mark in piece for mark in _MARKS):
        return True
    is_short = len(found) <= 2 * _CUE_ONLY
    if found[0] in _saying():
        return not (text[: span[0]].rstrip()[-1:] in _MARKS or (is_short and "that" not in found))
    return not (is_short and found[-1] in _saying())


# where it begins


def _begin(text: str, inside: Sequence[Span], clause: int, before: int) -> int:
    """The first clause of a speaker's part; what a last clause attributes (`and “…,” said Reed`) stands before it."""
    is_after_quotation = text[inside[clause - 1][1] - 1] in "”»\"’'"
    is_last = clause == len(inside) - 1 or is_after_quotation
    is_cue_only = len(WORDS.findall(text, *inside[clause])) <= _CUE_ONLY
    return before + 1 if is_last and is_cue_only and clause - before > 1 else clause


def _is_built_in(text: str, before: Sequence[Span], own: Sequence[Basis]) -> bool:
    """Whether the clauses before a speaker's are of another subject ("While the river rose, …")."""
    if any(before[0][0] <= one.first < before[-1][1] for one in own):
        return False
    return _has_own_subject(text, before[0])


def _has_own_subject(text: str, clause: Span) -> bool:
    """Whether a clause is subordinate, with a verb and a subject that no pronoun borrows from elsewhere."""
    found = _SUBORDINATE.match(text, *clause)
    if found is None or found["subject"].casefold() in _PRONOUNS or found["subject"].endswith("ing"):
        return False
    by = found["by"].casefold()
    return by in _CONCEDING or (by == "as" and _has_verb(text, (found.end(), clause[1])))


def _has_verb(text: str, span: Span) -> bool:
    return any(is_finite(word) for word in WORDS.findall(text, *span))


def _is_subordinate(text: str, clause: Span, best: Basis) -> bool:
    """Whether a clause with a cue and what it attributes is built into another ("…, after Reed opposed the bridge")."""
    found = _SUBORDINATE.match(text, *clause)
    if found is None or not clause[0] <= best.cue < clause[1]:
        return False
    told = (best.cue, clause[1])
    is_source = found["by"].casefold() == "as" and _first(text, told) in _saying()
    return not is_source and len(WORDS.findall(text, *told)) >= _FEW


def _is_aside(text: str, inside: Sequence[Span], here: int) -> bool:
    """Whether a clause says something between two dashes."""
    is_closed = any(text[one[0]] in _DASHES for one in inside[here + 1 :])
    return is_closed and text[inside[here][0]] in _DASHES and says_something(text, inside[here])


# where it ends


def _end_of(text: str, inside: Sequence[Span], here: int, anchor: Basis, own: Sequence[Basis]) -> int:
    """The clause before which it ends."""
    if _is_aside(text, inside, here):
        return next(i for i in range(here + 1, len(inside)) if text[inside[i][0]] in _DASHES)
    at = index(inside, anchor.cue)
    is_lead = here == 0 and _is_subordinate(text, inside[0], anchor)
    is_act = _first(text, (anchor.cue, inside[at][1])) not in _saying()
    for place in range(at + 1, len(inside)):
        clause = inside[place]
        cues = _cues(own, *clause)
        joins = _COORDINATE.match(text, clause[0])
        if joins is not None:
            to = inside[min(place + _ASIDE, len(inside) - 1)][1] if joins["aside"] else clause[1]
            if not is_lead and _cues(own, clause[0], to):
                return place
            continue
        if is_lead and (_has_verb(text, clause) or _first(text, clause).partition("’")[0] in _PRONOUNS):
            return place
        if not cues and (_EFFECT.match(text, clause[0]) or (is_act and _is_rebuttal(text, clause))):
            return place
    return len(inside)


def _cues(own: Sequence[Basis], start: int, end: int) -> list[Basis]:
    return [one for one in own if one.score >= CLEAR and start <= one.cue < end]


def _is_rebuttal(text: str, clause: Span) -> bool:
    found = _SUBORDINATE.match(text, *clause)
    return found is not None and found["by"].casefold() in _CONCEDING and _has_own_subject(text, clause)


def _first(text: str, clause: Span) -> str:
    return next(iter(WORDS.findall(text, *clause)), "").casefold().replace("'", "’")


@lru_cache(maxsize=1)
def _saying() -> frozenset[str]:
    return frozenset(form for form, verb in lexicon.verbs().items() if verb.weight == 1.0 and not verb.is_gerund)
