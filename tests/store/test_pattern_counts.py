"""Patterns that are added up in the project file are those that reading label by label gives."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.agreement import ReliabilityData, alpha_interval, krippendorff_alpha
from annotator.codebook.model import Category, Codebook, Variable
from annotator.errors import AgreementError
from annotator.model import State
from annotator.reports.project import project_report
from annotator.store import Store
from annotator.store.read.label_counts import paragraph_patterns
from tests.conftest import MakeOnce, MakeProject, article
from tests.reports.coding import CODEBOOK, code

TONES = Codebook(
    name="tones",
    variables=(
        Variable(
            name="tone",
            scope="paragraph",
            level="ordinal",
            key="t",
            categories=(*(Category(name=n) for n in ("low", "middle", "high")), Category(name="?", outside_scale=True)),
        ),
        Variable(name="many", scope="paragraph", key="v", categories=tuple(Category(name=f"n{i}") for i in range(60))),
    ),
)


def four_coders(path: Path) -> None:
    """Make four coders' work on sixty paragraphs: some open, some set aside, some at a default, some off the scale."""
    chance = random.Random(5)  # noqa: S311 (a test wants the same numbers every time)
    states: tuple[State, ...] = ("coded",) * 7 + ("open", "furniture", "no claim")
    with Store.create(path, TONES, [article("\n".join(f"Paragraph {i}." for i in range(60)))]) as store:
        for paragraph in range(1, 61):
            for coder in ("ada", "ben", "cleo", "dan"):
                if chance.random() < 0.8:
                    origin = "default" if chance.random() < 0.1 else "coder"
                    label = chance.choice(("low", "low", "middle", "high", "?"))
                    code(store, coder, paragraph, state=chance.choice(states), labels={"tone": (label, origin)})


@pytest.fixture
def project(tmp_path: Path, make_once: MakeOnce) -> Iterator[Store]:
    """Four coders' work on sixty paragraphs."""
    with Store(make_once(four_coders, tmp_path / "annotations.db")) as store:
        yield store


def test_they_equal_those_of_every_label_that_counts(project: Store) -> None:
    tone = project.codebooks.current().variable("tone")
    assert tone is not None

    counted = paragraph_patterns(project.connection, tone)

    # One who sets a paragraph aside has no tone there, also where nobody else is done with it.
    rows = project.connection.all(
        "select l.paragraph, l.coder, l.value from paragraph_labels l join reviews r using (paragraph, coder)"
        " where l.variable = 'tone' and origin <> 'default' and value <> '?' and state in ('coded', 'no claim')"
    )
    data = ReliabilityData.from_labels(rows, "ordinal", tone.scale)
    assert counted.patterns.n_labels == len(rows)
    assert counted.patterns.n_units == len(data.units)
    assert counted.patterns.n_coders == 4
    total = project.connection.one("select count(*) from paragraph_labels")
    assert total is not None
    assert counted.n_left_out == total[0] - len(rows)
    fast, slow = alpha_interval(counted.patterns, "ordinal"), alpha_interval(data)
    assert fast.value == pytest.approx(slow.value, abs=1e-12)
    assert fast.ci == pytest.approx(slow.ci, abs=1e-9)


def test_the_report_of_the_project_has_the_same_alpha(project: Store) -> None:
    tone = project.codebooks.current().variable("tone")
    assert tone is not None

    fast = krippendorff_alpha(paragraph_patterns(project.connection, tone).patterns, "ordinal")

    (report,) = [one for one in project_report(project).paragraph if one.measure.name == "tone"]
    assert report.report.alpha.value == pytest.approx(fast.value, abs=1e-12)
    assert report.report.alpha.n_units_paired == fast.n_units_paired


def test_models_do_not_count(project: Store) -> None:
    tone = project.codebooks.current().variable("tone")
    assert tone is not None
    before = paragraph_patterns(project.connection, tone).patterns.n_labels
    project.coder("llm", "model")

    code(project, "llm", 1, labels={"tone": "low"})

    assert paragraph_patterns(project.connection, tone).patterns.n_labels == before


def test_a_project_without_labels_gives_no_patterns(make_project: MakeProject) -> None:
    store = make_project("One.", codebook=TONES)
    tone = TONES.variable("tone")
    assert tone is not None

    assert len(paragraph_patterns(store.connection, tone).patterns) == 0


def test_what_cannot_be_counted_so_is_refused(project: Store) -> None:
    many, stance = TONES.variable("many"), CODEBOOK.variable("stance")
    assert many is not None
    assert stance is not None

    with pytest.raises(AgreementError, match="too many categories"):
        paragraph_patterns(project.connection, many)
    with pytest.raises(AgreementError, match="no variable of paragraphs"):
        paragraph_patterns(project.connection, stance)
