"""Labels of categories and variables in the coder's language, beside the names that go into the data."""

from __future__ import annotations

import os
from collections.abc import Sequence

from annotator.codebook.model import Category, Codebook

_VARIABLES = ("ANNOTATOR_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def languages() -> tuple[str, ...]:
    """The languages of the coder, the preferred one first, as ANNOTATOR_LANGUAGE or the locale names them."""
    found = (os.environ.get(name, "").partition(".")[0].partition("@")[0] for name in _VARIABLES)
    return tuple(dict.fromkeys(language for language in found if language and language not in ("C", "POSIX")))


def in_language(codebook: Codebook, wanted: Sequence[str]) -> Codebook:
    """The codebook with each label in the first wanted language that has one, then in the codebook's own.

    A label without any of them is left out, so that the name is shown.
    """
    order = [*wanted, *([codebook.language] if codebook.language else [])]
    labels = [label for v in codebook.variables for label in (v.label, *(c.label for c, _ in v.walk()))]
    if not any(isinstance(label, dict) for label in labels):
        return codebook

    def down(categories: Sequence[Category]) -> tuple[Category, ...]:
        return tuple(
            one.model_copy(update={"label": _chosen(one.label, order), "categories": down(one.categories)})
            for one in categories
        )

    variables = tuple(
        v.model_copy(update={"label": _chosen(v.label, order), "categories": down(v.categories)})
        for v in codebook.variables
    )
    return codebook.model_copy(update={"variables": variables})


def told(label: str | dict[str, str] | None) -> str:
    """A label in all of its languages, for documents: “dagegen” (de), “проти” (uk)."""
    if label is None or isinstance(label, str):
        return f"“{label}”" if label else ""
    return ", ".join(f"“{text}” ({language})" for language, text in sorted(label.items()))


def _chosen(label: str | dict[str, str] | None, order: Sequence[str]) -> str | None:
    if not isinstance(label, dict):
        return label
    by_code = {_code(language): text for language, text in label.items()}
    for language in order:
        code = _code(language)
        narrower = (text for known, text in by_code.items() if known.partition("-")[0] == code.partition("-")[0])
        text = by_code.get(code) or by_code.get(code.partition("-")[0]) or next(narrower, None)
        if text is not None:
            return text
    return None


def _code(language: str) -> str:
    return language.replace("_", "-").casefold()
