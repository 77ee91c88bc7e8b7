"""Mode of quotation, guessed from the evidence of a statement; and whether a text is in English."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal

from annotator.text.clauses import clauses, joined_sentences
from annotator.text.evidence import Quotation, Span, pattern, quotations
from annotator.text.verbs import inflected, reporting_verbs
from annotator.text.word_lists import read_phrases, read_words

Mode = Literal["direct", "mixed", "indirect", "position", "own voice"]
"""The mode of quotation."""

_WORD = pattern(r"[^\W\d_]+")
_LETTERS = pattern(r"\w+(?:[’'.-]\w+)*")
_MOST_READ = 4000
_FEW = 40
_SHARE = 0.06
_LONG = 5
_STANDS = pattern(r"\b(?:opposition to|support for|refusal (?:to|of)|rejection of)\b", re.IGNORECASE)
_RELAYS = pattern(r"\b(?:said|says|say|told|tells|noted|notes)\b", re.IGNORECASE)
_NOUN_LEADS = frozenset("a an any as by for from her his in its of on our some the their this ’s 's".split())
"""Words after which a form is a noun: \"the vote\", \"its support\"."""
_LAST_WORD = pattern(r"(\w+|[’']s)\W*$")


def is_english(text: str) -> bool:
    """Whether a text is in English, judged by its frequent words; of a long text, the beginning counts.

    In a text of less than forty words one of them, or a form of a verb that reports, is enough.
    """
    found = [word.casefold() for word in _WORD().findall(text[:_MOST_READ])]
    known = sum(word in read_words(__file__, "function_words") for word in found)
    if len(found) >= _FEW:
        return known >= _SHARE * len(found)
    return known > 0 or any(len(word) > _LONG and _saying().fullmatch(word) for word in found)


def guess_mode(
    text: str, span: Span, *, open_at_start: bool = False, is_journalist: bool = False, claim: str | None = None
) -> Mode:
    """Guess the mode of quotation from English evidence.

    Whole words in quotation marks are direct. Fragments of two and more words in the journalist's sentence, or whole
    words beside a reported sentence, are mixed; a single word and a title are not quotations. An act or a stand is a
    position where the claim is a commitment, a denial or not known yet. All else is indirect.

    Args:
        text: The paragraph.
        span: The evidence within it.
        open_at_start: As for `quotations`.
        is_journalist: Whether the journalist is the only speaker, who has but an own voice.
        claim: The claim type, where the coder has chosen one.
    """
    if is_journalist:
        return "own voice"
    outer = [item for item in quotations(text, open_at_start) if item.depth == 0]
    is_reported, is_cued = _reported(text, span, outer)
    touched = [one for one in outer if one.start < span[1] and span[0] < one.end and not _is_title(text, one)]
    are_whole = [_is_whole(text, one) for one in touched]
    has_fragment = any(
        not is_whole and len(_words_of(text, one)) > 1 for one, is_whole in zip(touched, are_whole, strict=True)
    )
    if any(are_whole):
        return "mixed" if is_reported or (has_fragment and is_cued) else "direct"
    if has_fragment:
        return "mixed"
    return "position" if _is_position(text, span, outer, claim) else "indirect"


# what is quoted


def _words_of(text: str, quotation: Quotation) -> list[str]:
    return _LETTERS().findall(text, quotation.start, quotation.end)


def _last_sign(text: str, quotation: Quotation) -> str:
    """The last sign inside the marks."""
    return text[quotation.start : quotation.end].rstrip("’'”\"» ")[-1:]


def _is_title(text: str, quotation: Quotation) -> bool:
    """Whether a quotation is the title of a work: several words, each longer one with a capital."""
    if quotation.continues or quotation.is_open or _last_sign(text, quotation) in ".!?…":
        return False
    inner = _words_of(text, quotation)
    return len(inner) > 1 and inner[0][0].isupper() and all(one[0].isupper() for one in inner if len(one) > 3)


