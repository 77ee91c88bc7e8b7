"""The benchmark of keys: what it presses is in the project, and what it counts is what was pressed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annotator.codebook.file import default_codebook
from annotator.codebook.model import Codebook
from benchmarks.guesses import guesses, shares
from benchmarks.keying.prompts import Way, place_of, shortest
from benchmarks.keys import measure, predicting, read_codings

TEXT = (
    "Ada Stone, the harbour minister, said on Monday that the pier must be rebuilt.\n"
    "Bo Reed said the halt was a mistake. Ada Stone said on Tuesday that the halt will end soon.\n"
    "Nobody was hurt.\n"
)


def row(evidence: str, speaker: str, **labels: str) -> dict[str, Any]:
    start = TEXT.index(evidence)
    return {
        "paragraph": TEXT[:start].count("\n"),
        "evidence_start": start,
        "evidence_end": start + len(evidence),
        "speakers": [speaker],
        **labels,
    }


def counted(folder: Path, *rows: dict[str, Any], codebook: Codebook | None = None) -> dict[str, Any]:
    article, coding = folder / "article.txt", folder / "coding.jsonl"
    article.write_text(TEXT, encoding="utf-8")
    coding.write_text("".join(f"{json.dumps(one)}\n" for one in rows), encoding="utf-8")
    return measure(read_codings([article], [coding]), codebook or default_codebook(), folder)


LABELS = {"target": "the halt", "stance": "support", "claim_type": "demand", "mode": "indirect"}
FIRST = row(TEXT.splitlines()[0], "Ada Stone", **LABELS)


def test_a_statement_with_a_kept_target_takes_four_keys(tmp_path: Path) -> None:
    second = row(
        "Bo Reed said the halt was a mistake.", "Bo Reed", target="the halt", stance="oppose", claim_type="evaluation"
    )

    one, two = (tmp_path / name for name in ("one", "two"))
    one.mkdir()
    two.mkdir()
    only_first, both = counted(one, FIRST), counted(two, FIRST, second)

    # Two empty paragraphs of one key each, then one.
    assert only_first["keys"] - 2 == both["keys"] - 1 - 4
    assert (both["statements"], both["exact"], both["letters"], both["empty"]) == (2, 2, len("the halt"), 1)


def test_an_offered_speaker_is_taken_with_the_key_of_the_stance(tmp_path: Path) -> None:
    wrong = row("the halt was a mistake", "Ada Stone", target="the halt", stance="oppose", claim_type="evaluation")

    one, two = (tmp_path / name for name in ("one", "two"))
    one.mkdir()
    two.mkdir()
    picked = counted(one, FIRST, wrong)
    offered = counted(two, FIRST, wrong, codebook=predicting(default_codebook()))

    assert (picked["by"]["speaker"], offered["by"]["speaker"]) == (2, 1)
    assert (picked["exact"], offered["exact"]) == (2, 2)


def test_labels_that_stay_in_the_next_paragraph_go_on_with_one_key(tmp_path: Path) -> None:
    same = row("Ada Stone said on Tuesday that the halt will end soon.", "Ada Stone", **LABELS)

    found = counted(tmp_path, FIRST, {**same, "claim_type": "prediction"})

    assert found["exact"] == 2
    assert (found["by"]["speaker"], found["by"]["stance"], found["by"]["claim_type"]) == (2, 1, 2)


def test_every_key_and_letter_is_counted_for_its_work(tmp_path: Path) -> None:
    found = counted(
        tmp_path,
        FIRST,
        row("the halt was a mistake", "Somebody Unheard", target="fishing", stance="oppose", claim_type="evaluation"),
        row("Ada Stone said on Tuesday", "journalist", target="fishing", stance="neutral", claim_type="fact"),
    )

    assert found["exact"] == 3
    assert sum(found["by"].values()) == found["keys"] + found["letters"]
    assert found["letters"] == len("the halt") + len("Somebody Unheard") + len("fishing")
    assert found["mean"] == round((found["keys"] + found["letters"]) / 3, 3)
    assert found["by"]["stance"] == found["by"]["claim_type"] == 3


def test_a_statement_that_cannot_be_keyed_as_wanted_is_not_counted_as_exact(tmp_path: Path) -> None:
    found = counted(tmp_path, {**FIRST, "stance": "undecided"})

    assert (found["statements"], found["exact"]) == (1, 0)


def test_a_row_outside_its_paragraph_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="is not in paragraph 2"):
        counted(tmp_path, {**FIRST, "paragraph": 2})


def test_what_the_session_fills_in_is_compared_with_what_is_wanted(tmp_path: Path) -> None:
    article, coding = tmp_path / "article.txt", tmp_path / "coding.jsonl"
    article.write_text(TEXT, encoding="utf-8")
    rows = [FIRST, row("a mistake", "Bo Reed", stance="oppose", claim_type="evaluation")]
    coding.write_text("".join(f"{json.dumps(one)}\n" for one in rows), encoding="utf-8")

    found = shares(guesses(read_codings([article], [coding]), default_codebook(), tmp_path))

    assert (found["statements"], found["exact"], found["half"], found["mode"]) == (2, 0.5, 0.5, 1.0)
    assert found["overlap"] == round((1 + len("a mistake") / len("Bo Reed said the halt was a mistake.")) / 2, 3)


def test_the_shortest_way_to_a_line_weighs_letters_against_arrow_keys() -> None:
    names = ["Ada Stone", "Ada Reed", "Bo Reed"]

    def place(text: str) -> tuple[int, int] | None:
        return place_of([name for name in names if text in name.casefold()], "Bo Reed")

    assert shortest("Bo Reed", place) == Way("b", 0)
    assert shortest("Bo Reed", lambda text: (9, 30) if len(text) < 3 else (0, 1)) == Way("bo ", 0)
    assert shortest("Bo Reed", lambda _: None) is None


def test_a_new_target_that_stands_elsewhere_in_the_article_need_not_be_typed_in_full(tmp_path: Path) -> None:
    found = counted(
        tmp_path,
        row("the halt was a mistake", "Bo Reed", target="harbour minister", stance="oppose", claim_type="evaluation"),
    )

    assert (found["exact"], found["letters"]) == (1, len("hm"))
