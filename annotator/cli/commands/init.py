"""`annotator init`: make an empty project."""

from __future__ import annotations

from pathlib import Path

import click

from annotator.cli.options import Project, pass_project, project_option
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line


@click.command("init")
@click.option(
    "--codebook",
    "codebook_path",
    type=click.Path(path_type=Path),
    help="Codebook file, instead of the default (political claims).",
)
@click.option(
    "--targets",
    "targets_path",
    type=click.Path(path_type=Path),
    help="What the statements are about: one a line (NAME or NAME: DEFINITION), or a registry file (CSV, JSONL).",
)
@project_option
@pass_project
def command(project: Project, codebook_path: Path | None, targets_path: Path | None) -> None:
    """Make an empty project with a codebook; `annotator add` fills it.

    In a terminal it asks what the statements are about, unless --targets says so; an empty answer is fine.
    """
    from annotator.cli.targets import ask_for_targets, like, read_targets, refuse_targets
    from annotator.codebook.file import default_codebook, find_codebook
    from annotator.store import Store

    codebook = default_codebook() if codebook_path is None else find_codebook(codebook_path)
    if targets_path is not None:
        refuse_targets(codebook)
        targets = read_targets(targets_path)
        found = like([target.name for target in targets])
        if found is not None:
            click.echo(f"{found}. If two are one, `annotator speakers merge NAME --into NAME` joins them.", err=True)
    else:
        # Nobody types a list for a project that cannot be made.
        targets = [] if project.path.exists() else ask_for_targets(codebook)
    Store.create(project.path, codebook, entries=targets).close()
    n = f" and {counted(len(targets), 'target')}" if targets else ""
    click.echo(f"Made {one_line(str(project.path))} with the codebook {codebook.name} {codebook.version}{n}.", err=True)
