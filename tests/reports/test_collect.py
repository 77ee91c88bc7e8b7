"""What is counted over whole columns is what comes out when paragraph after paragraph is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pytest

from annotator.agreement import Continuum, merge_overlaps
from annotator.agreement.data.continua import Span
from annotator.records import ParagraphRecord, ReviewRecord, Selection
from annotator.reports.compared.collect import Collection, collect, match
from annotator.reports.compared.measures import Reader, measure_of
from annotator.reports.compared.presence import category_presence
from annotator.reports.compared.tallies import Tally
from annotator.reports.pages import overview
from annotator.reports.project import project_report
from annotator.reports.statements import existence
from annotator.reports.words.blocks import Prose
from annotator.store import Store
from annotator.store.read.comparison import merged_names, n_paragraphs
from tests.conftest import MakeProject, article
from tests.reports.coding import CODEBOOK, RANDOM_TEXTS, Said, code, code_at_random

SELECTIONS = (
    Selection(),
    Selection(roles=("caption",)),
    Selection(phases=("main",)),
    Selection(coders=("zoe", "ada")),
)
EVERYTHING = frozenset({"claim", "statements", "state", *(variable.name for variable in CODEBOOK.variables)})


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Four coders and a model on two articles."""
    path = tmp_path_factory.mktemp("coded") / "annotations.db"
    articles = [article(text, f"article-{i}") for i, text in enumerate(RANDOM_TEXTS, 1)]
    with Store.create(path, CODEBOOK, articles) as store:
        yield code_at_random(store)


class Compared(NamedTuple):
    found: Collection
    seen: list[ParagraphRecord]
    reader: Reader
    n_paragraphs: int
    of_phases: bool


@pytest.fixture(params=SELECTIONS, ids=str, scope="module")
def compared(request: pytest.FixtureRequest, project: Store) -> Compared:
    """A selection as columns, and paragraph by paragraph."""
    with project.records(request.param, coders="human") as records:
        found = collect(records.chosen, CODEBOOK, EVERYTHING)
        seen = [one for one in records.paragraphs() if one.reviews]
        reader = Reader(CODEBOOK, merged_names(records.chosen))
        return Compared(found, seen, reader, n_paragraphs(records.chosen), bool(request.param.phases))


def test_units_are_paragraphs_that_two_are_done_with(compared: Compared) -> None:
    units, seen = compared.found.units, compared.seen
    left_out, open_for = Counter[str](), Counter[str]()
    for one in seen:
        open_for.update(review.coder for review in one.reviews if not review.is_done)
        done = one.done.values()
        if len(done) < 2:
            left_out["one coder alone is done with it" if done else "seen, and nobody is done with it"] += 1
        elif all(review.is_set_aside for review in done):
            left_out["furniture or a duplicate for everyone who is done with it"] += 1
    then = " in the phases asked for" if compared.of_phases else ""
    left_out[f"nobody has seen it{then}"] = compared.n_paragraphs - len(seen)

    assert dict(units.left_out) == {reason: n for reason, n in left_out.items() if n > 0}
    assert units.open_for == open_for
    assert (units.n_seen, units.n_units) == (len(seen), len(list(_units(seen))))


def test_paragraphs_belong_to_their_article_week_and_batch(compared: Compared) -> None:
    belongings = compared.found.units.belongings
    shared = [one for one in compared.seen if len(one.done) > 1]
    rows = np.array([one.id for one in shared], np.int64)

    articles = belongings.clusters("article", rows).cluster.tolist()
    assert [belongings.articles[row][1] for row in articles] == [one.article_name for one in shared]
    assert belongings.names("week", rows) == [one.week for one in shared]
    assert belongings.names("batch", rows) == [one.batch for one in shared]
    assert belongings.places == {one.id: f"{one.article_id}:{one.position}" for one in shared}


def test_labels_of_paragraphs_count_or_have_a_reason(compared: Compared) -> None:
    found, seen, reader, *_ = compared
    tone = CODEBOOK.variable("tone")
    assert tone is not None
    rows, origins, left_out = [], Counter[str](), Counter[str]()
    for paragraph, review in _reviews(seen):
        said = review.labels.get("tone")
        label, reason = reader.of_label(tone, said)
        if review.is_set_aside:
            if said is None:
                continue
            reason = "on a paragraph that the coder set aside"
        if reason is not None:
            left_out[reason] += 1
        elif said is not None:
            rows.append((paragraph.id, review.coder, label))
            origins[said.origin] += 1

    tally = found.paragraphs["tone"]
    assert _rows(tally) == rows
    assert list(tally.origins.items()) == list(origins.items())
    assert list(tally.left_out.items()) == list(left_out.items())


