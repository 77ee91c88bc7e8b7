"""A day of commands that write, one after the other, each of which must succeed: for what must hold of all of them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from annotator.cli import run
from annotator.export import FORMATS

TEXT = "“We will not sign,” said Ása Brandt, the mayor.\n\nThe port was built in 1904.\n\nOne more line.\n"
TYPED = "1 o d\n\nx\n"

DAY: tuple[tuple[str, ...], ...] = (
    ("codebook", "new", "mine.yaml"),
    ("init",),
    ("add", "one.txt"),
    ("label", "--plain", "--coder", "anna"),
    ("label", "--plain", "--coder", "Anna", "--new-coder"),
    ("assign", "draw", "--coder", "ben", "--yes"),
    ("pack", "--coder", "ben"),
    ("sync", "invite", "ben", "team"),
    ("sync", "team", "--once"),
    ("--project", "ben.db", "sync", "team/ben", "--once"),
    ("merge", "ben.db"),
    ("--project", "joined.db", "merge", "annotations.db", "ben.db"),
    ("speakers", "export", "--out", "speakers.jsonl"),
    ("speakers", "rename", "Ása Brandt", "Asa Brandt", "--yes"),
    ("import", "speakers.jsonl"),
    ("backup",),
    ("restore", "latest", "--yes"),
    ("agreement", "--as", "html", "--out", "report.html"),
    ("agreement", "--json", "--out", "report.json"),
    ("agreement", "--matrices", "matrices"),
    ("aggregate", "--method", "majority", "--out", "layer.jsonl"),
    ("doctor", "--repair", "--out", "repaired.db"),
    ("undo", "--coder", "Anna", "--yes"),
    *(("export", name, "--out", f"out/{name}") for name in FORMATS),
    ("import", "out/jsonl"),
)
"""Every command that writes a file, and every format."""


def live(folder: Path) -> Iterator[tuple[tuple[str, ...], int]]:
    """Go through the day in a folder that is the current one; after each command it and its exit code are given."""
    (folder / "one.txt").write_text(TEXT, encoding="utf-8")
    (folder / "team").mkdir(mode=0o700)
    for words in DAY:
        with _typed(TYPED):
            yield words, run(list(words))


@contextmanager
def _typed(text: str) -> Iterator[None]:
    with patch("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")):
        yield
