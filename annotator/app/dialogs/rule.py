"""Rule dialogs: a rule or an example for the codebook, and which labels are coded again because of it."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any, NamedTuple, cast

from textual.app import App

from annotator.app.dialogs.prompt import TAKES_IT, TAKES_LINE, Found, Prompt
from annotator.codebook.model import Codebook
from annotator.reports.differences.side_by_side import SideBySide
from annotator.store.changes.codebook_changes import Rule
from annotator.store.changes.recode import Concerned, Queued
from annotator.text.counted import counted
from annotator.text.search_text import holds_words
from annotator.text.terminal_text import one_line

_KINDS = {"when to use it": "use", "when not to use it": "avoid", "an example": "example"}
_NOTHING = "nothing"


class NewRule(NamedTuple):
    """A rule or an example: the variable, the category (None for the whole variable), its kind and its text."""

    variable: str
    category: str | None
    kind: Rule
    text: str


async def ask_rule(app: App[Any], codebook: Codebook, held: Set[tuple[str, str]], example: str) -> NewRule | None:
    """Ask for a rule.

    Args:
        app: The application.
        codebook: The codebook in force.
        held: Variables and categories that are offered first.
        example: The words that an example begins with.
    """
    where = await app.push_screen_wait(
        Prompt("a rule for which category?", lambda text: _any_category(codebook, held, text), "", TAKES_LINE)
    )
    if where is None:
        return None
    variable, _, category = where.partition("\n")

    def find(text: str) -> list[Found]:
        return [Found(kind, title) for title, kind in _KINDS.items() if holds_words(title, text)]

    kind = await app.push_screen_wait(Prompt(f"{category or variable}: what do you add?", find, "", TAKES_LINE))
    if kind is None:
        return None
    hint = "Enter makes a new revision of the codebook · Esc leaves"
    begin = one_line(example) if kind == "example" else ""  # a codebook holds no control characters
    typed = await app.push_screen_wait(Prompt(f"{category or variable}, {kind}", None, begin, hint))
    return NewRule(variable, category or None, cast("Rule", kind), typed) if typed else None


async def ask_concerned(
    app: App[Any], codebook: Codebook, rule: NewRule, side: SideBySide, names: Sequence[str]
) -> Concerned | None:
    """Ask which labels are coded again because of a rule.

    Args:
        app: The application.
        codebook: The codebook in force.
        rule: The rule.
        side: The codings of the paragraph that it comes from.
        names: The canonical names of the registry.

    Returns:
        What comes back, without any condition if nothing does; None if the person left.
    """
    labels = [Found(_NOTHING, "none: the rule holds from now on")]
    labels += [Found(f"{rule.variable}/{name}", f"{rule.variable}: {one_line(name)}") for name in _at_issue(rule, side)]
    labels += [Found(f"{rule.variable}/", f"{rule.variable}: every label"), Found("", "whatever the label")]
    chosen = await _among(app, "which labels come back, to be coded again blind?", labels)
    if chosen is None or chosen == _NOTHING:
        return None if chosen is None else Concerned()
    variable, _, category = chosen.partition("/")
    wanted = Concerned(variable or None, category or None)
    if any(v.level == "entity" and v is not codebook.speaker for v in codebook.asked("statement")):
        target = await _among(app, "only statements about …", [Found("", "any target"), *(Found(n, n) for n in names)])
        if target is None:
            return None
        wanted = wanted._replace(target=target or None)
    hint = f"{TAKES_IT} · an empty line takes paragraphs with any words"
    words = await app.push_screen_wait(Prompt("only paragraphs with these words", None, "", hint))
    if words is None:
        return None
    coders = [Found("", "everybody's"), *(Found(coder, one_line(coder)) for coder in side.coders)]
    coder = await _among(app, "whose work?", coders)
    if coder is None:
        return None
    return wanted._replace(words=words.strip() or None, coders=(coder,) if coder else ())


async def is_meant(app: App[Any], found: Sequence[Queued]) -> bool:
    """Ask whether these paragraphs shall come back."""
    counts = [f"{one_line(one.coder)} {len(one.concerned)}" for one in found if one.concerned]
    n_others = sum(len(one.others) for one in found if one.concerned)
    what = f"yes: paragraphs come back ({', '.join(counts)}), hidden among {counted(n_others, 'other')}"
    question = "let them come back? Their coders are blind to all others until they are done"
    return await _among(app, question, [Found("", "no: nothing changes"), Found("yes", what)]) == "yes"


async def _among(app: App[Any], question: str, choices: Sequence[Found]) -> str | None:
    def find(text: str) -> list[Found]:
        return [one for one in choices if holds_words(one.shown, text)]

    return await app.push_screen_wait(Prompt(question, find, "", TAKES_LINE))


def _at_issue(rule: NewRule, side: SideBySide) -> list[str]:
    """The category of the rule, then those that the coders gave in the paragraph."""
    found = dict.fromkeys([rule.category] if rule.category else [])
    for unit in side.units:
        for row in unit.rows:
            for answer in row.answers if row.name == rule.variable else ():
                values = answer.value if isinstance(answer.value, list) else [answer.value]
                found |= dict.fromkeys(str(value) for value in values if value is not None)
    return [name for name in found if name]


def _any_category(codebook: Codebook, held: Set[tuple[str, str]], text: str) -> list[Found]:
    """All categories and variables by name; those that are held first."""
    found = []
    for variable in codebook.asked("statement") + codebook.asked("paragraph"):
        for category, _ in variable.walk():
            if not category.retired:
                key = (variable.name, category.name)
                found.append((key not in held, Found("\n".join(key), f"{variable.title}: {category.title}")))
        found.append((True, Found(variable.name, f"{variable.title} as a whole")))
    found.sort(key=lambda one: one[0])
    return [one for _, one in found if holds_words(one.shown, text)]
