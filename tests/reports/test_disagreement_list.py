"""The list of units on which coders differ: all codings, and costs that add up to the observed disagreement."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from annotator.agreement import coincidence_matrix
from annotator.agreement.data.distances import masi
from annotator.errors import UsageError
from annotator.records import Selection
from annotator.reports.differences.disagreement_list import DifferingUnits, differing_units
from annotator.reports.differences.disagreements import Viewer
from annotator.reports.project import compared_labels
from annotator.store import Store
from tests.conftest import MakeOnce, MakeProject, article
from tests.reports.coding import CODEBOOK, RANDOM_TEXTS, Said, code, code_at_random


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    """Three coders on the first paragraph, two on the others."""
    store = make_project(
        "\n".join(f"Paragraph number {i} of a text." for i in range(5)), "Another article.", codebook=CODEBOOK
    )
    code(store, "ada", 1, Said({"stance": "oppose", "kind": "fact"}, evidence=(0, 9), note="harsh"), genre="news")
    code(store, "ben", 1, Said({"stance": "neutral", "kind": "fact"}, evidence=(0, 9)), genre="opinion")
    code(store, "cleo", 1, Said({"stance": "oppose", "kind": "demand"}, evidence=(0, 12)))
    code(store, "ada", 2, Said({"issues": ["jobs"]}, ("Ása", "Bo")))
    code(store, "ben", 2, Said({"issues": ["jobs", "sea"]}, ("Ása",)))
    code(store, "ada", 3, Said({"kind": "demand"}))
    code(store, "ben", 3, state="no claim")
    code(store, "ada", 4, state="furniture")
    code(store, "ben", 4, state="no claim", labels={"tone": "loud"}, note="odd")
    code(store, "ada", 5, Said({"stance": ("support", "default")}))
    code(store, "ben", 5, Said({"stance": "oppose"}))
    return store


def listed(store: Store, *variables: str, selection: Selection | None = None) -> DifferingUnits:
    return differing_units(store, Viewer(store, None), selection, variables)


def test_every_unit_that_differs_stands_there_with_all_codings_the_costliest_first(project: Store) -> None:
    found = listed(project).units

    assert [(one.kind, one.paragraph, list(one.differs), round(one.cost, 3)) for one in found] == [
        # Of three coders one differs by half the scale, and one in the kind: 2 · ½ / 2 and 2 · 1 / 2.
        ("statement", 0, ["stance", "kind"], 1.5),
        ("statement", 1, ["speaker", "issues"], round(2 * masi(frozenset("a"), frozenset("ab")), 3)),
        ("article", None, ["genre"], 1.0),
        ("statement", 2, ["statement"], 1.0),
        ("paragraph", 3, ["state"], 0.5),
    ]
    first = found[0]
    assert [(c.coder, dict(c.values or {})["stance"], c.words, c.note) for c in first.codings] == [
        ("ada", "oppose", "Paragraph", "harsh"),
        ("ben", "neutral", "Paragraph", None),
        ("cleo", "oppose", "Paragraph nu", None),
    ]
    assert first.text == "Paragraph number 0 of a text."
    assert found[3].codings[1].values is None


def test_only_what_is_asked_for_is_listed(project: Store) -> None:
    assert [one.paragraph for one in listed(project, "stance").units] == [0]
    assert [one.paragraph for one in listed(project, "statement").units] == [2]
    assert [one.kind for one in listed(project, "state", "genre").units] == ["article", "paragraph"]
    assert listed(project, selection=Selection(coders=("ben", "cleo"))).units[0].cost == 1.5
    with pytest.raises(UsageError, match="words is not compared; what is: statement, state, speaker"):
        listed(project, "words")


def at_random(path: Path) -> None:
    code_at_random(Store.create(path, CODEBOOK, [article(t, f"a{i}") for i, t in enumerate(RANDOM_TEXTS)])).close()


@pytest.mark.parametrize(
    ("coders", "variable", "part"),
    [
        ((), "tone", "paragraph"),
        (("ada", "ben"), "tone", "paragraph"),
        ((), "genre", "article"),
        (("ada", "ben"), "issues", "statement"),
        (("ada", "cleo"), "speaker", "statement"),
    ],
)
def test_costs_add_up_to_the_observed_disagreement(
    tmp_path: Path, make_once: MakeOnce, coders: tuple[str, ...], variable: str, part: str
) -> None:
    with Store(make_once(at_random, tmp_path / "random.db")) as store:
        selection = Selection(coders=coders)
        costs = sum(one.cost for one in listed(store, variable, selection=selection).units)
        measured = [(m, data) for m, data, _ in compared_labels(store, selection)]

    data = next(data for m, data in measured if (m.name, m.part) == (variable, part))
    o = coincidence_matrix(data)
    distances = [
        [masi(a, b) if isinstance(a, frozenset) else float(a != b) for b in data.categories]  # type: ignore[arg-type]
        for a in data.categories
    ]
    assert costs > 0
    # Each pair stands twice among Krippendorff's coincidences.
    assert costs == pytest.approx(float((o * np.array(distances)).sum()) / 2)


def test_who_codes_sees_what_they_have_finished(project: Store) -> None:
    viewer = Viewer(project, "cleo")

    found = differing_units(project, viewer)

    assert [(one.kind, one.paragraph) for one in found.units] == [("statement", 0)]
    assert (found.n_compared, found.n_not_done, found.n_blind) == (1, 4, 0)
    assert len(differing_units(project, Viewer(project, "lead", is_adjudicator=True)).units) == 5


def test_the_rules_for_the_categories_in_question_stand_beside(make_project: MakeProject) -> None:
    store = make_project("One.\nTwo.")
    for paragraph in (1, 2):
        code(store, "ada", paragraph, Said({"stance": "oppose", "claim_type": "fact"}))
        code(store, "ben", paragraph, Said({"stance": "neutral", "claim_type": "fact"}))

    first, second = listed(store).units

    assert any("(neutral)" in rule for rule in first.rules)
    assert all(rule.startswith(("oppose: ", "neutral: ")) for rule in first.rules)
    assert second.rules == first.rules
    assert listed(store, "state").units == ()
