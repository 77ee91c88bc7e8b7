"""The keys on one page: for the terminal, as Markdown, and as HTML to be printed."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from textwrap import wrap
from typing import Literal, NamedTuple, get_args

from annotator.codebook.model import Category, Codebook, Variable
from annotator.commands import Group
from annotator.session.keys.commands import commands
from annotator.session.keys.custom_keys import Keys
from annotator.session.keys.keyboard import TOLD, signs_at

Form = Literal["text", "markdown", "html"]

_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<style>
  @page {{ size: A4 landscape; margin: 12mm }}
  body {{ font: 10.5pt/1.35 system-ui, sans-serif; columns: 3; column-gap: 9mm; color: #000 }}
  h1 {{ font-size: 13pt; margin: 0 0 3mm; column-span: all }}
  h2 {{ font-size: 11pt; margin: 3mm 0 1mm; break-after: avoid }}
  dl {{ margin: 0; display: grid; grid-template-columns: auto 1fr; gap: 1mm 3mm }}
  dt {{ font-weight: 600; white-space: nowrap }}
  dd {{ margin: 0 }}
</style>
<h1>{title}</h1>
{groups}
</html>
"""


class KeyGroup(NamedTuple):
    """A group of keys, each with its label and its action."""

    title: str
    keys: list[tuple[str, str]]


def groups(keys: Keys) -> list[KeyGroup]:
    """Every key, the codebook's first; with the signs at their places on the keyboard of the codebook's language."""
    found = [KeyGroup(*one) for variable in keys.codebook.variables if (one := _variable(variable, keys))]
    for group in get_args(Group):
        of_group = [c for c in keys.commands if c.group == group and c.keys]
        listed = [(_also(c.shown, keys), c.help.removeprefix(f"{group}: ")) for c in of_group]
        if listed:
            found.append(KeyGroup(group.capitalize(), listed))
    return [*found, KeyGroup("Other keyboards", [("any other sign", f"the key at its place: {TOLD}")])]


def _variable(variable: Variable, keys: Keys) -> tuple[str, list[tuple[str, str]]] | None:
    if not variable.enabled:
        return None
    opens = f"{_also(variable.key, keys)} " if variable.key else ""
    listed = [(opens + _all(c, keys), c.title) for c, _ in variable.walk() if c.keys and not c.retired]
    if not listed and variable.key:
        listed = [(opens.strip(), "opens it")]
    return (variable.title, listed) if listed else None


def _all(category: Category, keys: Keys) -> str:
    """The keys of a category, the shown one with the sign at its place."""
    first, *others = category.keys
    return "/".join((_also(first, keys), *others))


def _also(key: str, keys: Keys) -> str:
    """A key, with the sign that the codebook's language has at its place where that counts as the key."""
    sign = signs_at(key, keys.codebook.language)
    return f"{key}/{sign}" if sign is not None and keys.meant(sign) == key else key


def card(keys: Keys, form: Form, width: int = 80) -> str:
    """The keys as a text of so many columns, as Markdown, or as one HTML page."""
    if form == "html":
        return _PAGE.format(title=escape(_title(keys.codebook)), groups="\n".join(_html(keys)))
    return "\n".join(_markdown(keys) if form == "markdown" else _text(keys, width))


def _title(codebook: Codebook) -> str:
    return f"Keys: {codebook.title or codebook.name} {codebook.version}"


def _text(keys: Keys, width: int) -> Iterator[str]:
    yield _title(keys.codebook)
    for group in groups(keys):
        parts = [f"{key} {what}".replace(" ", "\u00a0") for key, what in group.keys]
        lines = wrap("  ".join(parts), width, initial_indent=f"{group.title}: ", subsequent_indent="  ")
        yield from (line.replace("\u00a0", " ") for line in lines)


def _markdown(keys: Keys) -> Iterator[str]:
    yield f"# {_title(keys.codebook)}"
    for group in groups(keys):
        yield from ("", f"## {group.title}", "", "| key | action |", "|---|---|")
        for key, what in group.keys:
            codes = " ".join(f"`{part}`" for part in key.replace("|", "\\|").split(" "))
            yield f"| {codes} | {what} |"
    yield ""


def _html(keys: Keys) -> Iterator[str]:
    for group in groups(keys):
        rows = "".join(f"<dt>{escape(key)}</dt><dd>{escape(what)}</dd>" for key, what in group.keys)
        yield f"<section><h2>{escape(group.title)}</h2><dl>{rows}</dl></section>"


def markdown_table(codebook: Codebook) -> str:
    """The keys as a Markdown table, for the README."""
    rows = ["| key | action |", "|---|---|"]
    rows += [f"| {_code(command.shown)} | {command.help} |" for command in commands(codebook)]
    for variable in codebook.variables:
        if not variable.enabled:
            continue
        keys = [(c.first_key, c.name) for c, _ in variable.walk() if c.keys and not c.retired]
        listed = ", ".join(f"`{key}` {name}" for key, name in keys)
        if variable.key is not None:
            rows.append(f"| `{variable.key}`, then a key | {variable.title}{': ' + listed if listed else ''} |")
        elif listed:
            rows.append(f"| {' '.join(f'`{key}`' for key, _ in keys)} | {variable.title}: {listed} |")
    return "\n".join(rows)


def _code(shown: str) -> str:
    return " ".join(f"`{part}`" for part in shown.split(" "))
