"""Real batches, if there are any: the folder in `ANNOTATOR_TEST_BATCHES` with its `expected.json`.

The file holds, by name of a file, a list `articles`, each with title, date, source, author, the number of paragraphs of
the text (a headline in it counts) and their first words.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from annotator.model import Article

_NAME = "ANNOTATOR_TEST_BATCHES"
_FOLDER = Path(os.environ.get(_NAME, ""))
_EXPECTED: dict[str, Any] = json.loads((_FOLDER / "expected.json").read_text("utf-8")) if os.environ.get(_NAME) else {}


def texts(article: Article, n: int) -> list[str]:
    found = [article.text(one) for one in article.paragraphs if one.role in ("body", "subhead")]
    with_headline = [article.text(one) for one in article.paragraphs if one.role in ("headline", "body", "subhead")]
    return found if len(found) == n else with_headline


@pytest.mark.skipif(not _EXPECTED, reason=f"needs real batches: {_NAME}=FOLDER")
@pytest.mark.parametrize("name", _EXPECTED or [""])
def test_a_given_batch_gives_the_expected_articles(reading: Any, name: str) -> None:
    wanted = _EXPECTED[name]["articles"]

    found = reading(_FOLDER / name)

    if any(one.get("truncated") for one in wanted):
        assert found.refusals
        return
    assert len(found.articles) == len(wanted)
    for article, one in zip(found.articles, wanted, strict=True):
        assert (article.title, article.date, article.source) == (one["title"], one["date"], one["source"])
        assert article.metadata.get("author") == one["author"]
        paragraphs = texts(article, one["paragraphs"])
        assert len(paragraphs) == one["paragraphs"]
        assert all(text.startswith(words) for text, words in zip(paragraphs, one["first_words"], strict=False))
