"""`annotator merge`: merge coders' files, or undo a merge."""

from __future__ import annotations

from pathlib import Path

import click

from annotator.cli.blindness import unblind_option, visible_coders
from annotator.cli.confirm import dry_run_option, yes_option
from annotator.cli.json_text import json_text
from annotator.cli.merge_report import report_json, say, seen, undo_last
from annotator.cli.options import Project, json_option, pass_project, project_option
from annotator.errors import UsageError
from annotator.text.terminal_text import one_line


@click.command("merge")
@click.argument("files", nargs=-1, metavar="OTHER.db...", type=click.Path(path_type=Path))
@click.option("--undo", is_flag=True, help="Undo the last merge or import.")
@click.option("--list", "only_list", is_flag=True, help="Only list earlier merges and imports.")
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
        report = seen(report, visible_coders(store, unblind=unblind))
    if as_json:
        click.echo(json_text(report_json(report), indent=2))
    else:
        say(report)
    would = "Nothing was changed; the list shows the merge." if dry_run else "`annotator merge --undo` takes it back."
    click.echo("There was nothing new." if report.merge_id is None else would, err=True)


def _older(project: Project, *, undo: bool, dry_run: bool, yes: bool, unblind: bool) -> None:
    from annotator.cli.tables import print_table
    from annotator.store.merge.undo import merges

    with project.open(read_only=not undo) as store:
        if undo:
            undo_last(store, dry_run=dry_run, yes=yes, unblind=unblind)
            return
        rows = [[one_line(name), at, "taken back" if undone else ""] for _, name, at, undone in merges(store)]
        print_table(["files", "merged", ""], rows, empty="Nothing was merged here.")
