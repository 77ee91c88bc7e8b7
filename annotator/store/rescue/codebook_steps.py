"""Check a recorded step from one codebook version to the next for damage."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from annotator.codebook.model import Codebook
from annotator.codebook.version_steps import CodebookStep


def step_fault(document: Any, words: Any, before: Codebook, after: Codebook) -> str | None:
    """The fault of a recorded step between two versions, as the end of a sentence; None if it has none."""
    try:
        step = CodebookStep.model_validate_json(document)
    except (ValidationError, TypeError, ValueError):
        return "cannot be read"
    if step.words != words:
        return "contradicts itself"
    for codebook, names in ((before, step.before), (after, step.after)):
        if not _holds(codebook, step, names):
            return "contains names that are not in its versions"
    return None


def _holds(codebook: Codebook, step: CodebookStep, names: tuple[str, ...]) -> bool:
    if step.kind not in ("renamed", "merged", "split") or step.field is not None:
        return True
    if step.what == "variable":
        return all(codebook.variable(name) is not None for name in names)
    if step.what == "category":
        there = {category.name for variable in codebook.variables for category in variable.categories}
        return set(names) <= there
    return True
