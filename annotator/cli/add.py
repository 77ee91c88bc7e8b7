"""`annotator add`: articles from files and folders."""

from __future__ import annotations

import json
from typing import Any

import click

from annotator.cli.options import Project, json_option, pass_project, project_option
from annotator.errors import AnnotatorError, IngestError, UsageError
from annotator.plain import one_line


@click.command("add")
@click.argument("paths", nargs=-1)
@click.option(
    "--by",
    type=click.Choice(["line", "block"]),
    default="line",
    help="What a paragraph is: a non-blank line, or a block between blank lines (for hard-wrapped files).",
)
@click.option("--encoding", metavar="NAME", help="How text is encoded, when it is recognised wrongly.")
@json_option
@project_option
@pass_project
def command(project: Project, paths: tuple[str, ...], by: Any, encoding: str | None, as_json: bool) -> None:
    """Add articles from files, folders, or - for standard input.

    One line an input says: added, already there, or refused and why. A file is added whole or not at all; adding it
    again changes nothing. With --json each line is an object.
    """
    from annotator.ingest import Options, Refusal, inputs

    if not paths:
        raise UsageError("say what to add: files, folders, or - for standard input")
    n_added = n_there = n_refused = 0
    with project.open() as store:
        for found in inputs(paths):
            if isinstance(found, Refusal):
                n_refused += 1
                _say(as_json, {"path": found.path, "status": "refused", "reason": found.sentence}, found.sentence)
                continue
            try:
                with store.connection.write():
                    options = Options(by=by, encoding=encoding)
                    lines = [(read, store.articles.add(read.article)) for read in found.read(options)]
            except IngestError as error:
                n_refused += 1
                _say(as_json, {"path": found.shown, "status": "refused", "reason": str(error)}, str(error))
                continue
            for read, is_new in lines:
                n_added += is_new
                n_there += not is_new
                _say_read(as_json, read, is_new)
    click.echo(f"{n_added} added, {n_there} already there, {n_refused} refused.", err=True)
    if n_refused:
        raise AnnotatorError(f"{n_refused} of the inputs could not be added")
    if not n_added and not n_there:
        raise AnnotatorError("nothing to add was found in " + ", ".join(one_line(path) for path in paths))


def _say_read(as_json: bool, read: Any, is_new: bool) -> None:
    article = read.article
    status = "added" if is_new else "already there"
    n = len(article.paragraphs)
    remarks = "".join(f"; {remark}" for remark in read.remarks)
    _say(
        as_json,
        {
            "path": read.origin,
            "status": status,
            "article_id": article.article_id,
            "article": article.name,
            "paragraphs": n,
            "remarks": list(read.remarks),
        },
        f"{status}: {one_line(read.origin)} ({n} paragraph{'s' * (n != 1)}{one_line(remarks)})",
    )


def _say(as_json: bool, fields: dict[str, object], sentence: str) -> None:
    if as_json:
        click.echo(json.dumps(fields, ensure_ascii=False))
    else:
        click.echo(f"refused: {sentence}" if fields["status"] == "refused" else sentence)
