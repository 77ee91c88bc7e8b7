"""A coder at the terminal: reads the screen, presses the keys that a person would press, and counts them."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotator.cli.commands.label import make_samples
from annotator.cli.options import Project
from annotator.codebook.model import Codebook
from annotator.model import JOURNALIST
from annotator.session.keys.commands import flat_map, local_map
from tests.e2e.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]
ANNOTATOR: tuple[str, ...] = (sys.executable, "-m", "annotator")
"""The program as this checkout has it."""


def annotator(folder: Path, *arguments: str, coder: str = "a", columns: int = 120, lines: int = 36) -> Terminal:
    """The labelling screen on a terminal, when its first paragraph and its suggestions are there.

    Without arguments it is that of the project `annotations.db`, made of the samples if it is missing.
    """
    project = Project()
    project.path = folder / "annotations.db"
    if not arguments and not project.path.exists():
        make_samples(project)
    terminal = Terminal(
        (*ANNOTATOR, *(arguments or ("label", "--new-coder"))),
        folder,
        columns=columns,
        lines=lines,
        environment={"ANNOTATOR_CODER": coder, "ANNOTATOR_CONFIG": str(folder / ".config"), "PYTHONPATH": str(ROOT)},
    )
    terminal.wait_for(lambda shown: " left" in shown and "undo" in shown)
    terminal.read_until_still(0.15)
    return terminal


NEAR = 2
"""So many lines below the marked one the arrow key is quicker than another letter."""


@dataclass(frozen=True)
class Statement:
    """What is to be keyed. Each speaker is a list of names that will do, the one to type first."""

    speakers: Sequence[Sequence[str]]
    labels: Mapping[str, str]


class Coder:
    """Presses keys for statements, with as few as the screen allows.

    Attributes:
        n_keys: The keys of each statement, the one that ends it included, by how it came by its speaker and target.
    """

    def __init__(self, terminal: Terminal, codebook: Codebook, *, is_typing: bool = False) -> None:
        """With `is_typing`, speakers are typed even where a digit would do."""
        self.terminal = terminal
        self._is_typing = is_typing
        self.n_keys: dict[str, list[int]] = {}
        self._codebook = codebook
        self._flat = {(c.variable.name, c.category): key for key, c in flat_map(codebook).items() if c.category}
        self._kept: dict[str, str] = {}

    def code(self, statements: Sequence[Statement]) -> None:
        """Code a paragraph and go on."""
        for i, statement in enumerate(statements, 1):
            before = self.terminal.n_keys
            how = "the predicted speaker"
            if i == 1 or not self._is_shown(statement.speakers):
                how = self._speak(statement.speakers)
            is_kept = [self._choose(name, category) for name, category in statement.labels.items()]
            self.terminal.press("space" if i < len(statements) else "enter")
            kind = f"{how}, {'the target before' if any(is_kept) else 'another target'}"
            self.n_keys.setdefault(kind, []).append(self.terminal.n_keys - before)

    def _is_shown(self, speakers: Sequence[Sequence[str]]) -> bool:
        """Whether the statement on the screen has these speakers already."""
        self.terminal.read_until_still()
        names = ", ".join("(?:" + "|".join(map(re.escape, one)) + ")" for one in speakers)
        return re.search(rf"(?m)\bspeaker +{names}(?: ·|\s*$)", self.terminal.text) is not None

    def _speak(self, speakers: Sequence[Sequence[str]]) -> str:
        """Give the speakers; say how."""
        how = "a listed speaker" if len(speakers) == 1 else "several listed speakers"
        for i, names in enumerate(speakers):
            if i:
                self.terminal.press(",")
            digit = self._digit(names)
            if digit is not None:
                self.terminal.press(digit)
            else:
                how = "a typed speaker"
                self._type(names[0])
        return how

    def _digit(self, names: Sequence[str]) -> str | None:
        """The digit under which the screen offers one of these names."""
        if JOURNALIST in names:
            return "0"
        if self._is_typing:
            return None
        for name in names:
            found = re.search(rf"(?m)(?:^|\s|\[)([1-9]) {re.escape(name)}(?! and )(?=[\s\]…]|$)", self.terminal.text)
            if found is not None:
                return found[1]
        return None

    def _type(self, name: str) -> None:
        """Type the last word of a name until it is marked; a name that nobody knows is written out."""
        self.terminal.press("/")
        word = name.rsplit(maxsplit=1)[-1]
        if not self._is_marked_after(word, name) and word != name:
            self.terminal.press(*["backspace"] * len(word))
            self._is_marked_after(name, name)
        self.terminal.press("enter")

    def _is_marked_after(self, typed: str, name: str) -> bool:
        """Whether typing marks the name, or brings it so near below the marked line that the arrow key gets there."""
        for letter in typed:
            self.terminal.press(letter)
            lines = re.findall(r"(?m)│ ([▸ ]) (\S.*?)(?:  \(new\))?\s*│", self.terminal.text)
            shown = [line for _, line in lines]
            if name in shown:
                below = shown.index(name) - next(i for i, (sign, _) in enumerate(lines) if sign == "▸")
                if 0 <= below <= NEAR:
                    self.terminal.press(*["down"] * below)
                    return True
        return False

    def _choose(self, name: str, category: str) -> bool:
        """Choose a category; whether it is kept from the statement before without a key."""
        variable = self._codebook.variable(name)
        assert variable is not None
        if variable.sticky and self._kept.get(name) == category:
            return True
        if variable.level == "entity":
            # What is guessed differs from statement to statement, so it is always said.
            self.terminal.press(variable.key or "V", *category)
            self.terminal.wait_for(lambda shown: f"│ {category}" in shown and "takes the marked line" in shown)
            self.terminal.press("enter")
            # An Enter in the same burst as the one of the box would do nothing.
            self.terminal.wait_for(lambda shown: "takes the marked line" not in shown)
            self.terminal.read_until_still()
            return False
        if variable.key is None:
            self.terminal.press(self._flat[name, category])
        else:
            keys = {one: key for key, one in local_map(variable).items()}
            self.terminal.press(variable.key, keys[category])
        self._kept[name] = category
        return False
