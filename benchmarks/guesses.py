"""What a session fills in by itself: how often the evidence and the mode of a statement are right.

    uv run python -m benchmarks.guesses --article FILE --coding FILE.jsonl [--article … --coding …] --json

The codings are keyed as by `benchmarks.keys`, which describes their rows. The evidence is what a statement has once its
speakers are given; the mode what it has once evidence and claim type are as wanted. Printed are shares of statements:
    exact    the evidence has the same letters as the wanted one
    half     it overlaps the wanted one by half or more (intersection over union)
    mode     the mode is the wanted one; only of statements whose row has a mode
    overlap  mean overlap of the evidence with the wanted one
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from annotator.codebook.model import Codebook
from annotator.session import Session
from annotator.store import Store
from benchmarks.keying.evidence import core, overlap
from benchmarks.keying.typist import Coding, Guess, Typist
from benchmarks.keys import options, show


def guesses(codings: list[Coding], codebook: Codebook, folder: Path) -> list[Guess]:
    """What the session filled in for every statement of the codings, keyed into a new project in a folder."""
    with Store.create(folder / "guesses.db", codebook, [one.article for one in codings]) as store:
        session = Session(store, "typist")
        typist, first = Typist(session), 1
        for coding in codings:
            session.navigation.go_to(first)
            typist.key(coding)
            first += len(coding.article.paragraphs)
    return typist.guesses


def shares(found: Sequence[Guess]) -> dict[str, float]:
    """How many guesses there are, and the shares that are right."""
    overlaps = [overlap(one.evidence, one.wanted) for one in found]
    exact = [core(one.text, one.evidence) == core(one.text, one.wanted) for one in found]
    modes = [one.mode == one.wanted_mode for one in found if one.wanted_mode is not None]
    return {
        "statements": len(found),
        "exact": _share(exact),
        "half": _share([one >= 0.5 for one in overlaps]),
        "mode": _share(modes),
        "overlap": round(statistics.fmean(overlaps), 3) if overlaps else 0.0,
    }


def _share(found: Sequence[bool]) -> float:
    return round(statistics.fmean(found), 3) if found else 0.0


def main() -> None:
    """Key and print."""
    given = options(__doc__)
    with tempfile.TemporaryDirectory() as name:
        found = shares(guesses(given.codings, given.codebook, Path(name)))
    show(found, is_json=given.is_json)


if __name__ == "__main__":
    main()
