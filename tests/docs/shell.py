"""The few words of a shell that pages use, run in this process."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

from annotator.cli import run
from tests.conftest import connect
from tests.docs.terminal import Seen, screens, terminal

_SETS = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)


class UnknownProgramError(AssertionError):
    """A command that is not run here; the page skips it with a reason."""


class Shell:
    """A person's terminal in a folder.

    Attributes:
        root: The folder that holds everything, as `/home/` does: paths that begin so lie in it.
        folder: Where the next command runs; `cd` changes it.
        variables: The environment that the person set.
        answers: What the person types next.
        keys: What the person presses on the next screens.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder.parent
        self.folder = folder
        self.variables: dict[str, str] = {}
        self.answers: list[str] = []
        self.keys: list[str] = []

    def run(self, line: str) -> tuple[int, str]:
        """Run a command line; return its exit code and what the person sees.

        Raises:
            UnknownProgramError: No word of this shell.
        """
        words, into, out_of = _redirected(_words(line))
        variables = dict(self.variables)
        while words and _SETS.fullmatch(words[0]):
            name, _, value = words.pop(0).partition("=")
            variables[name] = value
        if not words:
            raise UnknownProgramError(f"no command in {line!r}")
        name, *arguments = (word.replace("/home/", f"{self.root}/home/") for word in words)
        program = _PROGRAMS.get(name)
        if program is None:
            raise UnknownProgramError(f"{name!r} is not run here: skip the block with a reason")
        answers = (self.folder / out_of).read_text(encoding="utf-8").splitlines() if out_of else self.answers
        seen = terminal(answers, from_file=out_of is not None)
        with self.as_here(variables), seen as shown, screens(self._next_keys):
            code = program(self, arguments) if into is None else self._into(Path(into), program, arguments)
        return code, shown.getvalue().decode().replace(f"{self.root}/home/", "/home/")

    @contextlib.contextmanager
    def as_here(self, variables: dict[str, str] | None = None) -> Iterator[None]:
        """Be in the folder, with the environment that the person set or the given one."""
        with contextlib.chdir(self.folder), patch.dict(os.environ, self.variables if variables is None else variables):
            yield

    def _into(self, path: Path, program: Program, arguments: list[str]) -> int:
        data = io.BytesIO()
        with patch.object(sys, "stdout", Seen(data, is_terminal=False)):
            code = program(self, arguments)
            path.write_bytes(data.getvalue())
        return code

    def _next_keys(self) -> str:
        return self.keys.pop(0) if self.keys else ""


Program = Callable[[Shell, list[str]], int]


def _words(line: str) -> list[str]:
    """The words of a line without its comment; `<` and `>` stand for themselves unless they are quoted."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="<>|&;")
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    for word in lexer:
        if word.startswith("#"):
            break
        if set(word) & set("|&;") and not set(word) - set("|&;"):
            raise UnknownProgramError(f"no {word} between commands here: {line!r}")
        words.append(word)
    return words


def _redirected(words: list[str]) -> tuple[list[str], str | None, str | None]:
    """The words of the command, the file that it writes and the file that it reads."""
    files: dict[str, str | None] = {">": None, "<": None}
    left: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in files:
            files[word] = next(rest)
        else:
            left.append(word)
    return left, files[">"], files["<"]


def _cd(shell: Shell, arguments: list[str]) -> int:
    shell.folder = (shell.folder / arguments[0]).resolve()
    return 0 if shell.folder.is_dir() else 1


def _export(shell: Shell, arguments: list[str]) -> int:
    shell.variables.update(one.partition("=")[::2] for one in arguments)
    return 0


def _mkdir(_: Shell, arguments: list[str]) -> int:
    for name in arguments:
        if name != "-p":
            Path(name).mkdir(parents="-p" in arguments)
    return 0


def _copy(_: Shell, arguments: list[str]) -> int:
    *sources, target = [one for one in arguments if one != "-r"]
    for source in sources:
        if Path(source).is_dir():
            shutil.copytree(source, Path(target) / Path(source).name if Path(target).is_dir() else target)
        else:
            shutil.copy(source, target)
    return 0


def _move(_: Shell, arguments: list[str]) -> int:
    *sources, target = arguments
    for source in sources:
        shutil.move(source, target)
    return 0


def _remove(_: Shell, arguments: list[str]) -> int:
    for name in arguments:
        if name == "-r":
            continue
        if Path(name).is_dir():
            shutil.rmtree(name)
        else:
            Path(name).unlink()
    return 0


def _link(_: Shell, arguments: list[str]) -> int:
    target, name = [one for one in arguments if one != "-s"]
    Path(name).symlink_to(target)
    return 0


def _list(_: Shell, arguments: list[str]) -> int:
    for name in sorted(path.name for path in Path(arguments[0] if arguments else ".").iterdir()):
        print(name)
    return 0


def _show(_: Shell, arguments: list[str]) -> int:
    for name in arguments:
        print(Path(name).read_text(encoding="utf-8"), end="")
    return 0


def _sqlite(_: Shell, arguments: list[str]) -> int:
    path, question = [one for one in arguments if one != "-readonly"]
    connection = connect(Path(path))
    try:
        for row in connection.execute(question):
            print("|".join("" if cell is None else str(cell) for cell in row))
    finally:
        connection.close()
    return 0


_PROGRAMS: dict[str, Program] = {
    "annotator": lambda _, arguments: run(arguments),
    "cat": _show,
    "cd": _cd,
    "cp": _copy,
    "export": _export,
    "ln": _link,
    "ls": _list,
    "mkdir": _mkdir,
    "mv": _move,
    "rm": _remove,
    "sqlite3": _sqlite,
}
