"""Navigation lines of a page: buttons, sections, headings over links."""

from __future__ import annotations

import re

from annotator.text.word_lists import read_words

# What buttons do and what they do it to. One of these makes a line furniture if the rest of it is known too.
_BUTTONS = read_words(__file__, "page_buttons")

# What stands beside them, and in menus. Alone they may head a part of the article or be the end of a sentence.
_BESIDE = read_words(__file__, "page_words")
_BETWEEN = read_words(__file__, "page_small_words")
_WORD = re.compile(r"[^\W_]+(?:['-][^\W\d_]+)*|&")
_MOST_WORDS = 9
# Of these a sentence or a head of the article may speak as well: "This is the story.", "The watch on the Rhine".
_TOLD_OF = read_words(__file__, "page_words_in_articles")


def is_of_page_words(line: str) -> bool:
    """Whether a line consists of words that pages use around articles.

    One word in three may be unknown if it is written like the name of the page: "Install the Lamp app".

    Args:
        line: The line with straight apostrophes.
    """
    if line.count(" ") >= _MOST_WORDS:
        return False
    words = _WORD.findall(line)
    n_buttons = n_told_of = n_names = 0
    for word in words:
        small = word.lower()
        if small in _TOLD_OF:
            n_told_of += 1
        elif small in _BUTTONS:
            n_buttons += 1
        elif small not in _BESIDE and small not in _BETWEEN and not small.isdecimal():
            if not word[0].isupper() or len(word) == 1:
                return False
            n_names += 1
    if n_names and (line[-1] in ".?" or "|" in line or n_buttons + n_names == len(words)):
        return False
    if n_names or line[-1] in ".!?":
        return n_buttons > 0 and len(words) > 2 and 3 * n_names <= len(words)
    return n_buttons + n_told_of > 0


def is_page_word(small: str) -> bool:
    """Whether a word in small letters is one of those that pages are made of."""
    return small in _BUTTONS or small in _BESIDE
