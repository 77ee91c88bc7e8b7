"""`annotator pack`: write a file for one coder; `annotator merge` reads it back."""

from __future__ import annotations

import re
from pathlib import Path

import click

from annotator.cli.blindness import allowed
from annotator.cli.options import Project, pass_project, project_option
from annotator.text.terminal_text import one_line


@click.command("pack")
@click.option("--coder", metavar="NAME", required=True, help="Whose file.")
@click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path), help="Path of the new file (NAME.db beside the project)."
)
@project_option
@pass_project
def command(project: Project, coder: str, out: Path | None) -> None:
    """Write a file for one coder: their assignments and their own work, without the work of others.

    The coder works in it with `annotator --project FILE`; `annotator merge FILE` brings the work back.
    """
    from annotator.store.merge.pack import pack

    stem = re.sub(r"[^\w.-]+", "-", coder).strip(".-") or "coder"
    target = out or project.path.with_name(f"{stem}.db")
    with project.open() as store:
        allowed(store, (coder,))
        packed = pack(store, coder, target)
    click.echo(
        f"{one_line(str(packed.path))}: {packed.n_articles} articles, {packed.n_paragraphs} paragraphs,"
        f" {packed.n_statements} statements of {one_line(coder)}.",
        err=True,
    )
