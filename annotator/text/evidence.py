"""Sentences, words and quotations of a paragraph.

Everything is a pure function of the paragraph's text. Offsets are half-open and count Unicode code points from the
start of that text. Each function reads the text a fixed number of times, so that a line of a million characters is
fast, and the results for the last few paragraphs are remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from annotator.text.word_lists import read_words

Span = tuple[int, int]
"""Where something stands in a paragraph: start and end, half-open, in code points."""


def pattern(source: str, flags: int = 0) -> Callable[[], re.Pattern[str]]:
    """A lazily compiled regular expression, so that the labelling screen opens sooner."""
    compiled: list[re.Pattern[str]] = []

    def get() -> re.Pattern[str]:
        if not compiled:
            compiled.append(re.compile(source, flags))
        return compiled[0]

    return get


_STOP = r"(?:[.!?…‽؟۔।॥։]+(?:\s+\.+(?![^\s”’\"»)\]]))*|[。！？｡]+)"
"""A full stop of some script; ". ." counts as one."""
_CLOSES = r"(?:\s?[”»](?=[\s.,;:!?)]|$))*"
_TERMINATOR = pattern(rf"{_STOP}[\"”’»›)\]'』」）】]*{_CLOSES}")
_TERMINATOR_AFTER_LOW = pattern(rf"{_STOP}[\"“”‘’»›«‹)\]'』」）】]*{_CLOSES}")
"""Where „ and ‚ open, “ and ‘ close."""
_GREEK = pattern("[α-ω]")
_GREEK_TERMINATOR = pattern(rf"(?:{_STOP}|;)[\"”’»›)\]]*{_CLOSES}")
"""In Greek a semicolon is the question mark."""
_ORDINAL = pattern(r"\b(?:ab|am|beim|bis|das|dem|den|der|des|die|im|seit|vom|zum|zur) \d{1,2}$", re.IGNORECASE)
"""A German number with a full stop: "am 3. Mai", "der 2. Weltkrieg"."""
_NEXT = pattern(r"\s*[\"“”‘’„«»‹(\[—–'-]*\s*(\w*)")
_LAST_WORD = pattern(r"[\w.]*\w$")
_CJK_STOP = frozenset("。！？｡")


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """The span without its outer blanks, or None when nothing is left."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    return (start + left, start + right) if right > left else None


def split_at(text: str, cuts: Iterable[int], start: int, end: int) -> list[Span]:
    """The trimmed pieces of a stretch of text between cuts."""
    pieces = []
    for cut in (*cuts, end):
        piece = _trimmed(text, start, cut)
        if piece is not None:
            pieces.append(piece)
            start = cut
    return pieces


def _ends_a_sentence(text: str, match: re.Match[str]) -> bool:
    """Whether the full stop found is one: not an abbreviation's, and nothing goes on after it."""
    end = match.end()
    if end == len(text):
        return True
    mark = match.group()
    follows = _NEXT().match(text, end, end + 60)
    word = follows.group(1) if follows else ""
    if mark[0] in _CJK_STOP:
        return not (mark[-1] not in _CJK_STOP and text[end] in "と，、,って")
    if not text[end].isspace():
        glued = text[max(0, match.start() - 3) : match.start()]
        return len(word) > 1 and glued.islower() and glued.isalpha() and word[0].isupper() and word[1].islower()
    if word and word[0].islower():
        return False
    if mark[0] != "." or mark.startswith(".."):
        return True
    if _ORDINAL().search(text[max(0, match.start() - 9) : match.start()]) and word and not word[0].isdecimal():
        return False
    before = _LAST_WORD().search(text[max(0, match.start() - 12) : match.start()])
    last = before.group().casefold() if before else ""
    return _word_can_end(last, word)


def _word_can_end(last: str, following: str) -> bool:
    """Whether a full stop after `last` can close a sentence when `following` comes next."""
    if last in read_words(__file__, "leading_abbreviations"):
        return last == "no" and _opens(following)
    if last in read_words(__file__, "other_abbreviations") or "." in last or (len(last) == 1 and last.isalpha()):
        return not following or _opens(following)
    return True


def _opens(word: str) -> bool:
    return word.casefold() in read_words(__file__, "sentence_openers")


