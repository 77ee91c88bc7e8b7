"""Long texts to read: the codebook's definitions with every key, and the history of a statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from annotator.codebook.model import Category, Codebook, Variable
from annotator.session.custom_keys import Keys
from annotator.store.history.history import Change
from annotator.text.terminal_text import one_line, plain

Lines = list[tuple[str, str]]
"""Pieces of text, each with its style."""


def help_page(keys: Keys, variable: Variable | None, chosen: Sequence[str]) -> Content:
    """The keys, the rules and the definitions of a codebook, or only those of one variable."""
    lines: Lines = []
    if variable is None:
        lines += _key_lines(keys) + _rule_lines(keys.codebook)
    for one in [variable] if variable else [v for v in keys.codebook.variables if v.enabled]:
        lines += _variable_lines(one, chosen)
    return Content.assemble(*lines)


def history_page(changes: Sequence[Change]) -> Content:
    """The history of a statement, oldest first: when, who, old value, new value."""
    lines: Lines = []
    step = None
    for change in changes:
        if change.step != step:
            step = change.step
            sign = {"undo": "undone: ", "redo": "done again: "}.get(change.kind, "")
            head = f"\n{_local(change.at)}  {one_line(change.coder)}  "
            lines += [(head, "$text-muted"), (f"{sign}{one_line(change.what)}\n", "bold")]
        what = " ".join([change.entity, *map(str, change.key[1:])])
        was, became = _value(change.before), _value(change.after)
        lines.append((f"    {one_line(what)}: {was} → {became}\n", ""))
    return Content.assemble(*lines) if lines else Content("This statement has no history yet.")


def _local(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _value(value: object) -> str:
    """A record in the history, in a few words."""
    if value is None:
        return "—"
    if isinstance(value, dict):
        if "value" in value:
            origin = value.get("origin", "coder")
            return one_line(str(value["value"])) + ("" if origin == "coder" else f" ({origin})")
        shown = {name: part for name, part in value.items() if part not in (None, False, [])}
        return one_line(", ".join(f"{name} {part}" for name, part in shown.items()))[:200]
    if isinstance(value, list):
        return one_line(", ".join(str(part[0]) if isinstance(part, list) else str(part) for part in value))
    return one_line(str(value))


def _key_lines(keys: Keys) -> Lines:
    lines: Lines = [("Keys\n", "bold $accent")]
    for command in keys.commands:
        lines += [(f"  {command.shown:<10}", "bold $primary"), (f" {command.help}\n", "")]
    return lines


def _rule_lines(codebook: Codebook) -> Lines:
    title = codebook.title or codebook.name
    lines: Lines = [(f"\n{plain(title)} {codebook.version}\n", "bold $accent")]
    if codebook.description:
        lines.append((f"{plain(codebook.description)}\n", ""))
    lines += [(f"\n  • {plain(rule)}\n", "") for rule in codebook.rules]
    return lines


def _variable_lines(variable: Variable, chosen: Sequence[str]) -> Lines:
    key = f" ({variable.key})" if variable.key else ""
    facts = [variable.level, f"of the {variable.scope}", *(["required"] if variable.required else [])]
    lines: Lines = [(f"\n{plain(variable.title)}{key}", "bold $accent"), (f"  {', '.join(facts)}\n", "$text-muted")]
    lines += [(f"{plain(text)}\n", "") for text in (variable.definition, variable.guidance) if text]
    if variable.is_numeric and (variable.minimum is not None or variable.maximum is not None):
        low = "−∞" if variable.minimum is None else f"{variable.minimum:g}"
        high = "∞" if variable.maximum is None else f"{variable.maximum:g}"
        lines.append((f"from {low} to {high}\n", ""))
    for category, above in variable.walk():
        if not category.retired:
            lines += _category_lines(category, len(above), is_chosen=category.name in chosen)
    return lines


def _category_lines(category: Category, depth: int, *, is_chosen: bool) -> Lines:
    indent = "  " * depth
    lines: Lines = [
        (f"\n{indent}{'▸' if is_chosen else ' '} {category.key or ' '} ", "bold $primary"),
        (plain(category.name), "bold"),
    ]
    if category.definition:
        lines.append((f"  {plain(category.definition)}", ""))
    lines.append(("\n", ""))
    if category.use:
        lines += [(f"{indent}    use: ", "$success"), (f"{plain(category.use)}\n", "")]
    if category.avoid:
        lines += [(f"{indent}    not: ", "$warning"), (f"{plain(category.avoid)}\n", "")]
    for example in category.examples:
        lines.append((f"{indent}    “{plain(example.text)}”", "italic"))
        lines.append((f"  {plain(example.why)}\n" if example.why else "\n", "$text-muted"))
    return lines
