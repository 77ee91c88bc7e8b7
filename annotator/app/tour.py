"""Tour for new coders: how to code, in four lines made from the codebook."""

from __future__ import annotations

from annotator.codebook.model import Codebook, Variable


def tour_text(codebook: Codebook, *, has_targets: bool = True, is_narrow: bool = False) -> str:
    """How to code with this codebook, in four or five lines that fit beside the form of a wide window.

    Args:
        codebook: The codebook.
        has_targets: Whether the registry holds a target.
        is_narrow: Whether lines shall be short, for a window of 60 columns.
    """
    if codebook.has_statements:
        first = _of_statements(codebook)
        second = "Space begins another statement here · → ← ↓ ↑ move its evidence"
        if codebook.speaker:
            second = "/ other speakers · 0 journalist · Space another · → ← evidence"
    else:
        first, second = _of_paragraphs(codebook)
    third = "No claim: x · not the article's text: b · wrong key: z, even later"
    fourth = "? explains every key · each is saved at once · Ctrl+Q leaves"
    if is_narrow:
        if first.endswith(_DONE) and codebook.speaker:
            first = first.split(" keys: ", 1)[-1].removesuffix(_DONE)
            second = f"/ others · 0 journalist · Space another{_DONE}"
        third, fourth = (
            "No claim: x · not the article's text: b · undo: z",
            "? explains every key, each is saved · Ctrl+Q leaves",
        )
    lines = [first, second, third, fourth]
    if codebook.target is not None:
        key = codebook.target.key or "V"
        none_yet = f"Targets: none yet · {key}, a name and Enter add one"
        lines.insert(1, f"then 1–9 the target · {key} and letters: another, or new" if has_targets else none_yet)
    return "\n".join(lines)


def _of_statements(codebook: Codebook) -> str:
    always = [v for v in codebook.asked("statement") if v is not codebook.speaker and not v.conditions()]
    needed = [v for v in always if v.is_flat or (v.required and v.key)][:3]
    steps = (["1 who speaks"] if codebook.speaker else []) + [_keys(v) for v in needed]
    if not steps:
        return f"V opens the variables of a statement{_DONE}"
    are_single = all(v.is_flat for v in needed)
    n = _WORDS.get(len(steps) + 1) if are_single else None
    return f"{f'{n} keys' if n else 'A statement'}: {' · '.join(steps)}{_DONE}"


def _of_paragraphs(codebook: Codebook) -> tuple[str, str]:
    asked = [v for v in codebook.asked("paragraph") if not v.conditions() and (v.is_flat or v.key)][:3]
    goes_on = " · goes on by itself" if any(v.advance for v in asked) else " · Enter done, next"
    first = (" · ".join(map(_keys, asked)) or "V opens the variables") + goes_on
    second = "The form lists every key"
    return first, f"{second}; in a set the same key takes out again" if any(v.level == "set" for v in asked) else second


def _keys(variable: Variable) -> str:
    """The first keys of a variable's categories and its name, or the key that opens it."""
    if not variable.is_flat:
        return f"{variable.key} {variable.title}"
    keys = [category.first_key for category, _ in variable.walk() if category.keys and not category.retired]
    return f"{' '.join(keys[:2])}{'…' if len(keys) > 2 else ''} {variable.title}"


_DONE = " · Enter done"
_WORDS = {2: "Two", 3: "Three", 4: "Four", 5: "Five"}