@lru_cache(maxsize=64)
def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a paragraph, in order, trimmed; together they hold every non-blank character.

    A closing quotation mark belongs to the sentence it closes; abbreviations, initials, decimals and an
    ellipsis in mid-sentence end none; full stops of other scripts end one without a blank.
    """
    terminator = _TERMINATOR_AFTER_LOW() if "„" in text or "‚" in text else _TERMINATOR()
    if ";" in text and _GREEK().search(text):
        terminator = _GREEK_TERMINATOR()
    cuts = [match.end() for match in terminator.finditer(text) if _ends_a_sentence(text, match)]
    return tuple(split_at(text, cuts, 0, len(text)))


_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = pattern(
    rf"[「『（《〈【“‘\"(]{{0,3}}[{_IDEOGRAPHS}][^\w\s「『（《〈【“‘—]*|[^\s—{_IDEOGRAPHS}「『（《〈【]+—*|—+|\S"
)


@lru_cache(maxsize=64)
def words(text: str) -> tuple[Span, ...]:
    """The words of a paragraph with the punctuation that touches them; an ideograph is a word of its own."""
    return tuple(match.span() for match in _WORD().finditer(text))


class Quotation(NamedTuple):
    """Quoted words in a paragraph, marks included.

    Attributes:
        start: Offset of the opening mark, or of the paragraph's first word when the quotation began before it.
        end: Offset after the closing mark, or the end of the text when there is none.
        is_open: No closing mark stands in this paragraph: the quotation may go on in the next.
        continues: The quotation began in an earlier paragraph.
        depth: 0 for what the article quotes, 1 and more for quotations inside quotations.
    """

    start: int
    end: int
    is_open: bool = False
    continues: bool = False
    depth: int = 0


_MARK = pattern(r"''|``|[\"“”„«»‘’‚'‹›「」『』＂]")
_DOUBLE = frozenset('"“”„«»‹›＂')
_SINGLE = frozenset("‘’‚'")
_BRACKETS = {"「": "」", "『": "』"}
_ELISION = pattern(r"(?:tis|twas|em|til|till|cause|bout|round|n)\b", re.IGNORECASE)
_DEEPEST = 16
_SENTENCE_STOP = pattern(r"[.!?…](?=\s)")


class _Open(NamedTuple):
    """A quotation whose closing mark has not been met."""

    start: int
    mark: str
    continues: bool = False


class _Scanner:
    """One pass over the quotation marks of a paragraph."""

    def __init__(self, text: str, open_at_start: bool) -> None:
        self.text = text
        self.stack: list[_Open] = []
        self.found: list[Quotation] = []
        self.first = len(text) - len(text.lstrip())
        self.inherits = open_at_start

    def scan(self) -> tuple[Quotation, ...]:
        for match in _MARK().finditer(self.text):
            self.meet(match.start(), match.end())
        self.finish()
        return tuple(sorted(self.found, key=lambda quotation: (quotation.start, -quotation.end)))

    def meet(self, at: int, end: int) -> None:
        mark = self.text[at] if end - at == 1 else '"'  # typewriters double the single mark
        before = self.text[at - 1] if at else " "
        after = self.text[end] if end < len(self.text) else " "
        if mark in _SINGLE:
            self.meet_single(at, mark, before, after)
        elif mark in _BRACKETS:
            self.push(_Open(at, mark))
        elif mark in _BRACKETS.values():
            self.close(end, {opening for opening, closing in _BRACKETS.items() if closing == mark})
        elif self.looks_opening(mark, before, after):
            self.open_double(at, mark)
        else:
            self.close(end, _DOUBLE)

    def looks_opening(self, mark: str, before: str, after: str) -> bool:
        """Whether a double mark opens, by its shape and by what stands on either side."""
        outside_left = before.isspace() or before in "([{—–-/‘'“„«‚’\"" or not before.strip()
        words_right = not after.isspace() and (after.isalnum() or after in "‘’'([$…—.-@#“\"£€¥")
        is_double_open = any(item.mark in _DOUBLE for item in self.stack)
        if mark in "“„":
            return not (mark == "“" and is_double_open and not outside_left and not words_right)
        if mark in "«‹":
            return not (is_double_open and any(item.mark in "»›" for item in self.stack))
        if mark in "»›":
            return outside_left and words_right and not is_double_open
        if mark == "”":
            return before.isspace() and words_right and not is_double_open and not self.inherits
        return words_right and outside_left if is_double_open else words_right or outside_left

    def meet_single(self, at: int, mark: str, before: str, after: str) -> None:
        """Tell a single quotation mark from an apostrophe."""
        inside_word = before.isalnum() and after.isalnum()
        if inside_word:
            return
        opens = not before.isalnum() and before not in ".,!?;:…)" and (after.isalnum() or after in '“"[…$')
        is_opening = opens and (after.isupper() if mark == "’" else not after.isdigit())
        if is_opening and not _ELISION().match(self.text, at + 1):
            self.push(_Open(at, mark))
        elif not after.isalnum() and not before.isspace() and self.stack and self.stack[-1].mark in _SINGLE:
            self.close(at + 1, _SINGLE)

    def open_double(self, at: int, mark: str) -> None:
        self.stack = [item for item in self.stack if item.mark not in "’'"]
        if self.stack and self.stack[-1].mark in _DOUBLE:
            self.interrupt(self.stack.pop(), at)
        self.push(_Open(at, mark, continues=self.inherits and at == self.first))
        self.inherits = False

    def push(self, item: _Open) -> None:
        """Open a quotation; a single mark that follows another takes its place, and nobody nests deeper than this."""
        if self.stack and item.mark in _SINGLE and self.stack[-1].mark in _SINGLE:
            self.stack.pop()
        if len(self.stack) < _DEEPEST:
            self.stack.append(item)

    def interrupt(self, item: _Open, at: int) -> None:
        """End a quotation that was never closed where its first sentence ends, before the next opens."""
        stop = _SENTENCE_STOP().search(self.text, item.start, at)
        end = stop.end() if stop else item.start + len(self.text[item.start : at].rstrip())
        self.found.append(Quotation(item.start, end, continues=item.continues, depth=self.depth(item)))

    def close(self, end: int, marks: frozenset[str] | set[str]) -> None:
        place = next((i for i in reversed(range(len(self.stack))) if self.stack[i].mark in marks), None)
        if place is None:
            if self.inherits and marks is _DOUBLE:
                self.found.append(Quotation(self.first, end, continues=True))
                self.inherits = False
            return
        del self.stack[place + 1 :]
        item = self.stack.pop()
        self.found.append(Quotation(item.start, end, continues=item.continues, depth=self.depth(item)))

    def depth(self, item: _Open) -> int:
        return sum(other.mark not in "’'" and other is not item for other in self.stack)

    def finish(self) -> None:
        """What is still open at the end of the paragraph goes on; a lone apostrophe is none of it."""
        end = len(self.text.rstrip())
        for depth, item in enumerate(item for item in self.stack if item.mark not in "’'‚"):
            if item.mark == "‘" and depth:
                continue
            self.found.append(Quotation(item.start, end, is_open=True, continues=item.continues, depth=depth))


@lru_cache(maxsize=64)
def quotations(text: str, open_at_start: bool = False) -> tuple[Quotation, ...]:
    """The quotations of a paragraph, in order: curly, straight, angled, single and corner marks, nested or unbalanced.

    A mark of another kind may close a quotation (`“ … "`). One that is never closed ends with its first sentence
    when another opens, else with the paragraph. Apostrophes are not quotation marks.

    Args:
        text: The paragraph.
        open_at_start: The paragraph before left a quotation open. It goes on here if the paragraph begins with an
            opening mark, or if a closing mark comes before any opening one.
    """
    return _Scanner(text, open_at_start).scan()


_MOST_OUTSIDE = 2
"""Most words beside the quotations of a paragraph that names no speaker of its own, such as “she said”."""


def is_all_quoted(text: str, open_at_start: bool = False) -> bool:
    """Whether a paragraph is hardly more than a quotation from its beginning on, so that it names no speaker."""
    outer = [item for item in quotations(text, open_at_start) if not item.depth]
    if not outer or text[: outer[0].start].strip():
        return False
    starts = [item.end for item in outer]
    ends = [*(item.start for item in outer[1:]), len(text)]
    beside = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    has_name = any(sign.isalpha() and not sign.islower() for piece in beside for sign in piece)
    return not has_name and sum(len(words(piece)) for piece in beside) <= _MOST_OUTSIDE


_MOST_BETWEEN = 2


def open_at_starts(paragraphs: Sequence[str]) -> list[bool]:
    """For each paragraph, whether a quotation that was opened before it may still be going on.

    A paragraph without any quotation mark does not end it (a link or a caption may stand in between), but after
    two of those it counts as over.
    """
    flags = []
    is_open, between = False, 0
    for text in paragraphs:
        flags.append(is_open)
        found = quotations(text, is_open)
        if found:
            is_open, between = found[-1].is_open or any(item.is_open for item in found), 0
        elif is_open:
            between += 1
            is_open = between < _MOST_BETWEEN
    return flags
