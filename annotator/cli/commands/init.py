"""`annotator init`: make a project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotator.cli.options import DEFAULT_PROJECT, Project, pass_project, project_option
from annotator.text.counted import counted
from annotator.text.shell_word import shell_word
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.codebook.model import Codebook
    from annotator.model import Speaker


@click.command("init")
@click.option(
    "--articles", metavar="PATH", multiple=True, help="A file or folder with articles, as for `add`; can be repeated."
)
@click.option("--coder", "coders", metavar="NAME", multiple=True, help="Somebody who will code; can be repeated.")
@click.option(
    "--codebook",
    "codebook_path",
    metavar="NAME",
    type=click.Path(path_type=Path),
    help="A codebook file, or the name of one that comes with the program, instead of political-claims.",
)
@click.option(
    "--targets",
    "targets_path",
    type=click.Path(path_type=Path),
    help="What the statements are about: one a line (NAME or NAME: DEFINITION), or a registry file (CSV, JSONL).",
)
@project_option
@click.pass_context
@pass_project
def command(
    project: Project,
    ctx: click.Context,
    articles: tuple[str, ...],
    coders: tuple[str, ...],
    codebook_path: Path | None,
    targets_path: Path | None,
) -> None:
    """Make a project with a codebook, and with the articles, coders and targets that are named.

    In a terminal it asks for what no option says; an empty line passes over a question. A script is asked nothing:
    without options the project is empty, and `annotator add` fills it.
    """
    from annotator.cli.new_project import ask_for_articles, ask_for_coders, checked_coder, checked_path, may_ask
    from annotator.store import Store
    from annotator.store.file.database_files import refuse_existing

    # Nobody answers questions for a project that cannot be made.
    refuse_existing(project.path)
    paths = [str(checked_path(Path(path))) for path in articles]
    names = [checked_coder(name) for name in coders]
    codebook = _codebook(codebook_path)
    targets = _targets(codebook, targets_path)
    if may_ask():
        names = names or ask_for_coders()
        paths = paths or ask_for_articles()
    with Store.create(project.path, codebook, entries=targets) as store:
        for name in names:
            store.coder(name)
    n = f" and {counted(len(targets), 'target')}" if targets else ""
    click.echo(f"Made {one_line(str(project.path))} with the codebook {codebook.name} {codebook.version}{n}.", err=True)
    if paths:
        from annotator.cli.commands.add import command as add

        ctx.invoke(add, paths=paths)
    if names or paths:
        click.echo(f"Next: `{_next(project, names, paths)}`.", err=True)


def _next(project: Project, names: list[str], paths: list[str]) -> str:
    """The command line that comes next."""
    where = "" if project.path == Path(DEFAULT_PROJECT) else f" --project {shell_word(str(project.path))}"
    what = "label" if paths else "add FOLDER"
    who = f" --coder {shell_word(one_line(names[0]))}" if paths and names else ""
    return f"annotator{where} {what}{who}"


def _codebook(path: Path | None) -> Codebook:
    """The codebook of that file or name, the one that somebody names, or the default."""
    from annotator.cli.new_project import ask_for_codebook, may_ask
    from annotator.codebook.file import default_codebook, find_codebook

    if path is not None:
        return find_codebook(path)
    return ask_for_codebook() if may_ask() else default_codebook()


def _targets(codebook: Codebook, path: Path | None) -> list[Speaker]:
    """The targets of a file, or those that somebody types."""
    from annotator.cli.targets import ask_for_targets, like, read_targets, refuse_targets

    if path is None:
        return ask_for_targets(codebook)
    refuse_targets(codebook)
    targets = read_targets(path)
    found = like([target.name for target in targets])
    if found is not None:
        click.echo(f"{found}. If two are one, `annotator speakers merge NAME --into NAME` joins them.", err=True)
    return targets