def _is_whole(text: str, quotation: Quotation) -> bool:
    """Whether a quotation is a speaker's whole words, no fragment built into a reported sentence."""
    inner = _words_of(text, quotation)
    if quotation.continues or quotation.is_open:
        return True
    after = text[quotation.end : quotation.end + 1]
    is_closed_by_stop = _last_sign(text, quotation) in ".,!?…" or after == ","
    if not inner or (len(inner) == 1 and not is_closed_by_stop):
        return False
    before = text[max(0, quotation.start - 8) : quotation.start].rstrip()
    if not before or before[-1] in '.!?”"»':
        return is_closed_by_stop or not after
    if before[-1] in ",:—–":
        return len(inner) > 1
    return inner[0][0].isupper() and len(inner) >= 4 and is_closed_by_stop


def _reported(text: str, span: Span, outer: Sequence[Quotation]) -> tuple[bool, bool]:
    """Whether a sentence of the evidence without whole quoted words has a cue, and whether any sentence has one."""
    whole = [item for item in outer if item.start < span[1] and span[0] < item.end and _is_whole(text, item)]
    is_reported = is_cued = False
    for first, last in joined_sentences(text, outer):
        if last <= span[0] or span[1] <= first:
            continue
        if next(_outside(_saying(), text, (first, last), outer), None) is not None:
            is_cued = True
            at = bisect_right(whole, first, key=lambda item: item.end)
            is_reported = is_reported or at == len(whole) or whole[at].start >= last
    return is_reported, is_cued


# what is reported


@lru_cache(maxsize=1)
def _saying() -> re.Pattern[str]:
    """Cues of words: verbs that report, and phrases such as "according to"."""
    stands = set(read_phrases(__file__, "position_verbs"))
    forms = _any_form(verb for verb in reporting_verbs() if verb not in stands)
    return re.compile(rf"\b(?:{forms})\b|\baccording to\b|\bin the (?:words|view|opinion) of\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _acting() -> re.Pattern[str]:
    """Verbs of acts and stands."""
    return re.compile(rf"\b(?:{_any_form(read_phrases(__file__, 'position_verbs'))})\b", re.IGNORECASE)


def _any_form(verbs: Iterator[str] | Sequence[str]) -> str:
    forms = {form for verb in verbs for form in inflected(verb)}
    return "|".join(sorted(forms, key=len, reverse=True))


def _outside(found: re.Pattern[str], text: str, span: Span, outer: Sequence[Quotation]) -> Iterator[int]:
    """Where a pattern is found outside quotation marks."""
    for match in found.finditer(text, *span):
        nearest = bisect_right(outer, match.start(), key=lambda item: item.start) - 1
        if nearest < 0 or match.start() >= outer[nearest].end:
            yield match.start()


def _acts(text: str, span: Span, outer: Sequence[Quotation]) -> Iterator[int]:
    """Where verbs of acts stand; a form that may be a noun ("the vote", "its support") is left out after its leads."""
    for at in _outside(_acting(), text, span, outer):
        form = _LETTERS().match(text, at)
        before = _LAST_WORD().search(text[max(0, at - 20) : at])
        is_noun = form is not None and not form.group().endswith(("ed", "ing"))
        if not (is_noun and before is not None and before.group(1).casefold() in _NOUN_LEADS):
            yield at


def _is_position(text: str, span: Span, outer: Sequence[Quotation], claim: str | None) -> bool:
    """Whether an act or a stand is reported rather than words."""
    if claim not in (None, "commitment", "denial"):
        return False
    said = list(_outside(_saying(), text, span, outer))
    acts = list(_acts(text, span, outer))
    if claim is None:
        return not said or bool(acts and acts[0] < said[0])
    if not said and not acts:
        return True
    if any(_leads(text, at, said) for at in acts):
        return True
    return _STANDS().search(text, *span) is not None and _RELAYS().search(text, *span) is None


def _leads(text: str, at: int, said: Sequence[int]) -> bool:
    """Whether no verb of saying stands before an offset in its clause."""
    found = clauses(text)
    start = found[bisect_right(found, at, key=lambda one: one[0]) - 1][0]
    before = bisect_left(said, at) - 1
    return before < 0 or said[before] < start
