"""REFI-QDA codebook (.qdc): the codes alone, for NVivo, MAXQDA, ATLAS.ti, QualCoder and Taguette."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from annotator import __version__
from annotator.codebook.model import Category, Variable
from annotator.export.folder import Folder
from annotator.export.foreign_names import guid, xml_attribute, xml_text
from annotator.records import Source

NAMESPACE = "urn:QDA-XML:codebook:1.0"
ORIGIN = f"annotator {__version__}"
_COLOURS = ("#1b9e77", "#d95f02", "#7570b3", "#e7298a", "#66a61e", "#e6ab02", "#a6761d", "#666666")


def write(source: Source, folder: Folder) -> None:
    """Write codebook.qdc."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<CodeBook xmlns="{NAMESPACE}" origin="{ORIGIN}">',
        "<Codes>",
        *codes(source.codebook.variables),
        "</Codes>",
        "</CodeBook>",
    ]
    folder.write_text("codebook.qdc", "\n".join(lines) + "\n", rows=len(lines) - 5)
    folder.lose(
        "levels, keys, conditions, defaults and sticky of variables: a code has a name, a colour and a description"
    )
    folder.write_manifest("qdc.manifest.json", "qdc", source)


def codes(variables: Sequence[Variable]) -> Iterator[str]:
    """A code a variable that cannot be applied, with its categories below; names are unique in the whole project."""
    for i, variable in enumerate(variables):
        colour = _COLOURS[i % len(_COLOURS)]
        if variable.categories:
            yield _open(variable_guid(variable), variable.name, colour, variable.definition, is_codable=False)
            for category in variable.categories:
                yield from _category(variable, category, colour)
            yield "</Code>"


def variable_guid(variable: Variable) -> str:
    """The id of a variable's code."""
    return guid("variable", variable.name)


def category_guid(variable: str, category: str) -> str:
    """The id of a category's code."""
    return guid("category", variable, category)


def _category(variable: Variable, category: Category, colour: str) -> Iterator[str]:
    about = "\n".join(
        text
        for text in (
            category.definition,
            category.use and f"Use: {category.use}",
            category.avoid and f"Not: {category.avoid}",
            *(f"Example: {example.text}" for example in category.examples),
        )
        if text
    )
    yield _open(
        category_guid(variable.name, category.name), f"{variable.name}: {category.name}", colour, about, is_codable=True
    )
    for narrower in category.categories:
        yield from _category(variable, narrower, colour)
    yield "</Code>"


def _open(code: str, name: str, colour: str, about: str | None, *, is_codable: bool) -> str:
    """The beginning of a code."""
    described = f"<Description>{xml_text(about)}</Description>" if about else ""
    codable = "true" if is_codable else "false"
    return f'<Code guid="{code}" name={xml_attribute(name)} isCodable="{codable}" color="{colour}">{described}'


def plain_codes(title: str, names: Sequence[str]) -> Iterator[str]:
    """A code that cannot be applied with plain ones below it: speakers, or states of paragraphs."""
    colour = _COLOURS[-1]
    yield _open(guid("variable", title), title, colour, None, is_codable=False)
    for name in names:
        yield f"{_open(category_guid(title, name), f'{title}: {name}', colour, None, is_codable=True)}</Code>"
    yield "</Code>"
