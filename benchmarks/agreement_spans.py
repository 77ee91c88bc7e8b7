"""How fast agreement on spans is computed, against krippendorff-unitized-alpha in the same run.

    uv run --with krippendorff-unitized-alpha==0.1.0 python benchmarks/agreement_spans.py [--articles N]

24 articles of 20,000 characters, 6 coders, 11,800 spans. The peer compares all pairs of spans of an article; it
computes uα alone, one article at a time.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Hashable

import numpy as np

from annotator.agreement import Continuum, alpha_u, bar_u_alpha, u_alpha
from annotator.agreement.data.continua import Span

LENGTH = 20_000


def articles(number: int) -> list[Continuum]:
    """Spans of one of eight categories, six coders a text."""
    rng = np.random.default_rng(1)
    found = []
    for _ in range(number):
        spans: dict[Hashable, list[Span]] = {}
        for coder in range(6):
            cuts = np.sort(rng.choice(np.arange(LENGTH + 1), 164, replace=False)).tolist()
            spans[f"c{coder}"] = [
                (i, j, f"k{int(rng.integers(8))}") for i, j in zip(cuts[::2], cuts[1::2], strict=True)
            ]
        found.append(Continuum(LENGTH, spans))
    return found


def peer(text: Continuum) -> float:
    """uα of one text by krippendorff-unitized-alpha."""
    from krippendorff_unitized_alpha.krippendorffs_unitized_alpha import (  # type: ignore[import-not-found,import-untyped,unused-ignore]
        EMPTY_TAG,
        KrippendorffUnitizedAlpha,
        Segment,
    )

    segments = {}
    for coder, spans in text.spans.items():
        borders = [0, *(cut for span in spans for cut in span[:2]), LENGTH]
        tags = [EMPTY_TAG, *(tag for span in spans for tag in (span[2], EMPTY_TAG))]
        pieces = zip(tags, borders, borders[1:], strict=False)
        segments[coder] = [Segment(tag, i, j) for tag, i, j in pieces if i < j]
    return float(KrippendorffUnitizedAlpha(segments).result)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=24)
    texts = articles(parser.parse_args().articles)
    labels = sum(len(spans) for one in texts for spans in one.spans.values())
    total = 0.0
    for measure in (u_alpha, bar_u_alpha, alpha_u):
        begin = time.perf_counter()
        value = measure(texts)
        seconds = time.perf_counter() - begin
        total += seconds
        print(f"{value.name:<12}{float(value):8.4f}  {seconds:.4f} s")
    print(f"all three of {labels} spans: {total:.3f} s, {'reached' if total <= 1 else 'MISSED'} (1 s)")
    try:
        begin = time.perf_counter()
        theirs = [peer(text) for text in texts]
        seconds = time.perf_counter() - begin
    except ImportError:
        sys.exit("Run it with the peer: see the first lines of this file.")
    begin = time.perf_counter()
    ours = [float(u_alpha([text])) for text in texts]
    alone = time.perf_counter() - begin
    assert np.allclose(ours, theirs, rtol=0, atol=1e-9)
    print(f"uα article by article: {alone:.3f} s, peer {seconds:.1f} s: {seconds / alone:.0f} ×")


if __name__ == "__main__":
    main()
