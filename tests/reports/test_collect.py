"""What is counted over whole columns is what comes out when paragraph after paragraph is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from annotator.agreement import Continuum, merge_overlaps
from annotator.agreement.data.continua import Span
from annotator.reports.collect import Collection, collect, match
from annotator.reports.measures import Reader, measure_of
from annotator.reports.presence import category_presence
from annotator.reports.tallies import Tally
from annotator.store import Store
from annotator.store.read.codings import Choice, CodedParagraph, Codings, SeenParagraph
from tests.conftest import article
from tests.reports.coding import CODEBOOK, RANDOM_TEXTS, code_at_random

CHOICES = (Choice(), Choice(roles=("caption",)), Choice(phases=("main",)), Choice(coders=("zoe", "ada")))
EVERYTHING = frozenset({"claim", "statements", "state", *(variable.name for variable in CODEBOOK.variables)})


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Four coders and a model on two articles."""
    path = tmp_path_factory.mktemp("coded") / "annotations.db"
    articles = [article(text, f"article-{i}") for i, text in enumerate(RANDOM_TEXTS, 1)]
    with Store.create(path, CODEBOOK, articles) as store:
        yield code_at_random(store)


@pytest.fixture(params=CHOICES, ids=str, scope="module")
def compared(request: pytest.FixtureRequest, project: Store) -> tuple[Collection, Codings, Reader]:
    """A choice of codings as columns, and paragraph by paragraph."""
    codings = Codings(project.connection, request.param)
    found = collect(project.connection, codings, CODEBOOK, EVERYTHING)
    return found, codings, Reader(CODEBOOK, codings.merged_names)


Compared = tuple[Collection, Codings, Reader]


def test_units_are_paragraphs_that_two_are_done_with(compared: Compared) -> None:
    units, codings = compared[0].units, compared[1]
    left_out, open_for = Counter[str](), Counter[str]()
    for seen in codings.paragraphs():
        open_for.update(coder for coder, coding in seen.codings.items() if not coding.is_done)
        done = seen.done.values()
        if len(done) < 2:
            left_out["one coder alone is done with it" if done else "seen, and nobody is done with it"] += 1
        elif all(coding.is_set_aside for coding in done):
            left_out["furniture or a duplicate for everyone who is done with it"] += 1
    n_seen = len(list(codings.paragraphs()))
    left_out["nobody has seen it"] = codings.n_paragraphs() - n_seen

    assert dict(units.left_out) == {reason: n for reason, n in left_out.items() if n > 0}
    assert units.open_for == open_for
    assert (units.n_seen, units.n_units) == (n_seen, len(list(_units(codings))))


def test_paragraphs_belong_to_their_article_week_and_batch(compared: Compared) -> None:
    belongings, codings = compared[0].units.belongings, compared[1]
    shared = [seen for seen in codings.paragraphs() if len(seen.done) > 1]
    rows = np.array([seen.paragraph for seen in shared], np.int64)

    assert belongings.names("article", rows) == [seen.article_name for seen in shared]
    assert belongings.names("week", rows) == [seen.week for seen in shared]
    assert belongings.names("batch", rows) == [seen.batch for seen in shared]
    assert belongings.places == {seen.paragraph: f"{seen.article_id}:{seen.position}" for seen in shared}


def test_labels_of_paragraphs_count_or_have_a_reason(compared: Compared) -> None:
    found, codings, reader = compared
    tone = CODEBOOK.variable("tone")
    assert tone is not None
    rows, origins, left_out = [], Counter[str](), Counter[str]()
    for seen, coding in _codings(codings):
        decision = coding.labels.get("tone")
        label, reason = reader.label(tone, decision)
        if coding.is_set_aside:
            reason = "on a paragraph that the coder set aside"
        if reason is not None:
            left_out[reason] += 1
        elif decision is not None:
            rows.append((seen.paragraph, coding.coder, label))
            origins[decision.origin] += 1

    tally = found.paragraphs["tone"]
    assert _rows(tally) == rows
    assert list(tally.origins.items()) == list(origins.items())
    assert list(tally.left_out.items()) == list(left_out.items())


def test_what_a_coder_did_in_a_paragraph_is_counted(compared: Compared) -> None:
    found, codings, reader = compared
    kinds = {name: CODEBOOK.variable(name) for name in found.present}
    rows: dict[str, list[Any]] = {name: [] for name in ("claim", "statements", *kinds)}
    for seen, coding in _codings(codings):
        n = len(coding.statements)
        rows["claim"].append((seen.paragraph, coding.coder, "claim" if n else "no claim"))
        rows["statements"].append((seen.paragraph, coding.coder, n))
        for name, variable in kinds.items():
            assert variable is not None
            labels = [reader.label(variable, reader.decision(variable, one))[0] for one in coding.statements]
            sets = [label if isinstance(label, frozenset) else {label} for label in labels if label is not None]
            rows[name].append((seen.paragraph, coding.coder, frozenset().union(*sets)))

    assert _rows(found.paragraphs["claim"]) == rows["claim"]
    assert _rows(found.paragraphs["statements"]) == rows["statements"]
    assert set(kinds) == {"speaker", "stance", "kind", "issues"}
    for name in kinds:
        assert _rows(found.present[name]) == rows[name]


