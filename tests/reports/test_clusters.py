"""A project's intervals keep articles whole, and its words count what is compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from annotator.agreement import Coefficient
from annotator.records import Selection
from annotator.reports.differences.adjudication import unanimous
from annotator.reports.methods_paragraph import methods
from annotator.reports.pages import overview
from annotator.reports.project import Intervals, MeasureReport, ProjectReport, project_report
from annotator.reports.words.blocks import Prose, Table
from annotator.reports.words.number_text import interval_methods
from annotator.store import Store
from annotator.store.changes.adjudication import Adjudication
from tests.conftest import MakeProject
from tests.reports.coding import CODEBOOK, Said, code

N_ARTICLES = 12


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    """Three coders on twelve articles of three paragraphs; ben misses statements, cleo's stance differs at times."""
    texts = ("\n".join(f"Line {i} of invented article {a}." for i in range(3)) for a in range(N_ARTICLES))
    store = make_project(*texts, codebook=CODEBOOK)
    for paragraph in range(1, 3 * N_ARTICLES + 1):
        stance = ("oppose", "neutral", "support")[paragraph % 3]
        other = "support" if paragraph % 7 == 0 else stance
        for coder, own in (("ada", stance), ("ben", stance), ("cleo", other)):
            if (paragraph % 5 == 0) or (coder == "ben" and paragraph % 8 == 1):
                code(store, coder, paragraph, state="no claim")
            else:
                code(store, coder, paragraph, Said({"stance": own, "kind": "fact"}, evidence=(0, 9)))
    return store


def figures(report: ProjectReport) -> Iterator[Coefficient]:
    """Every figure of a report with an interval over paragraphs or statements."""
    for one in (*report.paragraph, *(one.whole for one in report.presence), *report.attributes):
        yield from one.report.coefficients.values()
        yield from one.beside.values()
        for pair in one.report.pairs:
            yield from (pair.percent_agreement, pair.krippendorff_alpha, pair.cohen_kappa, pair.scott_pi)
    for presence in report.presence:
        for category in presence.categories:
            yield from (category.percent_agreement, category.krippendorff_alpha)
    assert report.existence is not None
    yield from (report.existence.f1, report.existence.presence_alpha)
    for statements in report.existence.pairs:
        yield from (statements.f1, statements.presence_alpha)


def named(report: ProjectReport, name: str) -> MeasureReport:
    return next(one for one in report.measures if one.measure.name == name)


def test_every_interval_of_a_project_keeps_articles_whole(project: Store) -> None:
    found = [one for one in figures(project_report(project)) if one.value is not None]

    assert len(found) > 60
    for one in found:
        assert "articles" in str(one.ci_method) or "without any one article" in str(one.ci_method), one.ci_method
        assert one.ci is None or one.ci[0] < one.ci[1]


def test_no_value_depends_on_what_intervals_keep_whole(project: Store) -> None:
    by_article, by_unit = (project_report(project, intervals=Intervals(cluster=what)) for what in ("article", None))

    assert [one.value for one in figures(by_article)] == [one.value for one in figures(by_unit)]
    assert not any("article" in str(one.ci_method) for one in figures(by_unit))
    assert by_unit.existence is not None
    assert "paragraphs" in str(by_unit.existence.f1.ci_method)


def test_the_mean_of_pairs_has_an_interval(project: Store) -> None:
    found = project_report(project).existence

    assert found is not None
    for mean in (found.f1, found.presence_alpha):
        assert mean.ci is not None
        assert mean.ci[0] < float(mean) < mean.ci[1]
        assert mean.ci_method == "jackknife-t over 12 articles" or "standard error" in str(mean.ci_method)


def test_the_methods_count_what_enters_alpha(project: Store) -> None:
    code(project, "ada", 1, Said({"stance": "oppose"}, evidence=(2, 5)))
    said = methods(project_report(project))
    stance = named(project_report(project), "stance").report.alpha

    assert f"{stance.n_units_paired} pairs of matched statements (one that all 3 coders have makes 3 pairs), " in said
    assert f", {stance.n_labels_paired} decisions" in said
    assert stance.n_labels_paired == 2 * stance.n_units_paired


def test_a_label_without_a_partner_is_no_decision_of_the_methods(make_project: MakeProject) -> None:
    store = make_project("\n".join(f"Line {i} of an article." for i in range(4)), codebook=CODEBOOK)
    for paragraph in range(1, 5):
        code(store, "ada", paragraph, state="no claim", labels={"tone": "calm" if paragraph % 2 else "loud"})
        code(store, "ben", paragraph, state="no claim", labels={"tone": "calm"} if paragraph < 4 else None)

    assert "Tone (nominal): 3 units labelled by at least two of 2 coders, 6 decisions" in methods(project_report(store))


def test_an_adjudicator_is_not_a_coder(project: Store) -> None:
    verdicts = {place: gold for place, gold in unanimous(project).items() if gold is not None}
    adjudication = Adjudication(project, "chief")
    for place, gold in verdicts.items():
        adjudication.adjudicate(place, gold)

    found = project_report(project)

    assert verdicts
    assert found.coders == ("ada", "ben", "cleo")
    assert "chief" not in methods(found)
    assert not any("chief" in block.text for block in overview(found) if isinstance(block, Prose))


