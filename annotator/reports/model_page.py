"""A model beside the human coders as blocks of a report."""

from __future__ import annotations

from collections.abc import Iterator

from annotator.agreement import Coefficient
from annotator.reports.blocks import Block, Prose, Table
from annotator.reports.model_comparison import ModelComparison, reference_said
from annotator.reports.number_text import decimal, interval, plural


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
    figures = f"ε = {decimal(test.epsilon, 2)}, q = {decimal(test.q, 2)}, {plural(test.n_units, 'unit')}"
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
