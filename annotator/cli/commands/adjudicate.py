"""`annotator adjudicate`: adjudicate disagreements; the gold layer stays apart from the coders' own codings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from annotator.cli.blindness import is_blind
from annotator.cli.confirm import dry_run_option
from annotator.cli.json_text import json_text
from annotator.cli.known_coder import known_or_new, new_coder_option
from annotator.cli.options import Project, coder_option, default_coder, json_option, pass_project, project_option
from annotator.cli.screen import has_screen
from annotator.errors import UsageError
from annotator.model import PHASES
from annotator.text.counted import counted

if TYPE_CHECKING:
    from annotator.store import Store


@click.command("adjudicate")
@coder_option
@click.option("--alike", is_flag=True, help="Make gold of every open paragraph that two or more coders coded alike.")
@click.option("--status", "is_status", is_flag=True, help="Show how many paragraphs are gold and how many are left.")
@click.option(
    "--phase", "phases", type=click.Choice(PHASES), multiple=True, help="Only codings of this phase (all but training)."
)
@new_coder_option
@dry_run_option
@json_option
@project_option
@pass_project
def command(
    project: Project,
    coder: str | None,
    *,
    alike: bool,
    is_status: bool,
    phases: tuple[str, ...],
    new_coder: bool,
    dry_run: bool,
    as_json: bool,
) -> int | None:
    """Adjudicate what coders disagree about: decide which value becomes gold, and why.

    Without options a screen shows each disagreement, the worst first. You need not have coded yourself; `annotator
    assign judge` says who may. Gold never
    changes the coders' own codings and never enters agreement; `export --layer gold` writes it. Training is left out
    unless --phase names it.
    """
    from annotator.store.changes.adjudication import refuse_others
    from annotator.store.tables.coders import coder_name

    name = coder_name(coder if coder is not None else default_coder())
    if is_status or alike:
        with project.open(read_only=dry_run or not alike) as store:
            _refuse_blind(store, name)
            if alike:
                refuse_others(store, name)
                if not dry_run:
                    known_or_new(store, name, is_new=new_coder)
            counts = _counted(store, name, phases, adjudicate=alike, dry_run=dry_run)
        _say(counts, as_json, dry_run)
        return None
    if as_json or dry_run:
        raise UsageError("--json and --dry-run need --alike or --status")
    if not has_screen():
        raise UsageError("the adjudication screen needs a terminal; --alike and --status do not")
    from annotator.app.adjudication_app import run

    with project.open() as store:
        _refuse_blind(store, name)
        refuse_others(store, name)
        known_or_new(store, name, is_new=new_coder)
        return run(store, name, phases)


def _refuse_blind(store: Store, name: str) -> None:
    if is_blind(store, name):
        raise UsageError("your phase is open: you see others' codings only after it is closed")


def _counted(store: Store, name: str, phases: tuple[str, ...], *, adjudicate: bool, dry_run: bool) -> dict[str, int]:
    """Paragraphs that two or more humans coded: adjudicated, and left with and without a disagreement.

    Args:
        store: The project.
        name: The adjudicator.
        phases: Whose codings count; none means all but training.
        adjudicate: Make gold first of what all coded alike; how much that is stands under `alike`.
        dry_run: Only count it.
    """
    from annotator.cli.progress import steps
    from annotator.reports.differences.adjudication import unanimous
    from annotator.store.changes.adjudication import ALIKE, Adjudication, adjudicated, adjudicated_alike

    with steps() as tick:
        tick("comparing the codings", 0, 0)
        several = unanimous(store, phases)
    agreed = {paragraph: one for paragraph, one in several.items() if one is not None}
    done = adjudicated(store)
    found = {paragraph: one for paragraph, one in agreed.items() if paragraph not in done}
    if adjudicate and found and not dry_run:
        gold = [(paragraph, one._replace(reason=ALIKE)) for paragraph, one in found.items()]
        Adjudication(store, name).adjudicate_all(gold)
        done |= found.keys()
    n_empty = sum(not (one.statements or one.labels) for one in found.values())
    counts = {"alike": len(found), "alike_empty": n_empty} if adjudicate else {}
    left = several.keys() - done
    return counts | {
        "settled": len(done),
        "left_alike": len(left & agreed.keys()),
        "left_different": len(left - agreed.keys()),
        "alike_no_more": len(adjudicated_alike(store) & (several.keys() - agreed.keys())),
    }


def _say(counts: dict[str, Any], as_json: bool, dry_run: bool) -> None:
    if as_json:
        click.echo(json_text(counts))
        return
    if "alike" in counts:
        did = "would become gold" if dry_run else "became gold"
        click.echo(
            f"{counted(counts['alike'], 'paragraph')} that all coders coded alike {did};"
            f" {counts['alike_empty']} of them empty (no claim, furniture or duplicate)."
        )
    click.echo(
        f"gold: {counted(counts['settled'], 'paragraph')}; left: {counts['left_different']} with a disagreement,"
        f" {counts['left_alike']} coded alike."
    )
    if counts["alike_no_more"]:
        click.echo(
            f"{counted(counts['alike_no_more'], 'paragraph')} became gold because all had coded alike, and somebody has"
            " coded differently since; the screen shows where."
        )