def test_what_a_coder_did_in_a_paragraph_is_counted(compared: Compared) -> None:
    found, seen, reader, *_ = compared
    kinds = {name: CODEBOOK.variable(name) for name in found.present}
    rows: dict[str, list[Any]] = {name: [] for name in ("claim", "statements", *kinds)}
    for paragraph, review in _reviews(seen):
        made = paragraph.statements_of(review.coder)
        rows["claim"].append((paragraph.id, review.coder, "claim" if made else "no claim"))
        rows["statements"].append((paragraph.id, review.coder, len(made)))
        for name, variable in kinds.items():
            assert variable is not None
            labels = [reader.of_statement(variable, one)[0] for one in made]
            sets = [label if isinstance(label, frozenset) else {label} for label in labels if label is not None]
            rows[name].append((paragraph.id, review.coder, frozenset().union(*sets)))

    assert _rows(found.paragraphs["claim"]) == rows["claim"]
    assert _rows(found.paragraphs["statements"]) == rows["statements"]
    assert set(kinds) == {"speaker", "stance", "kind", "issues"}
    for name in kinds:
        assert _rows(found.present[name]) == rows[name]


def test_statements_of_every_two_coders_are_matched_paragraph_by_paragraph(compared: Compared) -> None:
    found, seen, *_ = compared
    pairs: dict[tuple[str, str], Counter[tuple[int, int, int]]] = {}
    for paragraph, a, b in _pairs(seen):
        matching = match(paragraph, a, b)
        counts = (len(matching.pairs), len(matching.only_a), len(matching.only_b))
        pairs.setdefault((a, b), Counter())[counts] += 1

    for pair, one in found.pairs.items():
        expected = pairs.get(pair, Counter())
        assert list(Counter(map(tuple, one.counts.tolist())).items()) == list(expected.items())
        assert one.matched == sum(n * matched for (matched, _, _), n in expected.items())
        assert one.neither == expected[0, 0, 0]


@pytest.mark.parametrize("name", ["stance", "speaker", "issues", "weight"])
def test_labels_of_matched_statements_stand_side_by_side(compared: Compared, name: str) -> None:
    found, seen, reader, *_ = compared
    variable = CODEBOOK.variable(name)
    assert variable is not None
    measure = measure_of(variable)
    assert measure is not None
    rows, alone, origins, reasons, outside = [], Counter[Any](), Counter[str](), Counter[str](), Counter[str]()
    for paragraph, a, b in _pairs(seen):
        matching = match(paragraph, a, b)
        labels = []
        for coder, inside in ((a, {i for i, _ in matching.pairs}), (b, {j for _, j in matching.pairs})):
            made = paragraph.statements_of(coder)
            said = [reader.of_statement(variable, one) for one in made]
            labels.append([label for label, _ in said])
            for i in sorted(inside):
                label, reason = said[i]
                if reason is None:
                    origins[made[i].labels[name].origin if name in made[i].labels else "coder"] += 1
                    outside.update([f"outside the scale: {label}"] if label in measure.outside else [])
                else:
                    reasons[reason] += 1
        for i, j in matching.pairs:
            rows.append(((paragraph.id, (a, b), i, j), labels[0][i], labels[1][j]))
        alone.update((a, b, labels[0][i]) for i in matching.only_a)
        alone.update((b, a, labels[1][j]) for j in matching.only_b)

    one = found.attributes[name]
    values = [*one.labels.values, None]
    assert [
        (unit, values[i], values[j]) for unit, (i, j) in zip(one.labels.units, one.labels.label, strict=True)
    ] == rows
    coders = one.labels.coders
    columns = zip(one.labels.alone_coder, one.labels.alone_label, strict=True)
    assert Counter((coders[i], coders[j], values[label]) for (i, j), label in columns) == alone
    assert list(one.origins.items()) == list(origins.items())
    assert list(one.left_out.items()) == [*reasons.items(), *outside.items()]


