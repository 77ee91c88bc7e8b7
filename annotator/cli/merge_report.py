"""What a merge or an import brought, in words and as JSON, and its undo."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from annotator.cli.blindness import allowed
from annotator.cli.confirm import ask
from annotator.cli.json_text import json_text
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store import Store
    from annotator.store.merge.report import Conflict, Report

_SHOWN = 10


def undo_last(store: Store, *, dry_run: bool, yes: bool, unblind: bool) -> None:
    """Take the latest merge or import back, after a question."""
    from annotator.store.merge.undo import coders_of, unmerge

    allowed(store, coders_of(store.connection), unblind=unblind)
    if not dry_run:
        ask("Undo the last merge or import, and the later steps that depend on it?", yes=yes)
    names, n_steps, n_later = unmerge(store, dry_run=dry_run)
    would = "would go" if dry_run else "went"
    click.echo(f"{one_line(names)}: {_steps(n_steps)} {would}, and {n_later} later that depend on them")


def seen(report: Report, visible: list[str] | None) -> Report:
    """The part of a report that a coder may see: in an open phase, nothing about others' codings."""
    if visible is None:
        return report
    return report._replace(
        files=[one._replace(steps={c: n for c, n in one.steps.items() if c in visible}) for one in report.files],
        conflicts=[conflict for conflict in report.conflicts if conflict.coder in visible],
        outside={coder: n for coder, n in report.outside.items() if coder in visible},
        incomplete={coder: n for coder, n in report.incomplete.items() if coder in visible},
        removed={},
        same_names=[],
        shared_aliases=[],
    )


def say(report: Report) -> None:
    """Print the report of a merge."""
    for file in report.files:
        steps = ", ".join(f"{one_line(coder)} {_steps(n)}" for coder, n in file.steps.items() if coder != "annotator")
        new = f"{counted(file.n_articles, 'new article')}"
        click.echo(f"{file.name}: {new}; {steps or 'no new work'}")
        for words in file.older:
            click.echo(f"{file.name} {one_line(words)}")
    if report.joined is not None:
        parts = " and ".join(map(one_line, report.joined.parts))
        click.echo(f"codebook: {one_line(report.joined.name)} joins {parts}")
        for one in report.joined.others:
            where = f"{one_line(one.path)}: " if one.path else ""
            click.echo(
                f"  {where}{one_line(one.field)} was changed in several files: {one_line(one.kept)[:60]!r} holds,"
                f" {one_line(one.other)[:60]!r} of {one_line(one.label)} does not"
            )
    for name, n in report.same_names[:_SHOWN]:
        click.echo(f"one entry now: {n} entries of the registry were called {one_line(name)}")
    for alias, names in report.shared_aliases[:_SHOWN]:
        click.echo(f"to decide: {one_line(alias)} leads to {', '.join(map(one_line, names))}")
    for conflict in report.conflicts[:_SHOWN]:
        say_conflict(conflict)
    more = len(report.conflicts) - _SHOWN
    if more > 0:
        click.echo(f"and {more} more such versions; --json lists them all")
    say_gaps(report)
    if report.n_orphans:
        click.echo(
            f"waiting: {counted(report.n_orphans, 'record')} for an article or a statement that none of the files holds"
        )


def say_gaps(report: Report, *, err: bool = False) -> None:
    """Print how much was coded in removed articles, outside the assignment, and without a required label."""
    for name, n in report.removed.items():
        work = f"; {counted(n, 'paragraph')} with work in it do{'es' * (n == 1)} not count" if n else ""
        click.echo(f"removed from the project: {one_line(name)}{work}", err=err)
    for coder, n in report.outside.items():
        click.echo(outside(coder, n), err=err)
    if report.incomplete:
        found = ", ".join(f"{one_line(coder)} {n}" for coder, n in report.incomplete.items())
        click.echo(f"paragraphs coded without a required label: {found}", err=err)
    if report.n_left_open:
        which = "1 paragraph lacks" if report.n_left_open == 1 else f"{report.n_left_open} paragraphs lack"
        click.echo(f"{which} a required label and {'is' if report.n_left_open == 1 else 'are'} left open", err=err)


def outside(coder: str, n: int) -> str:
    """How much a coder has finished outside the assignment, in a sentence."""
    return f"{one_line(coder)} has finished {counted(n, 'paragraph')} outside the assignment."


def say_conflict(conflict: Conflict) -> None:
    """Print the two versions of a field in one line."""
    what = f"{conflict.entity} {one_line(conflict.key)}" + (f" ({conflict.field})" if conflict.field else "")
    kept, other = _said(conflict.kept), _said(conflict.other)
    click.echo(f"two versions of {one_line(conflict.coder)}: {what}: {kept} stands, {other} beside it")


def _said(version: str | None) -> str:
    """A version in short: of a label its value, of speakers their words."""
    value = None if version is None else json.loads(version)
    if value is None:
        return "nothing"
    if isinstance(value, dict) and "value" in value:
        value = value["value"]
    elif isinstance(value, list) and all(isinstance(one, list) and len(one) == 3 for one in value):
        value = [words for words, _, _ in value]
    return one_line(json_text(value))[:60]


def report_json(report: Report) -> dict[str, object]:
    """The report for a program."""
    return {
        "files": [file._asdict() for file in report.files],
        "conflicts": [conflict._asdict() for conflict in report.conflicts],
        "same_names": [{"name": name, "entries": n} for name, n in report.same_names],
        "shared_aliases": [{"alias": alias, "entries": names} for alias, names in report.shared_aliases],
        "orphans": report.n_orphans,
        "joined": report.joined
        and {**report.joined._asdict(), "others": [one._asdict() for one in report.joined.others]},
        "outside": report.outside,
        "incomplete": report.incomplete,
        "left_open": report.n_left_open,
        "removed": report.removed,
        "merge": report.merge_id,
    }


def _steps(n: int) -> str:
    return f"{counted(n, 'step')}"
