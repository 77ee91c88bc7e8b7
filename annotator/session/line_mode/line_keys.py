"""Parser for the keys in a line of `--plain`; checks all keys before the first is pressed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from annotator.codebook.model import Variable
from annotator.commands import Command
from annotator.errors import UsageError
from annotator.session.keys.commands import DUPLICATE_KEY, ROLE_KEYS, Choice, local_map
from annotator.session.keys.keyboard import meant
from annotator.session.session import Session
from annotator.session.typed_names import TypedNames
from annotator.text.terminal_text import one_line

Press = Callable[[], object]

NONE = "none"
"""What is typed to take a value away; nothing typed takes nothing away."""


def presses(session: Session, line: str, names: TypedNames) -> list[Press]:
    """The actions of the keys in a line, in order.

    Raises:
        UsageError: One of them does nothing here.
    """
    keys = session.instrument.keys
    found: list[Press] = []
    left = line
    while left:
        token, _, rest = left.partition(" ")
        named = token.casefold()
        key = named if len(token) > 1 and named in keys.fixed else keys.meant(token[0])
        choice, command = keys.flat.get(key), keys.fixed.get(key)
        taking = _taking(session, choice, command, names)
        if taking is not None and (len(token) == len(key) or not key.isalnum()):
            text = left[len(key) :].strip()
            if not text:
                raise UsageError(f"{one_line(key)} takes the rest of the line; type it after the key, or {NONE}")
            return [*found, partial(taking, text)]
        if len(token) > len(key):
            raise UsageError(f"{one_line(token)[:60]!r} is not a known key or word; type help for a list")
        left = rest.lstrip()
        if choice is not None:
            more, left = _of_choice(session, choice, left)
        elif command is not None:
            more, left = _of_command(session, command, key, left)
        else:
            raise UsageError(f"{one_line(token)} does nothing here; type help for a list")
        found += more
    return found


def _taking(
    session: Session, choice: Choice | None, command: Command | None, names: TypedNames
) -> Callable[[str], object] | None:
    """A key that takes the rest of the line as text: a typed speaker, a note, a number."""
    if choice is not None:
        is_typed = choice.category is None and not local_map(choice.variable)
        if is_typed and choice.variable.level == "entity":
            return partial(type_entry, session, choice.variable, names)
        return partial(_type_value, session, choice.variable) if is_typed else None
    if command is not None and command.name == "type_speaker":
        return lambda text: session.statements.type_speaker(names.speaker(text))
    if command is not None and command.owner == "session" and command.takes == "text":
        return lambda text: session.deed(command, "" if command.name == "note" and text == NONE else text)()
    return None


def _type_value(session: Session, variable: Variable, text: str) -> None:
    session.labels.type_value(variable, "" if text == NONE else text)


def type_entry(session: Session, variable: Variable, names: TypedNames, text: str) -> None:
    """Give an entity variable the entry of that name; the target also that of a digit."""
    is_target = variable is session.targets.variable
    if is_target and len(text) == 1 and text in "123456789":
        session.digits.pick_target(int(text))
    else:
        _type_value(session, variable, text if text == NONE else names.entry(text))


def _of_choice(session: Session, choice: Choice, left: str) -> tuple[list[Press], str]:
    """The presses of a codebook's key, with those of the variable that it opens, and the rest of the line."""
    variable = choice.variable
    if choice.category is not None:
        return [partial(session.labels.choose, variable, choice.category)], left
    keys, language = local_map(variable), session.instrument.codebook.language
    found: list[Press] = []
    while left and (key := meant(left[0], keys, language=language)) in keys and left[1:2] in ("", " "):
        found.append(partial(session.labels.choose, variable, keys[key]))
        left = left[1:].lstrip()
        if variable.level != "set":
            break
    if not found:
        raise UsageError(f"{variable.key} opens {variable.title}; type one of its keys after it: {_listed(keys)}")
    return found, left


def _of_command(session: Session, command: Command, key: str, left: str) -> tuple[list[Press], str]:
    """The press of a command's key, and the rest of the line."""
    if command.takes == "role":
        return [_of_role(session, left[:1])], left[1:].lstrip()
    if command.owner != "session":
        raise UsageError(f"{one_line(key)} works only on the screen; type help for a list")
    return [session.deed(command, key)], left


def _of_role(session: Session, key: str) -> Press:
    roles = dict(ROLE_KEYS)
    key = meant(key, roles, DUPLICATE_KEY, language=session.instrument.codebook.language)
    if key == DUPLICATE_KEY:
        return session.paragraphs.duplicate
    if key in roles:
        return partial(session.paragraphs.set_role, roles[key])
    listed = _listed({key: str(role) for key, role in ROLE_KEYS})
    raise UsageError(f"type a role after it: {listed}, {DUPLICATE_KEY} duplicate")


def _listed(keys: dict[str, str]) -> str:
    return ", ".join(f"{key} {name}" for key, name in keys.items())
