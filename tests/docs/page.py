"""A page of the manual: read by Sybil, run from top to bottom in a folder of its own.

CONTRIBUTING says how the blocks and the comments of a page are written.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sybil import Example

from tests.conftest import SAMPLES, MakeOnce
from tests.docs import givens, samples
from tests.docs.blocks import edits, keys_below, names_file, sybil, unknown_comments
from tests.docs.shell import Shell
from tests.docs.transcript import Command, commands, difference, listed, tidy

TERMINAL = {"COLUMNS": "120", "NO_COLOR": "1", "TERM": "xterm", "LOGNAME": "you", "USER": "you"}
"""The environment of whoever follows a page: a terminal of 120 columns."""


@dataclass
class Notes:
    """What comments say of the next block.

    Attributes:
        skip: A part of the lines that do not run (all lines have the empty one), and why.
        answers: What somebody types.
        code: The exit code of its last command.
        needs: A Python package without which it does not run.
        sample_of: The file of which it is a sample.
        part: The part of a codebook that it is.
    """

    skip: tuple[str, str] | None = None
    answers: list[str] = field(default_factory=list)
    code: int | None = None
    needs: str = ""
    sample_of: str = ""
    part: str = ""


class Page:
    """A page while it runs.

    Attributes:
        path: The page.
        skipped: What did not run, and why, with its line.
        faults: What went otherwise than the page says, with its line.
        n_commands: The number of commands that ran.
        n_blocks: The number of console blocks that were found.
    """

    def __init__(self, path: Path, home: Path, make_once: MakeOnce) -> None:
        self.path = path
        self.skipped: list[str] = []
        self.faults: list[str] = []
        self.n_commands = 0
        self.n_blocks = 0
        self._home = home
        self._make_once = make_once
        self._notes = Notes()
        self._unused: dict[str, str] = {}
        self._keys_below: dict[int, list[str]] = {}
        self._names: dict[str, Any] = {"__name__": "page"}
        self._shell = Shell(home)
        self._shell.variables = dict(TERMINAL)
        home.mkdir(parents=True)
        (home / "articles").mkdir()
        for sample in SAMPLES.glob("*.txt"):
            shutil.copy(sample, home / "articles")

    def run(self) -> None:
        """Run every block in its order; a fault does not end the page."""
        examples = list(sybil(self._evaluate, _COMMENTS).parse(self.path))
        self._keys_below = keys_below(examples)
        for example in examples:
            try:
                example.evaluate()
            except Exception as error:
                said = str(error) if isinstance(error, AssertionError) and str(error) else repr(error)
                self._fault(example.line, said)
        for comment in unknown_comments(self.path.read_text(encoding="utf-8"), _COMMENTS):
            self._fault(1, f"the comment {comment!r} means nothing")
        if self._notes != Notes():
            self._fault(1, f"a comment stands before no block: {self._notes}")
        self.faults += [f"{where}: no command uses {name}" for name, where in self._unused.items()]

    def _fault(self, line: int, said: str) -> None:
        self.faults.append(f"{self.path.name}:{line}: {said}")

    def _evaluate(self, example: Example) -> None:
        kind, lexemes = example.parsed
        source = str(lexemes["source"])
        if kind == "block":
            try:
                self._block(example.line, lexemes["language"], lexemes["title"] or "", source)
            finally:
                self._notes = Notes()
        else:
            said = lexemes["arguments"].strip()
            if kind == "skip":
                said = f"{lexemes['directive'].removeprefix('skip').strip()}: {said}"
            _COMMENTS[kind](self, example.line, said, source)

    # blocks

    def _block(self, line: int, language: str, title: str, source: str) -> None:
        notes = self._notes
        self.n_blocks += language == "console"
        if notes.skip is not None and not notes.skip[0]:
            self.skipped.append(f"{self.path.name}:{line}: {notes.skip[1]}")
        elif notes.needs and importlib.util.find_spec(notes.needs) is None:
            self.skipped.append(f"{self.path.name}:{line}: {notes.needs} is not installed")
        elif language == "console":
            self._console(line, source)
        elif language == "keys":
            self._check_keys(source)
        elif language == "python":
            self._python(line, source)
        elif title:
            self._write(line, title, source)
        elif notes.part:
            samples.check_part(notes.part, source)
        elif notes.sample_of:
            samples.check(language, source, self._shell.folder / notes.sample_of)
        else:
            assert language not in samples.LANGUAGES, (
                f"nothing compares this sample of {language}: give it a title, or `<!-- sample of: FILE -->` before it"
            )

    def _console(self, line: int, source: str) -> None:
        """Run the commands of a block."""
        notes = self._notes
        found = commands(source)
        if notes.skip is not None:
            part, reason = notes.skip
            left = [one for one in found if part not in one.text]
            assert len(left) < len(found), f"no line has {part!r}, which is to be skipped"
            self.skipped += [f"{self.path.name}:{line + 1 + c.line}: {reason}" for c in found if c not in left]
            found = left
        self._shell.answers = notes.answers
        self._shell.keys = list(self._keys_below.get(line, []))
        for command in found:
            expected_code = notes.code if command is found[-1] else None
            if fault := self._command(command, expected_code):
                self._fault(line + 1 + command.line, f"$ {command.text}\n{fault}")
        if self._shell.answers:
            self._fault(line, f"nobody asks for {self._shell.answers}")
        if self._shell.keys:
            self._fault(line, f"no screen opens for the keys {self._shell.keys}")

    def _command(self, command: Command, expected_code: int | None) -> str:
        """Run a command; return in what it differs from what the page says."""
        self.n_commands += 1
        self._unused = {name: where for name, where in self._unused.items() if not names_file(command.text, name)}
        self._shell.answers = command.typed + self._shell.answers
        code, printed = self._shell.run(command.text)
        differs = difference(command.expected, printed) if command.expected else ""
        if expected_code is not None and code != expected_code:
            return f"ends with {code}, not with {expected_code}:\n{listed(tidy(printed))}"
        if expected_code is None and bool(code) != command.should_fail:
            return f"ends with {code}:\n{listed(tidy(printed))}"
        return differs

    def _check_keys(self, keys: str) -> None:
        assert any(keys in one for one in self._keys_below.values()), "no command opens a screen for these keys"

    def _python(self, line: int, source: str) -> None:
        """Run a block of Python in the names of those before it."""
        code = compile("\n" * line + source, str(self.path), "exec", dont_inherit=True)
        with self._shell.as_here():
            exec(code, self._names)  # noqa: S102 (the page's own sample)

    def _write(self, line: int, title: str, source: str) -> None:
        path = self._shell.folder / title
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
        self._unused[title] = f"{self.path.name}:{line}"

    # comments

    def _skip(self, line: int, said: str, _: str) -> None:
        part, _, reason = said.partition(": ")
        assert reason, "`<!-- skip: why -->` says why"
        self._notes.skip = (part, reason)

    def _run(self, line: int, _: str, source: str) -> None:
        notes, self._notes = self._notes, Notes()
        self._console(line, source)
        self._notes = notes

    def _file(self, line: int, name: str, source: str) -> None:
        self._write(line, name, source)

    def _edit(self, line: int, name: str, source: str) -> None:
        """Change a file as somebody does in an editor: `- ` lines become the `+ ` lines below them."""
        path = self._shell.folder / name
        text = path.read_text(encoding="utf-8")
        for old, new in edits(source):
            assert old in text, f"{name} has no {old!r}"
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")

    def _given(self, line: int, said: str, _: str) -> None:
        givens.put(said, self._shell.folder, self._make_once)

    def _type(self, line: int, said: str, _: str) -> None:
        self._notes.answers += [one.strip() for one in said.split("|")]

    def _press(self, line: int, said: str, _: str) -> None:
        self._check_keys(said)

    def _folder(self, line: int, said: str, _: str) -> None:
        folder = self._home if said == "." else self._home.parent / said
        folder.mkdir(exist_ok=True)
        self._shell.folder = folder

    def _coder(self, line: int, said: str, _: str) -> None:
        self._shell.variables.pop("ANNOTATOR_CODER", None)
        if said:
            self._shell.variables["ANNOTATOR_CODER"] = said

    def _exit(self, line: int, said: str, _: str) -> None:
        self._notes.code = int(said)

    def _needs(self, line: int, said: str, _: str) -> None:
        self._notes.needs = said

    def _sample_of(self, line: int, said: str, _: str) -> None:
        self._notes.sample_of = said

    def _part(self, line: int, said: str, _: str) -> None:
        self._notes.part = said


_COMMENTS: dict[str, Callable[[Page, int, str, str], None]] = {
    "skip": Page._skip,
    "run": Page._run,
    "file": Page._file,
    "edit": Page._edit,
    "given": Page._given,
    "type": Page._type,
    "press": Page._press,
    "folder": Page._folder,
    "coder": Page._coder,
    "exit": Page._exit,
    "needs": Page._needs,
    "sample of": Page._sample_of,
    "part of a codebook": Page._part,
}
"""What each comment does."""
