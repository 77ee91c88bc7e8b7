"""How well roles are guessed: on the labelled fixtures, and on the five real articles where they are.

    uv run python -m benchmarks.roles [-v]
    ANNOTATOR_TEST_ARTICLES=FOLDER uv run python -m benchmarks.roles    # with the real articles

Accuracy over all roles; precision and recall of furniture; the body paragraphs that were taken for furniture; and the
noise (headlines, bylines, captions, furniture …) that was kept as body, subhead or pull-quote. The yardstick is a
heuristic of a few lines: short lines without a full stop are furniture, the first one is the headline.
With -v every paragraph that was guessed wrong is shown. Rules and weights have learned from all of these articles but
the fifth set. What each set reached when it was first read, which is what to expect of other articles, stands in the
README beside them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from annotator.ingest.paragraphs import spans
from annotator.ingest.roles.guess import guess
from annotator.model import Role
from annotator.text.terminal_text import one_line
from tests.conftest import REAL, ROOT

FIXTURES = ROOT / "tests" / "fixtures" / "roles"

CODES: dict[str, Role] = {
    "B": "body",
    "H": "headline",
    "K": "kicker",
    "S": "subhead",
    "D": "dek",
    "Y": "byline",
    "C": "caption",
    "P": "pull-quote",
    "F": "furniture",
}
LABELS_OF_REAL = (  # by hand, one letter a paragraph
    "BBBBBBBBBBBBBBBBBBBBFF",
    "FKHBBCFCSBBBBBBBBBSBBBBBBBBBSBBBBFBBF",
    "HDFCBBBBBBBBBBBBBBB",
    "FFCBBBBBFBBBBBBBYC",
    "FHCFBBBBBBCFBBBBBY",
)

TEXT: tuple[Role, ...] = ("body", "subhead", "pull-quote")
"""The roles of the article's own text; all else is noise."""

FITTED = ("before", "after", "third", "fourth")
"""The sets that the weights of the second opinion are fitted to."""

Labelled = list[tuple[Role, str]]
Guesser = Callable[[Sequence[str]], Sequence[Role]]


def fixtures(name: str) -> Iterator[Labelled]:
    for line in (FIXTURES / f"{name}.jsonl").read_text("utf-8").splitlines():
        yield [(role, text) for role, text in json.loads(line)["paragraphs"]]


def real(folder: Path) -> Iterator[Labelled]:
    for path, labels in zip(sorted(folder.glob("*.txt")), LABELS_OF_REAL, strict=True):
        raw_text = path.read_text("utf-8")
        texts = [raw_text[start:end] for start, end in spans(raw_text)]
        yield [(CODES[letter], text) for letter, text in zip(labels, texts, strict=True)]


def few_lines(texts: Sequence[str]) -> list[Role]:
    """The yardstick."""
    roles: list[Role] = ["body" if len(text) > 80 or text[-1] in '.!?”"' else "furniture" for text in texts]
    first = next((at for at, text in enumerate(texts) if len(text.split()) > 4), 0)
    if roles and texts[first][-1] not in '.”"':
        roles[first] = "headline"
    return ["caption" if "Photo" in text or "Credit" in text else role for role, text in zip(roles, texts, strict=True)]


def measure(name: str, articles: list[Labelled], guesser: Guesser, is_verbose: bool) -> None:
    pairs = [
        (role, guessed, text)
        for article in articles
        for (role, text), guessed in zip(article, guesser([text for _, text in article]), strict=True)
    ]
    n_right = sum(role == guessed for role, guessed, _ in pairs)
    n_furniture = sum(role == "furniture" for role, _, _ in pairs)
    n_guessed = sum(guessed == "furniture" for _, guessed, _ in pairs)
    n_both = sum(role == guessed == "furniture" for role, guessed, _ in pairs)
    n_body = sum(role == "body" for role, _, _ in pairs)
    n_lost = sum((role, guessed) == ("body", "furniture") for role, guessed, _ in pairs)
    noise = [guessed in TEXT for role, guessed, _ in pairs if role not in TEXT]
    print(
        f"{name:24} {len(articles):3} articles {len(pairs):4} paragraphs  accuracy {n_right / len(pairs):.3f}"
        f"  furniture {n_both / max(n_guessed, 1):.3f} / {n_both / max(n_furniture, 1):.3f}"
        f"  body lost {n_lost}/{n_body}  noise kept {sum(noise)}/{len(noise)}"
    )
    for role, guessed, text in pairs if is_verbose else ():
        if role != guessed:
            print(f"    {role} taken for {guessed}: {one_line(text[:90])}")


def main() -> None:
    is_verbose = "-v" in sys.argv
    sets = {
        "written before": list(fixtures("before")),
        "written after": list(fixtures("after")),
        "third": list(fixtures("third")),
        "fourth": list(fixtures("fourth")),
        "fifth, never fitted": list(fixtures("fifth")),
    }
    if REAL:
        sets["five real articles"] = list(real(REAL))
    for name, articles in sets.items():
        measure(name, articles, guess, is_verbose)
        measure("  by a few lines", articles, few_lines, False)
    print("wanted: accuracy .93, furniture precision .95 and recall .80, body lost 0.5 % at most")


if __name__ == "__main__":
    main()
