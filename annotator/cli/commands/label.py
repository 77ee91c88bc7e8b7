"""`annotator label`: the labelling screen."""

from __future__ import annotations

import gc
import sys

import click

from annotator.cli.blindness import caller
from annotator.cli.options import Project, coder_option, default_coder, pass_project, project_option
from annotator.errors import UsageError
from annotator.text.terminal_text import one_line


@click.command("label")
@coder_option
@click.option(
    "--plain", is_flag=True, help="Code line by line without a screen, for screen readers, pipes and scripts."
)
@click.option(
    "--at", metavar="PLACE", help="Begin there: 3/7 is paragraph 7 of article 3; or part of an article's name."
)
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal (less traffic over SSH).")
@project_option
@pass_project
def command(project: Project, coder: str | None, plain: bool, at: str | None, no_mouse: bool) -> int:
    """Open the labelling screen, or code line by line with --plain.

    With --plain each line is keys or words, an empty line is Enter, and the end of the input leaves; when the input is
    not a terminal, the exit code is 1 if a line could not be done.
    """
    if plain:
        from annotator.cli.line_mode import code

        return code(project, coder, at)
    return open_screen(project, coder, at, mouse=not no_mouse)


def open_screen(project: Project, coder: str | None, at: str | None = None, *, mouse: bool = True) -> int:
    """Open the labelling screen, at a place if one is given; without a project, make one with sample articles first."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the labelling screen needs a terminal for its input and output")
    gc.disable()  # what is made until the first frame stays; the labelling screen enables it again
    from annotator.store import Store
    from annotator.store.file.project_file import projects_in
    from annotator.store.tables.coders import coder_name

    name = coder_name(coder if coder is not None else default_coder())
    is_first = not (project.path.exists() or project.is_given or projects_in(project.path.parent))
    greeting = make_samples(project) if is_first else ""
    with Store(project.path) as store:
        caller(store, coder)
        from annotator.app.run import run  # the only commands that load the screen are those that show it
        from annotator.session import Session
        from annotator.session.keys.custom_keys import find_keymap, load_keymap

        own = find_keymap(project.path)
        session = Session(store, name, keymap=load_keymap(own) if own else None)
        if at is not None:
            session.begin_at(at)
        return run(session, greeting, mouse=mouse)


def make_samples(project: Project) -> str:
    """Make a project with the default codebook and the sample articles; return what to say about it."""
    from annotator.codebook.file import default_codebook
    from annotator.ingest.sample_articles import sample_articles, sample_targets
    from annotator.speakers.registry_file import read_speakers
    from annotator.store import Store

    articles = sample_articles()
    codebook = default_codebook()
    Store.create(project.path, codebook, articles, read_speakers(sample_targets())).close()
    greeting = (
        f"Made {one_line(str(project.path))} with the codebook {codebook.name} {codebook.version}"
        f" and {len(articles)} sample articles."
    )
    click.echo(greeting, err=True)
    return greeting
