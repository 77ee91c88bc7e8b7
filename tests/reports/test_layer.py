"""Aggregated labels: ties stay ties, the same statement of several coders is one unit."""

from __future__ import annotations

import pytest

from annotator.errors import UsageError
from annotator.reports.aggregate import Layer, layers, same_statements
from annotator.store import Store
from annotator.store.read.codings import Codings
from tests.conftest import MakeProject
from tests.reports.coding import CODEBOOK, Said, code


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    store = make_project("\n".join(f"Paragraph number {i} of a text." for i in range(6)), codebook=CODEBOOK)
    for coder, stance in (("ada", "oppose"), ("ben", "oppose"), ("cleo", "support")):
        code(store, coder, 1, Said({"stance": stance}, evidence=(0, 9)), labels={"tone": "calm"})
    for coder, stance in (("ada", "oppose"), ("ben", "support")):
        code(store, coder, 2, Said({"stance": stance}, evidence=(0, 9)))
    code(store, "cleo", 3, Said({"stance": "unclear"}))
    code(store, "ada", 4, Said({"stance": ("neutral", "default")}))
    code(store, "ada", 5, Said({"stance": "neutral"}), state="open")
    return store


def stance(store: Store, method: str = "majority") -> Layer:
    (layer,) = layers(store, method, ("stance",))
    return layer


def test_the_majority_wins_and_a_tie_has_no_winner(project: Store) -> None:
    layer = stance(project)

    assert [(one.paragraph, one.label, one.is_tie, one.coders) for one in layer.labels] == [
        (0, "oppose", False, ("ada", "ben", "cleo")),
        (1, None, True, ("ada", "ben")),
        (2, "unclear", False, ("cleo",)),
    ]
    assert layer.n_ties == 1
    assert layer.labels[0].probabilities == pytest.approx({"oppose": 2 / 3, "support": 1 / 3})
    assert len(layer.labels[0].statements) == 3


@pytest.mark.parametrize("method", ["dawid-skene", "mace"])
def test_a_model_of_coders_says_how_far_each_is_to_be_trusted(method: str, project: Store) -> None:
    layer = stance(project, method)

    assert set(layer.competence) == {"ada", "ben", "cleo"}
    assert all(0 <= x <= 1 for x in layer.competence.values())
    assert all(sum(one.probabilities.values()) == pytest.approx(1) for one in layer.labels)


def test_statements_of_three_coders_become_groups_with_one_a_coder(make_project: MakeProject) -> None:
    store = make_project("A paragraph with two statements in it, one after the other.", codebook=CODEBOOK)
    code(store, "ada", 1, Said({}, evidence=(0, 20)), Said({}, evidence=(20, 50)))
    code(store, "ben", 1, Said({}, evidence=(22, 48)), Said({}, evidence=(0, 18)))
    code(store, "cleo", 1, Said({}, evidence=(0, 50)))
    seen = Codings(store.connection).paragraph(1)
    assert seen is not None

    groups = same_statements(seen)

    assert sorted(tuple((coder, s.start) for coder, s in group) for group in groups) == [
        (("ada", 0), ("ben", 0)),
        (("ada", 20), ("ben", 22), ("cleo", 0)),
    ]


def test_every_category_variable_has_a_layer(project: Store) -> None:
    found = {layer.variable: layer for layer in layers(project)}

    assert set(found) == {"stance", "kind", "tone"}
    assert [one.to_dict()["label"] for one in found["tone"].labels] == ["calm"]
    assert found["kind"].labels == ()


def test_what_cannot_be_aggregated_is_refused(project: Store) -> None:
    with pytest.raises(UsageError, match="by majority, dawid-skene, mace"):
        list(layers(project, "loudest"))
    with pytest.raises(UsageError, match="weight cannot be aggregated"):
        list(layers(project, "majority", ("weight",)))
