"""Console blocks of a page: commands, what each should print, and what somebody types in between."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

ANYTHING = "…"
"""In an expected line any characters; as a line of its own any lines, also none."""

_PROMPT = re.compile(r">(?: (?P<line>.+))?|.*\[[yYnN]/[yYnN]\]:(?: (?P<answer>\S+))?")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass
class Command:
    """A command of a console block.

    Attributes:
        text: What stands behind `$ `.
        line: Its line within the block, from 0.
        expected: The lines below it, which it should print; none if the page does not show them.
    """

    text: str
    line: int
    expected: list[str] = field(default_factory=list)

    @property
    def typed(self) -> list[str]:
        """What the person types while it runs, as the transcript shows it."""
        found = (_PROMPT.fullmatch(line) for line in self.expected)
        return [match["line"] or match["answer"] or "" for match in found if match]

    @property
    def should_fail(self) -> bool:
        """Whether the page shows that it is refused."""
        return any(line.startswith("Error: ") for line in self.expected)


def commands(block: str) -> list[Command]:
    r"""The commands of a block; `\` at the end of a line goes on in the next.

    Raises:
        ValueError: There is text above the first command, or no command.
    """
    found: list[Command] = []
    is_open = False
    for number, line in enumerate(block.splitlines()):
        if is_open:
            found[-1].text = f"{found[-1].text[:-1].rstrip()} {line.strip()}"
        elif line.startswith("$ "):
            found.append(Command(line[2:].strip(), number))
        elif found:
            found[-1].expected.append(line.rstrip())
            continue
        elif line.strip():
            raise ValueError(f"a console block begins with `$ `, not with {line!r}")
        is_open = bool(found) and found[-1].text.endswith("\\")
    if not found:
        raise ValueError("a console block without a line that begins with `$ `")
    for command in found:
        while command.expected and not command.expected[-1]:
            command.expected.pop()
    return found


def tidy(printed: str) -> list[str]:
    """The printed lines without colours, and without blank lines at the ends."""
    lines = [line.rpartition("\r")[2].rstrip() for line in _ESCAPES.sub("", printed).rstrip().split("\n")]
    while lines and not lines[0]:
        del lines[0]
    return lines


def difference(expected: list[str], printed: str) -> str:
    """What an expected transcript and a real one differ in; nothing if they agree. Several blanks count as one."""
    pattern = "".join(r"(?:.*\n)*" if line.strip() == ANYTHING else f"{_line(line)}\n" for line in expected)
    real = tidy(printed)
    if re.fullmatch(pattern, "".join(f"{_squeezed(line)}\n" for line in real)):
        return ""
    return "the page shows\n" + listed(expected) + "\nand the program prints\n" + listed(real)


def _line(line: str) -> str:
    return ".*".join(map(re.escape, _squeezed(line).split(ANYTHING)))


def _squeezed(line: str) -> str:
    return " ".join(line.split())


def listed(lines: list[str]) -> str:
    """Lines as a fault shows them."""
    return "\n".join(f"    {line}" for line in lines)
