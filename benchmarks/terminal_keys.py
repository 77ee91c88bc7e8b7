"""Keys a paragraph and a statement over one whole article, in the real program: `python -m benchmarks.terminal_keys`.

A coding written down beforehand (`coding.json`, by article id, without the text) is keyed in a pseudo-terminal with
the fewest keys that the screen offers; afterwards the project file must hold exactly that coding.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from annotator.codebook.file import default_codebook
from annotator.codebook.model import Category, Codebook
from annotator.model import Article
from annotator.store import Store
from tests.conftest import ARTICLES, VARIABLE, read_articles
from tests.e2e.coder import Coder, Statement, annotator

CODINGS: dict[str, Any] = json.loads((Path(__file__).parent / "coding.json").read_text(encoding="utf-8"))
STATE_KEYS = {"no claim": "x", "furniture": "b"}


def codebook(coding: dict[str, Any]) -> Codebook:
    """The default codebook with the targets of this material, as a project sets them before it begins."""
    targets = tuple(Category(name=name, key=key) for key, name in coding["targets"].items())
    default = default_codebook()
    variables = tuple(
        one.model_copy(update={"categories": targets}) if one.name == "target" else one for one in default.variables
    )
    return default.model_copy(update={"variables": variables})


def of_one_target(coding: dict[str, Any]) -> dict[str, Any]:
    """The coding of a project that asks about one thing: every statement towards the first target."""
    target = next(iter(coding["targets"].values()))
    kept = [one if isinstance(one, str) else [[*rest, target] for *rest, _ in one] for one in coding["paragraphs"]]
    return {**coding, "paragraphs": kept}


def statements(coding: dict[str, Any], paragraph: list[list[str]]) -> list[Statement]:
    """What is to be keyed in a paragraph."""
    return [
        Statement(
            [coding["speakers"][one] for one in who.split("+")],
            {"stance": stance, "claim_type": claim_type, "target": target},
        )
        for who, stance, claim_type, target in paragraph
    ]


def key_in(folder: Path, article: Article, coding: dict[str, Any], *, is_typing: bool) -> dict[str, list[int]]:
    """Key the coding; return the keys of paragraphs without a claim and of statements, by kind."""
    path = folder / "annotations.db"
    Store.create(path, codebook(coding), [article]).close()
    without: list[int] = []
    with annotator(folder) as terminal:
        coder = Coder(terminal, codebook(coding), is_typing=is_typing)
        for paragraph in coding["paragraphs"]:
            before = terminal.n_keys
            if isinstance(paragraph, str):
                terminal.press(STATE_KEYS[paragraph])
                without.append(terminal.n_keys - before)
            else:
                coder.code(statements(coding, paragraph))
        terminal.press("ctrl+q")
        terminal.wait_for_end()
    _check(path, coding)
    return {"a paragraph without a claim": without} | {f"a statement: {k}": n for k, n in coder.n_keys.items()}


def _check(path: Path, coding: dict[str, Any]) -> None:
    """The project file holds what was to be keyed, and nothing else."""
    with Store(path) as store:
        work = store.coding("a")
        for i, paragraph in enumerate(coding["paragraphs"]):
            held = work.statements(i + 1)
            if isinstance(paragraph, str):
                assert (work.review(i + 1).state, held) == (paragraph, []), i
                continue
            assert work.review(i + 1).state == "coded", i
            wanted = statements(coding, paragraph)
            assert len(held) == len(wanted), i
            for one, other in zip(held, wanted, strict=True):
                assert {name: one.labels[name].value for name in other.labels} == other.labels, (i, one)
                for mention, names in zip(one.speakers, other.speakers, strict=True):
                    assert mention.words in names, (i, mention)


def main() -> None:
    """Key and print."""
    found = [one for one in read_articles(ARTICLES) if one.article_id in CODINGS]
    if not found:
        raise SystemExit(f"coding.json has no coding of an article in {ARTICLES}; {VARIABLE} names another folder")
    for article in found:
        coding = CODINGS[article.article_id]
        for how, wanted, is_typing in (
            ("one target throughout, as few keys as the screen allows", of_one_target(coding), False),
            ("a target of its own a statement, as few keys as the screen allows", coding, False),
            ("a target of its own a statement, every speaker typed", coding, True),
        ):
            with tempfile.TemporaryDirectory() as name:
                n_keys = key_in(Path(name), article, wanted, is_typing=is_typing)
            print(f"article {article.article_id}, {len(article.paragraphs)} paragraphs, {how}; found as keyed")
            _print(n_keys)


def _print(n_keys: dict[str, list[int]]) -> None:
    every = [n for what, taken in n_keys.items() if "statement" in what for n in taken]
    for what, taken in {**n_keys, "all statements": every}.items():
        mean, median = statistics.fmean(taken), statistics.median(taken)
        print(f"  {what}: {len(taken)}, keys mean {mean:.2f}, median {median:g}, most {max(taken)}")


if __name__ == "__main__":
    main()
