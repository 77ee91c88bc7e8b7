"""Tell keys from text: a burst of keys is either codes, or text that was pasted without brackets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile

from annotator.app.widgets.form_panel import MOST_LISTED
from annotator.codebook.model import Codebook, Variable
from annotator.commands import COMMANDS, Command
from annotator.session.keys.commands import DUPLICATE_KEY, ROLE_KEYS, local_map
from annotator.session.keys.custom_keys import Keys
from annotator.session.keys.keyboard import FRENCH_DIGITS, meant

_LETTERS = 3
"""A line with so many letters and without a digit may be text."""

_SHORTEST_WORD = 4

_MOST_TYPED = 100
"""Nobody types more keys ahead."""

_ROLES = frozenset([*dict(ROLE_KEYS), DUPLICATE_KEY, "escape"])
_ENDS = ("enter", "escape")
_TAKEN = "taken"
"""Enter that closes a box."""
_LINE_ENDS = ("enter", _TAKEN)


class _Typed(str):
    """A letter of a name that is typed into a box."""

    __slots__ = ()


def local_keys(variable: Variable) -> Mapping[str, str] | None:
    """The keys of a variable that is opened as a list; None if its value is typed into a box."""
    n = sum(not category.retired for category, _ in variable.walk())
    keys = local_map(variable)
    return None if n == 0 or n > MOST_LISTED or n > len(keys) else keys


def keys_of_opened(opened: Variable | str) -> frozenset[str]:
    """The keys that have a meaning while a variable, or `role`, is open."""
    if isinstance(opened, str):
        return _ROLES
    return frozenset([*local_map(opened), "/", "?", *([opened.key] if opened.key else [])])


def is_text(pressed: Sequence[str], keys: Keys, opened: Variable | str | None = None, n_lines: int = 2) -> bool:
    """Whether keys that arrived together on the labelling screen are text and not codes.

    They are text if one of them means nothing where it would arrive, or if `n_lines` lines look like words: three
    letters or more and no digit. What follows a key that opens a box belongs to that box, up to Enter or Esc.

    Args:
        pressed: The names of the keys.
        keys: The keys of the labelling screen.
        opened: The variable that is open, or `role`.
        n_lines: How many lines of words make a text.
    """
    codes: list[str] = []
    for key in _codes(iter(pressed), keys, opened):
        if key is None:
            return True
        codes.append(key)
    lines = "".join("\n" if key in _LINE_ENDS else key if len(key) == 1 else " " for key in codes).split("\n")
    words = [line for line in lines if _is_words(line)]
    # Apostrophes, quotation marks and accents stand for digits, but in words they are what they are.
    return len(words) >= n_lines or any(sign in FRENCH_DIGITS for line in words for sign in line)


def are_statements(pressed: Sequence[str], keys: Keys, codebook: Codebook, given: Iterable[str]) -> bool:
    """Whether each Enter among keys that arrived together ends a statement with all that it needs. No text does that.

    Args:
        pressed: The names of the keys.
        keys: The keys of the labelling screen.
        codebook: The codebook.
        given: The variables of the current statement that have a value.
    """
    needed = {one.name for one in codebook.asked("statement") if one.required and not one.conditions()}
    has, speaker = set(given), codebook.speaker.name if codebook.speaker is not None else ""
    for code in _codes(iter(pressed), keys, None):
        if isinstance(code, _Typed):
            continue
        key = keys.meant(code or "")
        choice, command = keys.flat.get(key), keys.fixed.get(key)
        name = command.name if command is not None else ""
        if choice is not None and choice.category is not None:
            if choice.variable.name in has and choice.variable.level != "set":
                return False  # a person may correct it, but a text may as well
            has.add(choice.variable.name)
        elif choice is not None:
            continue
        elif name in _SPEAKER:
            has.add(speaker)
        elif name in _LAST:
            is_whole = needed <= has if name in ("done", "another") else not has
            if not needed or not is_whole:
                return False
            has = {speaker} if name == "another" else set()
        elif code not in (_TAKEN, "escape") and name not in _BESIDE:
            return False
    return True


def is_word(pressed: Sequence[str], keys: Keys) -> bool:
    """Whether keys that arrived together may be a word: no digit, and a statement gets two values of one variable."""
    if len(pressed) < _SHORTEST_WORD or any(key.isdigit() for key in pressed):
        return False
    has: set[str] = set()
    for code in _codes(iter(pressed), keys, None):
        key = keys.meant(code or "")
        choice = None if isinstance(code, _Typed) else keys.flat.get(key)
        if choice is not None and choice.category is not None and choice.variable.level != "set":
            if choice.variable.name in has:
                return True
            has.add(choice.variable.name)
        elif key in keys.fixed and keys.fixed[key].name in _LAST:
            has = set()
    return False


def are_numbered(pressed: Sequence[str]) -> bool:
    """Whether keys that arrived together are a few lines that begin with a digit: statements with a slip, or a list."""
    lines = [line.strip() for line in " ".join(pressed).split("enter")]
    return len(lines) > 1 and len(pressed) <= _MOST_TYPED and all(line[:1].isdigit() for line in lines if line)


def not_taken(n: int, refusal: str | None, advice: str) -> str:
    """The sentence for keys that were not taken.

    Args:
        n: Their number.
        refusal: Why the key before them was refused; None if they are text.
        advice: How to open a box.
    """
    if refusal is not None:
        return f"{refusal}; {f'the {n:,} keys after it were' if n > 1 else 'the key after it was'} not taken"
    return f"{n:,} keys arrived at once and were not taken; pasted text goes into a box ({advice})"


def is_unknown(pressed: Sequence[str], known: frozenset[str], openers: frozenset[str]) -> bool:
    """Whether keys that arrived together hold a character that is not a key of the screen, before one opens a box."""
    keys = takewhile(lambda key: key not in openers, (meant(sign, known) for sign in pressed))
    return any(len(key) == 1 and key not in known for key in keys)


def _is_words(line: str) -> bool:
    return sum(sign.isalpha() for sign in line) >= _LETTERS and not any(sign.isdigit() for sign in line)


def _codes(pressed: Iterator[str], keys: Keys, opened: Variable | str | None) -> Iterator[str | None]:
    """The keys that do not go into a box; None for one that means nothing."""
    if opened is not None:
        yield from _choose(pressed, opened, keys.codebook.language)
    for sign in pressed:
        key = keys.meant(sign)
        choice, command = keys.flat.get(key), keys.fixed.get(key)
        if choice is None and command is None:
            yield None if len(key) == 1 else key
            continue
        yield sign if sign in FRENCH_DIGITS else key
        if choice is not None:
            if choice.category is None:
                yield from _choose(pressed, choice.variable, keys.codebook.language)
        elif command is not None:
            is_elsewhere = command.owner == "screen" and command.name not in _STAY
            if is_elsewhere or command.name == "variables":
                return  # how many lines that screen takes is not known
            yield from _answer(pressed, command, keys.codebook.language)


_SPEAKER = frozenset({"pick", "journalist", "type_speaker"})
_LAST = frozenset({"done", "another", "no_claim", "furniture"})
_BESIDE = frozenset({"join", "flag", "note", "grain"}) | {
    command.name for command in COMMANDS if command.group == "evidence" and command.keys
}
"""Commands that neither begin nor end a statement."""

_STAY = frozenset({"role", "type_speaker", "note", "go_to", "scroll_down", "scroll_up"})


def _answer(pressed: Iterator[str], command: Command, language: str | None) -> Iterator[str | None]:
    """Take the keys that answer a command."""
    if command.takes == "role":
        yield from _choose(pressed, "role", language)
    elif command.takes == "text":
        yield from _skip_box(pressed)


def _choose(pressed: Iterator[str], opened: Variable | str, language: str | None) -> Iterator[str | None]:
    """Take the keys that choose in an open list."""
    known = _ROLES if isinstance(opened, str) else local_keys(opened)
    if known is None:
        is_name = isinstance(opened, Variable) and opened.level == "entity"
        yield from _name(pressed) if is_name else _skip_box(pressed)
        return
    is_set = isinstance(opened, Variable) and opened.level == "set"
    for key in (meant(sign, keys_of_opened(opened), language=language) for sign in pressed):
        if key == "/":
            yield from _skip_box(pressed)
            return
        if len(key) == 1 and key not in known and not (isinstance(opened, Variable) and key == opened.key):
            yield None
        if key in _ENDS or not is_set:
            return


def _name(pressed: Iterator[str]) -> Iterator[str]:
    """Take the digit of a name in its box, or the letters of one, which look like words where a text was pasted.

    Signs that stand for digits on some keyboards are part of the name ("Norway-Iceland ties").
    """
    for n, key in enumerate(pressed):
        yield _TAKEN if key == "enter" else _Typed(" " if n and key in FRENCH_DIGITS else key)
        if key in _ENDS or (n == 0 and key.isdigit()):
            return


def _skip_box(pressed: Iterator[str]) -> Iterator[str]:
    """Skip what goes into a box; its Enter ends a line of text."""
    for key in pressed:
        if key in _ENDS:
            yield _TAKEN if key == "enter" else key
            return
