"""What is read as arrays is what is read paragraph by paragraph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from annotator.records import Selection
from annotator.store import Store
from annotator.store.read.coding_arrays import STATES, CodingArrays
from annotator.store.read.label_arrays import LabelArrays, paragraph_labels, statement_labels
from tests.conftest import MakeProject, article
from tests.reports.coding import CODEBOOK, RANDOM_TEXTS, code_at_random

SELECTIONS = (
    Selection(),
    Selection(coders=("ada", "zoe")),
    Selection(coders=("llm", "ben")),
    Selection(articles=("article-2",)),
    Selection(roles=("caption",)),
    Selection(roles=("body", "headline")),
    Selection(phases=("main",)),
    Selection(phases=("training", "main"), roles=("caption",), articles=("article-1",)),
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Four coders and a model on two articles."""
    path = tmp_path_factory.mktemp("coded") / "annotations.db"
    articles = [article(text, f"article-{i}") for i, text in enumerate(RANDOM_TEXTS, 1)]
    with Store.create(path, CODEBOOK, articles) as store:
        yield code_at_random(store)


@pytest.mark.parametrize("selection", SELECTIONS)
def test_reviews_are_those_of_the_chosen_coders_articles_roles_and_phases(project: Store, selection: Selection) -> None:
    with project.records(selection, coders="human") as records:
        arrays = CodingArrays(records.chosen)
        seen = [one for one in records.paragraphs() if one.reviews]

    assert [tuple(map(int, row)) for row in zip(*arrays.paragraphs, strict=True)] == [
        (one.id, one.article, one.position, one.start, one.end) for one in seen
    ]
    reviews, batch = arrays.reviews, arrays.batch_of(arrays.reviews)
    found = [
        (
            int(reviews.paragraph[i]),
            arrays.coders[reviews.coder[i]],
            STATES[reviews.state[i]] if reviews.state[i] >= 0 else None,
            int(reviews.day[i]),
            arrays.batches[batch[i]] if batch[i] >= 0 else None,
        )
        for i in range(reviews.coder.size)
    ]
    assert found == [
        (
            one.id,
            review.coder,
            review.state if review.is_done else None,
            int(review.updated_at[:10].replace("-", "")),
            review.batch,
        )
        for one in seen
        for review in one.reviews
    ]
    assert found


@pytest.mark.parametrize("selection", SELECTIONS)
def test_statements_have_their_evidence_and_their_speakers_after_merges(project: Store, selection: Selection) -> None:
    with project.records(selection, coders="human") as records:
        arrays = CodingArrays(records.chosen)
        statements, speakers = arrays.statements(), arrays.speakers()
        seen = list(records.paragraphs())

    said: dict[int, set[str]] = {}
    for statement, speaker in zip(speakers.statement.tolist(), speakers.speaker.tolist(), strict=True):
        said.setdefault(statement, set()).add(speakers.names[speaker])
    found = [
        (
            int(arrays.reviews.paragraph[review]),
            arrays.coders[arrays.reviews.coder[review]],
            start if start >= 0 else None,
            end if end >= 0 else None,
            said.get(row, set()),
        )
        for row, review, start, end in zip(*(column.tolist() for column in statements), strict=True)
    ]
    assert found == [
        (one.id, statement.coder, statement.evidence_start, statement.evidence_end, set(statement.speakers))
        for one in seen
        for review in one.reviews
        for statement in one.statements_of(review.coder)
    ]


def test_labels_have_their_values_and_origins(project: Store) -> None:
    for table, owner, coder, read in (
        ("paragraph_labels", "paragraph", "coder", paragraph_labels),
        ("labels", "statement", "0", statement_labels),
    ):
        for variable in ("tone", "stance", "weight"):
            rows = project.connection.all(
                f"select {owner}, {coder}, value, origin from {table} where variable = ? order by 1, 2", (variable,)
            )
            assert _rows(read(project.connection, variable)) == rows


def test_values_of_which_there_are_many_are_read_as_exactly_as_few(
    project: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = _rows(statement_labels(project.connection, "weight"))
    monkeypatch.setattr("annotator.store.read.label_arrays._MOST_CASES", 1)

    many = _rows(statement_labels(project.connection, "weight"))

    assert many == few
    assert {value for _, _, value, _ in many} == {0.1 + 0.2, 0.3, 2}


def test_labels_are_read_in_blocks(project: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _rows(paragraph_labels(project.connection, "tone"))
    monkeypatch.setattr("annotator.store.read.label_arrays._BLOCK", 7)

    labels = paragraph_labels(project.connection, "tone")

    assert _rows(labels) == whole


def test_sets_are_read_as_lists(project: Store) -> None:
    labels = statement_labels(project.connection, "issues")

    assert [value for value, _ in labels.decisions if value == ["jobs", "sea"]]
    assert all(isinstance(value, list) for value, _ in labels.decisions)


def test_an_empty_project_has_empty_arrays(make_project: MakeProject) -> None:
    store = make_project("One.", codebook=CODEBOOK)

    with store.records(coders="human") as records:
        arrays = CodingArrays(records.chosen)

        assert arrays.coders == ()
        assert arrays.reviews.paragraph.size == arrays.paragraphs.row.size == 0
        assert arrays.statements().row.size == arrays.speakers().statement.size == 0
    assert _rows(paragraph_labels(store.connection, "tone")) == []


def _rows(labels: LabelArrays) -> list[tuple[int, int, Any, str]]:
    """Owner, coder, value and origin of each label, in the order of the first two."""
    found = [
        (owner, coder, *labels.decisions[decision])
        for block in labels.blocks
        for owner, coder, decision in zip(*(column.tolist() for column in block), strict=True)
    ]
    return sorted(found, key=lambda row: row[:2])
