"""`annotator agreement`: measure how far coders agree on statements and their labels."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from annotator.cli.agreement_plan import OPTIONS as PLAN_OPTIONS
from annotator.cli.agreement_plan import show_plan
from annotator.cli.blindness import refuse_blind, unblind_option
from annotator.cli.json_text import json_text
from annotator.cli.options import Project, json_option, pass_project, project_option
from annotator.cli.output_file import write_output
from annotator.errors import AgreementError, UsageError
from annotator.text.terminal_text import one_line, plain

if TYPE_CHECKING:
    from annotator.records import Selection
    from annotator.reports.file_report import FileReport
    from annotator.reports.project import Intervals, ProjectReport
    from annotator.store import Store

LEVELS = ("nominal", "ordinal", "interval", "ratio", "set")
FORMS = ("markdown", "html", "latex", "csv", "methods")
WEIGHTS = ("nominal", "linear", "quadratic", "ordinal")

_WATCH_SECONDS = 0.5
_MOST_FAULTS = 50
"""Most faults of a file that are listed; the others are counted."""

_ONLY_FILE = ("level", "categories", "wide", "missing", "encoding", "skip_bad", "weights", "engine", "memory")
_ONLY_PROJECT = (
    "variables",
    "coders",
    "articles",
    "roles",
    "phases",
    "outside",
    "details",
    "matrices",
    "watch",
    "unblind",
)


@click.command("agreement")
@click.option("--variable", "variables", metavar="NAME", multiple=True, help="Only this variable; can be repeated.")
@click.option("--coder", "coders", metavar="NAME", multiple=True, help="Compare only these coders.")
@click.option("--article", "articles", metavar="ID", multiple=True, help="Only this article, by id or name.")
@click.option("--role", "roles", metavar="ROLE", multiple=True, help="Only paragraphs of this role.")
@click.option("--phase", "phases", metavar="PHASE", multiple=True, help="Only codings of this phase.")
@click.option("--outside", is_flag=True, help="Count what coders with an assignment coded outside of it, too.")
@click.option("--details", is_flag=True, help="Every variable in full: coefficients, confusions, coders, drift.")
@click.option(
    "--from",
    "source",
    metavar="FILE",
    help="Labels from a CSV, Excel, Parquet or JSON file instead of a project; - reads stdin. A quoted pattern such as"
    " 'labels/*.parquet' reads several files.",
)
@click.option(
    "--engine",
    metavar="ENGINE",
    help="Count the labels with duckdb, polars, spark or postgresql://…, where --from names a table. A pattern or a"
    " large file takes duckdb.",
)
@click.option("--memory", metavar="SIZE", help="What duckdb may hold, such as 4GB (60 % of what is free).")
@click.option("--level", type=click.Choice(LEVELS), help="Level of measurement of the file's labels, or of the plan.")
@click.option(
    "--categories", metavar="A,B,C", help="The file's categories in their order; of a plan with shares: A=.5,B=.3,C=.2."
)
@click.option("--wide", is_flag=True, help="The file is a matrix: a row a unit, a column a coder.")
@click.option(
    "--missing", metavar="TEXT", multiple=True, help="Text that means no label, beside empty cells, NA, NaN and null."
)
@click.option("--encoding", metavar="NAME", help="The file's encoding, when it is not UTF-8.")
@click.option("--skip-bad", is_flag=True, help="Skip lines with faults, and count them.")
@click.option("--weights", type=click.Choice(WEIGHTS), help="Weights of κ, AC and Brennan–Prediger.")
@click.option("--model", metavar="NAME", help="Compare this model with the human coders: may it stand in for one?")
@click.option(
    "--epsilon",
    type=click.FloatRange(0, 0.99),
    help="How much worse than a human the model may be: .2 for experts, .15 for trained coders, .1 for crowd workers"
    " (.15).",
)
@click.option(
    "--samples", type=click.IntRange(1, 10_000_000), help="Bootstrap α with this many samples; of a plan, the studies."
)
@click.option("--seed", type=click.IntRange(0), default=0, help="Seed of the bootstrap, or of the plan (0).")
@click.option("--bca", is_flag=True, help="A bias-corrected and accelerated bootstrap.")
@click.option(
    "--cluster",
    metavar="WHAT",
    help="What intervals keep whole: article (the default), batch or none; with --from, the column that names it.",
)
@click.option(
    "--as", "form", type=click.Choice(FORMS), help="Print the whole report in this form, or its methods paragraph."
)
@click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path), help="Write the report to a file, not to stdout."
)
@click.option(
    "--matrices",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write the labels that the figures are computed from.",
)
@click.option("--plan", is_flag=True, help="Say how many units to code twice, by simulation; without a project.")
@click.option("--coders", "n_coders", type=click.IntRange(2, 100), help="Of a plan: how many coders (2).")
@click.option("--alpha", type=float, help="Of a plan: the α that you expect (.8).")
@click.option("--precision", type=float, help="Of a plan: the half width that the interval of α shall have (.05).")
@click.option("--per-article", type=click.IntRange(1), help="Of a plan: units of one article (1).")
@click.option("--watch", is_flag=True, help="Print a line each time a figure changes, until Ctrl+C.")
@unblind_option
@json_option
@project_option
@pass_project
def command(project: Project, /, source: str | None, as_json: bool, **given: Any) -> None:
    """Say how far the coders agree, and why not more.

    On three levels: paragraphs, which statements exist, and what is said of the statements that two coders both have.
    With --from, of any table with the columns unit, coder, label, or a matrix with a column a coder.
    """
    if given["plan"]:
        show_plan(as_json, {"source": source, **given})
        return
    _check_usage(source, given)
    # Arrays are small here: threads of the linear algebra library cost more time than they save.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if source is not None:
        _of_file(source, as_json, given)
    else:
        _of_project(project, as_json, given)


def _check_usage(source: str | None, given: dict[str, Any]) -> None:
    """Refuse options that would have no effect."""
    for name in PLAN_OPTIONS:
        if given[name] is not None:
            option = "coders" if name == "n_coders" else name.replace("_", "-")
            raise UsageError(f"--{option} works with --plan")
    other, where = (_ONLY_FILE, "with --from") if source is None else (_ONLY_PROJECT, "with a project, not with --from")
    for name in other:
        if given[name]:
            option = {"variables": "variable", "coders": "coder", "articles": "article", "roles": "role"}.get(
                name, name
            )
            raise UsageError(
                f"--{option.replace('_', '-').removesuffix('s' if name == 'phases' else '')} works {where}"
            )
    if source is not None and given["level"] is None:
        raise UsageError(f"--from needs --level: {', '.join(LEVELS)}")
    if given["epsilon"] is not None and given["model"] is None:
        raise UsageError("--epsilon works with --model")
    if len(given["coders"]) == 1:
        raise UsageError("agreement needs two coders: name two with --coder, or none for all")
    if source is None and given["cluster"] not in (None, "article", "batch", "none"):
        raise UsageError("--cluster is article, batch or none")


def _intervals(given: dict[str, Any], *, in_file: bool) -> Intervals:
    from annotator.reports.project import Intervals

    n_samples = 10_000 if given["samples"] is None and given["bca"] else given["samples"]
    cluster = None if in_file or given["cluster"] == "none" else given["cluster"] or "article"
    return Intervals(n_samples, given["seed"], "bca" if given["bca"] else "percentile", cluster)


def _of_project(project: Project, as_json: bool, given: dict[str, Any]) -> None:
    # numpy and the coefficients, which no other command needs
    from annotator.cli.progress import steps
    from annotator.records import Selection
    from annotator.reports.project import project_report
    from annotator.store.changes.assignment_plan import AssignmentPlan

    narrowed = (given["coders"], given["articles"], given["roles"], given["phases"])
    selection = Selection(*narrowed, outside=given["outside"])
    with project.open(read_only=True) as store:
        refuse_blind(store, given["phases"], unblind=given["unblind"])
        if given["model"] is not None:
            from annotator.reports.models.project_model import ModelRule, check_model

            check_model(store, ModelRule(given["model"]), selection)
        selection = AssignmentPlan(store).without_training(selection)
    if given["watch"]:
        if as_json or given["form"] or given["variables"] or given["model"]:
            raise UsageError("--watch shows live figures; without it there are forms, single variables and models")
        _watch(project, selection)
        return
    with project.open(read_only=True) as store:
        with steps() as tick:
            report = project_report(store, selection, given["variables"], _intervals(given, in_file=False), tick)
            report = _with_model(store, report, selection, given)
        again = {} if report.not_computed else _rechecks(store, selection, given)
        _tell_unblindings(store)
    _show(report, as_json, given, again)
    if report.not_computed:
        click.echo(f"Stopped. Not computed: {one_line('; '.join(report.not_computed))}.", err=True)
        raise click.exceptions.Exit(130)


def _with_model(store: Store, report: ProjectReport, selection: Selection, given: dict[str, Any]) -> ProjectReport:
    """The report with a model beside the humans, if one is named."""
    from dataclasses import replace

    from annotator.reports.compared.measures import chosen_variables
    from annotator.reports.models.project_model import ModelRule, project_model

    if given["model"] is None or report.not_computed:
        return report
    wanted = chosen_variables(store.codebooks.current(), given["variables"])
    rule, cluster = ModelRule(given["model"], given["epsilon"]), _intervals(given, in_file=False).cluster
    return replace(
        report,
        model=project_model(store, rule, report.coders, selection, wanted, cluster, is_chosen=bool(given["variables"])),
    )


def _show(report: ProjectReport, as_json: bool, given: dict[str, Any], again: dict[str, ProjectReport]) -> None:
    """Print or write the report in the form that was asked for."""
    from annotator.reports.model_page import model_details
    from annotator.reports.pages import detail, overview

    if given["matrices"] is not None:
        from annotator.reports.render.csv_figures import lines, write_matrices

        for line in lines(write_matrices(report, given["matrices"])):
            click.echo(line, err=True)
    if _has_form(report, as_json, given, again):
        return
    from annotator.reports.render.terminal import print_blocks

    print_blocks(overview(report))
    _print_rechecks(again)
    if given["details"] or given["variables"]:
        for one in report.measures:
            print_blocks(detail(one))
        print_blocks(model_details(report))


def _rechecks(store: Store, selection: Selection, given: dict[str, Any]) -> dict[str, ProjectReport]:
    """Intra-coder agreement: each coder who recoded work blindly, compared with themselves."""
    from dataclasses import replace

    from annotator.reports.project import project_report
    from annotator.store.changes.assignment_plan import AssignmentPlan

    return {
        coder: project_report(
            store,
            replace(selection, coders=(coder, second), phases=()),
            given["variables"],
            _intervals(given, in_file=False),
        )
        for coder, second in AssignmentPlan(store).rechecks()
        if selection.coders == () or coder in selection.coders
    }


def _print_rechecks(again: dict[str, ProjectReport]) -> None:
    """Say how far coders agree with themselves; `annotator assign report` says it in full."""
    from annotator.cli.tables import print_table
    from annotator.reports.words.number_text import decimal, verdict

    rows = [
        [one_line(coder), one_line(one.measure.title), alpha.n_units_paired, decimal(alpha.value), verdict(alpha)]
        for coder, report in again.items()
        for one in report.measures
        if (alpha := one.report.alpha).n_units_paired
    ]
    if rows:
        click.echo("Intra-coder agreement: coders with themselves, coding again without knowing")
        print_table(["coder", "variable", "units", "α", "verdict"], rows)


def _tell_unblindings(store: Store) -> None:
    """Say who was shown others' codings before a phase was closed, because figures rest on blind coding."""
    for name, at, command in store.unblindings():
        when = at[:16].replace("T", " ")
        click.echo(
            f"not blind: {one_line(name)} was shown others' codings in an open phase ({one_line(command)}, {when} UTC)",
            err=True,
        )


