"""`annotator merge`: merge coders' files, or undo a merge."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from annotator.cli.blindness import unblind_option, visible_coders
from annotator.cli.confirm import dry_run_option, yes_option
from annotator.cli.json_text import json_text
from annotator.cli.merge_report import report_json, say, seen, undo_last
from annotator.cli.options import Project, json_option, pass_project, project_option
from annotator.errors import StoreError, UsageError
from annotator.text.terminal_text import one_line


@click.command("merge")
@click.argument("files", nargs=-1, metavar="OTHER.db...", type=click.Path(path_type=Path))
@click.option(
    "--codebook",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The codebook that shall hold, if those of the files contradict each other.",
)
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
    codebook: Path | None,
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

    Codebooks that were changed in different files are joined: rules, examples and new categories of all of them hold,
    and of two texts for one thing the later. If they contradict each other, nothing is changed; --codebook says which
    codebook shall hold.
    """
    from annotator.cli.progress import progress
    from annotator.codebook.file import load_codebook
    from annotator.store.merge.merge import merge, merge_new
    from annotator.store.merge.rebuild_project import ContradictionError

    if undo or only_list:
        _older(project, undo=undo, dry_run=dry_run, yes=yes, unblind=unblind)
        return
    if not files:
        raise UsageError("name the files to merge")
    chosen = None if codebook is None else load_codebook(codebook)
    try:
        with progress() as tick:
            if not project.path.exists():
                if dry_run:
                    raise UsageError(
                        f"there is no project {one_line(str(project.path))} to merge into; `annotator init` makes one"
                    )
                report = merge_new(project.path, files, codebook=chosen, tick=tick)
                click.echo(f"There was no project {one_line(str(project.path))}: it is made of these files.", err=True)
            else:
                with project.open() as store:
                    report = merge(store, files, codebook=chosen, dry_run=dry_run, tick=tick)
    except ContradictionError as error:
        raise StoreError(f"{error}. {_way_out(project, files)}") from error
    with project.open(read_only=True) as store:
        report = seen(report, visible_coders(store, unblind=unblind))
    if as_json:
        click.echo(json_text(report_json(report), indent=2))
    else:
        say(report)
    would = "Nothing was changed; the list shows the merge." if dry_run else "`annotator merge --undo` takes it back."
    click.echo("There was nothing new." if report.merge_id is None else would, err=True)


def _way_out(project: Project, files: tuple[Path, ...]) -> str:
    """The commands that merge files whose codebooks contradict each other."""
    base = project.path if project.path.exists() else files[0]
    named = " ".join(shlex.quote(one_line(str(file))) for file in files)
    return (
        "Nothing was changed. Write the codebook that shall hold into a file"
        f" (`annotator --project {shlex.quote(one_line(str(base)))} codebook show --yaml > common.yaml`), change it as"
        f" you decide, and merge again with it: `annotator --project {shlex.quote(one_line(str(project.path)))} merge"
        f" {named} --codebook common.yaml`"
    )


def _older(project: Project, *, undo: bool, dry_run: bool, yes: bool, unblind: bool) -> None:
    from annotator.cli.tables import print_table
    from annotator.store.merge.undo import merges

    with project.open(read_only=not undo) as store:
        if undo:
            undo_last(store, dry_run=dry_run, yes=yes, unblind=unblind)
            return
        rows = [[one_line(name), at, "taken back" if undone else ""] for _, name, at, undone in merges(store)]
        print_table(["files", "merged", ""], rows, empty="Nothing was merged here.")
