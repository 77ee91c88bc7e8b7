"""The sample articles: named by their content, as untidy as scraped news, and described as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from annotator.model import article_id

SEEDS = Path(__file__).parent.parent / "seeds"
FILES = sorted(SEEDS.glob("*.txt"))


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def n_lines(text: str) -> int:
    return sum(1 for line in text.split("\n") if line.strip())


def test_there_are_five_sample_articles() -> None:
    assert [path.name[:4] for path in FILES] == ["000_", "001_", "002_", "003_", "004_"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_sample_article_is_named_by_its_content(path: Path) -> None:
    assert path.stem[4:] == article_id(read(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_sample_article_is_short_and_ends_without_a_newline(path: Path) -> None:
    text = read(path)

    assert 16 <= n_lines(text) <= 36
    assert 3500 <= len(text.encode()) <= 5500
    assert "\r" not in text
    assert not text.endswith("\n")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_readme_lists_a_sample_article_with_its_paragraphs(path: Path) -> None:
    row = re.search(rf"\| `{path.name}` \|[^|]*\| (\d+) \|", (SEEDS / "README.md").read_text(encoding="utf-8"))

    assert row is not None
    assert int(row[1]) == n_lines(read(path))


def test_the_mess_of_scraped_news_is_still_in_the_samples() -> None:
    texts = [read(path) for path in FILES]
    everything = "\n".join(texts)

    assert re.search("\u00a0\n", everything), "a no-break space at a line's end"
    assert "\n\n\n" in everything, "double blank lines"
    assert re.search(r"“[^”\n]*\"\n", everything), "an opening quotation mark that a straight one closes"
    assert re.search(r"“[^”\"\n]*\n\nREAD MORE", everything), "a quotation never closed, then furniture"
    assert "She told : “" in everything, "words lost with a link"
    assert re.search(r"“[^”]*’[^’“”]+,’”", everything), "a quotation in a quotation, opened with the wrong mark"
    for line in ("Skip to main content", "Related Posts", "Topics", "Open this photo in gallery:", "1"):
        assert f"\n{line}\n" in f"\n{everything}\n", line
    assert re.search(r"\w(Credit: |FJORDFOTO/)\w+", everything), "a credit glued to its caption"