def _watch(project: Project, selection: Selection, sleep: Callable[[float], None] = time.sleep) -> None:
    """Print the live figures whenever they change."""
    from annotator.reports.live import LiveAgreement

    with project.open(read_only=True) as store:
        live = LiveAgreement(store, selection)
        shown = ""
        while True:
            line = live.line()
            if line != shown:
                click.echo(f"{time.strftime('%H:%M:%S')}  {one_line(line)}")
                shown = line
            sleep(_WATCH_SECONDS)
            live.refresh()


def _of_file(source: str, as_json: bool, given: dict[str, Any]) -> None:
    from annotator.reports.label_files.delimited import BadFileError

    try:
        report = _file_report(source, given)
    except BadFileError as error:
        for fault in error.faults[:_MOST_FAULTS]:
            click.echo(f"{one_line(source)}, {one_line(str(fault))}", err=True)
        if len(error.faults) > _MOST_FAULTS:
            click.echo(f"and {len(error.faults) - _MOST_FAULTS} more", err=True)
        raise
    for fault in report.file.skipped[:_MOST_FAULTS]:
        click.echo(f"skipped: {one_line(source)}, {one_line(str(fault))}", err=True)
    if _has_form(report, as_json, given):
        return
    from annotator.reports.pages import file_page
    from annotator.reports.render.terminal import print_blocks

    print_blocks(file_page(report))


