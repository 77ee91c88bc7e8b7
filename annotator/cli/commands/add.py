"""`annotator add`: articles from files and folders."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from annotator.cli.add_files import Done, Report, Told, add
from annotator.cli.json_text import json_text
from annotator.cli.options import Project, json_option, pass_project, project_option
from annotator.cli.progress import progress
from annotator.errors import AnnotatorError, UsageError
from annotator.ingest import BYS, FORMATS, Columns, Input, Options, Refusal, inputs
from annotator.ingest.dates import check_formats
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

MOST_COMPARED = 5_000
"""In a project with more articles, reprints are only looked for on request: 50,000 articles take 15 seconds."""

ALWAYS_COMPARED = 1_000
_FEW_NEW = 0.05
"""A few new articles in a project of more than 1,000 are not worth the seconds."""

_MOST_SHOWN = 20


@click.command("add")
@click.argument("paths", nargs=-1)
@click.option(
    "--by",
    type=click.Choice(BYS),
    default="line",
    help="One paragraph: a non-blank line, or a block between blank lines (for hard-wrapped files).",
)
@click.option(
    "--format", "kind", type=click.Choice(FORMATS), help="Format of the files, if their names do not tell it."
)
@click.option("--encoding", metavar="NAME", help="Encoding of the files, if it is recognised wrongly.")
@click.option("--text", metavar="COLUMN", help="The column or field that holds the text.")
@click.option("--name", metavar="COLUMN", help="The column that names the article.")
@click.option("--title", metavar="COLUMN", help="The column of the title.")
@click.option("--source", metavar="COLUMN", help="The column of the outlet.")
@click.option("--date", metavar="COLUMN", help="The column of the date.")
@click.option("--url", metavar="COLUMN", help="The column of the address.")
@click.option(
    "--date-format",
    metavar="FORMAT",
    multiple=True,
    help="How dates in tables are written, if recognised wrongly: dmy, mdy, or like %d/%m/%y; can be repeated.",
)
@click.option("--metadata", metavar="COLUMN", multiple=True, help="Keep only these other columns; can be repeated.")
@click.option(
    "--reprints/--no-reprints",
    default=None,
    help=f"Compare the articles of the project with each other (by default up to {MOST_COMPARED:,}).",
)
@click.option("--strict", is_flag=True, help="Refuse a file with a row without text or a date that is not understood.")
@json_option
@project_option
@pass_project
def command(project: Project, /, paths: tuple[str, ...], as_json: bool, **given: Any) -> None:
    """Add articles from files, folders, zip archives, or - for standard input.

    Text, HTML, tables, JSON, Word, PDF and more are read, and what news databases deliver is split into its articles
    (docs/inputs.md has the tables). In folders and archives, hidden files and files about the folder (README, LICENSE)
    are skipped. One line an article says: added, already there, left out because it has no text, or refused and why. A
    file is added whole or not at all, and each on its own, so that a long run can be stopped and begun again; adding a
    file again changes nothing. With --json each line is an object.
    """
    if not paths:
        raise UsageError("name the input: files, folders, or - for standard input")
    counts: Counter[str] = Counter()
    options = _options(project, given)
    new: set[str] = set()
    try:
        with project.open() as store, progress() as report:
            for done in add(store, _found(paths, options, report), options, report):
                _say(done, as_json, counts)
                new |= {told.article_id for told in done.articles if told.is_new}
    except KeyboardInterrupt:
        click.echo(f"Stopped: {_counted(counts)}; the same command goes on from here.", err=True)
        raise click.exceptions.Exit(130) from None
    click.echo(f"{_counted(counts)}.", err=True)
    _say_reprints(project, given["reprints"], new, as_json=as_json)
    if counts["refused"]:
        raise AnnotatorError(f"{counts['refused']} of the inputs could not be added")
    if not counts:
        raise AnnotatorError("found no article to add in " + ", ".join(one_line(path) for path in paths))


def _say_reprints(project: Project, wanted: bool | None, new: set[str], *, as_json: bool) -> None:
    """Find articles with nearly the same text, and say which of the new ones are like others."""
    if wanted is False or not (new or wanted):
        return
    from annotator.store.changes.reprints import find_reprints  # numpy, once there is something to compare

    with project.open() as store:
        n = len(store.articles)
        if wanted is None and (n > MOST_COMPARED or (n > ALWAYS_COMPARED and len(new) < n * _FEW_NEW)):
            click.echo(f"Reprints were not looked for among {n:,} articles; use --reprints.", err=True)
            return
        if n < 2:
            return
        found = [one for one in find_reprints(store) if wanted or one.article_id in new]
    for one in found[:_MOST_SHOWN] if not as_json else []:
        others = f"{counted(one.n_others, 'other')}"
        click.echo(
            f"Reprint: {one_line(one.name)} is like {others} ({one.shared:.0%} shared with {one_line(one.like)}).",
            err=True,
        )
    if len(found) > _MOST_SHOWN and not as_json:
        click.echo(f"… and {len(found) - _MOST_SHOWN:,} more; `annotator export jsonl` has the groups.", err=True)
    for one in found if as_json else []:
        line = {"article_id": one.article_id, "status": "reprint", "article": one.name, "like": one.like}
        click.echo(json_text({**line, "shared": round(one.shared, 2), "others": one.n_others}))


def _counted(counts: Counter[str]) -> str:
    left_out = f", {counts['left out']} left out" if counts["left out"] else ""
    return f"{counts['added']} added, {counts['already there']} already there, {counts['refused']} refused{left_out}"


def _options(project: Project, given: dict[str, Any]) -> Options:
    columns = Columns(
        **{name: given[name] for name in ("text", "name", "title", "source", "date", "url")},
        metadata=given["metadata"] or None,
    )
    own = [Path(f"{project.path}{part}").resolve() for part in ("", "-wal", "-shm", "-journal", ".backups")]
    return Options(
        by=given["by"],
        encoding=given["encoding"],
        format=given["kind"],
        columns=columns,
        skip=frozenset(own),
        date_formats=check_formats(given["date_format"]),
        strict=given["strict"],
    )


def _found(paths: tuple[str, ...], options: Options, report: Report) -> list[Input | Refusal]:
    found: list[Input | Refusal] = []
    passed: list[str] = []
    for one in inputs(paths, options, passed):
        found.append(one)
        report("looking for files", len(found), len(found) + 1)
    for path in passed:
        click.echo(f"Skipped: {one_line(path)} describes its folder; name the file to add it.", err=True)
    return found


def _say(done: Done, as_json: bool, counts: Counter[str]) -> None:
    """Write a line for each article of an input, or why it was refused."""
    lines = []
    if done.refusal is not None:
        counts["refused"] += 1
        path, reason = done.refusal.path, done.refusal.sentence
        line = {"path": path, "status": "refused", "reason": reason}
        lines.append(json_text(line) if as_json else f"refused: {reason}")
    for told in done.articles:
        counts[_status(told)] += 1
        lines.append(_line_of_json(told) if as_json else _line(told))
    for left in done.left_out:
        counts["left out"] += 1
        line = {"path": left.origin, "status": "left out", "reason": left.reason}
        lines.append(json_text(line) if as_json else f"left out: {one_line(left.origin)} {one_line(left.reason)}")
    if lines:
        click.echo("\n".join(lines))
    sys.stdout.flush()


def _status(told: Told) -> str:
    return "added" if told.is_new else "already there"


def _line(told: Told) -> str:
    n = told.n_paragraphs
    remarks = "".join(f"; {one_line(remark)}" for remark in told.remarks)
    return f"{_status(told)}: {one_line(told.origin)} ({counted(n, 'paragraph')}{remarks})"


def _line_of_json(told: Told) -> str:
    line = {
        "path": told.origin,
        "status": _status(told),
        "article_id": told.article_id,
        "article": told.name,
        "paragraphs": told.n_paragraphs,
        "remarks": list(told.remarks),
    }
    return json_text(line)
