"""`annotator label`: the labelling screen."""

from __future__ import annotations

import click

from annotator.cli.options import Project, coder_option, pass_project, project_option


@click.command("label")
@coder_option
@project_option
@pass_project
def command(project: Project, coder: str | None) -> None:
    """Open the labelling screen."""
    open_screen(project, coder)


def open_screen(project: Project, coder: str | None) -> None:
    """Open the labelling screen; in an empty folder make a project first, and say so."""
    raise NotImplementedError
