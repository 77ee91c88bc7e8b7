"""A model beside the human coders as blocks of a report."""

from __future__ import annotations

from collections.abc import Iterator

from annotator.agreement import Coefficient
from annotator.reports.models.model_comparison import ModelComparison, reference_said
from annotator.reports.project import ProjectReport
from annotator.reports.words.blocks import Block, Heading, Prose, Table
from annotator.reports.words.number_text import decimal, interval
from annotator.text.counted import counted

_WHAT = (
    "ω: the share of human coders whom the model may replace by the alternative annotator test (Calderon and others"
    " 2025); it passes from .50 on. ρ: how often it agrees with the others at least as well as the human in whose place"
    " it stands."
)
_MATCHED = "Statements of humans are matched with each other without the model."


def model_overview(report: ProjectReport) -> Iterator[Block]:
    """A project's model: one line a measure."""
    if report.model is None:
        return
    yield Heading(f"The model {report.model.name} in the place of a human coder")
    if report.model.run is not None:
        yield Prose(f"Made with: {report.model.run.words}.")
    if not report.model.measures:
        yield Prose("The model and the human coders have no labels in common.", is_warning=True)
        return
    rows = tuple(
        (
            one.measure.title,
            one.measure.part,
            str(one.compared.test.n_units),
            decimal(one.compared.test.omega, 2),
            decimal(one.compared.test.rho, 2),
            {None: "cannot be said", True: "may stand in", False: "may not"}[one.compared.test.passes],
        )
        for one in report.model.measures
    )
    yield Table("", ("variable", "unit", "units", "ω", "ρ", "the model"), rows, frozenset({2, 3, 4}))
    yield Prose(f"{_WHAT} ε = {decimal(report.model.measures[0].compared.test.epsilon, 2)}. {_MATCHED}")


def model_details(report: ProjectReport) -> Iterator[Block]:
    """A project's model: every measure in full."""
    for one in () if report.model is None else report.model.measures:
        unit = "matched statements" if one.measure.part == "statement" else f"{one.measure.part}s"
        yield Heading(f"The model {one.compared.test.model}: {one.measure.title} ({unit})")
        yield from model_blocks(one.compared)


def model_blocks(found: ModelComparison) -> Iterator[Block]:
    """One measure: the test, each human, each category."""
    yield Prose(verdict(found))
    for warning in found.warnings:
        yield Prose(warning, is_warning=True)
    test = found.test
    if test.humans:
        yield Table(
            "Alternative annotator test: the model in the place of each human",
            ("in the place of", "units", "advantage", "p", "may replace"),
            tuple(
                (
                    str(one.coder),
                    str(one.units),
                    decimal(one.advantage),
                    "–" if one.p is None else decimal(one.p, 4),
                    "not tested" if one.p is None else "yes" if one.rejected else "no",
                )
                for one in test.humans
            ),
            frozenset({1, 2, 3}),
        )
    if found.scores:
        yield Prose(reference_said(found))
        yield Table(
            "Each category",
            ("category", "reference", "model", "precision", "95 % CI", "recall", "95 % CI", "F1", "95 % CI"),
            tuple(
                (
                    str(one.category),
                    str(one.n_reference),
                    str(one.n_model),
                    *(cell for figure in (one.precision, one.recall, one.f1) for cell in _cells(figure)),
                )
                for one in found.scores
            ),
            frozenset(range(1, 9)),
        )


def verdict(found: ModelComparison) -> str:
    """The result of the test in words."""
    test = found.test
    figures = f"ε = {decimal(test.epsilon, 2)}, q = {decimal(test.q, 2)}, {counted(test.n_units, 'unit')}"
    if test.omega is None:
        return f"Whether the model may stand in for a human cannot be said ({figures})."
    said = "may stand in for a human coder" if test.passes else "may not stand in for a human coder"
    return (
        f"The model {said}: winning rate ω = {decimal(test.omega, 2)} ({'at least' if test.passes else 'below'} .50),"
        f" average advantage probability ρ = {decimal(test.rho, 2)} ({figures}). Advantage: the share of units in which"
        " the model agrees with the other humans at least as well as the one in whose place it stands (Calderon and"
        " others 2025)."
    )


def _cells(one: Coefficient) -> tuple[str, str]:
    return decimal(one.value), interval(one.ci)
