"""How much of an article is found in a web page, next to trafilatura alone, and how much of the page is kept.

    python -m benchmarks.pages [-v]

The pages are those of `benchmarks/page_samples.py`, whose articles are known: their paragraphs, and the heads of their
parts. "Found" are the paragraphs that have the role body (with the heads: body, subhead or pull-quote), as
`annotator add` gives it, with the extra annotator-tui[html] and without; for trafilatura the text that it extracts,
without the headline. F1 is of words, as a multiset; ideographs count one by one. "Kept" is the part of the page's
visible words that is in the article's text. With -v every page is shown.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from statistics import mean
from unittest.mock import patch

import trafilatura

from annotator.ingest import Input, Read, inputs, read_input
from annotator.model import Article
from benchmarks.page_samples import Sample, samples

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|\w+")
_UNSEEN = frozenset({"script", "style", "title"})


class _Visible(HTMLParser):
    """The words of a page, by the shortest way there is."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._tag = ""

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag

    def handle_endtag(self, _tag: str) -> None:
        self._tag = ""

    def handle_data(self, data: str) -> None:
        if self._tag not in _UNSEEN:
            self.texts.append(data)


def words(texts: Iterable[str]) -> Counter[str]:
    return Counter(_WORD.findall("\n".join(texts).lower()))


def f1(found: Counter[str], known: Counter[str]) -> float:
    return 2 * (found & known).total() / max(1, found.total() + known.total())


def read(path: Path) -> Article:
    (found,) = inputs([path])
    assert isinstance(found, Input)
    (item,) = read_input(found)
    assert isinstance(item, Read)
    return item.article


def of_roles(article: Article, *roles: str) -> Counter[str]:
    return words(article.text(paragraph) for paragraph in article.paragraphs if paragraph.role in roles)


def extracted(sample: Sample, precise: bool) -> Counter[str]:
    text = trafilatura.extract(sample.html, include_comments=False, favor_precision=precise) or ""
    title = re.search(r"<h[12][^>]*>(.*?)</h", sample.html)
    return words(line for line in text.split("\n") if title is None or line.strip("# ") != title[1])


def kept(sample: Sample, article: Article) -> float:
    parser = _Visible()
    parser.feed(sample.html)
    parser.close()
    visible = words(parser.texts)
    return (visible & words([article.raw_text])).total() / visible.total()


def measure(sample: Sample, path: Path) -> dict[str, float]:
    path.write_text(sample.html, encoding="utf-8")
    start = time.perf_counter()
    article = read(path)
    seconds = time.perf_counter() - start
    with patch.dict(sys.modules, {"trafilatura": None}):
        alone = read(path)
    body, whole = words(sample.body), words([*sample.body, *sample.heads])
    return {
        "trafilatura": f1(extracted(sample, precise=False), whole),
        "... precise": f1(extracted(sample, precise=True), whole),
        "body + heads": f1(of_roles(article, "body", "subhead", "pull-quote"), whole),
        "body": f1(of_roles(article, "body"), body),
        "without extra": f1(of_roles(alone, "body"), body),
        "kept": kept(sample, article),
        "ms": 1000 * seconds,
    }


def main() -> None:
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "page.html")
        for sample in samples():
            found[sample.name] = measure(sample, path)
    names = list(next(iter(found.values())))
    print(f"{'':20}" + "".join(f"{name:>15}" for name in names))
    shown = found if "-v" in sys.argv[1:] else {}
    averages = {name: mean(one[name] for one in found.values()) for name in names}
    for page, one in {**shown, f"mean of {len(found)}": averages}.items():
        print(f"{page:20}" + "".join(f"{one[name]:15.3f}" for name in names))
    print("wanted: body at .95 with the extra, kept at .99")


if __name__ == "__main__":
    main()