def test_evidence_is_laid_over_the_text_of_each_unit_where_it_was_coded(compared: Compared) -> None:
    found, seen, *_ = compared
    continua, n_without = [], 0
    for paragraph, done in _units(seen):
        start, end = paragraph.start, paragraph.end
        spans: dict[Hashable, list[Span]] = {}
        for coder in done:
            made = paragraph.statements_of(coder)
            lacking = sum(one.evidence_start is None for one in made)
            n_without += lacking
            if lacking:
                continue
            said = [
                (max(one.evidence_start or start, start) - start, min(one.evidence_end or end, end) - start)
                for one in made
            ]
            spans[coder] = merge_overlaps([(first, last, "evidence") for first, last in said if first < last])
        if spans:
            continua.append(Continuum(end - start, spans))

    assert found.continua is not None
    assert found.continua.one_by_one() == continua
    assert found.n_without_evidence == n_without > 0


def test_each_category_is_present_or_absent_as_labels_say(project: Store) -> None:
    with project.records(coders="human") as records:
        found = collect(records.chosen, CODEBOOK, EVERYTHING)
    tally = found.present["issues"]

    for one in category_presence(tally, ("jobs", "sea")):
        rows = [(unit, coder, one.category in names) for unit, coder, names in _rows(tally)]
        units = {unit for unit, _, _ in rows}
        labels = [[is_there for of, _, is_there in rows if of == unit] for unit in units]
        agreeing = [sum(i == j for i, j in combinations(own, 2)) / len(list(combinations(own, 2))) for own in labels]
        assert one.percent_agreement.value == pytest.approx(sum(agreeing) / len(agreeing))
        assert one.n_units_with == sum(any(own) for own in labels)
        assert one.krippendorff_alpha.n_labels == len(rows)


def _units(seen: list[ParagraphRecord]) -> Iterator[tuple[ParagraphRecord, dict[str, ReviewRecord]]]:
    """The units, with those who are done with them."""
    for one in seen:
        done = one.done
        if len(done) > 1 and not all(review.is_set_aside for review in done.values()):
            yield one, done


def _reviews(seen: list[ParagraphRecord]) -> Iterator[tuple[ParagraphRecord, ReviewRecord]]:
    for one, done in _units(seen):
        for review in done.values():
            yield one, review


def _pairs(seen: list[ParagraphRecord]) -> Iterator[tuple[ParagraphRecord, str, str]]:
    """Every two coders of a unit who did not both set it aside."""
    for one, done in _units(seen):
        for a, b in combinations(done, 2):
            if not (done[a].is_set_aside and done[b].is_set_aside):
                yield one, a, b


def _rows(tally: Tally) -> list[tuple[int, str, Any]]:
    """Unit, coder and label of the labels that count."""
    columns = zip(tally.unit.tolist(), tally.coder.tolist(), tally.value.tolist(), strict=True)
    return [(unit, tally.coders[coder], tally.values[value]) for unit, coder, value in columns]


def test_a_large_project_says_from_how_many_paragraphs_gamma_was_drawn(
    project: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = project_report(project).existence
    assert whole is not None
    monkeypatch.setattr(existence, "_MOST_TEXTS", 0)
    monkeypatch.setattr(existence, "_FEWEST_TEXTS", whole.gamma.n_units - 1)

    report = project_report(project)

    assert report.existence is not None
    gamma = report.existence.gamma
    assert gamma.value is not None
    said = [one.text for one in overview(report) if isinstance(one, Prose) and "γ (" in one.text]
    assert f"random texts, {gamma.n_units_paired} paragraphs drawn from {gamma.n_units})" in said[0]
    assert f"drawn from {gamma.n_units} with seed 0" in str(gamma.ci_method)


def test_the_report_counts_what_was_finished_without_a_required_label(make_project: MakeProject) -> None:
    stance = CODEBOOK.variables[1].model_copy(update={"required": True})
    codebook = CODEBOOK.model_copy(update={"variables": (CODEBOOK.variables[0], stance, *CODEBOOK.variables[2:])})
    store = make_project("One says this.\nTwo says that.\n", codebook=codebook)
    for paragraph in (1, 2):
        code(store, "ada", paragraph, Said({"stance": "oppose"}))
        code(store, "ben", paragraph, Said({} if paragraph == 1 else {"stance": "support"}))

    warnings = project_report(store).warnings

    assert (
        "1 paragraph was finished without a required label (`annotator status` lists them); labels that are missing"
        " are left out of the figures." in warnings
    )
