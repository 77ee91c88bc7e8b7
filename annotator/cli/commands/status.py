"""`annotator status`: the progress of each coder."""

from __future__ import annotations

import click

from annotator.cli.blindness import unblind_option, visible_coders
from annotator.cli.json_text import json_text
from annotator.cli.options import Project, as_coder_option, json_option, pass_project, project_option


@click.command("status")
@as_coder_option
@unblind_option
@json_option
@project_option
@pass_project
def command(project: Project, coder: str | None, unblind: bool, as_json: bool) -> None:
    """Show the progress of each coder: done, left, flagged, statements, median seconds per paragraph.

    A coder in an open phase sees only themselves.
    """
    from annotator.text.terminal_text import one_line

    with project.open(read_only=True) as store:
        status = store.status()
        visible = visible_coders(store, unblind=unblind, coder=coder)
    if visible is not None:
        status["coders"] = [c for c in status["coders"] if c["coder"] in visible]
    if as_json:
        click.echo(json_text(status, indent=2))
        return
    from annotator.cli.tables import print_table

    click.echo(
        f"{one_line(str(project.path))}: {status['n_articles']} articles, {status['n_paragraphs']} paragraphs,"
        f" codebook {status['codebook']} {status['codebook_version']}",
        err=True,
    )
    print_table(
        ["coder", "done", "left", "flagged", "statements", "median seconds"],
        [
            [
                one_line(c["coder"]),
                c["done"],
                c["left"],
                c["flagged"],
                c["statements"],
                "none" if c["median_seconds"] is None else f"{c['median_seconds']:.1f}",
            ]
            for c in status["coders"]
        ],
        empty="Nobody has coded yet.",
    )
