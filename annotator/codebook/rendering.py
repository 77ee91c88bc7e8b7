"""Codebook output: plain text for the terminal, YAML for an editor, a starter file."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from textwrap import wrap
from typing import Any

from annotator.codebook.labels import told
from annotator.codebook.model import Category, Codebook, Variable

SCHEMA_FILE = "codebook.schema.json"
"""The JSON Schema that a codebook file names, beside it."""

SCHEMA_LINE = f"# yaml-language-server: $schema={SCHEMA_FILE}\n"

WIDTH = 118
"""How wide the plain text is at most, in characters."""

_ASIDE = ("retired", "outside_scale", "needs_note")

_NEW = """\
# yaml-language-server: $schema=codebook.schema.json
name: NAME
version: "1.0"
title: What this codebook codes, in a few words
description: >-
  What the unit is, and who reads this.
rules:
  - A rule that holds for every variable.

variables:
  # A name of the project's registry; several may speak together.
  - name: speaker
    level: entity
    multiple: true
    required: true
    definition: Who asserts it.

  # One category of an ordered scale. Its keys are flat: one key chooses, without opening the variable first.
  - name: stance
    level: ordinal
    required: true
    definition: Where the speaker stands.
    categories:
      - name: against
        key: a
        definition: The speaker is against it.
        use: When the speaker criticises or rejects it.
        avoid: When the speaker only reports what others say.
        examples:
          - text: "«We will not sign», said the mayor."
            why: A plain refusal.
      - name: neutral
        key: n
        definition: No side is taken.
      - name: "for"
        key: f
        definition: The speaker is for it.
      - name: unclear
        key: u
        outside_scale: true
        needs_note: true

  # Categories with narrower ones below them; a key of its own opens the variable, then their keys count.
  - name: topic
    level: nominal
    key: t
    definition: What the statement is about.
    categories:
      - name: economy
        key: e
        categories:
          - {name: jobs, key: j}
          - {name: prices, key: p}
      - name: health
        key: h

  # A typed number, asked only under a condition.
  - name: certainty
    level: interval
    key: c
    minimum: 0
    maximum: 100
    whole: true
    definition: How sure the speaker sounds, in per cent.
    when: {stance: [against, "for"]}

  # Any number of categories, of the whole paragraph instead of a statement.
  - name: frames
    scope: paragraph
    level: set
    key: d
    definition: Which frames the paragraph uses.
    categories:
      - {name: conflict, key: c}
      - {name: consequences, key: q}
      - {name: morality, key: m}

  # Free text. It is switched off until `enabled` is true or left out.
  - name: remark
    scope: article
    level: text
    key: o
    enabled: false
    definition: What else is worth knowing about the article.
"""


def template(name: str) -> str:
    """A small valid codebook in YAML, as a start for editing."""
    return _NEW.replace("NAME", name, 1)


def as_yaml(codebook: Codebook) -> str:
    """The codebook as a YAML file, which reads back as the same codebook."""
    from ruamel.yaml import YAML  # only those who write a codebook file pay for the YAML writer
    from ruamel.yaml.scalarstring import LiteralScalarString

    def blocks(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: blocks(one) for key, one in value.items()}
        if isinstance(value, list):
            return [blocks(one) for one in value]
        is_block = isinstance(value, str) and "\n" in value and value == value.strip("\n ") and " \n" not in value
        return LiteralScalarString(value) if is_block else value

    fields = codebook.model_dump(mode="json", exclude_defaults=True)
    fields = {"name": codebook.name, "version": codebook.version, **fields}
    writer = YAML()
    writer.width = 110
    writer.allow_unicode = True
    writer.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    writer.dump(blocks(fields), out)
    return SCHEMA_LINE + out.getvalue()


def as_text(codebook: Codebook, variable: Variable | None = None) -> str:
    """The codebook, or one of its variables with all of its rules, as plain text."""
    if variable is not None:
        return "\n".join(_variable(variable, is_whole=True))
    lines = [f"{codebook.name} {codebook.version}" + (f": {codebook.title}" if codebook.title else "")]
    lines += _paragraph(codebook.description)
    for rule in codebook.rules:
        lines += _paragraph(rule, "", "- ")
    if not codebook.pass_guessed:
        lines += ["- The coder looks at every paragraph; none is passed by its role."]
    for one in codebook.variables:
        lines += ["", *_variable(one, is_whole=False)]
    return "\n".join(lines)


def _variable(variable: Variable, *, is_whole: bool) -> Iterator[str]:
    facts: list[str] = [variable.scope, variable.level]
    facts += [word for word in ("required", "multiple", "sticky") if getattr(variable, word)]
    facts += [f"key {variable.key}"] if variable.key else []
    facts += [f"if {name} is {' or '.join(names)}" for name, names in variable.conditions().items()]
    facts += [] if variable.enabled else ["not asked"]
    title = f" {told(variable.label)}" if variable.label else ""
    yield f"{variable.name}{title} ({', '.join(facts)})"
    yield from _paragraph(variable.definition, "  ")
    if is_whole:
        yield from _paragraph(variable.guidance, "  ")
    for category, above in variable.walk():
        yield from _category(category, "  " * (len(above) + 1), is_whole=is_whole)


def _category(category: Category, margin: str, *, is_whole: bool) -> Iterator[str]:
    aside = [word.replace("_", " ") for word in _ASIDE if getattr(category, word)]
    label = f" {told(category.label)}" if category.label else ""
    keys = "/".join(category.keys) or " "
    yield f"{margin}{keys} {category.name}{label}" + (f" ({', '.join(aside)})" if aside else "")
    if not is_whole:
        return
    margin += "    "
    yield from _paragraph(category.definition, margin)
    for word, text in (("Use: ", category.use), ("Not: ", category.avoid)):
        yield from _paragraph(text, margin, word)
    for example in category.examples:
        yield from _paragraph(example.text, margin, "Example: ")
        yield from _paragraph(example.why, margin + "  ")


def _paragraph(text: str | None, margin: str = "", begin: str = "") -> Iterator[str]:
    hang = margin + " " * len(begin) if begin == "- " else margin
    for line in (text or "").splitlines():
        yield from wrap(line.strip(), WIDTH, initial_indent=margin + begin, subsequent_indent=hang) or [""]
        begin, margin = "", hang
