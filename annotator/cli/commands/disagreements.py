"""`annotator disagreements`: list every unit on which coders differ, the costliest first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from annotator.cli.blindness import caller, own_work, unblind_option
from annotator.cli.json_text import json_text
from annotator.cli.options import Project, json_option, pass_project, project_option
from annotator.cli.output_file import write_output
from annotator.errors import UsageError
from annotator.text.terminal_text import plain

if TYPE_CHECKING:
    from annotator.reports.differences.disagreement_list import DifferingUnits
    from annotator.reports.differences.disagreements import Viewer
    from annotator.store import Store

FORMS = ("csv", "json", "markdown")


@click.command("disagreements")
@click.option(
    "--variable",
    "variables",
    metavar="NAME",
    multiple=True,
    help="Only what differs in this variable, or in `statement` (whether there is one) or `state`; can be repeated.",
)
@click.option("--coder", "coders", metavar="NAME", multiple=True, help="Compare only these coders.")
@click.option("--article", "articles", metavar="ID", multiple=True, help="Only this article, by id or name.")
@click.option("--role", "roles", metavar="ROLE", multiple=True, help="Only paragraphs of this role.")
@click.option("--phase", "phases", metavar="PHASE", multiple=True, help="Only codings of this phase.")
@click.option("--outside", is_flag=True, help="Count what coders with an assignment coded outside of it, too.")
@click.option("--as", "form", type=click.Choice(FORMS), help="Every coding in full, with the text, in this form.")
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Write to a file, not to stdout.")
@unblind_option
@json_option
@project_option
@pass_project
def command(
    project: Project, /, form: str | None, out: Path | None, unblind: bool, as_json: bool, **given: Any
) -> None:
    """List every unit on which coders differ, the costliest first.

    A unit is a statement, a paragraph or an article. The cost is what it adds to the observed disagreement, summed over
    its variables. If you code in this project, you see only paragraphs that you have finished; --unblind shows all.
    """
    from annotator.cli.progress import progress
    from annotator.records import Selection
    from annotator.reports.differences.disagreement_list import differing_units
    from annotator.store.changes.assignment_plan import AssignmentPlan

    if as_json and form not in (None, "json"):
        raise UsageError(f"--json and --as {form} are two forms: choose one")
    form = "json" if as_json else form
    if out is not None and form is None:
        raise UsageError(f"--out needs --as: {', '.join(FORMS)}")
    if len(given["coders"]) == 1:
        raise UsageError("a comparison needs two coders: name two with --coder, or none for all")
    narrowed = (given["coders"], given["articles"], given["roles"], given["phases"])
    selection = Selection(*narrowed, outside=given["outside"])
    with project.open(read_only=True) as store, progress() as report:
        counted = AssignmentPlan(store).without_training(selection)
        found = differing_units(store, _viewer(store, unblind=unblind), counted, given["variables"], report)
    if form is None:
        _show(found)
    else:
        text = _formed(found, form)
        if out is None:
            click.echo(text, nl=False)
        else:
            write_output(out, text)
    _say_hidden(found)


def _viewer(store: Store, *, unblind: bool) -> Viewer:
    """The one who calls. Who has coded nothing in this project is not blind to anything in it."""
    from annotator.reports.differences.disagreements import Viewer

    name = caller(store)
    if unblind:
        own_work(store, unblind=True)  # records it, where something is hidden
        return Viewer(store, None)
    return Viewer(store, name, is_adjudicator=not store.blindness(name).has_finished)


def _show(found: DifferingUnits) -> None:
    from annotator.cli.tables import print_table
    from annotator.reports.render.disagreement_forms import table_rows

    print_table(["cost", "where", "what differs", "text"], table_rows(found.units), empty="No unit differs.")


def _formed(found: DifferingUnits, form: str) -> str:
    from annotator.reports.render.disagreement_forms import as_markdown, to_csv, to_rows

    if form == "json":
        rows = ",\n".join(json_text(row) for row in to_rows(found.units))
        return f"[\n{rows}\n]\n" if rows else "[]\n"
    return plain(to_csv(found.units) if form == "csv" else as_markdown(found.units))


def _say_hidden(found: DifferingUnits) -> None:
    """Say how much was compared, and what stays hidden and why."""
    from annotator.text.counted import counted

    said = f"{counted(len(found.units), 'unit')} in {counted(found.n_compared, 'paragraph')} compared"
    for n, why in (
        (found.n_not_done, "that you have not finished"),
        (found.n_blind, "of your open phase"),
    ):
        if n:
            said += f"; {counted(n, 'paragraph')} {why} {'is' if n == 1 else 'are'} hidden (--unblind shows all)"
    click.echo(f"{said}.", err=True)
