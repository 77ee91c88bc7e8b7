"""The sample articles that travel with the program."""

from __future__ import annotations

from pathlib import Path

from annotator.ingest.article import make
from annotator.model import Article


def sample_articles() -> list[Article]:
    """The sample articles, in the order of their file names."""
    package = Path(__file__).parent.parent
    folder = package / "seeds" if (package / "seeds").is_dir() else package.parent / "seeds"
    return [
        make(path.read_bytes().decode("utf-8"), path.stem, f"seeds/{path.name}")
        for path in sorted(folder.glob("*.txt"))
    ]
