"""Value prompt: what others said, any category, a set put together, a number, a text, or names."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from textual.app import App

from annotator.app.dialogs.prompt import TAKES_LINE, Found, Prompt
from annotator.codebook.model import Variable
from annotator.errors import UsageError
from annotator.model import JOURNALIST, Value
from annotator.session import form
from annotator.text.search_text import holds_words
from annotator.text.terminal_text import one_line

_MARK = "● "
_COMPOSE, _DONE = "compose", "done"
_MOST_NAMES = 50


class Offer(NamedTuple):
    """A value that is offered first.

    Attributes:
        value: The value; None stands for no label.
        shown: A line that shows it.
        is_marked: Whether it carries the sign of the majority.
    """

    value: Value | None
    shown: str
    is_marked: bool


async def ask_value(
    app: App[Any],
    variable: Variable | None,
    question: str,
    offers: Sequence[Offer],
    names: Callable[[], Sequence[str]],
    evidence: str = "",
) -> tuple[Value | None] | None:
    """Ask for a value of a variable.

    Args:
        app: The application.
        variable: The variable; None for a list of offers alone.
        question: The question.
        offers: What is offered first.
        names: The names of the registry, for entities.
        evidence: The words that the value is about; they stay in sight.

    Returns:
        The value in a tuple, None in it for no label; None if the person left.
    """
    known = list(names()) if variable is not None and variable.level == "entity" else []

    def find(text: str) -> list[Found]:
        found = [Found(_coded(one.value), f"{_MARK if one.is_marked else '  '}{one_line(one.shown)}") for one in offers]
        if variable is not None:
            said = [one.value for one in offers]
            found += [Found(_coded(value), f"  {one_line(str(value))}") for value in _others(variable, said)]
            found += [Found(_COMPOSE, "  put together other categories …")] if variable.level == "set" else []
            found += [] if None in said else [Found(_coded(None), "  nothing")]
        found = [one for one in found if holds_words(one.shown, text)]
        return found + (_typed(variable, text, known) if variable is not None else [])

    chosen = await app.push_screen_wait(Prompt(question, find, "", _hint(variable), evidence))
    if not chosen:
        return None
    if chosen == _COMPOSE and variable is not None:
        return await _compose(app, variable, question, evidence)
    value: Value | None = json.loads(chosen)
    return (value,)


async def _compose(app: App[Any], variable: Variable, question: str, evidence: str) -> tuple[Value | None] | None:
    """Put a set together: Enter puts a category in or takes it out, and takes the set on the first line."""
    held: set[str] = set()
    while True:

        def find(text: str, held: frozenset[str] = frozenset(held)) -> list[Found]:
            chosen = [name for name in variable.names if name in held]
            done = Found(_DONE, f"take: {', '.join(chosen) or 'none of them'}")
            listed = [
                Found(f"c{category.name}", f"{'✓' if category.name in held else '·'} {one_line(category.name)}")
                for category, _ in variable.walk()
                if not category.retired and holds_words(category.name, text)
            ]
            return listed if text.strip() else [*listed, done]

        hint = "Enter puts the marked category in or takes it out; on the last line it takes the set · Esc leaves"
        answer = await app.push_screen_wait(Prompt(question, find, "", hint, evidence))
        if answer is None:
            return None
        if answer == _DONE:
            return ([name for name in variable.names if name in held],)
        held ^= {answer[1:]}


def _others(variable: Variable, said: Sequence[Value | None]) -> list[Value]:
    """The categories that were not offered yet; numbers for a scale of numbers."""
    if variable.level == "set":
        return []
    names = [category.name for category, _ in variable.walk() if not category.retired]
    values: list[Value] = [float(name) for name in names] if variable.level in ("interval", "ratio") else [*names]
    return [value for value in values if value not in said]


def _typed(variable: Variable, text: str, names: Sequence[str]) -> list[Found]:
    """What the typed text is as a value of a variable without categories."""
    typed = " ".join(text.split())
    if not typed or variable.categories:
        return []
    if variable.is_numeric:
        try:
            number = form.number(variable, typed)
        except UsageError as error:
            return [Found("", f"✗ {error}")]
        return [Found(_coded(number), f"  {number:g}", is_new=True)]
    if variable.level != "entity":
        return [Found(_coded(typed), f"  {typed}", is_new=True)]
    *before, last = (part.strip() for part in typed.split(";"))
    kept = [name for name in before if name] if variable.multiple or variable.name == "speaker" else []
    folded = last.casefold()
    matching = [name for name in (JOURNALIST, *names) if last and folded in name.casefold()][:_MOST_NAMES]
    found = [_named(variable, [*kept, name]) for name in matching]
    is_known = folded in {name.casefold() for name in matching}
    if is_known or not (last or kept):
        return found
    return [*found, _named(variable, [*kept, last] if last else kept, is_new=bool(last))]


def _named(variable: Variable, names: list[str], *, is_new: bool = False) -> Found:
    value: Value = names if variable.name == "speaker" else names[-1]
    return Found(_coded(value), f"  {one_line('; '.join(names))}", is_new=is_new)


def _hint(variable: Variable | None) -> str:
    if variable is None or variable.categories:
        return TAKES_LINE
    what = "a number" if variable.is_numeric else "a name; several with ;" if variable.name == "speaker" else "another"
    return f"type {what} · {TAKES_LINE}"


def _coded(value: Value | None) -> str:
    return json.dumps(value, ensure_ascii=False)
