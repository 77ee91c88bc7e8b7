"""Draft of an article's roles: paragraphs, guesses so far, facts about their form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from annotator.ingest.roles.sentence_shape import is_prose
from annotator.model import Role
from annotator.text.word_lists import any_phrase, read_words

LONG_LINE = 120
"""A longer line that ends without a mark is a sentence that lost its end."""

QUOTES = '“"„«'
CAPS = re.compile(r"[^a-z]*[A-Z]{2}[^a-z]*$")
NUMBERED = re.compile(r"(?:\d{1,2}|[IVX]{1,5})[.)]\s+\S.{1,90}$")
POINTS = re.compile(r"(?:key (?:points|takeaways|facts)|(?:story )?highlights|in short|at a glance):?", re.IGNORECASE)
BULLET = re.compile(r"[•●▪◦*–—-]\s*\S")
_ASKING = any_phrase(__file__, "question_words")
_QUESTION = re.compile(
    rf"(?:\W*\d{{0,2}}[.)]? ?)?(?:so,? )?(?:{_ASKING})\b[^.!?“”\"]{{4,100}}\?$",
    re.IGNORECASE,
)
# A paragraph that lost its full stop tells in the past tense; a link to another article speaks like a headline.
TOLD = re.compile(
    rf"\b(?:{any_phrase(__file__, 'telling_words')}|don[’']t)\b|[,;:]$|[”\"],? [a-z]+ed\b",
)
_TIMECODE = re.compile(r"(?:VIDEO ?|Video ?)?\d{1,2}:\d\d(?::?\d\d)?(?::\d\d)?(?: [-–—|] .{2,30})?$")
_PLAYER = frozenset(("video", "watch", "watch now", "watch live", "play video", "now playing"))
_WORD = re.compile(r"[^\W\d_]{4,}")
_COMMON = read_words(__file__, "common_words")
_STEM = 5
_LEADING = 0.5
SHOUTED = re.compile(r"\(?[A-Z][A-Z0-9’'&]*(?: [A-Z0-9’'&]+){0,3}: ?\S")
_OPENING = 6


@dataclass(slots=True)
class Draft:
    """The paragraphs of one article and the roles that were found so far."""

    texts: Sequence[str]
    roles: list[Role | None]
    """None as long as nothing speaks for a role; it means body in the end."""
    is_sentence: list[bool] = field(init=False)
    """Whether each is of the article by its form: no lone question, which may head a part, and no bare line."""
    prose: list[int] = field(init=False)
    """The sentences that no wording gave another role."""

    def __post_init__(self) -> None:
        self.is_sentence = [is_sentence(text) for text in self.texts]
        self.prose = [at for at, role in enumerate(self.roles) if role is None and self.is_sentence[at]]

    def opening(self, lede: int) -> str:
        """The first sentences of the article, in small letters."""
        sentences = [at for at in self.prose if at >= lede and self.roles[at] is None]
        return "\n".join(self.texts[at] for at in sentences[:_OPENING]).lower()

    def share(self, at: int, text: str) -> float:
        """How many of the words of a line are in a text as well, from 0 to 1; words are known by their beginnings."""
        words = {
            word.removesuffix("s")[:_STEM] for word in _WORD.findall(self.texts[at].lower()) if word not in _COMMON
        }
        return sum(word in text for word in words) / max(len(words), 2)

    def leads_on(self, at: int) -> bool:
        """Whether a line speaks of the same as the sentences below it, as the head of a part does."""
        below = "\n".join(self.texts[i] for i in range(at + 1, min(at + 5, len(self.texts))) if self.is_sentence[i])
        return self.share(at, below.lower()) >= _LEADING

    def is_video(self, at: int) -> bool:
        """Whether a line is the title of a video, whose length stands above or below it, or that length itself."""
        if at and self.texts[at - 1].lower().strip(":") in _PLAYER:
            return True
        return any(_TIMECODE.match(self.texts[i]) for i in (at - 1, at, at + 1) if 0 <= i < len(self.texts))

    def names_picture(self, at: int) -> bool:
        """Whether a line of bare names is a picture's file name: the caption below it has the same words."""
        if at + 1 >= len(self.texts) or self.roles[at + 1] != "caption":
            return False
        words = self.texts[at].split()
        if not 1 < len(words) <= 8 or not all(word[:1].isupper() for word in words) or "," in self.texts[at]:
            return False
        caption = self.texts[at + 1].casefold()
        return len(words) > 3 or sum(word.casefold() in caption for word in words) >= 0.5 * len(words)


def is_sentence(text: str) -> bool:
    """Whether a paragraph reads like a sentence or more, and is not a question by itself."""
    return not is_question(text) and is_prose(text)


def is_question(text: str) -> bool:
    """Whether a paragraph is one question and nothing else."""
    return text[-1] == "?" and _QUESTION.match(text) is not None
