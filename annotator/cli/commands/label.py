"""`annotator label`: the labelling screen."""

from __future__ import annotations

import gc

import click

from annotator.cli.background_sync import exchanging
from annotator.cli.blindness import caller
from annotator.cli.known_coder import check_coder, new_coder_option, who_codes
from annotator.cli.options import SAMPLE_PROJECT, Project, coder_option, pass_project, project_option
from annotator.cli.screen import has_screen
from annotator.errors import UsageError


@click.command("label")
@coder_option
@click.option(
    "--plain", is_flag=True, help="Code line by line without a screen, for screen readers, pipes and scripts."
)
@click.option(
    "--at", metavar="PLACE", help="Begin there: 3/7 is paragraph 7 of article 3; or part of an article's name."
)
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal (less traffic over SSH).")
@new_coder_option
@project_option
@pass_project
def command(project: Project, coder: str | None, plain: bool, at: str | None, no_mouse: bool, new_coder: bool) -> int:
    """Open the labelling screen, or code line by line with --plain.

    A name that is nearly that of a coder is perhaps a mistyped one: a terminal asks, a script says --new-coder.
    Without --coder and ANNOTATOR_CODER your login is the coder. If the project has coders and your login is not one
    of them, a terminal asks who codes, and a script is refused.

    With --plain each line is keys or words, an empty line is Enter, and the end of the input leaves; when the input is
    not a terminal, the exit code is 1 if a line could not be done.
    """
    if plain:
        from annotator.cli.line_mode import code

        return code(project, coder, at, new_coder=new_coder)
    return open_screen(project, coder, at, mouse=not no_mouse, new_coder=new_coder)


def open_first(project: Project) -> int:
    """Open the labelling screen of a bare `annotator`: the project, or the sample articles where there is none.

    The sample articles have their own project. They never mix with the user's articles.
    """
    from annotator.store.file.project_file import projects_in

    samples = project.path.with_name(SAMPLE_PROJECT)
    others = [path for path in projects_in(project.path.parent) if path.name != SAMPLE_PROJECT]
    if project.path.exists() or project.is_given or others:
        return open_screen(project, coder=None)
    _refuse_pipe()
    project.path = samples
    if not samples.exists():
        make_samples(project)
    greeting = f"These are sample articles ({SAMPLE_PROJECT}). `annotator init` begins a project of your own."
    click.echo(greeting, err=True)
    return open_screen(project, coder=None, greeting=greeting)


def open_screen(
    project: Project,
    coder: str | None,
    at: str | None = None,
    *,
    mouse: bool = True,
    new_coder: bool = False,
    greeting: str = "",
) -> int:
    """Open the labelling screen, at a place if one is given.

    Args:
        project: The project.
        coder: Who codes; by default the user, who is asked where the login is not a coder.
        at: Where to begin.
        mouse: Whether the screen takes the mouse.
        new_coder: Whether a new coder's name may be nearly that of another.
        greeting: What the screen says first.

    Raises:
        UsageError: The program does not run in a terminal, or the project does not know the coder.
        StoreError: The project does not exist.
    """
    _refuse_pipe()
    gc.disable()  # what is made until the first frame stays; the labelling screen enables it again
    from annotator.store import Store

    with exchanging(project.path) as sync, Store(project.path) as store:
        name = who_codes(store, coder, is_new=new_coder)
        caller(store, name)
        greeting = greeting or check_coder(store, name, is_new=new_coder)
        from annotator.app.run import run  # the only commands that load the screen are those that show it
        from annotator.session import Session
        from annotator.session.keys.custom_keys import find_keymap, load_keymap

        own = find_keymap(project.path)
        session = Session(store, name, keymap=load_keymap(own) if own else None)
        if at is not None:
            session.begin_at(at)
        return run(session, greeting, mouse=mouse, sync=sync)


def make_samples(project: Project) -> None:
    """Make a project with the default codebook, the sample articles and their targets."""
    from annotator.codebook.file import default_codebook
    from annotator.ingest.sample_articles import sample_articles, sample_targets
    from annotator.speakers.registry_file import read_speakers
    from annotator.store import Store

    Store.create(project.path, default_codebook(), sample_articles(), read_speakers(sample_targets())).close()


def _refuse_pipe() -> None:
    if not has_screen():
        raise UsageError("the labelling screen needs a terminal for its input and output")
