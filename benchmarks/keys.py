"""The fewest keys that codings cost.

    uv run python -m benchmarks.keys --article FILE --coding FILE.jsonl [--article … --coding …] --json

Each coding is keyed into a real session, all of them in one project and in the given order, with the fewest keys of
somebody who knows every key and never errs: digits or letters for speakers, the shortest way of the arrow keys to the
evidence, no key for what is guessed or kept, one key for a quotation that goes on in the next paragraph. With
`--predict` the codebook offers a speaker for each statement, which the key of the stance takes where it is the wanted
one. The rows of a coding are statements: `paragraph` (from 0),
`evidence_start`, `evidence_end` (code points of the article), `speakers`, and labels by the names of their variables.

Printed are, for all codings together:
    statements  how many were keyed
    keys        the keys, without typed letters
    letters     the letters typed in prompts
    mean        keys and letters for each statement
    exact       how many statements the project then holds as they were wanted
    by          keys and letters of each kind of work; "navigation" is Space and Enter, and x for an empty paragraph
    empty       how many paragraphs without a statement cost a key of their own
    passed      how many the session passed with the key before them
    lost        how many of these hold a wanted statement, which a coder who trusts the session would miss
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.codebook.file import default_codebook, load_codebook
from annotator.codebook.model import Codebook
from annotator.ingest import Read, read_inputs
from annotator.model import Article
from annotator.session import Session
from annotator.store import Store
from benchmarks.keying.coding import read_rows
from benchmarks.keying.hands import KINDS
from benchmarks.keying.typist import Coding, Typist


def measure(codings: list[Coding], codebook: Codebook, folder: Path, least: float = 1.0) -> dict[str, Any]:
    """Key codings into a new project in a folder, and count.

    Args:
        codings: The codings, in order, each of another article.
        codebook: The codebook of the project.
        folder: Where the project is made.
        least: The overlap from which on evidence is near enough; at 1 it must be the same words.
    """
    with Store.create(folder / "keys.db", codebook, [one.article for one in codings]) as store:
        session = Session(store, "typist")
        typist = Typist(session, least)
        exact, first = 0, 1
        for coding in codings:
            if session.cursor.article.first != first:  # Enter may have gone past what heads the article
                session.navigation.go_to(first)
            typist.key(coding)
            exact += typist.n_exact(coding, first)
            first += len(coding.article.paragraphs)
    hands = typist.hands
    n = sum(len(coding.rows) for coding in codings)
    kinds = [*KINDS, *sorted(set(hands.keys) - set(KINDS))]
    n_keys, n_letters = hands.keys.total(), hands.letters.total()
    return {
        "statements": n,
        "keys": n_keys,
        "letters": n_letters,
        "mean": round((n_keys + n_letters) / n, 3) if n else 0.0,
        "exact": exact,
        "by": {kind: hands.keys[kind] + hands.letters[kind] for kind in kinds},
        "empty": typist.n_empty,
        "passed": typist.n_passed,
        "lost": typist.n_lost,
    }


def read_codings(articles: list[Path], codings: list[Path]) -> list[Coding]:
    """Articles with their codings.

    Raises:
        SystemExit: A file is not an article, or a coding does not fit its article.
    """
    return [_fitting(_article(article), coding) for article, coding in zip(articles, codings, strict=True)]


def _article(path: Path) -> Article:
    found = list(read_inputs([path]))
    if len(found) != 1 or not isinstance(found[0], Read):
        raise SystemExit(f"{path} is not one article")
    return found[0].article


def _fitting(article: Article, path: Path) -> Coding:
    coding = Coding(article, read_rows(path))
    for row in coding.rows:
        if row.paragraph not in range(len(article.paragraphs)):
            raise SystemExit(f"{path}: the article has no paragraph {row.paragraph}")
        one = article.paragraphs[row.paragraph]
        if not one.start <= row.evidence[0] < row.evidence[1] <= one.end:
            raise SystemExit(f"{path}: evidence {row.evidence} is not in paragraph {row.paragraph}")
    return coding


@dataclass(frozen=True)
class Options:
    """What the command line says."""

    codings: list[Coding]
    codebook: Codebook
    least: float
    is_json: bool


def options(description: str | None) -> Options:
    """The options of a benchmark that keys codings."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--article", type=Path, action="append", default=[], help="An article; once for each coding.")
    parser.add_argument("--coding", type=Path, action="append", default=[], help="A coding of the article before it.")
    parser.add_argument("--codebook", type=Path, help="The codebook; by default the program's.")
    parser.add_argument("--overlap", type=float, default=1.0, help="Evidence is near enough at this overlap (IoU).")
    parser.add_argument("--predict", action="store_true", help="Let the codebook offer a speaker (guess: speaker).")
    parser.add_argument("--json", action="store_true", help="Print one line of JSON.")
    given = parser.parse_args()
    if not given.article or len(given.article) != len(given.coding):
        parser.error("give as many --coding as --article, at least one of each")
    codings = read_codings(given.article, given.coding)
    if len({coding.article.article_id for coding in codings}) != len(codings):
        parser.error("each coding must be of another article")
    codebook = load_codebook(given.codebook) if given.codebook else default_codebook()
    return Options(codings, predicting(codebook) if given.predict else codebook, given.overlap, given.json)


def predicting(codebook: Codebook) -> Codebook:
    """A codebook that offers a speaker for each statement, and is the same otherwise."""
    told = codebook.model_dump()
    for variable in told["variables"]:
        if codebook.speaker is not None and variable["name"] == codebook.speaker.name:
            variable["guess"] = "speaker"
    return Codebook.model_validate(told)


def main() -> None:
    """Key and print."""
    given = options(__doc__)
    with tempfile.TemporaryDirectory() as name:
        found = measure(given.codings, given.codebook, Path(name), given.least)
    show(found, is_json=given.is_json)


def show(found: Mapping[str, Any], *, is_json: bool) -> None:
    """Print figures: as one line of JSON, or a line each."""
    if is_json:
        print(json.dumps(found))
        return
    for what, value in found.items():
        print(f"{what}: {value}")


if __name__ == "__main__":
    main()
