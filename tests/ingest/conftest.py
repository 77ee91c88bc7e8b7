"""What the tests of reading share: files from bytes, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from annotator.ingest import LeftOut, Options, Read, Refusal, read_inputs
from annotator.model import Article


@dataclass(frozen=True)
class Outcome:
    """What reading some paths gave."""

    reads: list[Read]
    refusals: list[Refusal]
    left_out: list[LeftOut]

    @property
    def articles(self) -> list[Article]:
        return [read.article for read in self.reads]

    @property
    def texts(self) -> list[str]:
        return [article.raw_text for article in self.articles]

    @property
    def remarks(self) -> list[str]:
        return [remark for read in self.reads for remark in read.remarks]

    @property
    def reason(self) -> str:
        """The one refusal's sentence, where there is nothing but that."""
        assert not self.reads
        (refusal,) = self.refusals
        return refusal.sentence


Reader = Callable[..., Outcome]


@pytest.fixture
def reading() -> Reader:
    """Read paths and sort what comes of it."""

    def run(*paths: Path | str, options: Options | None = None) -> Outcome:
        found = list(read_inputs(paths, options))
        return Outcome(
            [item for item in found if isinstance(item, Read)],
            [item for item in found if isinstance(item, Refusal)],
            [item for item in found if isinstance(item, LeftOut)],
        )

    return run


@pytest.fixture
def reading_file(tmp_path: Path, reading: Reader) -> Reader:
    """Write one file and read it."""

    def run(name: str, content: bytes | str, options: Options | None = None) -> Outcome:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return reading(path, options=options)

    return run
