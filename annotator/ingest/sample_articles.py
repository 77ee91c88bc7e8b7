"""The sample articles that travel with the program, and the file of their targets."""

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


def sample_targets() -> Path:
    """The registry file with what the sample articles are about."""
    return Path(__file__).with_name("sample_targets.csv")
