"""Estimated shares as blocks of a report."""

from __future__ import annotations

from collections.abc import Iterator

from annotator.agreement import PrevalenceEstimate
from annotator.reports.estimate.shares import CORRECTED, MODEL_ALONE, EstimateReport, GroupShares, Share
from annotator.reports.words.blocks import Block, Heading, Prose, Table
from annotator.reports.words.number_text import decimal, interval, listed
from annotator.text.counted import counted

TITLES = {"human": "humans alone", "dsl": "DSL", "ppi": "PPI++", "model": "model alone"}
"""The methods as readers know them."""

_METHODS = (
    "Humans alone: the codings weighted by the inverse of the inclusion probability. DSL (Egami and others 2023) and"
    " PPI++ (Angelopoulos and others 2023) take the model's labels of all units and correct them by the human codings:"
    " DSL holds whatever the model does; PPI++ gives the model the weight that it deserves and is hardly ever wider"
    " than the humans alone. Intervals (95 %) keep articles whole. They are about the articles that these stand for."
)


def estimate_page(report: EstimateReport) -> Iterator[Block]:
    """The shares, what they rest on, and what must not be used."""
    asked = report.asked
    by = "" if asked.by is None else f" by {asked.by}"
    yield Heading(f"{asked.name}: shares of {asked.of}{by}", 1)
    model = "" if report.model is None else f" Model: {report.model}."
    yield Prose(f"{_coded(report)} Human coders: {listed(report.humans)}.{model} {report.probabilities}")
    for warning in report.warnings:
        yield Prose(warning, is_warning=True)
    for group in report.groups:
        yield _table(report, group)
    if report.model is not None:
        yield Prose(MODEL_ALONE, is_warning=True)
        yield Prose(_METHODS)
    yield from _undefined(report)


def _coded(report: EstimateReport) -> str:
    return f"{counted(report.n_coded, _unit(report))} of {report.n_units} coded by humans."


def _unit(report: EstimateReport) -> str:
    return "article" if report.asked.of == "articles" else "paragraph"


def _table(report: EstimateReport, group: GroupShares) -> Table:
    """One group; the model's own shares stand there without their interval, which would mislead."""
    methods = CORRECTED if report.model is not None else ("human",)
    columns = ["category", *(title for method in methods for title in (TITLES[method], "95 % CI"))]
    columns += [TITLES["model"]] if report.model is not None else []
    rows = tuple(_row(share, methods, has_model=report.model is not None) for share in group.shares)
    title = "" if group.group is None else f"{group.group} ({counted(group.n_coded, _unit(report))} coded)"
    return Table(title, tuple(columns), rows, frozenset(range(1, len(columns))))


def _row(share: Share, methods: tuple[str, ...], *, has_model: bool) -> tuple[str, ...]:
    cells = [share.category]
    for method in methods:
        one = share.estimates[method]
        cells += [decimal(one.value), interval(one.ci)] if isinstance(one, PrevalenceEstimate) else ["–", "–"]
    if has_model:
        one = share.estimates["model"]
        cells.append(decimal(one.value) if isinstance(one, PrevalenceEstimate) else "–")
    return tuple(cells)


def _undefined(report: EstimateReport) -> Iterator[Block]:
    """Why there are dashes, each reason once."""
    said: dict[str, None] = {}
    for group in report.groups:
        for share in group.shares:
            for method, one in share.estimates.items():
                if isinstance(one, str):
                    said[f"{TITLES[method]}: {one}"] = None
                elif one.ci is None:
                    said[f"{TITLES[method]}: {one.ci_method}"] = None
    if said:
        yield Prose("Dashes: " + " ".join(one if one.endswith(".") else f"{one}." for one in said))
