"""`annotator merge`: merge coders' files, or undo a merge."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotator.cli.blindness import allowed, unblind_option, visible_coders
from annotator.cli.confirm import ask, dry_run_option, yes_option
from annotator.cli.json_text import json_text
from annotator.cli.options import Project, json_option, pass_project, project_option
from annotator.errors import UsageError
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store.merge.merge import Report

_SHOWN = 10


@click.command("merge")
@click.argument("files", nargs=-1, metavar="OTHER.db...", type=click.Path(path_type=Path))
@click.option("--undo", is_flag=True, help="Undo the last merge.")
@click.option("--list", "only_list", is_flag=True, help="Only list earlier merges.")
@dry_run_option
@yes_option
@unblind_option
@json_option
@project_option
@pass_project
def command(
    project: Project,
    files: tuple[Path, ...],
    undo: bool,
    only_list: bool,
    dry_run: bool,
    yes: bool,
    unblind: bool,
    as_json: bool,
) -> None:
    """Merge other project files: articles by text, statements by id, speakers and coders by name.

    Nothing is lost, the order does not matter, and merging a file again changes nothing. If a coder changed the same
    record on two machines, the later version counts. The history keeps the other. A project that does not exist yet is
    made of the files.
    """
    from annotator.cli.progress import progress
    from annotator.store.merge.merge import merge, merge_new

    if undo or only_list:
        _older(project, undo=undo, dry_run=dry_run, yes=yes, unblind=unblind)
        return
    if not files:
        raise UsageError("name the files to merge")
    with progress() as tick:
        if not project.path.exists():
            if dry_run:
                raise UsageError(
                    f"there is no project {one_line(str(project.path))} to merge into; `annotator init` makes one"
                )
            report = merge_new(project.path, files, tick=tick)
        else:
            with project.open() as store:
                report = merge(store, files, dry_run=dry_run, tick=tick)
    with project.open(read_only=True) as store:
        report = _seen(report, visible_coders(store, unblind=unblind))
    if as_json:
        click.echo(json_text(_as_json(report), indent=2))
    else:
        _say(report)
    would = "Nothing was changed; the list shows the merge." if dry_run else "`annotator merge --undo` takes it back."
    click.echo("There was nothing new." if report.merge_id is None else would, err=True)


def _older(project: Project, *, undo: bool, dry_run: bool, yes: bool, unblind: bool) -> None:
    from annotator.cli.tables import print_table
    from annotator.store.merge.merge import coders_of, merges, unmerge

    with project.open(read_only=not undo) as store:
        if undo:
            allowed(store, coders_of(store.connection), unblind=unblind)
            if not dry_run:
                ask("Undo the last merge, and the later steps that depend on it?", yes=yes)
            names, n_steps, n_later = unmerge(store, dry_run=dry_run)
            would = "would go" if dry_run else "went"
            click.echo(f"{one_line(names)}: {n_steps} steps {would}, and {n_later} later steps that depend on them")
            return
        rows = [[one_line(name), at, "taken back" if undone else ""] for _, name, at, undone in merges(store)]
        print_table(["files", "merged", ""], rows, empty="Nothing was merged here.")


def _seen(report: Report, visible: list[str] | None) -> Report:
    """The part of a report that a coder may see: in an open phase, nothing about others' codings."""
    if visible is None:
        return report
    return report._replace(
        files=[one._replace(steps={c: n for c, n in one.steps.items() if c in visible}) for one in report.files],
        conflicts=[conflict for conflict in report.conflicts if conflict.coder in visible],
        same_names=[],
        shared_aliases=[],
    )


def _say(report: Report) -> None:
    for file in report.files:
        steps = ", ".join(f"{one_line(coder)} {n} steps" for coder, n in file.steps.items() if coder != "annotator")
        new = f"{file.n_articles} new article{'s' * (file.n_articles != 1)}"
        click.echo(f"{file.name}: {new}; {steps or 'no new work'}")
    for name, n in report.same_names[:_SHOWN]:
        click.echo(f"one entry now: {n} entries of the registry were called {one_line(name)}")
    for alias, names in report.shared_aliases[:_SHOWN]:
        click.echo(f"to decide: {one_line(alias)} leads to {', '.join(map(one_line, names))}")
    for c in report.conflicts[:_SHOWN]:
        what = f"{c.entity} {one_line(c.key)}" + (f" ({c.field})" if c.field else "")
        kept, other = one_line(c.kept or "nothing")[:60], one_line(c.other or "nothing")[:60]
        click.echo(f"two versions of {one_line(c.coder)}: {what}: {kept} stands, {other} beside it")
    more = len(report.conflicts) - _SHOWN
    if more > 0:
        click.echo(f"and {more} more such versions; --json lists them all")
    if report.n_orphans:
        click.echo(f"{report.n_orphans} records wait for an article or a statement that none of the files holds")


def _as_json(report: Report) -> dict[str, object]:
    return {
        "files": [file._asdict() for file in report.files],
        "conflicts": [conflict._asdict() for conflict in report.conflicts],
        "same_names": [{"name": name, "entries": n} for name, n in report.same_names],
        "shared_aliases": [{"alias": alias, "entries": names} for alias, names in report.shared_aliases],
        "orphans": report.n_orphans,
        "merge": report.merge_id,
    }
