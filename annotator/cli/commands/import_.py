"""`annotator import`: read an export back, or labels made elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from annotator.cli.blindness import own_work, unblind_option
from annotator.cli.options import Project, pass_project, project_option
from annotator.errors import UsageError
from annotator.text.terminal_text import one_line


@click.command("import")
@click.argument("paths", nargs=-1, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("--coder", metavar="NAME", help="The coder of all labels, in place of the coder in the rows.")
@click.option(
    "--as",
    "kind",
    type=click.Choice(["human", "model", "pre-annotation"]),
    help="Kind of coders who are new to the project (human). Pre-annotations are not codings: they never"
    " enter agreement.",
)
@click.option(
    "--mapping",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Mapping file: names of the table's columns and values in this project (YAML or JSON).",
)
@unblind_option
@project_option
@pass_project
def command(
    project: Project, paths: tuple[Path, ...], coder: str | None, kind: Any, mapping: Path | None, unblind: bool
) -> None:
    """Import an export folder or its files, or statements made elsewhere as JSONL or CSV.

    A row made elsewhere needs article_id, paragraph (counted from 0), coder and the labels; statement_id, speakers,
    evidence_start and evidence_end if they are known. All rows are imported, or none: an error names the file and line
    of the bad row. Importing the same again changes nothing, and each coder's part can be undone.
    """
    from annotator.importing.column_mapping import load_mapping
    from annotator.importing.files import tables
    from annotator.store.file.backup import Snapshot
    from annotator.store.import_.import_tables import import_tables

    if not paths:
        raise UsageError("name the input: an export folder, or files of JSONL or CSV")
    found = tables(paths, load_mapping(mapping))
    what = "import " + ", ".join(one_line(path.name) for path in paths)[:200]
    with project.open() as store, Snapshot(store.path, "before import") as snapshot:
        only = own_work(store, unblind=unblind)
        counts = import_tables(store, found, what=what, coder=coder, kind=kind, only=only)
        snapshot.is_needed = any(counts.changed.values())
    for name, n in counts.changed.items():
        click.echo(f"{name}: {n} new or changed, {counts.unchanged[name]} as they were", err=True)
    for remark in counts.remarks:
        click.echo(remark, err=True)
