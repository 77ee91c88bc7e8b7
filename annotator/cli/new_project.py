"""Questions of `annotator init` in a terminal: the codebook, the coders, the articles."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from annotator.errors import AnnotatorError, UsageError
from annotator.files.names import is_there
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.codebook.model import Codebook


T = TypeVar("T")


def may_ask() -> bool:
    """Whether a person sits at the terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask_for_codebook() -> Codebook:
    """The codebook that somebody names; the default one for an empty answer."""
    from annotator.codebook.file import DEFAULT, default_codebook, find_codebook, shipped_codebooks

    others = ", ".join(name for name in shipped_codebooks() if name != DEFAULT)
    click.echo(f"Which codebook? A name ({others}) or a file of yours;\nan empty line takes {DEFAULT}.", err=True)
    return _again(lambda line: find_codebook(_path(line)) if line else default_codebook())


def ask_for_coders() -> list[str]:
    """The names of those who will code, one a line; nobody is fine."""
    click.echo("Who codes? One name a line; an empty line ends. Coders can also be added later.", err=True)
    return list(dict.fromkeys(_lines(checked_coder)))


def ask_for_articles() -> list[str]:
    """Files and folders with articles, one a line; none is fine."""
    click.echo("Which articles? A file or a folder a line; an empty line ends.\n`annotator add` adds more.", err=True)
    return _lines(lambda line: str(checked_path(_path(line))))


def checked_coder(name: str) -> str:
    """A coder's name as the project keeps it.

    Raises:
        UsageError: It cannot be a coder's name.
    """
    from annotator.store.tables.coders import coder_name

    return coder_name(name)


def checked_path(path: Path) -> Path:
    """A file or folder that is there.

    Raises:
        UsageError: It is not.
    """
    if not is_there(path):
        raise UsageError(f"{one_line(str(path))}: file or folder not found")
    return path


def _path(line: str) -> Path:
    """A typed or dragged path, which may stand in quotation marks."""
    if len(line) > 1 and line[0] == line[-1] and line[0] in "'\"":
        line = line[1:-1]
    try:
        return Path(line).expanduser()
    except RuntimeError:  # the home of somebody who is not a user here
        return Path(line)


def _lines(read: Callable[[str], T]) -> list[T]:
    """What is made of each typed line, until an empty one."""
    found: list[T] = []
    while True:
        one = _again(lambda line: (read(line),) if line else None)
        if one is None:
            return found
        found.append(one[0])


def _again(read: Callable[[str], T]) -> T:
    """What is made of a typed line; a line that is refused is asked for again."""
    while True:
        click.echo("> ", nl=False, err=True)
        line = sys.stdin.readline()
        if not line:
            raise click.Abort
        try:
            return read(line.strip())
        except AnnotatorError as error:
            click.echo(f"{error}; type it again", err=True)
