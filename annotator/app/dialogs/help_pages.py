"""Long texts to read: the codebook's definitions with every key, and the history of a statement."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from textual.content import Content

from annotator.app.dialogs.page_reader import Section
from annotator.codebook.model import Category, Codebook, Variable
from annotator.model import Speaker
from annotator.session.feedback import Feedback
from annotator.session.keys.custom_keys import Keys
from annotator.session.keys.keyboard import TOLD
from annotator.session.told_history import ToldStep, told_steps
from annotator.store.history.history import Change
from annotator.text.quotation import quoted
from annotator.text.terminal_text import one_line, plain

_BROKEN = 60
"""A line of so many characters in mid-sentence was broken to fit a window; others end where their author wanted."""

_ITEM = re.compile(r"\s*(\d+|\w)[.)]\s")
"""The number or letter before an item of a list."""

_MOST_TARGETS = 60
"""Most targets that are listed; S finds every one."""

_BREAK = "\n"
"""An empty line between a list and the text below it."""

Lines = list[tuple[str, str]]
"""Pieces of text, each with its style."""


def help_page(
    keys: Keys, variable: Variable | None, chosen: Sequence[str], targets: Sequence[Speaker] = (), tour: str = ""
) -> list[Section]:
    """The keys, the rules and the definitions of a codebook, or only those of one variable.

    Args:
        keys: The keys in force, with their codebook.
        variable: The only variable to show.
        chosen: The categories that the statement has.
        targets: Entries of the registry to list with the target, where it is an entry.
        tour: The lines of the tour, which stand above the keys.
    """
    sections = []
    if variable is None:
        sections.append(Section("keys", _assembled([*_tour_lines(tour), *_key_lines(keys)])))
        sections.append(Section("rules", _assembled(_rule_lines(keys.codebook))))
    shown = [variable] if variable else [v for v in keys.codebook.variables if v.enabled]
    for one in shown:
        listed = _target_lines(targets) if one is keys.codebook.target and one.level == "entity" else []
        sections.append(Section(plain(one.title), _assembled(_variable_lines(one, chosen, listed))))
    return sections


def gold_page(feedback: Feedback) -> Section:
    """Gold beside the coder's answer in full, with the codebook's rules."""
    lines: Lines = [(f"{feedback.heading}\n", "bold $ink-accent")]
    for part in feedback.parts:
        lines.append((f"\n{'✓' if part.is_same else '✗'} {part.title}\n", "bold"))
        for row in part.rows:
            lines.append((f"    {row.words}\n", "" if row.is_same else "$ink-warning"))
            lines += [(f"        {rule}\n", "$text-muted") for rule in row.rules]
    if feedback.reason:
        lines.append((f"\nwhy: {one_line(feedback.reason)}\n", ""))
    return Section("gold", _assembled([*lines, ("\n", "")]))


def history_page(changes: Sequence[Change], words: Callable[[int, int], str], codebook: Codebook) -> list[Section]:
    """The history of a statement, newest step first: when, who, old value, new value.

    Args:
        changes: The changes, oldest first.
        words: The words of the article between two offsets.
        codebook: The codebook that names the variables.
    """
    sections = [Section("", _assembled(_step_lines(one))) for one in told_steps(changes, words, codebook)]
    return sections or [Section("", Content("This statement has no history yet."))]


def _step_lines(step: ToldStep) -> Lines:
    lines: Lines = [(f"{step.at}  {step.coder}  ", "$text-muted"), (f"{step.what}\n", "bold")]
    return lines + [(f"    {change}\n", "") for change in step.changes]


def _assembled(lines: Lines) -> Content:
    return Content.assemble(*lines)


def _tour_lines(tour: str) -> Lines:
    return [("In short\n", "bold $ink-accent"), *((f"  {line}\n", "") for line in tour.splitlines()), ("\n", "")]


def _target_lines(targets: Sequence[Speaker]) -> Lines:
    """The project's targets with their definitions."""
    lines: Lines = [("\nTargets of this project\n", "bold")] if targets else []
    for one in targets[:_MOST_TARGETS]:
        lines.append((f"    {one_line(one.name)}", "bold"))
        lines.append(
            (f"  {one_line(one.definition or 'no definition yet')}\n", "" if one.definition else "$text-muted")
        )
    n_more = len(targets) - _MOST_TARGETS
    return [*lines, (f"    … {n_more} more\n", "")] if n_more > 0 else lines