def test_phases_reach_article_variables(project: Store) -> None:
    for paragraph in range(1, 3 * N_ARTICLES + 1, 3):
        for coder in ("ada", "ben", "cleo"):
            code(project, coder, paragraph, genre="news" if paragraph % 2 else "opinion")
    for name in ("ada", "ben"):
        row = project.coder(name).id
        project.connection.execute(
            "insert into assignments (coder, recorder, first, last, phase, batch, position, n_left)"
            " values (?, ?, 1, 6, 'pilot', 'first', 1, 0)",
            (row, row),
        )

    whole, pilot = (project_report(project, Selection(phases=phases)) for phases in ((), ("pilot",)))

    assert (named(whole, "genre").report.alpha.n_units_paired, named(whole, "genre").report.alpha.n_labels) == (12, 36)
    assert (named(pilot, "genre").report.alpha.n_units_paired, named(pilot, "genre").report.alpha.n_labels) == (2, 4)
    assert pilot.coders == ("ada", "ben")


def test_evidence_that_was_not_coded_is_not_compared_and_counted(make_project: MakeProject) -> None:
    store = make_project("\n".join(f"Line {i} of an invented article." for i in range(4)), codebook=CODEBOOK)
    for paragraph in (1, 2):
        for coder in ("ada", "ben"):
            code(store, coder, paragraph, Said({"stance": "oppose"}))
    nothing = project_report(store).existence
    for coder, evidence in (("ada", (0, 4)), ("ben", (0, 9))):
        code(store, coder, 3, Said({"stance": "oppose"}, evidence=evidence))
    some = project_report(store).existence

    assert nothing is not None
    assert some is not None
    assert (nothing.bar_u_alpha.value, nothing.alpha_u.value, nothing.gamma.value) == (None, None, None)
    assert nothing.n_without_evidence == some.n_without_evidence == 4
    assert some.bar_u_alpha.value is not None
    assert float(some.bar_u_alpha) < 1
    assert "4 statements have no evidence" in str(some.evidence_remark)
    assert "4 statements whose evidence was not coded" in methods(project_report(store))


def test_presence_alpha_is_explained_where_hardly_a_paragraph_lacks_a_statement(make_project: MakeProject) -> None:
    store = make_project("\n".join(f"Line {i} of an invented article." for i in range(30)), codebook=CODEBOOK)
    for paragraph in range(1, 31):
        code(store, "ada", paragraph, Said({"stance": "oppose"}, evidence=(0, 4)))
        if paragraph % 6:
            code(store, "ben", paragraph, Said({"stance": "oppose"}, evidence=(0, 4)))
        else:
            code(store, "ben", paragraph, state="no claim")
    found = project_report(store)

    assert found.existence is not None
    assert float(found.existence.presence_alpha) < 0 < 0.9 < float(found.existence.f1)
    assert "only 0 of its 30 units" in str(found.existence.presence_remark)
    assert "hardly any paragraph lacks a statement" in methods(found)


def test_a_verdict_on_few_units_says_so_wherever_it_stands(make_project: MakeProject) -> None:
    store = make_project("One line.\nTwo lines.\nThree lines.", codebook=CODEBOOK)
    for paragraph, tone in ((1, "calm"), (2, "loud"), (3, "calm")):
        for coder in ("ada", "ben"):
            code(store, coder, paragraph, state="no claim", labels={"tone": tone})
    found = project_report(store, intervals=Intervals(cluster=None))

    words = "tentative (.667 and .800 inside the interval), only 3 units"
    assert named(found, "tone").report.verdict == words
    assert f"; {words}." in methods(found)
    assert any(words in row for block in overview(found) if isinstance(block, Table) for row in block.rows)


def test_few_articles_are_said_with_what_to_do(project: Store, make_project: MakeProject) -> None:
    few = make_project(*(f"One line of article {i}.\nAnother." for i in range(4)), codebook=CODEBOOK, name="few.db")
    for paragraph in range(1, 9):
        for coder in ("ada", "ben"):
            code(few, coder, paragraph, state="no claim", labels={"tone": ("calm", "loud")[paragraph % 2]})

    warned = [said for said in project_report(few).warnings if "articles only" in said]
    assert len(warned) == 1
    assert "rest on 4 articles only" in warned[0]
    assert "10 articles or more" in warned[0]
    assert not any("articles only" in said for said in project_report(project).warnings)
    assert not any("articles only" in said for said in project_report(few, intervals=Intervals(cluster=None)).warnings)


def test_methods_of_intervals_that_differ_in_numbers_are_said_once() -> None:
    one = Coefficient("krippendorff_alpha", 0.8, ci=(0.7, 0.9), ci_method="jackknife-t over 21 articles on θ = log(1)")
    other = replace(one, ci_method="jackknife-t over 23 articles on θ = log(1)")
    none = replace(one, ci=None, ci_method="no interval: fewer than two units can be compared")

    assert interval_methods([one, other, none]) == ["jackknife-t over 21–23 articles on θ = log(1)"]
