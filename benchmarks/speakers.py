"""Speaker suggestions against hand-made labels of news articles: how often a true speaker is offered, and how fast.

    uv run python -m benchmarks.speakers FOLDER

reads `polnear_dev.jsonl` and `score_speakers.py` in FOLDER. It prints the share of paragraphs where a true speaker
is among the first one, three and five: cold, and with the coder's earlier picks fed in, which for paragraph i are the
labelled speakers of the paragraphs before it. "carried" are the paragraphs in which no speaker's name stands. The time
is per paragraph over whole articles, reading the names included, and as a multiple of splitting the same texts into
words by one regular expression. The exit code is 1 when a bound is missed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from annotator.speakers import ArticleSpeakers

BOUNDS = {
    ("cold", "all"): (80.0, 94.0, 97.0),
    ("picks", "all"): (84.0, 96.0, 98.0),
    ("picks", "carried"): (85.0, 92.0, 95.0),
}
MOST_MS = 1.0
WORD = re.compile(r"\w+")


def scorer(path: Path) -> Callable[[Any, Any], dict[str, Any]]:
    spec = importlib.util.spec_from_file_location("score_speakers", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} cannot be loaded.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.evaluate  # type: ignore[no-any-return]


def predicted(articles: list[dict[str, Any]], with_picks: bool) -> tuple[dict[tuple[str, int], list[str]], float]:
    """The suggestions of every paragraph and the milliseconds one takes."""
    found = {}
    began = time.perf_counter()
    for article in articles:
        speakers = ArticleSpeakers([paragraph["text"] for paragraph in article["paragraphs"]])
        picks: list[tuple[int, str]] = []
        for index, paragraph in enumerate(article["paragraphs"]):
            found[article["id"], index] = [suggestion.name for suggestion in speakers.rank(index, picks)]
            for speaker in paragraph["speakers"]:
                if with_picks and speaker["eligible"]:
                    picks += [(index, entity) for entity in speaker["entity"]]
    return found, (time.perf_counter() - began) / len(found) * 1000


def words_ms(articles: list[dict[str, Any]]) -> float:
    texts = [paragraph["text"] for article in articles for paragraph in article["paragraphs"]]
    began = time.perf_counter()
    for text in texts:
        WORD.findall(text)
    return (time.perf_counter() - began) / len(texts) * 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="Holds polnear_dev.jsonl and score_speakers.py.")
    folder = parser.parse_args().folder
    lines = (folder / "polnear_dev.jsonl").read_text(encoding="utf-8").splitlines()
    articles = [json.loads(line) for line in lines if line.strip()]
    evaluate = scorer(folder / "score_speakers.py")
    yardstick = min(words_ms(articles) for _ in range(5))
    missed = []
    for mode in ("cold", "picks"):
        found, ms = predicted(articles, mode == "picks")
        result = evaluate(articles, found)
        for tier in ("all", "speech", "quote", "named_here", "carried"):
            hits = tuple(100 * result[tier][f"hit@{rank}"] for rank in (1, 3, 5))
            bound = BOUNDS.get((mode, tier))
            if bound and any(hit < least for hit, least in zip(hits, bound, strict=True)):
                missed.append(f"{mode} {tier}")
            shown = "  ".join(f"@{rank} {hit:5.1f}" for rank, hit in zip((1, 3, 5), hits, strict=True))
            print(f"{mode:6}{tier:11} n={result[tier]['n']:<5} {shown}" + (f"   at least {bound}" if bound else ""))
        print(f"{mode:6}time        {ms:.2f} ms a paragraph, {ms / yardstick:.0f} x words (at most {MOST_MS} ms)")
        if ms > MOST_MS:
            missed.append(f"{mode} time")
    print("missed: " + ", ".join(missed) if missed else "every bound is met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
