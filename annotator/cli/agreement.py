"""`annotator agreement`: how far coders agree, on which statements exist and on what is said of them."""

from __future__ import annotations

import json

import click

from annotator.cli.options import Project, json_option, pass_project, project_option
from annotator.errors import UsageError


@click.command("agreement")
@click.option("--variable", "variables", metavar="NAME", multiple=True, help="Only this variable; can be repeated.")
@click.option("--coder", "coders", metavar="NAME", multiple=True, help="Compare only these coders.")
@click.option("--article", "articles", metavar="ID", multiple=True, help="Only this article, by id or name.")
@click.option("--role", "roles", metavar="ROLE", multiple=True, help="Only paragraphs of this role.")
@click.option("--phase", "phases", metavar="PHASE", multiple=True, help="Only what was coded in this phase.")
@json_option
@project_option
@pass_project
def command(
    project: Project,
    variables: tuple[str, ...],
    coders: tuple[str, ...],
    articles: tuple[str, ...],
    roles: tuple[str, ...],
    phases: tuple[str, ...],
    as_json: bool,
) -> None:
    """Say how far the coders agree, and why not more.

    On three levels: paragraphs, which statements exist, and what is said of the statements that two coders both have.
    """
    # numpy and the coefficients, which no other command needs
    from annotator.reports.pages import detail, overview
    from annotator.reports.project import project_report
    from annotator.store.reliability import Choice

    if len(coders) == 1:
        raise UsageError("agreement is between coders: name two with --coder, or none for all")
    choice = Choice(coders, articles, roles, phases)
    with project.open(read_only=True) as store:
        report = project_report(store, choice, variables)
    if as_json:
        click.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=2))
        return
    from annotator.reports.terminal import print_blocks

    print_blocks(overview(report))
    if variables:
        for one in report.measures:
            print_blocks(detail(one))
