"""Evidence as people type it: all of a paragraph, a sentence by its number, or its words."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.errors import UsageError
from annotator.text.counted import counted
from annotator.text.evidence import Span
from annotator.text.folding import fold_for_search


def named_span(text: str, found: Sequence[Span], words: str) -> Span:
    """The span that somebody typed: all, the number of a sentence, or words of the text.

    Args:
        text: The text of the paragraph.
        found: Its sentences.
        words: What was typed.

    Raises:
        UsageError: There is no such sentence, or the words are not in the text.
    """
    if words == "all":
        return (0, len(text))
    if words.isdecimal():
        if not 1 <= int(words) <= len(found):
            raise UsageError(f"the paragraph has {counted(len(found), 'sentence')}")
        return found[int(words) - 1]
    words = words.strip("“”\"'")
    at = text.find(words) if words else -1
    if at >= 0:
        return (at, at + len(words))
    folded, wanted = fold_for_search(text), fold_for_search(words).text
    at = folded.text.find(wanted) if wanted else -1
    if at < 0:
        raise UsageError("evidence must be words of the paragraph, the number of a sentence, or all")
    return folded.raw(at, at + len(wanted))
