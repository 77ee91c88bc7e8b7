"""`annotator aggregate`: combine all coders' labels into one layer; their own codings stay as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from annotator.cli.blindness import caller, refuse_blind, unblind_option
from annotator.cli.confirm import dry_run_option
from annotator.cli.json_text import json_text
from annotator.cli.options import Project, json_option, pass_project, project_option
from annotator.cli.output_file import write_output
from annotator.errors import UsageError
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store import Store
    from annotator.store.changes.aggregation import Run

_GUESSING = 0.1
"""A competence below which a coder is as good as guessing."""

_METHODS = ("majority", "dawid-skene", "mace")


@click.command("aggregate")
@click.option("--method", type=click.Choice(_METHODS), default="majority", help="How (majority).")
@click.option("--variable", "variables", metavar="NAME", multiple=True, help="Only this variable; can be repeated.")
@click.option("--coder", "coders", metavar="NAME", multiple=True, help="Only these coders' labels.")
@click.option("--article", "articles", metavar="ID", multiple=True, help="Only this article, by id or name.")
@click.option("--role", "roles", metavar="ROLE", multiple=True, help="Only paragraphs of this role.")
@click.option("--phase", "phases", metavar="PHASE", multiple=True, help="Only codings of this phase.")
@click.option("--seed", type=click.IntRange(0), default=0, help="Seed of MACE's random starts (0).")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write every label with its probabilities to a file too, one JSON object a line.",
)
@click.option("--status", "is_status", is_flag=True, help="Show what the layer holds now.")
@click.option("--undo", is_flag=True, help="Undo the last layer; the layer before it counts again.")
@dry_run_option
@unblind_option
@json_option
@project_option
@pass_project
def command(project: Project, /, is_status: bool, undo: bool, as_json: bool, **given: Any) -> None:
    """Make one label for each unit from all coders' labels: by majority, or weighted by each coder's competence.

    The labels become a layer that never changes the coders' own codings and never enters agreement or the adjudicated
    layer; `export --layer aggregate` writes it. A tie has no winner. The method makes the labels of variables with
    categories, of paragraphs and of matched statements. The majority makes which statements stand, states, sets,
    speakers and other entities. Numbers, texts and variables of articles are not aggregated.
    """
    if is_status or undo:
        _older(project, undo=undo, as_json=as_json, **given)
        return
    # numpy, which no other command needs beside agreement
    from annotator.cli.progress import steps
    from annotator.records import Selection
    from annotator.reports.aggregate import aggregate
    from annotator.store.changes.aggregation import Aggregations
    from annotator.store.tables.coders import PROGRAM

    selection = Selection(given["coders"], given["articles"], given["roles"], given["phases"])
    with project.open(read_only=given["dry_run"]) as store:
        refuse_blind(store, selection.phases, unblind=given["unblind"])
        with steps() as tick:
            tick("aggregating the labels", 0, 3)
            run = aggregate(store, given["method"], given["variables"], selection, given["seed"])
            tick("writing every label", 1, 3)
            if given["out"] is not None:
                write_output(given["out"], "".join(f"{json_text(row)}\n" for row in _rows(store, run)))
            tick("writing the layer", 2, 3)
            if not given["dry_run"]:
                Aggregations(store).put(run, caller(store) or PROGRAM)
    _say(run.about, as_json)
    what = (
        "Nothing was changed." if given["dry_run"] else "`annotator export FORMAT --layer aggregate` writes the layer."
    )
    click.echo(what, err=True)


def _older(project: Project, *, undo: bool, as_json: bool, dry_run: bool, unblind: bool, **_given: Any) -> None:
    """Show what the current layer holds, or undo it."""
    from annotator.store.changes.aggregation import Aggregations

    if undo and dry_run:
        raise UsageError("--undo takes one layer back; --status says which one it is")
    with project.open(read_only=not undo) as store:
        refuse_blind(store, unblind=unblind)
        layers = Aggregations(store)
        undone = layers.undo() if undo else None
        about, later = layers.current(), layers.n_steps_since()
    if undo:
        click.echo("There is no layer to undo." if undone is None else f"Undone: {one_line(undone.what)}", err=True)
    if about is None:
        click.echo("null" if as_json else "There is no aggregated layer.")
        return
    _say({**about, "n_steps_since": later}, as_json)


def _rows(store: Store, run: Run) -> Iterator[dict[str, Any]]:
    names = {article.article_id: article.name for article in store.articles.all()}
    for article_id, units in run.units.items():
        for unit in units:
            yield from unit.rows(article_id, names[article_id])


def _say(about: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json_text(about, indent=2))
        return
    from annotator.cli.tables import print_table

    variables = about["variables"]
    print_table(
        ["", "unit", "method", "units", "no winner", "one coder", "no label"],
        [
            [one_line(v["variable"]), v["unit"], v["method"]]
            + [v[name] for name in ("n_units", "n_ties", "n_one_coder", "n_without_label")]
            for v in variables
        ],
    )
    columns = [v for v in variables if v["competence"]]
    print_table(
        ["competence", *(one_line(v["variable"]) for v in columns)],
        [[one_line(coder), *(_share(v["competence"].get(coder)) for v in columns)] for coder in about["coders"]],
    )
    for sentence in _sentences(about):
        click.echo(sentence)


def _sentences(about: Mapping[str, Any]) -> Iterator[str]:
    """Warnings about the layer, in words."""
    n = about["n_statements"]
    if any(n.values()):
        present = counted(n["present"], "statement")
        yield f"Exported: {present} that stand; {n['absent']} do not, {n['tied']} without a winner."
    for v in about["variables"]:
        if v["is_built_in"] and v["variable"] == "presence":
            continue
        name, n = one_line(v["variable"]), v["n_ties"]
        if n:
            yield f"{name}: {n} unit{'s have' if n != 1 else ' has'} no winner and no label."
        for reason, count in v["labels_left_out"].items():
            yield f"{name}: {count} label{'s' if count != 1 else ''} left out: {one_line(reason)}."
        if v["method"].startswith("MACE") and max(v["competence"].values()) < _GUESSING:
            yield f"{name}: MACE takes every coder to be guessing, so its labels mean nothing here; try another method."
        if not v["has_converged"]:
            yield f"{name}: the estimates did not converge before the iterations ended."
    if about["coders_left_out"]:
        yield f"Left out; include them with --coder: {', '.join(map(one_line, about['coders_left_out']))}."
    if about.get("n_steps_since"):
        n_newer = counted(about["n_steps_since"], "step")
        yield f"Newer than this layer: {n_newer} of coding; aggregate again to include them."


def _share(x: float | None) -> str:
    return "–" if x is None else f"{x:.3f}".removeprefix("0")
