"""`annotator import`: read an export back, or labels made elsewhere; or undo an import."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from annotator.cli.blindness import caller, own_work, unblind_option
from annotator.cli.confirm import dry_run_option, yes_option
from annotator.cli.json_text import json_text
from annotator.cli.merge_report import report_json, say_conflict, say_gaps, seen, undo_last
from annotator.cli.options import Project, json_option, pass_project, project_option
from annotator.errors import UsageError
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.model import ModelRun
    from annotator.store.import_.import_tables import Imported


@click.command("import")
@click.argument("paths", nargs=-1, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("--coder", metavar="NAME", help="The coder of all labels, in place of the coder in the rows.")
@click.option(
    "--as",
    "kind",
    type=click.Choice(["human", "model", "pre-annotation", "gold"]),
    help="Kind of coders who are new to the project (human). Pre-annotations are not codings: they never"
    " enter agreement. gold: the rows are the adjudicated answers, and --coder decided them.",
)
@click.option("--model-version", metavar="TEXT", help="Of a model: its version.")
@click.option(
    "--prompt",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Of a model: the file with its prompt; only the SHA-256 is kept.",
)
@click.option("--temperature", type=click.FloatRange(0), help="Of a model: the temperature of sampling.")
@click.option(
    "--model-date", type=click.DateTime(["%Y-%m-%d"]), help="Of a model: the day on which it made the labels."
)
@click.option(
    "--mapping",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Mapping file: names of the table's columns and values in this project (YAML or JSON).",
)
@click.option("--replace", is_flag=True, help="Where row and project differ, take the row's version. Lists both.")
@click.option("--undo", is_flag=True, help="Undo the last import or merge.")
@dry_run_option
@yes_option
@unblind_option
@json_option
@project_option
@pass_project
def command(
    project: Project,
    /,
    paths: tuple[Path, ...],
    coder: str | None,
    kind: Any,
    mapping: Path | None,
    replace: bool,
    undo: bool,
    dry_run: bool,
    yes: bool,
    unblind: bool,
    as_json: bool,
    **about: Any,
) -> None:
    """Import an export folder or its files, tables (CSV, JSON, Excel, Parquet), or annotations of other programs.

    Label Studio, doccano, Prodigy, Argilla, brat, INCEpTION, DNA and REFI-QDA are recognised by their content; what
    cannot be taken is counted.

    A row made elsewhere needs article_id, paragraph (counted from 0), coder and the labels; statement_id, speakers,
    evidence_start and evidence_end if they are known. All rows are imported, or none: an error names the file and line
    of the bad row.

    An import brings what is missing, and never deletes. If a row and the project differ, the later version counts, by
    the row's updated_at; both are listed. A row without updated_at changes nothing that is there, unless you use
    --replace. An older export changes nothing, and importing the same again neither.

    --as gold takes all rows of a paragraph as its gold, for training and comparison. A column reason says why; a row
    with a state alone, such as "no claim", is gold too.

    A model's codings are frozen. Labels of it that differ from what is there come in as another run, such as gpt (run
    2). Its version, prompt, temperature and date are recorded and exported.
    """
    if undo:
        with project.open() as store:
            undo_last(store, dry_run=dry_run, yes=yes, unblind=unblind)
        return
    if not paths:
        raise UsageError("name the input: an export folder, a table, or another program's annotations")
    name = ", ".join(one_line(path.name) for path in paths)[:200]
    imported = _import(
        project, paths, name, mapping, (coder, kind, replace, _model_run(**about)), dry_run=dry_run, unblind=unblind
    )
    if as_json:
        counts = {name: numbers._asdict() for name, numbers in imported.counts.items()}
        click.echo(json_text({**report_json(imported.report), "counts": counts, "remarks": imported.remarks}, indent=2))
    else:
        _say(imported)
    would = "Nothing was changed; the list shows the import." if dry_run else "`annotator import --undo` takes it back."
    click.echo("There was nothing new." if imported.report.merge_id is None else would, err=True)


def _import(
    project: Project,
    paths: tuple[Path, ...],
    name: str,
    mapping: Path | None,
    rule: tuple[str | None, Any, bool, ModelRun | None],
    *,
    dry_run: bool,
    unblind: bool,
) -> Imported:
    from annotator.cli.backup_report import say_removed
    from annotator.importing.column_mapping import load_mapping
    from annotator.importing.files import tables
    from annotator.store.changes.adjudication import refuse_others
    from annotator.store.file.backup import Snapshot
    from annotator.store.import_.import_tables import Rule, import_tables

    coder, kind, replaces, model = rule
    found = tables(paths, load_mapping(mapping))
    with project.open() as store:
        only = own_work(store, unblind=unblind)
        visible = None if only is None else [only]
        rows = Rule(coder, kind, only, replaces, model=model)
        if kind == "gold":
            if only is not None:
                raise UsageError("gold comes from the project lead; a coder with an open phase cannot import it")
            if model is not None:
                raise UsageError("gold is not a model: leave out what describes one")
            by = caller(store, coder) or "gold"
            refuse_others(store, by)
            rows = Rule(replaces=replaces, gold_by=by)
        if dry_run:
            imported = import_tables(store, found, rows, name=name, dry_run=True)
        else:
            with Snapshot(store.path, "before import") as snapshot:
                imported = import_tables(store, found, rows, name=name)
                snapshot.is_needed = imported.is_changed
            say_removed(snapshot.backup)
        return imported._replace(report=seen(imported.report, visible))


def _model_run(
    model_version: str | None, prompt: Path | None, temperature: float | None, model_date: datetime | None
) -> ModelRun | None:
    """What a model's labels were made with, as far as it is given."""
    from hashlib import sha256

    from annotator.model import ModelRun

    digest = None if prompt is None else sha256(prompt.read_bytes()).hexdigest()
    day = None if model_date is None else model_date.date().isoformat()
    run = ModelRun(version=model_version, prompt_sha256=digest, temperature=temperature, date=day)
    return run if run != ModelRun() else None


def _say(imported: Imported) -> None:
    for table, counts in imported.counts.items():
        found = {"new": counts.new, "changed": counts.changed, "unchanged": counts.unchanged, "older": counts.older}
        numbers = [f"{n} {name}" for name, n in found.items() if n or name in ("new", "unchanged")]
        click.echo(f"{table}: {', '.join(numbers)}, {counts.conflicts} in conflict", err=True)
    for conflict in imported.report.conflicts:
        say_conflict(conflict)
    say_gaps(imported.report, err=True)
    for remark in imported.remarks:
        click.echo(remark, err=True)
