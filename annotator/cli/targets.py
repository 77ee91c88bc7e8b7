"""What the statements of a new project are about: asked for in a terminal, or read from a file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from annotator.errors import IngestError, UsageError
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.codebook.model import Codebook
    from annotator.model import Speaker

MAX_NAME = 200
_TABLES = (".csv", ".jsonl")


def read_targets(path: Path) -> list[Speaker]:
    """The targets in a file: a registry file (CSV, JSONL), or a text with one a line, `NAME` or `NAME: DEFINITION`.

    Raises:
        IngestError: The file cannot be read, or a line is not a target; the message names the line.
    """
    from annotator.speakers.kinds import guess_kind
    from annotator.speakers.registry_file import read_speakers

    if path.suffix.lower() in _TABLES:
        entries = read_speakers(path)
        return [
            one if "kind" in one.model_fields_set else one.model_copy(update={"kind": guess_kind(one.name)})
            for one in entries
        ]
    name = one_line(str(path))
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise IngestError(f"{name}: not UTF-8 text (byte {error.start})") from error
    except OSError as error:
        raise IngestError(f"{name}: {(error.strerror or 'cannot be read').lower()}") from error
    return list(_targets(text.splitlines(), name))


def ask_for_targets(codebook: Codebook) -> list[Speaker]:
    """The targets that somebody types, one a line; none where there is no terminal, or no target to be entered."""
    if codebook.target is None or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return []
    click.echo("What are the statements about? One a line, as NAME or NAME: DEFINITION;", err=True)
    click.echo("an empty line ends. You can also add them while coding.", err=True)
    lines: list[str] = []
    asked = ""
    while True:
        click.echo("> ", nl=False, err=True)
        line = sys.stdin.readline()
        if not line.strip():
            return list(_targets(lines, "the answer"))
        try:
            *others, last = _targets([*lines, line], "the answer")
        except IngestError as error:
            click.echo(f"{error}; type it again", err=True)
            continue
        found = like([last.name], [one.name for one in others]) if line != asked else None
        asked = line
        if found is not None:
            click.echo(f"{found}; leave it out, or type it again if it is another one", err=True)
        else:
            lines.append(line)


def like(new: Sequence[str], known: Sequence[str] = ()) -> str | None:
    """Names that look much like others, in words; None if none does."""
    from annotator.speakers import KnownSpeaker
    from annotator.speakers.lookalikes import pairs

    found = pairs(new, [KnownSpeaker(name) for name in known])
    return one_line("; ".join(found[:5])) if found else None


def refuse_targets(codebook: Codebook) -> None:
    """Refuse targets for a codebook that holds none in the registry.

    Raises:
        UsageError: It has a closed list, or no target.
    """
    if codebook.target is None:
        raise UsageError(
            f"the codebook {one_line(codebook.name)} has no entity variable for targets; leave out --targets, or give"
            " its target `level: entity`"
        )


def _targets(lines: Iterable[str], name: str) -> Iterator[Speaker]:
    from annotator.model import Speaker
    from annotator.speakers.kinds import guess_kind

    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        target, _, definition = (part.strip() for part in text.partition(": "))
        if one_line(text) != text or len(target) > MAX_NAME:
            raise IngestError(
                f"{name}:{number}: a target is one line of at most {MAX_NAME} characters, without control characters"
            )
        if target in seen:
            raise IngestError(f"{name}:{number}: {target} is there twice")
        seen.add(target)
        kind = guess_kind(target)
        yield Speaker(speaker_id=str(uuid4()), name=target, kind=kind, definition=definition or None)
