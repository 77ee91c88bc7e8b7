"""`annotator assign recode`: let coders code again what a new rule concerns; print what it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from annotator.cli.blindness import refuse_blind
from annotator.cli.confirm import ask, dry_run_option, yes_option
from annotator.cli.options import Project, pass_project, project_option
from annotator.errors import UsageError
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.reports.coder_checks.recoded import Recoded
    from annotator.store import Store
    from annotator.store.changes.recode import Concerned

_SHOWN = 10
"""Kinds of change that are printed for each coder."""


def _only_one(_context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> str | None:
    """The condition; a second one of its kind is refused, because click would drop the first without a word."""
    if len(values) > 1:
        raise click.UsageError(
            f"--{parameter.name} can be given once: a paragraph must meet every condition. Call the command again for"
            f" {', '.join(map(one_line, values[1:]))}"
        )
    return values[0] if values else None


@click.command("recode")
@click.option(
    "--category",
    metavar="VARIABLE[/CATEGORY]",
    multiple=True,
    callback=_only_one,
    help="Labels of this variable, or with this category.",
)
@click.option(
    "--target", metavar="NAME", multiple=True, callback=_only_one, help="Statements about this entry of the registry."
)
@click.option("--words", metavar="TEXT", multiple=True, callback=_only_one, help="Paragraphs with these words.")
@click.option("--coder", "coders", metavar="NAME", multiple=True, help="Only this coder's work; can be repeated.")
@click.option("--others", type=click.IntRange(0), help="Other paragraphs among which they hide (as many).")
@click.option("--after", "days", type=click.FloatRange(0), default=0, help="Days until they come back (0).")
@click.option("--seed", type=click.IntRange(0), default=0, help="Seed of the random draw (0).")
@dry_run_option
@yes_option
@project_option
@pass_project
def command(
    project: Project,
    category: str | None,
    target: str | None,
    words: str | None,
    coders: tuple[str, ...],
    others: int | None,
    days: float,
    seed: int,
    dry_run: bool,
    yes: bool,
) -> None:
    """Let coders code again what a new rule concerns, blind to their first coding and hidden among other paragraphs.

    A paragraph comes back if it meets every condition. The first coding stays; `assign report` says what changed.
    """
    from annotator.store.changes.recode import Concerned, Recoding

    variable, _, name = (category or "").partition("/")
    wanted = Concerned(variable or None, name or None, target, words, coders)
    with project.open() as store:
        refuse_blind(store)
        _check_category(store, wanted)
        recoding = Recoding(store)
        found = recoding.find(wanted, n_others=others, seed=seed)
        for one in found:
            again = f"; {one.n_again} were coded a second time before and stay" if one.n_again else ""
            click.echo(
                f"{one_line(one.coder)}: {counted(len(one.concerned), 'paragraph')},"
                f" {counted(len(one.others), 'other')}{again}"
            )
        if not any(one.concerned for one in found):
            raise UsageError("no finished paragraph is concerned, so nothing comes back")
        if dry_run:
            click.echo("Nothing was changed.", err=True)
            return
        ask("Let these paragraphs come back?", yes=yes)
        recoding.queue(found, wanted.in_words, days=days, seed=seed)
    click.echo("They come back between other work; `annotator assign report` says what changed.", err=True)


def print_recoded(batches: list[Recoded]) -> None:
    """Print what changed in the paragraphs that a rule concerns, beside those among which they were hidden."""
    if not batches:
        return
    from annotator.cli.tables import print_table

    click.echo("Coded again after a rule")
    rows = []
    for one in batches:
        counts = (one.n_given, one.n_done, one.n_changed, one.n_others, one.n_others_changed)
        rows.append([one_line(one.batch), one_line(one.coder), *counts])
    print_table(["rule", "coder", "given", "again", "changed", "others again", "changed"], rows)
    for one in batches:
        for words, n in one.most[:_SHOWN]:
            click.echo(f"{one_line(one.coder)}, {one_line(one.batch)}: {one_line(words)} ({n})")
        if len(one.most) > _SHOWN:
            click.echo(f"{one_line(one.coder)}: {len(one.most) - _SHOWN} more kinds of change; --json lists them")


def _check_category(store: Store, wanted: Concerned) -> None:
    if wanted.variable is None:
        return
    variable = store.codebooks.current().variable(wanted.variable)
    if variable is None:
        raise UsageError(f"the codebook has no variable {one_line(wanted.variable)!r}")
    if wanted.category is not None and variable.categories and variable.category(wanted.category) is None:
        raise UsageError(f"{variable.title} has no category {one_line(wanted.category)!r}")
