"""The first thing a new coder reads: the four keys, made from the codebook in force."""

from __future__ import annotations

from annotator.codebook import Codebook, Variable


def tour_text(codebook: Codebook) -> str:
    """How to code with this codebook, in four lines."""
    flat = [v for v in codebook.variables if v.enabled and v.is_flat]
    if codebook.has_statements:
        steps = ["1 who speaks"] if codebook.speaker else []
        steps += [f"{_key(v)} {v.title}" for v in flat if v.scope == "statement"][:3]
        first = f"{_words(len(steps) + 1)} keys a statement: {' · '.join(steps)} · Enter done"
        second = "Space begins another statement here · → ← move its evidence"
        if codebook.speaker:
            second = "/ other speakers · 0 journalist · Space another statement · → ← evidence"
    else:
        first = " · ".join(f"{_key(v)} {v.title}" for v in flat[:3]) or "V opens the variables"
        first += " · it goes on by itself" if any(v.advance for v in flat) else " · Enter done, next"
        second = "The form lists every key; in a set the same key takes out again"
    third = "No claim here: x · not the article's text: b · wrong key: z, tomorrow too"
    fourth = "? explains every word and key · each key is saved at once · Ctrl+Q leaves"
    return "\n".join([first, second, third, fourth])


def _key(variable: Variable) -> str:
    return next(category.key for category, _ in variable.walk() if category.key)


def _words(n: int) -> str:
    return {1: "One", 2: "Two", 3: "Three", 4: "Four", 5: "Five"}.get(n, str(n))
