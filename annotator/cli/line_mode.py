"""`annotator label --plain`: coding line by line on standard input and output."""

from __future__ import annotations

import sys

import click

from annotator.cli.background_sync import exchanging
from annotator.cli.blindness import caller
from annotator.cli.known_coder import check_coder, who_codes
from annotator.cli.options import Project
from annotator.errors import AnnotatorError
from annotator.text.counted import counted
from annotator.text.terminal_text import plain

MOST_NAMED = 12


def code(project: Project, coder: str | None, at: str | None = None, *, new_coder: bool = False) -> int:
    """Code line by line until the coder quits or the input ends, from a place on if one is given.

    Args:
        project: The project.
        coder: Who codes; by default the user, who is asked where the login is not a coder.
        at: Where to begin.
        new_coder: Whether the coder may be new in a project that has coders.

    Returns:
        0, or 1 when the input was not a terminal and a line of it could not be executed.
    """
    from annotator.session import Session
    from annotator.session.keys.custom_keys import find_keymap, load_keymap
    from annotator.session.line_mode.lines import Lines, Quit

    is_terminal = sys.stdin.isatty()
    if not is_terminal and hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    path = find_keymap(project.path)
    keymap = load_keymap(path) if path is not None else None
    with exchanging(project.path), project.open() as store:
        # Nobody can be asked to type a line of a script again.
        store.connection.patience = 60
        name = who_codes(store, coder, is_new=new_coder)
        caller(store, name)
        if news := check_coder(store, name, is_new=new_coder):
            click.echo(f"{news}.", err=True)
        session = Session(store, name, keymap=keymap)
        if at is not None:
            session.begin_at(at)
        lines = Lines(session)
        try:
            for sentence in lines.greet():
                _say(sentence)
            while True:
                line = _read(is_terminal)
                if line is None:
                    break
                for sentence in lines.answer(line):
                    _say(sentence)
        except Quit:
            pass
        finally:
            session.recorder.count_time()
    _say("Left; everything is saved.")
    if lines.refused and not is_terminal:
        raise AnnotatorError(f"{counted(len(lines.refused), 'line')} could not be executed: {_numbered(lines.refused)}")
    return 0


def _numbered(refused: list[int]) -> str:
    """The numbers of lines, as many as one can look up."""
    more = f" and {len(refused) - MOST_NAMED} more" if len(refused) > MOST_NAMED else ""
    return f"line {', '.join(map(str, refused[:MOST_NAMED]))}{more} of the input"


def _read(is_terminal: bool) -> str | None:
    """The next line; None at the end of the input."""
    if is_terminal:
        click.echo("> ", nl=False)
    line = sys.stdin.readline()
    if not line:
        return None
    return line.rstrip("\r\n")


def _say(sentence: str) -> None:
    click.echo(plain(sentence), color=False)
    sys.stdout.flush()
