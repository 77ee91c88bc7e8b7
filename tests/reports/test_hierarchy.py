"""Agreement at each level of a hierarchy of categories."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from annotator.agreement import ReliabilityData, krippendorff_alpha, percent_agreement
from annotator.cli import run
from annotator.codebook.model import Category, Codebook, Variable
from annotator.reports.methods_paragraph import methods
from annotator.reports.pages import detail, overview
from annotator.reports.project import MeasureReport, ProjectReport, project_report
from annotator.reports.words.blocks import Table
from annotator.store import Store
from tests.conftest import MakeProject
from tests.reports.coding import Said, code


def tree(name: str, *narrower: Category, outside: bool = False) -> Category:
    return Category(name=name, categories=narrower, outside_scale=outside)


DOMAINS = (
    tree("economy", tree("work", tree("strike"), tree("wages")), tree("trade")),
    tree("order", tree("crime"), tree("courts")),
    tree("other"),
)
CODEBOOK = Codebook(
    name="trees",
    variables=(
        Variable(name="domain", key="d", categories=DOMAINS),
        Variable(name="domains", key="o", level="set", scope="paragraph", categories=DOMAINS),
        Variable(
            name="mood",
            key="m",
            level="ordinal",
            scope="paragraph",
            categories=(
                tree("bad", tree("awful"), tree("poor")),
                tree("good", tree("fair"), tree("great")),
                tree("unclear", outside=True),
            ),
        ),
        Variable(name="flat", key="f", scope="paragraph", categories=(tree("yes"), tree("no"))),
    ),
)
ABOVE = {
    "work": "economy",
    "trade": "economy",
    "strike": "economy",
    "wages": "economy",
    "crime": "order",
    "courts": "order",
}
MIDDLE = {"strike": "work", "wages": "work"}
MOODS = {"awful": "bad", "poor": "bad", "fair": "good", "great": "good"}

LABELS = [
    ("strike", "wages"),
    ("strike", "strike"),
    ("work", "strike"),
    ("trade", "work"),
    ("crime", "courts"),
    ("crime", "crime"),
    ("other", "crime"),
    ("other", "other"),
    ("economy", "trade"),
    ("courts", "strike"),
]
SETS = [
    (["strike", "wages"], ["work"]),
    (["strike"], ["wages"]),
    ([], ["other"]),
    (["crime", "trade"], ["courts"]),
    (["crime"], ["crime"]),
]
FEELINGS = [("awful", "poor"), ("awful", "great"), ("fair", "great"), ("poor", "poor"), ("unclear", "poor")]


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    store = make_project(*(f"Article {i} has one paragraph." for i in range(len(LABELS))), codebook=CODEBOOK)
    for paragraph, pair in enumerate(LABELS, start=1):
        for n, coder in enumerate(("ada", "ben")):
            labels: dict[str, object] = {}
            if paragraph <= len(SETS):
                labels = {"domains": SETS[paragraph - 1][n], "mood": FEELINGS[paragraph - 1][n]}
            code(store, coder, paragraph, Said({"domain": pair[n]}), labels={**labels, "flat": "yes"})  # type: ignore[dict-item]
    return store


def named(report: ProjectReport, name: str) -> MeasureReport:
    return next(one for one in report.measures if one.measure.name == name)


def alpha_of(pairs: list[tuple[str, str]], above: Mapping[str, str], **how: object) -> tuple[object, object]:
    triples = [(u, c, above.get(label, label)) for u, pair in enumerate(pairs) for c, label in enumerate(pair)]
    data = ReliabilityData.from_labels(triples, **how)  # type: ignore[arg-type]
    return krippendorff_alpha(data).value, percent_agreement(data).value


def test_a_label_counts_as_the_broader_category_at_its_level(project: Store) -> None:
    levels = named(project_report(project), "domain").levels

    assert [(one.depth, one.n_categories) for one in levels] == [(1, 3), (2, 7), (3, 9)]
    found = [(one.krippendorff_alpha.value, one.percent_agreement.value) for one in levels]
    assert found == [pytest.approx(alpha_of(LABELS, above)) for above in (ABOVE, MIDDLE, {})]
    assert found[2][0] == named(project_report(project), "domain").report.alpha.value
    assert all(one.krippendorff_alpha.ci is not None for one in levels)


def test_a_set_holds_the_broader_categories_of_its_members(project: Store) -> None:
    levels = named(project_report(project), "domains").levels

    for above, level in zip((ABOVE, MIDDLE, {}), levels, strict=True):
        triples = [
            (u, c, frozenset(above.get(name, name) for name in names))
            for u, pair in enumerate(SETS)
            for c, names in enumerate(pair)
        ]
        expected = krippendorff_alpha(ReliabilityData.from_labels(triples, "set"))
        assert level.krippendorff_alpha.value == pytest.approx(expected.value)


def test_an_order_holds_at_each_level_and_what_is_outside_it_stays_out(project: Store) -> None:
    levels = named(project_report(project), "mood").levels
    scales = (("bad", "good"), ("bad", "awful", "poor", "good", "fair", "great"))

    for above, scale, level in zip((MOODS, {}), scales, levels, strict=True):
        expected, _ = alpha_of(FEELINGS[:4], above, level="ordinal", categories=scale)
        assert level.krippendorff_alpha.value == pytest.approx(expected)
        assert level.n_categories == len(scale)


def test_the_presence_of_categories_has_levels_and_flat_variables_have_none(project: Store) -> None:
    report = project_report(project)

    assert len(named(report, "domain present").levels) == 3
    assert named(report, "flat").levels == ()
    assert named(report, "claim").levels == ()


def test_the_report_the_methods_and_json_tell_each_level(project: Store, capsys: pytest.CaptureFixture[str]) -> None:
    report = project_report(project)
    title = "By level of the categories, from the broadest"

    (table,) = [block for block in overview(report) if isinstance(block, Table) and block.title == title]
    assert [row[:3] for row in table.rows if row[0] == "domain"] == [
        ("domain", "1 of 3", "3"),
        ("domain", "2 of 3", "7"),
        ("domain", "3 of 3", "9"),
    ]
    assert [b for b in detail(named(report, "domain")) if isinstance(b, Table) and b.title == title]
    assert not [b for b in detail(named(report, "flat")) if isinstance(b, Table) and b.title == title]
    assert "; with narrower categories read as broader ones α = " in methods(report)
    assert run(["--project", str(project.path), "agreement", "--json"]) == 0
    (domain,) = json.loads(capsys.readouterr().out)["attributes"]
    assert [one["depth"] for one in domain["by_level"]] == [1, 2, 3]
    assert domain["by_level"][2]["krippendorff_alpha"]["value"] == domain["coefficients"]["krippendorff_alpha"]["value"]
