"""Reports as blocks: an overview of all measures, and one measure in detail, the same for every form of output."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from annotator.agreement import MATCHING_RULE, Coefficient, VariableReport
from annotator.agreement.coefficients.percent import DEFINITIONS
from annotator.agreement.coefficients.result import FEWEST_UNITS
from annotator.agreement.report import plain as as_json
from annotator.reports.compared.units import UNIT_RULE
from annotator.reports.file_report import FileReport
from annotator.reports.methods_paragraph import methods, methods_of_file
from annotator.reports.model_page import model_blocks, model_details, model_overview
from annotator.reports.next_steps.sentences import advice
from annotator.reports.project import MANY_GUESSES, MeasureReport, PresenceReport, ProjectReport
from annotator.reports.statements.existence import N_TEXTS, OF_PAIRS, PRESENCE_UNITS, Existence
from annotator.reports.statements.missed_statements import ASSUMPTIONS, missed_blocks
from annotator.reports.words.blocks import Bar, Bars, Block, Chart, Heading, HeatMap, Items, Point, Prose, Table
from annotator.reports.words.number_text import (
    BESIDE,
    NAMES,
    ORIGINS,
    decimal,
    interval,
    interval_methods,
    listed,
    percent,
    tallied,
    verdict,
)
from annotator.text.counted import counted

_MOST = 12
"""Rows of the lists that are ranked."""

UNMATCHED = "unmatched_as_disagreement"


def overview(report: ProjectReport) -> Iterator[Block]:
    """The three levels, one line a measure."""
    found = report.collected.units
    name, version = report.codebook
    yield Heading(f"Agreement of {listed(report.coders)}", 1)
    yield Prose(
        f"Codebook {name} {version}. {counted(found.n_shared, 'paragraph')} of {found.n_paragraphs} finished by two "
        f"coders or more, {counted(found.n_units, 'unit')}."
    )
    if found.left_out:
        yield Prose(f"Left out: {tallied(found.left_out)}.")
    if not found.n_shared and not any(one.report.alpha.n_labels for one in report.article):
        yield Items(report.warnings, is_warning=True)
        yield Prose("All figures are undefined: no unit was labelled by two coders.")
        yield from model_overview(report)
        yield Prose(UNIT_RULE)
        return
    rows = [*report.paragraph, *(one.whole for one in report.presence)]
    if rows:
        yield Heading("1 Paragraphs")
        yield _measures("", rows)
    if report.article:
        yield _measures("Articles", report.article)
    if report.existence is not None:
        yield Heading("2 Which statements exist")
        yield from _existence(report.existence)
    if report.attributes:
        yield Heading("3 What is said of matched statements")
        yield _attributes(report.attributes)
    yield from model_overview(report)
    yield from _levels([one for one in report.measures if one.levels])
    yield from _chart(report)
    steps = () if report.next_steps is None else tuple(advice(report.next_steps))
    if steps:
        yield Heading("What to do next")
        yield Items(steps)
    warnings = _warnings(report)
    if warnings:
        yield Heading("Before you rely on these figures")
        yield Items(warnings, is_warning=True)
    if report.presence:
        yield Heading("Presence of each category in a paragraph")
    for presence in report.presence:
        yield from _presence(presence)
    yield Heading("What the figures are")
    yield Prose(definitions(report.measures) + " Categories and their order are those of the codebook.")
    yield Items(_rules(report.existence))
    yield from _remarks(report.measures)


def _warnings(report: ProjectReport) -> tuple[str, ...]:
    """What a reader should know, also of the figures on statements."""
    found = report.existence
    remarks = () if found is None else (found.presence_remark, found.evidence_remark)
    return (*report.warnings, *(remark for remark in remarks if remark is not None))


def _rules(found: Existence | None) -> tuple[str, ...]:
    """How units are told and statements matched, in words."""
    if found is None:
        return (UNIT_RULE,)
    several = (OF_PAIRS,) if len(found.pairs) > 1 else ()
    missed = (ASSUMPTIONS,) if found.missed.together.value is not None else ()
    return (UNIT_RULE, MATCHING_RULE, PRESENCE_UNITS, *several, *missed)


def whole(report: ProjectReport) -> Iterator[Block]:
    """The overview, the paragraph for a methods section, and every measure in full."""
    yield from overview(report)
    yield Heading("For a methods section")
    yield Prose(methods(report))
    for one in report.measures:
        if one.report.alpha.n_labels:
            yield from detail(one)
    yield from model_details(report)


def file_page(found: FileReport) -> Iterator[Block]:
    """The labels of a file."""
    yield Heading(f"Agreement in {found.file.name}", 1)
    yield from detail(found.measured)
    if found.model is not None:
        yield Heading(f"The model {found.model.test.model}")
        yield from model_blocks(found.model)
    if found.file.remarks:
        yield Heading("Before you rely on these figures")
        yield Items(found.file.remarks, is_warning=True)
    yield Heading("For a methods section")
    yield Prose(methods_of_file(found))
    yield Prose(definitions([found.measured]))


def detail(one: MeasureReport) -> Iterator[Block]:
    """One measure in full."""
    unit = "matched statements" if one.measure.part == "statement" else f"{one.measure.part}s"
    yield Heading(f"{one.measure.title} ({one.report.level}, {unit})")
    yield from variable_blocks(one.report)
    if one.beside:
        rows = [(BESIDE[name], value) for name, value in one.beside.items()]
        yield _coefficients("The same labels, read differently: Krippendorff's α", rows)
    yield from _levels([one] if one.levels else [])
    if one.confusion is not None:
        names = tuple(shown(category) for category in one.confusion.categories)
        yield HeatMap("Confusion", one.confusion.rows, one.confusion.columns, names, one.confusion.cells)
    for title, groups in (("Drift by week", one.weeks), ("By batch", one.batches)):
        if groups:
            yield Chart(f"{title}: α", tuple(_point(str(group.group), group.alpha) for group in groups))
    if one.origins:
        yield Prose("Labels: " + tallied({ORIGINS.get(name, name): n for name, n in one.origins.items()}) + ".")
    if one.left_out:
        yield Prose(f"Left out: {tallied(one.left_out)}.")


def variable_blocks(report: VariableReport) -> Iterator[Block]:
    """What is said about any variable, with or without a project."""
    yield Prose(units(report.alpha) + f" Verdict: {verdict(report.alpha)}.")
    yield _coefficients("Coefficients", [(NAMES.get(n, n), c) for n, c in report.coefficients.items()])
    if report.weighted:
        rows = [(f"{NAMES.get(c.name, c.name)}, {c.level} weights", c) for c in report.weighted.values()]
        yield _coefficients("With the weights of the level", rows)
    yield from _categories(report)
    yield from _why(report)
    if len(report.pairs) > 1:
        yield _pairs(report)
    if report.warnings:
        yield Items(report.warnings, is_warning=True)
    if report.units_still_needed:
        n = report.units_still_needed
        yield Prose(f"About {counted(n, 'more unit')} coded by two would narrow the interval of α to ± .05.")


def units(alpha: Coefficient) -> str:
    """The numbers that a figure rests on, in a sentence."""
    return (
        f"{counted(alpha.n_units, 'unit')}, {alpha.n_units_paired} labelled by two coders or more; "
        f"{counted(alpha.n_coders, 'coder')}, {counted(alpha.n_labels, 'label')}."
    )


def definitions(measures: Sequence[MeasureReport]) -> str:
    """Which percent agreement, which α, which interval."""
    methods = interval_methods([one.report.alpha for one in measures])
    said = (
        f"Percent agreement: {DEFINITIONS['unit mean']}. α: Krippendorff's, at the level named; sets by MASI distance."
    )
    if methods:
        said += f" Intervals (95 %): {'; '.join(methods)}."
    return said + " q: the probability that α lies below .667."


def shown(category: Hashable) -> str:
    """A category as a table prints it."""
    value = as_json(category)
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _measures(title: str, measures: Sequence[MeasureReport]) -> Table:
    columns = ("", "level", "units", "agree", "α", "95 % CI", "q", "verdict")
    return Table(title, columns, tuple(_row(one) for one in measures), frozenset({2, 3, 4, 5, 6}))


def _row(one: MeasureReport) -> tuple[str, ...]:
    alpha = one.report.alpha
    agree = one.report.coefficients["percent_agreement"]
    return (
        one.measure.title,
        one.report.level,
        str(alpha.n_units_paired),
        percent(agree.value),
        decimal(alpha.value),
        interval(alpha.ci),
        "–" if alpha.q is None else decimal(alpha.q[0], 2),
        verdict(alpha),
    )


def _presence(presence: PresenceReport) -> Iterator[Block]:
    used = [one for one in presence.categories if one.n_units_with][: 2 * _MOST]
    if not used:
        return
    rows = tuple(
        (
            one.category,
            str(one.n_units_with),
            percent(one.percent_agreement.value),
            decimal(one.krippendorff_alpha.value),
            interval(one.krippendorff_alpha.ci),
            verdict(one.krippendorff_alpha) + _rare(one.n_units_with),
        )
        for one in used
    )
    columns = ("present or absent", "units with it", "agree", "α", "95 % CI", "verdict")
    yield Table(presence.whole.measure.title, columns, rows, frozenset({1, 2, 3, 4}))


def _rare(n_units_with: int) -> str:
    """What is added to the verdict on a category that few units have."""
    return f"; {n_units_with} with it" if n_units_with < FEWEST_UNITS else ""


def _attributes(measures: Sequence[MeasureReport]) -> Table:
    columns = ("", "level", "matched", "agree", "α", "95 % CI", "with unmatched", "verdict")
    rows = []
    for one in measures:
        row = _row(one)
        rows.append((*row[:6], decimal(one.beside[UNMATCHED].value) if UNMATCHED in one.beside else "–", row[7]))
    return Table("", columns, tuple(rows), frozenset({2, 3, 4, 5, 6}))


def _levels(measures: Sequence[MeasureReport]) -> Iterator[Block]:
    """The agreement at each level of the hierarchy of categories."""
    if not measures:
        return
    rows = tuple(
        (
            one.measure.title,
            f"{level.depth} of {one.measure.depth}",
            str(level.n_categories),
            percent(level.percent_agreement.value),
            decimal(level.krippendorff_alpha.value),
            interval(level.krippendorff_alpha.ci),
            verdict(level.krippendorff_alpha),
        )
        for one in measures
        for level in one.levels
    )
    columns = ("", "level", "categories", "agree", "α", "95 % CI", "verdict")
    yield Table("By level of the categories, from the broadest", columns, rows, frozenset({1, 2, 3, 4, 5}))


def _existence(found: Existence) -> Iterator[Block]:
    columns = ("coders", "paragraphs", "matched", "only first", "only second", "neither", "F1", "95 % CI", "presence α")
    rows = tuple(
        (
            " and ".join(pair.coders),
            str(pair.n_paragraphs),
            str(pair.counts.matched),
            str(pair.counts.only_a),
            str(pair.counts.only_b),
            str(pair.counts.neither),
            decimal(pair.f1.value),
            interval(pair.f1.ci),
            decimal(pair.presence_alpha.value),
        )
        for pair in found.pairs
    )
    if rows:
        yield Table("", columns, rows, frozenset(range(1, 9)))
    if len(found.pairs) != 1:
        yield Prose(
            f"Mean of pairs: F1 {_said(found.f1)}{_ci(found.f1)}, α of presence {_said(found.presence_alpha)}"
            f"{_ci(found.presence_alpha)}."
        )
    yield Prose(
        f"Characters of evidence, all coders at once: |uα (evidence or not) {_said(found.bar_u_alpha)}; α_U (where "
        f"stretches begin and end) {_said(found.alpha_u)}; γ (mean of pairs, {N_TEXTS} random texts"
        f"{_drawn(found.gamma)}) {_said(found.gamma)}{_ci(found.gamma)}."
    )
    yield from missed_blocks(found.missed)


def _drawn(gamma: Coefficient) -> str:
    """How many paragraphs γ is computed from, if not from all."""
    is_part = gamma.value is not None and "drawn from" in (gamma.ci_method or "")
    return f", {gamma.n_units_paired} paragraphs drawn from {gamma.n_units}" if is_part else ""


def _ci(one: Coefficient) -> str:
    return "" if one.ci is None else f" {interval(one.ci)}"


def _said(one: Coefficient) -> str:
    return f"is {one.undefined}" if one.value is None else decimal(one.value)


def _chart(report: ProjectReport) -> Iterator[Block]:
    points = tuple(_point(one.measure.title, one.report.alpha) for one in report.measures)
    if any(point.value is not None for point in points):
        yield Chart("Krippendorff's α with its interval", points)


def _point(label: str, alpha: Coefficient) -> Point:
    low, high = alpha.ci if alpha.ci is not None else (None, None)
    figures = alpha.undefined or "" if alpha.value is None else f"{decimal(alpha.value)} {interval(alpha.ci)}"
    return Point(label, alpha.value, low, high, figures)


def _remarks(measures: Sequence[MeasureReport]) -> Iterator[Block]:
    """What was left out and how labels came about, where it is out of the ordinary."""
    for one in measures:
        said = [f"left out: {tallied(one.left_out)}"] if one.left_out else []
        n_guessed = one.origins.get("guess", 0)
        if 0 < n_guessed < MANY_GUESSES * one.origins_total:
            guessed = {ORIGINS["guess"]: n_guessed}
            said.append(f"of {one.origins_total} labels {tallied(guessed)}")
        said += [
            f"{BESIDE[name]} α = {decimal(value.value)}"
            for name, value in one.beside.items()
            if name == "nominal_all_categories" and value.value is not None
        ]
        if said:
            yield Prose(f"{one.measure.title}: {'; '.join(said)}.")


def _coefficients(title: str, rows: Sequence[tuple[str, Coefficient]]) -> Table:
    return Table(
        title,
        ("", "value", "95 % CI", "interval by"),
        tuple(
            (
                name,
                decimal(one.value) if one.value is not None else "–",
                interval(one.ci),
                (one.ci_method or "") if one.value is not None else one.undefined or "",
            )
            for name, one in rows
        ),
        frozenset({1, 2}),
    )


def _categories(report: VariableReport) -> Iterator[Block]:
    used = [one for one in report.categories if one.prevalence.n_labels]
    if not used:
        return
    most = _MOST if report.level == "set" else 3 * _MOST
    if len(used) > most:
        used = sorted(used, key=lambda one: -one.prevalence.n_labels)[:most]
    yield Bars(
        "How often each category was used",
        tuple(
            Bar(
                shown(one.category),
                one.prevalence.share,
                f"{one.prevalence.n_labels} ({percent(one.prevalence.share)})",
            )
            for one in used
        ),
    )
    if report.level == "set":
        return
    yield Chart(
        "Each category against the rest: α", tuple(_point(shown(one.category), one.krippendorff_alpha) for one in used)
    )


def _why(report: VariableReport) -> Iterator[Block]:
    """Confusions, mergers and coders: why α is what it is."""
    if report.confusions:
        yield Table(
            "Confused most, the costliest first",
            ("categories", "together", "by chance", "share of all disagreement"),
            tuple(
                (
                    " / ".join(shown(category) for category in one.categories),
                    f"{one.coincidences:.1f}",
                    f"{one.expected:.1f}",
                    percent(one.cost),
                )
                for one in report.confusions[:_MOST]
            ),
            frozenset({1, 2, 3}),
        )
    gains = [one for one in report.mergers if one.gain is not None and one.gain > 0]
    if gains:
        yield Table(
            "α if two categories were one",
            ("categories", "α", "gain"),
            tuple(
                (" + ".join(shown(c) for c in one.categories), decimal(one.alpha), decimal(one.gain))
                for one in gains[:_MOST]
            ),
            frozenset({1, 2}),
        )
    if report.coders:
        yield Table(
            "α without each coder",
            ("without", "α", "change"),
            tuple((str(one.coder), decimal(one.without.value), decimal(one.change)) for one in report.coders),
            frozenset({1, 2}),
        )


def _pairs(report: VariableReport) -> Table:
    rows = tuple(
        (
            " and ".join(map(str, pair.coders)),
            str(pair.n_units),
            percent(pair.percent_agreement.value),
            decimal(pair.krippendorff_alpha.value),
            decimal(pair.cohen_kappa.value),
            decimal(pair.scott_pi.value),
        )
        for pair in report.pairs
    )
    return Table("Pairs of coders", ("", "units", "agree", "α", "Cohen's κ", "Scott's π"), rows, frozenset(range(1, 6)))
