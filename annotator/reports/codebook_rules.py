"""The rules of a codebook that tell two categories apart."""

from __future__ import annotations

import re

from annotator.codebook.model import Category, Variable

_SMALL_WORDS = frozenset({"for", "against", "in", "on", "no", "not", "für", "gegen", "pour", "contre"})
"""Names that are also words of any sentence: “not for reports” does not speak of the category `for`."""


def rules_for(variable: Variable, first: str, second: str) -> tuple[str, ...]:
    """What a codebook says to tell two categories apart, the most to the point alone.

    Where a category says when not to use it and names the other, that; else sentences of the variable's guidance that
    name both; else when to use each, or their definitions.
    """
    a, b = variable.category(first), variable.category(second)
    if a is None or b is None:
        return ()
    avoid = [
        f"{one.name}: {sentence}"
        for one, other in ((a, b), (b, a))
        for sentence in _sentences(one.avoid)
        if _names_it(sentence, other.name)
    ]
    if avoid:
        return tuple(avoid)
    guidance = [s for s in _sentences(variable.guidance) if _names_it(s, first) and _names_it(s, second)]
    if guidance:
        return tuple(guidance)
    return tuple(f"{one.name}: {said}" for one in (a, b) if (said := _meaning(one)))


def _meaning(category: Category) -> str:
    return category.use or category.definition or ""


def _sentences(text: str | None) -> list[str]:
    """The sentences of a rule; lines of a list stand for themselves."""
    found = re.split(r"(?<=[.!?])\s+|\n(?=\s*(?:\d+\.|[-*])\s)", text or "")
    return [" ".join(sentence.split()) for sentence in found if sentence.strip()]


def _names_it(sentence: str, name: str) -> bool:
    before, after = r"(?<!\w)", r"(?!\w)"
    if name.casefold() in _SMALL_WORDS:
        before, after = "[\"'`“”„‘’«»]", "[\"'`“”‘’«»]"
    return re.search(before + re.escape(name) + after, sentence, re.IGNORECASE) is not None
