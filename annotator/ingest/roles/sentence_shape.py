"""Words and sentence ends, to tell sentences of an article from other lines."""

from __future__ import annotations

import re

from annotator.text.word_lists import read_words

LONGEST = 450
"""Nothing longer is furniture, a caption or a byline by its wording alone."""

PROSE_END = re.compile(r"[.!?…。！？؟۔।॥։][“”\"’'»)\]」』]*$")
_INNER_END = re.compile(r"\b\w{3,}\.[”\"’')]* [“\"‘]?[A-ZÀ-Þ]|[,”\"] (?:\w+ ){0,3}(?:said|told|added|asked)\b")
_BETWEEN = read_words(__file__, "name_particles")
_OFFICES = frozenset(
    "staff reporter reporters correspondent writer editor agencies agency writers correspondents".split()
)
_HEAD = 5
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_][\w’'-]*")


def n_words(text: str) -> int:
    """How many words a line has; two signs of a script without blanks are about one."""
    return len(text.split()) + len(_UNSPACED.findall(text)) // 2


def any_of(table: str) -> str:
    """The alternatives of a pattern, written one a line; a line that begins with "+" goes on from the one before."""
    return "|".join(line.strip() for line in table.strip().splitlines()).replace("|+", "")


def beginnings(pattern: str) -> frozenset[str]:
    """The first letters, at most five, of each possible match of a pattern; "" if any text matches.

    Most paragraphs begin otherwise, and a look into a set is many times faster than a hundred alternatives.
    """
    return frozenset(head for alternative in _alternatives(pattern) for head in _heads(alternative))


def may_begin(text: str, heads: frozenset[str]) -> bool:
    """Whether a text begins with one of the letters that `beginnings` gave."""
    return (
        text[:5] in heads
        or text[:4] in heads
        or text[:3] in heads
        or text[:2] in heads
        or text[:1] in heads
        or "" in heads
    )


def _heads(pattern: str) -> set[str]:
    if pattern.startswith("(?:"):
        end = _closing(pattern)
        inner, rest = pattern[3:end], pattern[end + 1 :]
        heads = {head for one in _alternatives(inner) for head in _heads(one + rest.removeprefix("?"))}
        return heads | _heads(rest[1:]) if rest.startswith("?") else heads
    literal = re.match(r"(?:[^\\\[\](){}.?*+|^$]|\\[().])*", pattern)
    letters = literal[0].replace("\\", "") if literal else ""
    if literal and pattern[literal.end() : literal.end() + 1] in ("?", "*", "{"):
        letters = letters[:-1]  # the last one may be missing
    rest = pattern[literal.end() :] if literal else ""
    if len(letters) < _HEAD and rest.startswith("(?:"):
        return {(letters + head)[:_HEAD] for head in _heads(rest)}
    return {letters[:_HEAD]}


def _alternatives(pattern: str) -> list[str]:
    """The alternatives of a pattern on its top level."""
    found, depth, start, at = [], 0, 0, 0
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 1
        elif pattern[at] == "[":
            at = pattern.index("]", at + 2)
        elif pattern[at] in "()":
            depth += 1 if pattern[at] == "(" else -1
        elif pattern[at] == "|" and depth == 0:
            found.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*found, pattern[start:]]


def _closing(pattern: str) -> int:
    """Where the group that begins a pattern ends."""
    depth = at = 0
    while True:
        if pattern[at] == "\\":
            at += 1
        elif pattern[at] == "[":
            at = pattern.index("]", at + 2)
        elif pattern[at] in "()":
            depth += 1 if pattern[at] == "(" else -1
            if depth == 0:
                return at
        at += 1


def is_prose(text: str) -> bool:
    """Whether a paragraph reads like a sentence or more: it ends as one does, or holds the end of one."""
    if len(text) > 160:
        return True
    if text[-1] in ".!?":
        return True
    text = text.rstrip(" ■●◼□*#|")
    if PROSE_END.search(text[-6:]):
        return True
    return len(text) > 30 and bool(_INNER_END.search(text))


def is_one_sentence(text: str) -> bool:
    """Whether no sentence ends within a paragraph."""
    return _INNER_END.search(text) is None


def are_names(text: str) -> bool:
    """Whether most words begin with a capital, as names and titles do."""
    words: list[str] = [word for word in _WORD.findall(text) if word not in _BETWEEN]
    return sum(word[0].isupper() or word in _OFFICES for word in words) >= 0.6 * len(words)
