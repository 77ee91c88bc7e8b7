"""Live agreement is the agreement of the full report, at every moment."""

from __future__ import annotations

import random

import pytest

from annotator.model import State
from annotator.reports.live import LiveAgreement
from annotator.reports.project import project_report
from annotator.store import Store
from tests.conftest import MakeProject
from tests.reports.coding import CODEBOOK, Said, code


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    return make_project("\n".join(f"Paragraph number {i} here." for i in range(8)), codebook=CODEBOOK)


def assert_same(live: LiveAgreement, store: Store) -> None:
    """Every live figure is that of the full report."""
    report = project_report(store)
    full = {one.measure.name: one.report.alpha for one in (*report.paragraph, *report.attributes)}
    for figure in live.figures:
        expected = full[figure.measure.name]
        assert figure.alpha.undefined == expected.undefined, figure.measure.name
        assert figure.alpha.n_labels == expected.n_labels, figure.measure.name
        assert figure.alpha.value == pytest.approx(expected.value, abs=1e-12), figure.measure.name
    assert report.existence is not None
    if len(report.coders) == 2:
        assert live.f1.value == report.existence.f1.value


def test_after_every_step_it_is_what_the_report_says(project: Store) -> None:
    chance = random.Random(3)  # noqa: S311 (a test wants the same numbers every time)
    project.coder("ada")
    project.coder("ben")
    live = LiveAgreement(project)
    states: tuple[State, ...] = ("coded", "coded", "no claim", "furniture", "open")
    for _ in range(40):
        coder, paragraph = chance.choice(("ada", "ben")), chance.randint(1, 8)
        if chance.random() < 0.15:
            project.coding(coder).undo()
        else:
            start = chance.randint(0, 8)
            said = Said(
                {"stance": chance.choice(("oppose", "support", "unclear")), "kind": ("fact", "default")},
                evidence=(start, start + 7),
            )
            statements = [said] * chance.randint(0, 1)
            tone = chance.choice(("calm", "loud"))
            code(project, coder, paragraph, *statements, state=chance.choice(states), labels={"tone": tone})

        live.refresh()

        assert_same(live, project)


def test_a_merged_speaker_and_a_new_coder_make_it_read_everything_again(project: Store) -> None:
    live = LiveAgreement(project)
    code(project, "ada", 1, Said({"stance": "oppose"}))
    code(project, "ben", 1, Said({"stance": "oppose"}))
    code(project, "cleo", 1, Said({"stance": "support"}))

    assert live.refresh()
    assert_same(live, project)
    assert not live.refresh()


def test_the_status_line_is_short(project: Store) -> None:
    live = LiveAgreement(project)
    assert live.line() == "no paragraph is finished by two coders yet"

    for paragraph, stance in ((1, "oppose"), (2, "support"), (3, "neutral")):
        code(project, "ada", paragraph, Said({"stance": stance}))
        code(project, "ben", paragraph, Said({"stance": "oppose" if paragraph == 3 else stance}))
    live.refresh()

    assert live.line().startswith("α ")
    assert "stance ." in live.line()
    assert "F1 1.00" in live.line()
