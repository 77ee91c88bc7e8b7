"""A codebook as a document to read and print: rules, variables, categories with examples, keys, version history."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from annotator.codebook.labels import told
from annotator.codebook.model import Category, Codebook, Example, Variable
from annotator.reports.words.blocks import Block, Heading, Prose, Table
from annotator.store.changes.codebook_changes import Revision

_SCOPES = {"statement": "each statement", "paragraph": "each paragraph", "article": "each article"}
_LEVELS = {
    "nominal": "one category",
    "ordinal": "one category of a scale",
    "interval": "a number",
    "ratio": "a number from zero",
    "set": "any number of categories",
    "entity": "a name of the registry",
    "text": "free text",
}


_ENDS = re.compile(r"""[.!?:;…]["'”’»)\]]*$""")
"""How a line ends that the next one does not go on with."""


def codebook_document(codebook: Codebook, revisions: Sequence[Revision] = ()) -> Iterator[Block]:
    """The blocks of the document: everything that a coder has to know, in the order of the form.

    Args:
        codebook: The codebook.
        revisions: Its versions in the project, oldest first; none for a file.
    """
    yield Heading(f"{codebook.title or codebook.name}", 1)
    yield Prose(f"Codebook {codebook.name}, version {codebook.version}")
    yield from _paragraphs(codebook.description)
    if codebook.rules:
        yield Heading("Rules for every variable")
        yield from (Prose(f"{n}. {rule}") for n, rule in enumerate(codebook.rules, start=1))
    for variable in codebook.variables:
        yield from _variable(variable)
    if codebook.warnings:
        yield Heading("Warnings on the screen")
        yield from (Prose(warning.say) for warning in codebook.warnings)
    yield from _keys(codebook)
    yield from _history(revisions)


def _variable(variable: Variable) -> Iterator[Block]:
    name = f" ({variable.name})" if isinstance(variable.label, str) and variable.label != variable.name else ""
    labels = f" {told(variable.label)}" if isinstance(variable.label, dict) else ""
    yield Heading(f"{variable.title}{name}{labels}")
    yield Prose("; ".join(_facts(variable)) + ".")
    yield from _paragraphs(variable.definition)
    yield from _paragraphs(variable.guidance)
    for category, above in variable.walk():
        yield from _category(category, above)


def _facts(variable: Variable) -> Iterator[str]:
    """How the variable is coded, in words."""
    several = " or several" if variable.multiple else ""
    kind = "one of the numbers below" if variable.level in ("interval", "ratio") and variable.categories else None
    yield f"For {_SCOPES[variable.scope]}: {kind or _LEVELS[variable.level]}{several}, level {variable.level}"
    yield "required" if variable.required else "optional"
    if variable.is_numeric and (variable.minimum is not None or variable.maximum is not None):
        low = "any" if variable.minimum is None else f"{variable.minimum:g}"
        high = "any" if variable.maximum is None else f"{variable.maximum:g}"
        yield f"from {low} to {high}" + (", whole numbers only" if variable.whole else "")
    elif variable.whole:
        yield "whole numbers only"
    for name, categories in variable.conditions().items():
        yield f"asked only if {name} is {' or '.join(categories)}"
    if variable.default is not None:
        default = variable.default
        yield f"default {', '.join(default) if isinstance(default, tuple) else default}"
    if variable.sticky:
        yield "kept for the next statement until it is changed"
    if variable.guess:
        yield "guessed from the evidence, for the coder to correct"
    if not variable.enabled:
        yield "switched off: not asked"


def _category(category: Category, above: tuple[str, ...]) -> Iterator[Block]:
    aside = [
        words
        for words, holds in (
            ("retired: not used any more", category.retired),
            ("outside the scale", category.outside_scale),
            ("needs a note", category.needs_note),
        )
        if holds
    ]
    name = " › ".join((*above, category.name)) + (f" {told(category.label)}" if category.label else "")
    yield Heading(name + (f" ({'; '.join(aside)})" if aside else ""), min(3 + len(above), 6))
    yield from _paragraphs(category.definition)
    yield from _paragraphs(category.use, "Use: ")
    begins = (category.avoid or "").casefold().startswith("not ")
    yield from _paragraphs(category.avoid, "" if begins else "Do not use: ")
    for example in category.examples:
        yield Prose(_example(example))


def _example(example: Example) -> str:
    why = f" — {example.why}" if example.why else ""
    return f"Example: {example.text}{why}"


def _paragraphs(text: str | None, begin: str = "") -> Iterator[Prose]:
    """A text of the codebook as paragraphs; a line that is indented or follows an open sentence goes on with that."""
    lines: list[str] = []
    for line in (text or "").splitlines():
        if lines and line.strip() and (line.startswith(" ") or not _ENDS.search(lines[-1])):
            lines[-1] += f" {line.strip()}"
        elif line.strip():
            lines.append(line.strip())
    for n, line in enumerate(lines):
        yield Prose(line if n else begin + line)


def _keys(codebook: Codebook) -> Iterator[Block]:
    rows = [
        (variable.title, " ".join(filter(None, (variable.key, "/".join(category.keys)))), category.name)
        for variable in codebook.variables
        if variable.enabled
        for category, _ in variable.walk()
        if category.keys and not category.retired
    ]
    rows += [
        (variable.title, variable.key, "opens it")
        for variable in codebook.variables
        if variable.enabled and variable.key is not None and not any(category.keys for category, _ in variable.walk())
    ]
    if rows:
        yield Heading("Keys")
        yield Table("", ("variable", "key", "category"), tuple(rows))


def _history(revisions: Sequence[Revision]) -> Iterator[Block]:
    if not revisions:
        return
    yield Heading("Versions")
    rows = tuple(
        (one.version + (" (in force)" if one.is_in_force else ""), one.at[:10], "; ".join(one.words) or "first version")
        for one in revisions
    )
    yield Table("", ("version", "since", "changes"), rows)
