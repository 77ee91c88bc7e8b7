"""Keys for the target of a statement, with whatever the session offers for it."""

from __future__ import annotations

from functools import partial

from annotator.codebook.model import Variable
from annotator.session.keys.commands import local_map
from benchmarks.keying.hands import Hands
from benchmarks.keying.labels import value_of
from benchmarks.keying.prompts import place_of, shortest

MOST_LISTED = 30
"""Lists of more categories are not shown: they are chosen by typing."""


def key_target(hands: Hands, variable: Variable, wanted: str) -> None:
    """Choose the target: nothing where it is kept, a key of its list, typed letters, or a new category."""
    session = hands.session
    if value_of(session, variable) == wanted:
        return
    assert variable.key is not None, "the target has no key"
    if variable is session.targets.variable:
        _key_entry(hands, variable, variable.key, wanted)
        return
    keys = {name: key for key, name in local_map(variable).items()}
    offered = [category.name for category, _ in variable.walk() if not category.retired]
    is_open = len(offered) <= min(MOST_LISTED, len(keys))
    if is_open and wanted in keys:
        choose = partial(session.labels.choose, variable, wanted)
        hands.choose_opened([variable.key], keys[wanted], choose, variable.name)
        return
    opens = [variable.key, "/"] if is_open else [variable.key]
    if wanted in offered:
        way = shortest(wanted, lambda text: _place(offered, text, wanted))
        assert way is not None
        take = partial(session.labels.type_value, variable, wanted)
        hands.answer(opens, way.text, way.moves, take, variable.name)
        return
    # A new one is written out; its line is the last, one arrow key above the first.
    moves = 1 if any(_fits(name, wanted) for name in offered) else 0
    hands.answer(opens, wanted, moves, partial(session.add_category, variable, wanted), variable.name)


def _key_entry(hands: Hands, variable: Variable, key: str, wanted: str) -> None:
    """Choose an entry of the registry, or a new name: by its digit, or by typing."""
    session = hands.session
    ranked = [one.name for one in session.targets.ranked()]
    digits = session.instrument.keys.of("pick")
    if wanted in ranked[: len(digits)]:
        digit = digits[ranked.index(wanted)]
        if session.targets.has_digits:
            hands.press(digit, variable.name)
        else:
            take = partial(session.digits.pick_target, ranked.index(wanted) + 1)
            hands.choose_opened([key], digit, take, variable.name)
        return
    take = partial(session.labels.type_value, variable, wanted)
    way = shortest(wanted, lambda text: place_of([one.name for one in session.targets.find(text)], wanted))
    text, moves = (way.text, way.moves) if way is not None else (wanted, 0)
    hands.answer([key], text, moves, take, variable.name)


def _place(offered: list[str], text: str, wanted: str) -> tuple[int, int] | None:
    """The place of a category in the prompt for a typed text, with the line for a new one at the end."""
    found = sorted(
        (name for name in offered if _fits(name, text)), key=lambda name: not name.casefold().startswith(text)
    )
    return (found.index(wanted), len(found) + 1) if wanted in found else None


def _fits(name: str, text: str) -> bool:
    return all(word in name.casefold() for word in text.casefold().split())
