"""Second opinion on lines whose wording does not tell: signs, weighed as labelled articles teach.

Each sign is a small number: what a line is made of, what it shares with the article, what stands around it. Their
weights, in `weights.csv`, are those of a logistic regression on labelled articles (`benchmarks.fit_roles`).
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from operator import mul
from pathlib import Path
from typing import NamedTuple

from annotator.ingest.roles.calls_to_action import speaks, strength
from annotator.ingest.roles.draft import BULLET, CAPS, POINTS, QUOTES, SHOUTED, TOLD, Draft, is_question
from annotator.ingest.roles.furniture import is_header
from annotator.ingest.roles.navigation_words import is_page_word
from annotator.text.word_lists import any_phrase, read_lines

_OF_WORDS = "bias words sentence told tells quote speaks strength page capitals question headlined".split()
_OF_PLACE = "shouted biography repeated above below run linked enclosed begins bracketed exclaims between alone".split()
SIGNS = (*_OF_WORDS, *_OF_PLACE)
"""Names of the signs, in the order in which they are computed: first those of the line's words."""
_DOUBTFUL = 1.0
"""A line whose signs weigh less than this, for or against, is doubtful: two in five such lines are guessed wrong."""
_CERTAIN = 4.0
"""From this weight on furniture is certain: none of 126 such lines of the labelled articles belongs to the text. Of
the lines between this and doubt, one in sixteen does."""
_LONGEST = 160
_LONGEST_APPEAL = 450
"""Of the lines between these lengths only those that speak to the reader or describe an author are weighed."""
_LONG = 80
_SHORT = 15
_LONGEST_RUN = 6
_NEAR = 3
_BULLETS = "•●▪◦–—-"
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_TELLS = re.compile(
    r"\b(?:he|she|they|his|her|their|him|them|was|were|had|has|is|are|been|would|could|but|also|\w{3,}ed)\b"
)
_LABELLED = re.compile(
    r"(?:(?:in )?(?:pictures|photos)|opinion|analysis|explainer|explained|comment|commentary|editorial|column|review"
    r"|podcast|video|watch|listen|live|quiz|fact[ -]?check|factbox|timeline|gallery|photo gallery|infographic"
    r"|interactive|profile|from the archive|exclusive"
    r"|[A-Z][\w’']*(?: [\w’']+){0,4} (?:eyes|view|take|guide|briefing|podcast|newsletter)\b[^:]{0,20})\s?[:|] ?\S",
    re.IGNORECASE,
)
# How only headlines are written: "A: b", "A ‘b’ c", "A does b, officials say", "A? B answers".
_HEADLINED = re.compile(r"\w: \w|\s[‘'][^’']{3,40}[’'](?:\s|$)|, [\w’' ]{2,30} says?$|\? [A-ZÀ-Þ]")
_BIOGRAPHY = re.compile(
    r"(The (?:writer|author)|[A-ZÀ-Þ][\w’.-]+(?: [\w’.-]+){1,3}),? "
    r"(?:is|was|covers|writes|reports|teaches|leads|heads|edits|runs|works|directs|joined"
    r"|has (?:been|written|covered)) "
)
_CALLING = re.compile(rf"\b(?:{any_phrase(__file__, 'callings')})\b")


class Doubts(NamedTuple):
    """Positions of the lines that were weighed and are not sure.

    Attributes:
        doubtful: The guess is hardly better than its opposite.
        uncertain: Something weighs against furniture; the doubtful ones are among them.
    """

    doubtful: list[int]
    uncertain: list[int]


def label_noise(draft: Draft) -> Doubts:
    """Make furniture of the lines whose signs say so, from above to below; returns those that are not sure."""
    weights = read_weights()
    doubts = Doubts([], [])
    for at, signs in weighed(draft):
        weight = sum(map(mul, weights, signs))
        text = draft.texts[at]
        if weight >= 0 or (_LABELLED.match(text) and not draft.is_sentence[at]):
            draft.roles[at] = "caption" if _is_by_caption(draft, at) else "furniture"
        if abs(weight) < _DOUBTFUL:
            doubts.doubtful.append(at)
        if weight < _CERTAIN:
            doubts.uncertain.append(at)
    return doubts


def _is_by_caption(draft: Draft, at: int) -> bool:
    """Whether a line is one of several captions in a row."""
    text, beside = draft.texts[at], [i for i in (at - 1, at + 1) if 0 <= i < len(draft.texts)]
    may_be = text.count(" ") > 2 and not is_question(text) and not _HEADLINED.search(text)
    return may_be and any(draft.roles[i] == "caption" or draft.texts[i] == text for i in beside)


@cache
def read_weights() -> list[float]:
    """The fitted weights, in the order of `SIGNS`."""
    found = dict(csv.reader(read_lines(Path(__file__).with_name("weights.csv"))))
    return [float(found[sign]) for sign in SIGNS]


def weighed(draft: Draft) -> Iterator[tuple[int, list[float]]]:
    """The lines that have no role and may be noise, each with its signs. The caller may set its role meanwhile.

    What a colon announces is the article's, as are sentences among sentences.
    """
    article = _Article(draft)
    is_linked = is_list = False
    for at, text in enumerate(draft.texts):
        if draft.roles[at] is not None:
            is_linked, is_list = draft.roles[at] == "furniture" and (is_linked or is_header(text)), False
            continue
        if not is_linked and (text.endswith(":") or POINTS.fullmatch(text)):
            is_list = True
        if is_list and not (draft.is_sentence[at] and text[-1] != ":"):
            continue
        if article.may_be_noise(at):
            yield at, article.signs(at, is_linked)
        if draft.roles[at] is None and draft.is_sentence[at]:
            is_linked = is_list = False


