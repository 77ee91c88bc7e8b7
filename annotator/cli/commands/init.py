"""`annotator init`: make an empty project."""

from __future__ import annotations

from pathlib import Path

import click

from annotator.cli.options import Project, pass_project, project_option
from annotator.text.terminal_text import one_line


@click.command("init")
@click.option(
    "--codebook",
    "codebook_path",
    type=click.Path(path_type=Path),
    help="Codebook file, instead of the default (political claims).",
)
@project_option
@pass_project
def command(project: Project, codebook_path: Path | None) -> None:
    """Make an empty project with a codebook; `annotator add` fills it."""
    from annotator.codebook.file import default_codebook, load_codebook
    from annotator.store import Store

    codebook = default_codebook() if codebook_path is None else load_codebook(codebook_path)
    Store.create(project.path, codebook).close()
    click.echo(f"Made {one_line(str(project.path))} with the codebook {codebook.name} {codebook.version}.", err=True)
