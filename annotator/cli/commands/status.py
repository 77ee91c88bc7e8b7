"""`annotator status`: the progress of each coder."""

from __future__ import annotations

from typing import Any

import click

from annotator.cli.blindness import unblind_option, visible_coders
from annotator.cli.json_text import json_text
from annotator.cli.merge_report import outside
from annotator.cli.options import Project, as_coder_option, json_option, pass_project, project_option
from annotator.model import RECHECK
from annotator.text.counted import counted

_SHOWN = 20


@click.command("status")
@as_coder_option
@unblind_option
@json_option
@project_option
@pass_project
def command(project: Project, coder: str | None, unblind: bool, as_json: bool) -> None:
    """Show the progress of each coder: done, left, in doubt, statements, pace, and hours left at that pace.

    It lists the required labels that finished work lacks, where and by whom.

    A coder in an open phase sees only themselves.
    """
    from annotator.text.terminal_text import one_line

    with project.open(read_only=True) as store:
        status = store.status()
        visible = visible_coders(store, unblind=unblind, coder=coder)
    if visible is not None:
        for what in ("coders", "missing"):
            status[what] = [one for one in status[what] if one["coder"] in visible]
        for one in status["coders"]:  # what comes back to be coded again stays hidden
            one["phases"] = [phase for phase in one["phases"] if phase["phase"] != RECHECK]
    if as_json:
        click.echo(json_text(status, indent=2))
        return
    from annotator.cli.tables import print_table

    click.echo(
        f"{one_line(str(project.path))}: {counted(status['n_articles'], 'article')},"
        f" {counted(status['n_paragraphs'], 'paragraph')}, codebook {status['codebook']} {status['codebook_version']}",
        err=True,
    )
    if status["n_removed"]:
        n = counted(status["n_removed"], "article")
        click.echo(f"{n} removed and not counted; `annotator remove --list` names them.", err=True)
    coders = status["coders"]
    print_table(
        ["coder", "done", "left", "doubts", "flagged", "stmts", "s/¶", "s/stmt", "¶/h", "h left"],
        [
            [
                one_line(c["coder"]),
                c["done"],
                c["left"],
                c["in_doubt"],
                c["flagged"],
                c["statements"],
                _figure(c["median_seconds"]),
                _figure(c["median_seconds_statement"]),
                _figure(c["paragraphs_per_hour"]),
                _figure(c["hours_left"]),
            ]
            for c in coders
        ],
        empty="Nobody has coded yet.",
    )
    if any(c["phases"] for c in coders):
        print_table(
            ["coder", "phase", "done", "left"],
            [[one_line(c["coder"]), one["phase"], one["done"], one["left"]] for c in coders for one in c["phases"]],
        )
    _print_missing(status["missing"])
    for c in coders:
        if c["outside"]:
            click.echo(outside(c["coder"], c["outside"]), err=True)
    if any(c["median_seconds"] is not None for c in coders):
        click.echo(
            "s/¶, s/stmt: median seconds a paragraph and a statement; ¶/h: pace; h left: hours left at that pace.",
            err=True,
        )


def _print_missing(missing: list[dict[str, Any]]) -> None:
    """Print which required labels finished work lacks, and how to go there."""
    if not missing:
        return
    from annotator.cli.tables import print_table
    from annotator.text.terminal_text import one_line

    print_table(
        ["coder", "at", "article", "missing"],
        [
            [one_line(one["coder"]), one["at"], one_line(one["article"]), one_line(", ".join(one["missing"]))]
            for one in missing[:_SHOWN]
        ],
    )
    more = f"{len(missing) - _SHOWN} more, which --json lists; " if len(missing) > _SHOWN else ""
    first = missing[0]
    click.echo(
        f"Finished without a required label: {more}`annotator label --coder {one_line(first['coder'])}"
        f" --at {first['at']}` goes to the first.",
        err=True,
    )


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"