class _Article:
    """What the signs of each line of an article are compared with."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.counts = Counter(text for text, role in zip(draft.texts, draft.roles, strict=True) if role != "headline")
        long = [at for at in draft.prose if len(draft.texts[at]) > _LONG]
        self.first, self.last = (long[0], long[-1]) if long else (0, len(draft.texts))

    def may_be_noise(self, at: int) -> bool:
        """Whether a line is worth weighing: most are sentences among sentences, and those that are not stand out."""
        text = self.draft.texts[at]
        if len(text) > _LONGEST_APPEAL or (text[0] in _BULLETS and BULLET.match(text)):
            return False
        if self._describes(at):
            return True
        if self._is_among_sentences(at):
            return False
        return len(text) <= _LONGEST or (text[0] not in QUOTES and speaks(text.lower()))

    def _is_among_sentences(self, at: int) -> bool:
        """Whether a line is a sentence, and so are the lines beside it; or a part of a sentence that was cut."""
        roles, is_sentence, text = self.draft.roles, self.draft.is_sentence, self.draft.texts[at]
        if not is_sentence[at]:
            return text[-1] in ",;" or (text[0].islower() and at > 0 and roles[at - 1] is None)
        return all(roles[i] is None and is_sentence[i] for i in (at - 1, at + 1) if 0 <= i < len(roles))

    def _describes(self, at: int) -> int:
        """Whether a line below the article describes somebody, an author of it, and a calling: 0 to 3."""
        text = self.draft.texts[at]
        found = _BIOGRAPHY.match(text) if at >= self.last else None
        if found is None:
            return 0
        bylines = (text for role, text in zip(self.draft.roles, self.draft.texts, strict=True) if role == "byline")
        is_author = any(found[1] in byline for byline in bylines)
        return 1 + is_author + (_CALLING.search(text) is not None)

    def signs(self, at: int, is_linked: bool) -> list[float]:
        """The signs of a line, as `SIGNS` names them."""
        draft, text = self.draft, self.draft.texts[at]
        small = text.lower()
        words = _WORD.findall(text)
        n_words = len(words) or 1
        is_sentence = draft.is_sentence[at]
        is_quote = text[0] in QUOTES
        is_spoken = not is_quote and speaks(small)
        above, below = self._known(at, -1), self._known(at, 1)
        signs = (
            1,
            math.log(n_words),
            is_sentence,
            TOLD.search(text) is not None,
            _TELLS.search(small) is not None,
            is_quote or "”" in text or '"' in text,
            is_spoken,
            max(strength(small), 0) if is_spoken else 0,
            sum(is_page_word(word.lower()) for word in words) / n_words,
            sum(word[0].isupper() for word in words[1:]) / n_words,
            is_question(text) and not is_linked,
            not is_sentence and _HEADLINED.search(text) is not None,
            SHOUTED.match(text) is not None or CAPS.match(text) is not None,
            self._describes(at),
            self.counts[text] > 1,
            above,
            below,
            self._run(at),
            is_linked,
            self._is_enclosed(at),
            at < self.first,
            text[0] in "([",
            text[-1] == "!",
            not is_sentence and self._is_between(at),
            is_sentence and n_words < _SHORT and above > 0 and below > 0,
        )
        return [float(sign) for sign in signs]

    def _known(self, at: int, step: int) -> int:
        """How many of the lines next to a line, above or below it, have a role by now."""
        roles, n = self.draft.roles, 0
        while n < _NEAR and 0 <= at + step * (n + 1) < len(roles) and roles[at + step * (n + 1)] is not None:
            n += 1
        return n

    def _run(self, at: int) -> int:
        """How many lines beside a line are not sentences either: links stand in rows, subheads alone."""
        if self.draft.is_sentence[at]:
            return 0
        roles, is_sentence = self.draft.roles, self.draft.is_sentence
        low = high = at
        while low > max(0, at - _NEAR) and roles[low - 1] is None and not is_sentence[low - 1]:
            low -= 1
        while high < min(len(roles) - 1, at + _NEAR) and roles[high + 1] is None and not is_sentence[high + 1]:
            high += 1
        return high - low

    def _is_enclosed(self, at: int) -> bool:
        """Whether a line is one of a few short ones with furniture above and below."""
        roles, low, high = self.draft.roles, at, at
        while low >= max(0, at - _LONGEST_RUN) and self._is_short(low):
            low -= 1
        while high < min(len(roles), low + _LONGEST_RUN + 2) and self._is_short(high):
            high += 1
        return low >= 0 and high < len(roles) and roles[low] == roles[high] == "furniture"

    def _is_short(self, at: int) -> bool:
        return self.draft.roles[at] is None and self.draft.texts[at].count(" ") < _SHORT - 1

    def _is_between(self, at: int) -> bool:
        """Whether a line stands between two sentences of the article."""
        roles, is_sentence = self.draft.roles, self.draft.is_sentence
        if not 0 < at < len(roles) - 1 or roles[at - 1] is not None or roles[at + 1] is not None:
            return False
        return is_sentence[at - 1] and is_sentence[at + 1]
