"""The paragraph for a methods section: what was coded by whom, how it was compared, and what came out."""

from __future__ import annotations

from annotator import __version__
from annotator.reports.compared.units import UNREAD
from annotator.reports.file_report import FileReport
from annotator.reports.models.model_comparison import ModelComparison
from annotator.reports.project import MeasureReport, ProjectReport
from annotator.reports.words.number_text import decimal, interval, interval_methods, listed, percent
from annotator.reports.words.study_words import (
    blindness_words,
    codebook_words,
    outside_words,
    phase_words,
    training_words,
)
from annotator.text.counted import counted


def methods(report: ProjectReport) -> str:
    """A project's agreement as prose, ready to paste."""
    found = report.collected.units
    record = report.record
    said = [
        f"{_coders(report.coders)} coded {codebook_words(*report.codebook, record.versions)}.",
        blindness_words(record),
        *phase_words(record),
        f"{found.n_shared} of {found.n_paragraphs} paragraphs were finished by two coders or"
        f" more{_apart(report)}{_drawn(report)}.",
    ]
    if found.n_shared_in_training:
        said.append(training_words(found.n_shared_in_training, report.selection.without))
    outside = outside_words(report.collected.n_outside, counts=report.selection.outside)
    if outside is not None:
        said.append(outside)
    if report.n_in_doubt:
        said.append(
            f"{counted(report.n_in_doubt, 'label')} {'was' if report.n_in_doubt == 1 else 'were'} in doubt since the"
            " codebook changed."
        )
    if report.passed_paragraphs:
        told = tuple(f"{n} of {coder}" for coder, (n, _) in report.passed_paragraphs.items())
        said.append(
            f"Paragraphs that the program recognised as furniture or bylines were passed unread: {listed(told)}."
        )
    if found.n_shared != found.n_units:
        passed = " or passed by its guessed role" if UNREAD in found.left_out else ""
        said.append(
            f"{counted(found.n_shared - found.n_units, 'paragraph')} that every coder set aside as furniture or a "
            f"duplicate{passed} did not enter, which leaves {counted(found.n_units, 'unit')}."
        )
    said += _existence(report)
    said += [_sentence(one) for one in (*report.paragraph, *report.article, *report.attributes) if _is_worth(one)]
    off_scale = [one.measure.title for one in report.attributes if one.measure.outside]
    if off_scale:
        said.append(f"Labels outside the scale of {listed(tuple(off_scale))} were treated as missing.")
    guessed = sum(one.origins.get("guess", 0) for one in report.measures if one.measure.part == "statement")
    if guessed:
        said.append(
            f"{counted(guessed, 'label')} had been guessed by the program from the text and left so by the coder."
        )
    if report.model is not None:
        if report.model.run is not None:
            said.append(f"The labels of the model {report.model.name} were made with: {report.model.run.words}.")
        said += [
            f"{one.measure.title[:1].upper()}{one.measure.title[1:]}: {of_model(one.compared)}"
            for one in report.model.measures
        ]
    said.append(_software(report.measures))
    return " ".join(said)


def methods_of_file(report: FileReport) -> str:
    """The agreement of a file as prose, ready to paste."""
    model = f" {of_model(report.model)}" if report.model is not None else ""
    return f"{_sentence(report.measured)}{model} {_software((report.measured,))}"


def of_model(found: ModelComparison) -> str:
    """The alternative annotator test of a model in a sentence."""
    test, n = found.test, sum(one.rejected for one in found.test.humans)
    tested = sum(one.p is not None for one in test.humans)
    what = f"The model {test.model} was compared with {counted(len(test.humans), 'human coder')}"
    if test.omega is None:
        why = "everybody gave one and the same label, too little" if test.is_constant else "too few shared units"
        return f"{what}; {why} for the alternative annotator test."
    return (
        f"{what} on {counted(test.n_units, 'unit')} by the alternative annotator test (Calderon and others 2025, ε ="
        f" {decimal(test.epsilon, 2)}, q = {decimal(test.q, 2)}): it may replace {n} of {tested} (ω ="
        f" {decimal(test.omega, 2)}, ρ = {decimal(test.rho, 2)})."
    )