def _file_report(source: str, given: dict[str, Any]) -> FileReport:
    from annotator.cli.progress import steps
    from annotator.reports.corpus.read import read_corpus
    from annotator.reports.corpus.source import is_corpus
    from annotator.reports.file_report import file_report
    from annotator.reports.label_files.label_file import LabelFile, Options, read_label_file

    categories = given["categories"]
    options = Options(
        given["level"],
        None if categories is None else tuple(part.strip() for part in categories.split(",")),
        given["wide"],
        given["missing"] or None,
        given["cluster"],
        given["encoding"],
        given["skip_bad"],
        given["model"],
    )
    engine, memory = given["engine"], given["memory"]
    with steps() as tick:
        tick("reading the labels", 0, 2)
        if engine is not None or is_corpus(source, options):
            file: LabelFile[Any] = read_corpus(source, options, engine, memory)
        elif memory is not None:
            raise UsageError("--memory works with --engine duckdb")
        else:
            file = read_label_file(_read(source), one_line(source), options)
        tick("computing the figures", 1, 2)
        return file_report(file, _intervals(given, in_file=True), given["weights"] or "nominal", given["epsilon"])


def _read(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise AgreementError(f"{one_line(source)} cannot be read: {(error.strerror or 'refused').lower()}") from error


def _has_form(
    report: ProjectReport | FileReport,
    as_json: bool,
    given: dict[str, Any],
    again: dict[str, ProjectReport] | None = None,
) -> bool:
    """Write the report in the form that was asked for; False when it is to be shown."""
    if as_json and given["form"] is not None:
        raise UsageError("--json and --as are two forms: choose one")
    if given["form"] is None and not as_json:
        if given["out"] is not None:
            raise UsageError(f"--out needs --json or --as: {', '.join(FORMS)}")
        return False
    if as_json:
        rechecks = {"rechecks": {coder: one.to_dict() for coder, one in again.items()}} if again else {}
        text = _json({**report.to_dict(), **rechecks})
    else:
        text = _formed(report, given["form"])
    if given["out"] is None:
        click.echo(plain(text), nl=False)
        return True
    write_output(given["out"], text)
    return True


def _formed(report: ProjectReport | FileReport, form: str) -> str:
    from annotator.reports.render.forms import formed

    return formed(report, form)


def _json(whole: dict[str, Any]) -> str:
    return json_text(whole, indent=2) + "\n"
