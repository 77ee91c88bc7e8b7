"""`annotator estimate`: shares of categories with intervals, from human codings and a model's labels."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from annotator.cli.blindness import refuse_blind, unblind_option
from annotator.cli.json_text import json_text
from annotator.cli.options import Project, json_option, pass_project, project_option

if TYPE_CHECKING:
    from annotator.reports.estimate.shares import EstimateReport


@click.command("estimate")
@click.argument("variable", metavar="VARIABLE")
@click.option("--by", type=click.Choice(["outlet", "month", "speaker"]), help="Shares in each of these.")
@click.option("--model", metavar="NAME", help="The model whose labels are used; needed only if there are several.")
@click.option("--role", "roles", metavar="ROLE", multiple=True, help="Only paragraphs of this role; can be repeated.")
@unblind_option
@json_option
@project_option
@pass_project
def command(project: Project, /, variable: str, unblind: bool, as_json: bool, **given: Any) -> None:
    """Estimate the shares of a variable's categories, with intervals.

    VARIABLE is a variable of the codebook with categories or names, or claim: the share of paragraphs with a statement.
    Shares come from human codings alone, and, where a model has coded everything, from both by DSL and PPI++. The
    inclusion probabilities are those of `annotator assign draw`.
    """
    report = _report(project, variable, unblind, given)
    if as_json:
        click.echo(json_text(report.to_dict(), indent=2))
        return
    from annotator.reports.estimate.page import estimate_page
    from annotator.reports.render.terminal import print_blocks

    print_blocks(estimate_page(report))


def _report(project: Project, variable: str, unblind: bool, given: dict[str, Any]) -> EstimateReport:
    # numpy and the estimators, which only commands about figures need
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from annotator.reports.estimate.shares import estimate_shares

    with project.open(read_only=True) as store:
        refuse_blind(store, unblind=unblind)
        return estimate_shares(store, variable, given["by"], given["model"], given["roles"])
