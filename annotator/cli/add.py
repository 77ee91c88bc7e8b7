"""`annotator add`: articles from files and folders."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from annotator.cli.options import Project, json_option, pass_project, project_option
from annotator.cli.progress import progress
from annotator.errors import AnnotatorError, IngestError, UsageError
from annotator.ingest import BYS, FORMATS, Columns, Options, Refusal, inputs
from annotator.plain import one_line

if TYPE_CHECKING:
    from annotator.ingest import Input
    from annotator.store import Store


@click.command("add")
@click.argument("paths", nargs=-1)
@click.option(
    "--by",
    type=click.Choice(BYS),
    default="line",
    help="What a paragraph is: a non-blank line, or a block between blank lines (for hard-wrapped files).",
)
@click.option("--format", "kind", type=click.Choice(FORMATS), help="How files are read, when names mislead.")
@click.option("--encoding", metavar="NAME", help="How text is encoded, when it is recognised wrongly.")
@click.option("--text", metavar="COLUMN", help="The column or field that holds the text.")
@click.option("--name", metavar="COLUMN", help="The column that names the article.")
@click.option("--title", metavar="COLUMN", help="The column of the title.")
@click.option("--source", metavar="COLUMN", help="The column of the outlet.")
@click.option("--date", metavar="COLUMN", help="The column of the date.")
@click.option("--url", metavar="COLUMN", help="The column of the address.")
@click.option("--metadata", metavar="COLUMN", multiple=True, help="Keep only these other columns; can be repeated.")
@json_option
@project_option
@pass_project
def command(project: Project, /, paths: tuple[str, ...], as_json: bool, **given: Any) -> None:
    """Add articles from files, folders, zip archives, or - for standard input.

    Text, HTML, JSONL, JSON, CSV, Parquet and REFI-QDA projects are read. One line an input says: added, already
    there, or refused and why. A file is added whole or not at all, and each on its own, so that a long run can be
    stopped and begun again; adding a file again changes nothing. With --json each line is an object.
    """
    if not paths:
        raise UsageError("say what to add: files, folders, or - for standard input")
    counts: Counter[str] = Counter()
    with project.open() as store, progress() as report:
        _add(store, paths, _options(project, given), as_json, counts, report)
    said = f"{counts['added']} added, {counts['already there']} already there, {counts['refused']} refused."
    click.echo(said, err=True)
    if counts["refused"]:
        raise AnnotatorError(f"{counts['refused']} of the inputs could not be added")
    if not counts:
        raise AnnotatorError("nothing to add was found in " + ", ".join(one_line(path) for path in paths))


def _options(project: Project, given: dict[str, Any]) -> Options:
    columns = Columns(
        **{name: given[name] for name in ("text", "name", "title", "source", "date", "url")},
        metadata=given["metadata"] or None,
    )
    own = [Path(f"{project.path}{part}").resolve() for part in ("", "-wal", "-shm", "-journal", ".backups")]
    return Options(
        by=given["by"], encoding=given["encoding"], format=given["kind"], columns=columns, skip=frozenset(own)
    )


def _add(
    store: Store,
    paths: tuple[str, ...],
    options: Options,
    as_json: bool,
    counts: Counter[str],
    report: Callable[[str, int, int], None],
) -> None:
    found: list[Input | Refusal] = []
    for one in inputs(paths, options):
        found.append(one)
        report("looking for files", len(found), len(found) + 1)
    for n, one in enumerate(found, 1):
        if isinstance(one, Refusal):
            _refuse(one.path, one.sentence, as_json, counts)
        else:
            try:
                with store.connection.write():
                    lines = [_line(store, read) for read in one.read(options)]
            except IngestError as error:
                _refuse(one.shown, str(error), as_json, counts)
            else:
                for line in lines:
                    counts[line["status"]] += 1
                    _say(as_json, line)
        report("adding files", n, len(found))


def _line(store: Store, read: Any) -> dict[str, Any]:
    """Add one article; return what there is to say of it, without its text."""
    is_new = store.articles.add(read.article)
    return {
        "path": read.origin,
        "status": "added" if is_new else "already there",
        "article_id": read.article.article_id,
        "article": read.article.name,
        "paragraphs": len(read.article.paragraphs),
        "remarks": list(read.remarks),
    }


def _say(as_json: bool, line: dict[str, Any]) -> None:
    if as_json:
        click.echo(json.dumps(line, ensure_ascii=False))
        return
    n = line["paragraphs"]
    remarks = "".join(f"; {one_line(remark)}" for remark in line["remarks"])
    click.echo(f"{line['status']}: {one_line(line['path'])} ({n} paragraph{'s' * (n != 1)}{remarks})")


def _refuse(path: str, sentence: str, as_json: bool, counts: Counter[str]) -> None:
    counts["refused"] += 1
    if as_json:
        click.echo(json.dumps({"path": path, "status": "refused", "reason": sentence}, ensure_ascii=False))
    else:
        click.echo(f"refused: {sentence}")
    sys.stdout.flush()