def _key_lines(keys: Keys) -> Lines:
    lines: Lines = [("Keys\n", "bold $ink-accent")]
    for command in keys.commands:
        lines += [(f"  {command.shown}", "bold $ink-primary"), (f"\t{command.help}\n", "")]
    return [*lines, (f"Any other sign counts as the key at its place on the keyboard: {TOLD}.\n", "")]


def _rule_lines(codebook: Codebook) -> Lines:
    title = codebook.title or codebook.name
    lines: Lines = [(f"\n{plain(title)} {codebook.version}\n", "bold $ink-accent")]
    if codebook.description:
        lines.append((f"{_flowing(codebook.description)}\n", ""))
    lines += [(f"\n  • {_flowing(rule)}\n", "") for rule in codebook.rules]
    return lines


def _variable_lines(variable: Variable, chosen: Sequence[str], listed: Lines) -> Lines:
    """A variable's definition, what is listed with it, its guidance and its categories."""
    key = f" ({variable.key})" if variable.key else ""
    facts = [variable.level, f"of the {variable.scope}", *(["required"] if variable.required else [])]
    lines: Lines = [
        (f"\n{plain(variable.title)}{key}", "bold $ink-accent"),
        (f"  {', '.join(facts)}\n", "$text-muted"),
    ]
    if variable.definition:
        lines.append((f"{_flowing(variable.definition)}\n", ""))
    lines += listed
    if variable.guidance:
        lines.append((f"{_BREAK if listed else ''}{_flowing(variable.guidance)}\n", ""))
    if variable.is_numeric and (variable.minimum is not None or variable.maximum is not None):
        low = "−∞" if variable.minimum is None else f"{variable.minimum:g}"
        high = "∞" if variable.maximum is None else f"{variable.maximum:g}"
        lines.append((f"from {low} to {high}\n", ""))
    for category, above in variable.walk():
        if not category.retired:
            lines += _category_lines(category, len(above), is_chosen=category.name in chosen)
    return lines


def _flowing(text: str) -> str:
    """A text whose lines were broken where an editor's window ended, with blanks there: the page breaks them anew."""
    lines: list[str] = []
    before = ""
    for line in plain(text).split("\n"):
        if _goes_on(before, line):
            lines[-1] += f" {line.lstrip()}"
        else:
            lines.append(line)
        before = line
    return "\n".join(lines)


def _goes_on(before: str, line: str) -> bool:
    """Whether a line is the rest of the one before, and not a line of its own or the next item of a list."""
    is_broken = len(before) >= _BROKEN and before[-1] not in ".!?:"
    return is_broken and line.lstrip()[:1].isalnum() and _ITEM.match(line) is None


def _category_lines(category: Category, depth: int, *, is_chosen: bool) -> Lines:
    indent = "  " * depth
    lines: Lines = [
        (f"\n{indent}{'▸' if is_chosen else ' '} {'/'.join(category.keys) or ' '} ", "bold $ink-primary"),
        (plain(category.title), "bold"),
    ]
    if category.definition:
        lines.append((f"  {_flowing(category.definition)}", ""))
    lines.append(("\n", ""))
    if category.use:
        lines += [(f"{indent}    use: ", "$ink-success"), (f"{_flowing(category.use)}\n", "")]
    if category.avoid:
        lines += [(f"{indent}    not: ", "$ink-warning"), (f"{_flowing(category.avoid)}\n", "")]
    for example in category.examples:
        lines.append((f"{indent}    {quoted(plain(example.text))}", "italic"))
        lines.append((f"  {plain(example.why)}\n" if example.why else "\n", "$text-muted"))
    return lines