def _sentence(one: MeasureReport) -> str:
    """Variable, level, units, coders, decisions, percent agreement, α with its interval, q and verdict."""
    alpha, agree = one.report.alpha, one.report.coefficients["percent_agreement"]
    what = f"{one.measure.title[:1].upper()}{one.measure.title[1:]} ({one.report.level})"
    if one.measure.part == "statement":
        what += ", on matched statements"
    base = f"{_compared(one)}, {counted(alpha.n_labels_paired, 'decision')}"
    if alpha.value is None:
        return f"{what}: {base}; Krippendorff's α is {alpha.undefined}."
    figures = f"{percent(agree.value)} agreement, Krippendorff's α = {decimal(alpha.value)}"
    figures += f", 95 % CI {interval(alpha.ci)}" if alpha.ci else f" ({alpha.ci_method})"
    if alpha.q is not None:
        figures += f", probability of α < .667 q = {decimal(alpha.q[0], 2)}"
    unmatched = one.beside.get("unmatched_as_disagreement")
    if unmatched is not None and unmatched.value is not None:
        figures += f"; with unmatched statements counted as disagreement α = {decimal(unmatched.value)}"
    broader = tuple(
        f"{decimal(level.krippendorff_alpha.value)} on {counted(level.n_categories, 'category')} of level {level.depth}"
        for level in one.levels[:-1]
        if level.krippendorff_alpha.value is not None
    )
    if broader:
        figures += f"; with narrower categories read as broader ones α = {listed(broader)}"
    return f"{what}: {base}; {figures}; {one.report.verdict}."


def _compared(one: MeasureReport) -> str:
    """The units that enter α; a statement that three coders have makes three pairs."""
    alpha = one.report.alpha
    if one.measure.part != "statement" or alpha.n_coders < 3:
        return f"{counted(alpha.n_units_paired, 'unit')} labelled by at least two of {counted(alpha.n_coders, 'coder')}"
    most = alpha.n_coders * (alpha.n_coders - 1) // 2
    return (
        f"{counted(alpha.n_units_paired, 'pair')} of matched statements (one that all {alpha.n_coders} coders have "
        f"makes {most} pairs)"
    )


def _existence(report: ProjectReport) -> list[str]:
    found = report.existence
    if found is None or not found.pairs:
        return []
    said = (
        "Statements of two coders in a paragraph were matched one to one by the largest overlap of their evidence, "
        f"ties by speaker: {found.matched} matched, {found.unmatched} only by one of two coders"
    )
    if found.f1.value is not None:
        mean = ", mean of pairs," if len(found.pairs) > 1 else ""
        ci = f", 95 % CI {interval(found.f1.ci)}" if found.f1.ci else ""
        said += f" (F1{mean} = {decimal(found.f1.value)}{ci}"
        if found.presence_alpha.value is not None:
            said += f"; α of presence = {decimal(found.presence_alpha.value)}"
            if found.presence_remark is not None:
                said += ", which says little because hardly any paragraph lacks a statement"
        said += ")"
    if found.bar_u_alpha.value is not None:
        said += f"; on which characters are evidence, |uα = {decimal(found.bar_u_alpha.value)}"
        if found.n_without_evidence:
            said += f" (without {counted(found.n_without_evidence, 'statement')} whose evidence was not coded)"
    return [said + "."]


def _software(measures: tuple[MeasureReport, ...]) -> str:
    methods_ = interval_methods([one.report.alpha for one in measures])
    said = f"Computed with annotator {__version__}"
    if methods_:
        said += f"; intervals of α: {'; '.join(methods_)}"
    return said + ". q reads the same distribution as the interval."


def _is_worth(one: MeasureReport) -> bool:
    return one.report.alpha.n_labels > 0


def _coders(names: tuple[str, ...]) -> str:
    number = {2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six"}.get(len(names), str(len(names)))
    return f"{number} coders ({listed(names)})"


def _apart(report: ProjectReport) -> str:
    """The phases whose paragraphs are not in the number."""
    return " outside training" if report.collected.units.n_shared_in_training else ""


def _drawn(report: ProjectReport) -> str:
    """How the overlap came about, as far as the project knows."""
    n = report.n_shared_drawn
    if n:
        return f", {n} of them drawn for every coder"
    return "; the overlap is what more than one of them finished, without a drawn sample"