def test_statements_of_every_two_coders_are_matched_paragraph_by_paragraph(compared: Compared) -> None:
    found, codings, _ = compared
    pairs: dict[tuple[str, str], Counter[tuple[int, int, int]]] = {}
    for seen, a, b in _pairs(codings):
        matching = match(seen, a, b)
        counts = (len(matching.pairs), len(matching.only_a), len(matching.only_b))
        pairs.setdefault((a.coder, b.coder), Counter())[counts] += 1

    for pair, one in found.pairs.items():
        expected = pairs.get(pair, Counter())
        assert list(one.per_paragraph.items()) == list(expected.items())
        assert one.matched == sum(n * matched for (matched, _, _), n in expected.items())
        assert one.neither == expected[0, 0, 0]


@pytest.mark.parametrize("name", ["stance", "speaker", "issues", "weight"])
def test_labels_of_matched_statements_stand_side_by_side(compared: Compared, name: str) -> None:
    found, codings, reader = compared
    variable = CODEBOOK.variable(name)
    assert variable is not None
    measure = measure_of(variable)
    assert measure is not None
    rows, alone, origins, reasons, outside = [], Counter[Any](), Counter[str](), Counter[str](), Counter[str]()
    for seen, a, b in _pairs(codings):
        matching = match(seen, a, b)
        labels = []
        for coding, inside in ((a, {i for i, _ in matching.pairs}), (b, {j for _, j in matching.pairs})):
            decisions = [reader.decision(variable, one) for one in coding.statements]
            said = [reader.label(variable, decision) for decision in decisions]
            labels.append([label for label, _ in said])
            for i in sorted(inside):
                decision, (label, reason) = decisions[i], said[i]
                if reason is None and decision is not None:
                    origins[decision.origin] += 1
                    outside.update([f"outside the scale: {label}"] if label in measure.outside else [])
                elif reason is not None:
                    reasons[reason] += 1
        for i, j in matching.pairs:
            rows.append(((seen.paragraph, (a.coder, b.coder), i, j), labels[0][i], labels[1][j]))
        alone.update((a.coder, b.coder, labels[0][i]) for i in matching.only_a)
        alone.update((b.coder, a.coder, labels[1][j]) for j in matching.only_b)

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


def test_evidence_is_laid_over_the_text_of_each_unit(compared: Compared) -> None:
    found, codings, _ = compared
    continua = []
    for seen, done in _units(codings):
        spans: dict[Hashable, list[Span]] = {}
        for coder, coding in done.items():
            said = [
                (max(one.start or seen.start, seen.start) - seen.start, min(one.end or seen.end, seen.end) - seen.start)
                for one in coding.statements
            ]
            spans[coder] = merge_overlaps([(start, end, "evidence") for start, end in said if start < end])
        continua.append(Continuum(seen.end - seen.start, spans))

    assert found.continua is not None
    assert found.continua.one_by_one() == continua


def test_each_category_is_present_or_absent_as_labels_say(project: Store) -> None:
    found = collect(project.connection, Codings(project.connection), CODEBOOK, EVERYTHING)
    tally = found.present["issues"]

    for one in category_presence(tally, ("jobs", "sea")):
        rows = [(unit, coder, one.category in names) for unit, coder, names in _rows(tally)]
        units = {unit for unit, _, _ in rows}
        labels = [[is_there for of, _, is_there in rows if of == unit] for unit in units]
        agreeing = [sum(i == j for i, j in combinations(own, 2)) / len(list(combinations(own, 2))) for own in labels]
        assert one.percent_agreement.value == pytest.approx(sum(agreeing) / len(agreeing))
        assert one.n_units_with == sum(any(own) for own in labels)
        assert one.krippendorff_alpha.n_labels == len(rows)


def _units(codings: Codings) -> Iterator[tuple[SeenParagraph, dict[str, CodedParagraph]]]:
    """The units, with those who are done with them."""
    for seen in codings.paragraphs():
        done = seen.done
        if len(done) > 1 and not all(coding.is_set_aside for coding in done.values()):
            yield seen, done


def _codings(codings: Codings) -> Iterator[tuple[SeenParagraph, CodedParagraph]]:
    for seen, done in _units(codings):
        for coding in done.values():
            yield seen, coding


def _pairs(codings: Codings) -> Iterator[tuple[SeenParagraph, CodedParagraph, CodedParagraph]]:
    """Every two coders of a unit who did not both set it aside."""
    for seen, done in _units(codings):
        for a, b in combinations(done.values(), 2):
            if not (a.is_set_aside and b.is_set_aside):
                yield seen, a, b


def _rows(tally: Tally) -> list[tuple[int, str, Any]]:
    """Unit, coder and label of the labels that count."""
    columns = zip(tally.unit.tolist(), tally.coder.tolist(), tally.value.tolist(), strict=True)
    return [(unit, tally.coders[coder], tally.values[value]) for unit, coder, value in columns]
