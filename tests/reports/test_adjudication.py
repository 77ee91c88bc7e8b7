"""From codings to what stands: one coder's as a whole, what all said alike, and value by value."""

from __future__ import annotations

from typing import Any

import pytest

from annotator.errors import StoreError, UsageError
from annotator.model import Value
from annotator.reports.differences.adjudication import (
    gold_from_answers,
    gold_of_coder,
    majority,
    n_questions,
    next_question,
    unanimous,
)
from annotator.reports.differences.disagreements import Disagreement, find_disagreements
from annotator.reports.differences.side_by_side import SideBySide, side_by_side
from annotator.store import Store
from annotator.store.changes.adjudication import Adjudication, GoldParagraph, adjudicated, gold_of
from annotator.store.changes.speaker_changes import SpeakerChanges
from tests.conftest import MakeProject
from tests.reports.coding import CODEBOOK, Said, code


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    store = make_project("\n".join(f"Paragraph number {i} of a text." for i in range(6)), codebook=CODEBOOK)
    code(store, "ada", 1, Said({"stance": "oppose", "kind": "fact"}, evidence=(0, 9)))
    code(store, "ben", 1, Said({"stance": "neutral", "kind": "fact"}, evidence=(0, 16)))
    code(store, "ada", 2, Said({"stance": "oppose", "issues": ["jobs"]}, ("Ása", "Bo")), labels={"tone": "calm"})
    code(store, "ben", 2, Said({"stance": "support", "issues": ["jobs", "sea"]}, ("Ása",)), labels={"tone": "loud"})
    code(store, "ada", 3, Said({"kind": "demand"}))
    code(store, "ben", 3, state="no claim")
    code(store, "ada", 4, Said({"stance": "oppose"}, evidence=(0, 9)))
    code(store, "ben", 4, Said({"stance": "oppose"}, evidence=(0, 16)))
    code(store, "ada", 5, state="furniture")
    code(store, "ben", 5, state="no claim")
    code(store, "ada", 6, state="no claim")
    code(store, "ben", 6, state="no claim")
    return store


def disagreement(store: Store, paragraph: int) -> Disagreement:
    return next(one for one in find_disagreements(store, "ada").items if one.paragraph == paragraph)


def beside(store: Store, paragraph: int) -> SideBySide:
    """All codings of a paragraph."""
    with store.records(coders="human") as snapshot:
        place = snapshot.paragraph(paragraph)
    assert place is not None
    return side_by_side(place, CODEBOOK, {})


def asked(side: SideBySide, *given: Value | None) -> tuple[list[str], dict[tuple[int, str], Value | None]]:
    """Give these answers in order; what was asked, the open questions included, and the answers."""
    answers: dict[tuple[int, str], Value | None] = {}
    for value in given:
        question = next_question(side, answers, CODEBOOK)
        assert question is not None
        answers[question.unit, question.row.name] = value
    names = [name for _, name in answers]
    rest = dict(answers)
    while (question := next_question(side, rest, CODEBOOK)) is not None:
        names.append(question.row.name)
        rest[question.unit, question.row.name] = question.row.answers[0].value
    return names, answers


def test_one_coders_work_stands_as_a_whole(project: Store) -> None:
    one = disagreement(project, 2)

    Adjudication(project, "ada").adjudicate(2, gold_of_coder(one.place, one.b)._replace(reason="Bo is only named"))

    verdict = gold_of(project, 2)
    assert verdict is not None
    [statement] = verdict.statements
    assert (verdict.state, verdict.labels, verdict.reason) == ("coded", {"tone": "loud"}, "Bo is only named")
    assert (statement.speakers, statement.labels) == (("Ása",), {"stance": "support", "issues": ["jobs", "sea"]})
    assert statement.of == (one.place.statements_of("ben")[0].statement_id,)


def test_every_difference_is_weighed_and_what_is_alike_stands(project: Store) -> None:
    side = beside(project, 2)
    names, answers = asked(side, "calm", ["Ása", "Bo"], "neutral", ["jobs", "sea"])
    assert names == ["tone", "speaker", "stance", "issues"]
    assert n_questions(side) == 4

    verdict = gold_from_answers(side, answers, CODEBOOK)

    [statement] = verdict.statements
    assert verdict.labels == {"tone": "calm"}
    assert statement.speakers == ("Ása", "Bo")
    assert statement.labels == {"stance": "neutral", "issues": ["jobs", "sea"]}
    assert statement.of == tuple(side.place.statements_of(coder)[0].statement_id for coder in ("ada", "ben"))


def test_the_evidence_is_that_of_the_coder_who_was_right(project: Store) -> None:
    side = beside(project, 1)
    start = side.place.start

    assert gold_from_answers(side, {(1, "stance"): "oppose"}, CODEBOOK).statements[0].evidence == (start, start + 9)
    assert gold_from_answers(side, {(1, "stance"): "neutral"}, CODEBOOK).statements[0].evidence == (start, start + 16)


def test_a_statement_that_one_has_alone_stands_or_falls(project: Store) -> None:
    side = beside(project, 3)
    assert asked(side)[0] == ["statement"]

    stands = gold_from_answers(side, {(1, "statement"): "stands"}, CODEBOOK)
    assert stands.statements[0].labels == {"kind": "demand"}
    assert gold_from_answers(side, {(1, "statement"): "falls"}, CODEBOOK) == GoldParagraph("no claim")


def test_a_state_is_weighed_too(project: Store) -> None:
    side = beside(project, 5)

    assert asked(side)[0] == ["state"]
    assert gold_from_answers(side, {(0, "state"): "furniture"}, CODEBOOK) == GoldParagraph("furniture")
    assert gold_from_answers(side, {(0, "state"): "duplicate"}, CODEBOOK) == GoldParagraph("duplicate")


def test_three_codings_of_a_paragraph_stand_beside_each_other_with_the_majority(project: Store) -> None:
    said: dict[str, Any] = {"stance": "oppose", "kind": "denial", "weight": 3, "words": "a pier"}
    code(project, "cleo", 1, Said(said, ("Bo",), evidence=(0, 12)), Said({"stance": "support"}, evidence=(17, 24)))

    side = beside(project, 1)

    assert side.coders == ("ada", "ben", "cleo")
    first, second = side.statements
    rows = {row.name: [(one.shown, one.coders, one.is_majority) for one in row.answers] for row in first.rows}
    assert rows["stance"] == [("oppose", ("ada", "cleo"), True), ("neutral", ("ben",), False)]
    assert rows["weight"] == [("–", ("ada", "ben"), True), ("3", ("cleo",), False)]
    assert rows["words"][1] == ("a pier", ("cleo",), False)
    assert second.stands is not None
    assert [one.coders for one in second.stands.answers] == [("ada", "ben"), ("cleo",)]

    found = majority(side, CODEBOOK)
    assert found.ties == ()
    [statement] = found.gold.statements
    assert (statement.speakers, statement.labels) == (("Ása Brandt",), {"stance": "oppose", "kind": "fact"})
    assert len(statement.of) == 3


def test_a_question_without_a_majority_is_a_tie(project: Store) -> None:
    ties = majority(beside(project, 2), CODEBOOK).ties

    assert [(one.unit, one.row.name) for one in ties] == [(0, "tone"), (1, "speaker"), (1, "stance"), (1, "issues")]


def test_a_default_is_kept_where_nobody_decided_otherwise(project: Store) -> None:
    for coder in ("ada", "ben"):
        code(project, coder, 4, state="coded", labels={"tone": ("calm", "default")})

    assert majority(beside(project, 4), CODEBOOK).gold.labels == {"tone": "calm"}


def test_what_all_coded_alike_is_found_and_settled_in_one_step(project: Store) -> None:
    found = {paragraph: verdict for paragraph, verdict in unanimous(project).items() if verdict is not None}
    assert set(found) == {4, 6}
    assert found[6] == GoldParagraph("no claim")
    [statement] = found[4].statements
    assert len(statement.of) == 2
    assert statement.evidence is not None
    assert statement.evidence[1] - statement.evidence[0] == 16

    judge = Adjudication(project, "cleo")
    judge.adjudicate_all(found.items())
    assert adjudicated(project) == {4, 6}
    judge.undo()
    assert adjudicated(project) == set()


def test_whoever_settles_need_not_have_coded(project: Store) -> None:
    assert find_disagreements(project, "cleo").items == ()
    assert len(find_disagreements(project, "cleo", is_adjudicator=True).items) == 4


def test_a_verdict_is_undone_and_given_again_and_leaves_the_codings_alone(project: Store) -> None:
    before = [statement.statement_id for statement in project.coding("ada").statements(1)]
    judge = Adjudication(project, "ada")
    judge.adjudicate(1, GoldParagraph("no claim"))
    judge.give_reason(1, "  a question  ")
    verdict = gold_of(project, 1)
    assert verdict is not None
    assert (verdict.state, verdict.reason, verdict.decided_by) == ("no claim", "a question", "ada")

    judge.undo()
    judge.undo()

    assert gold_of(project, 1) is None
    assert [statement.statement_id for statement in project.coding("ada").statements(1)] == before
    with pytest.raises(StoreError, match="something else"):
        judge.undo()  # what ada did before was coding


def test_what_cannot_stand_is_refused(project: Store) -> None:
    judge = Adjudication(project, "ada")
    one = disagreement(project, 1)
    statement = gold_of_coder(one.place, one.a).statements

    with pytest.raises(UsageError, match="gold cannot have the state open"):
        judge.adjudicate(1, GoldParagraph("open"))
    with pytest.raises(UsageError, match="its gold cannot have the state furniture"):
        judge.adjudicate(1, GoldParagraph("furniture", statement))
    with pytest.raises(UsageError, match="needs a statement or a label"):
        judge.adjudicate(1, GoldParagraph("coded"))
    with pytest.raises(UsageError, match="no gold"):
        judge.give_reason(1, "because")
    with pytest.raises(UsageError, match="no gold"):
        judge.reopen(1)
    with pytest.raises(UsageError, match="at most"):
        judge.adjudicate(1, GoldParagraph("no claim", reason="x" * 10_001))
    assert adjudicated(project) == set()


def test_a_settled_speaker_who_is_renamed_later_reads_by_the_new_name(project: Store) -> None:
    judge = Adjudication(project, "ada")
    one = disagreement(project, 2)
    judge.adjudicate(2, gold_of_coder(one.place, one.b))

    changes = SpeakerChanges(project)
    changes.carry_out(changes.rename("Ása", "Ása Brandt of Langavik"))

    verdict = gold_of(project, 2)
    assert verdict is not None
    assert verdict.statements[0].speakers == ("Ása Brandt of Langavik",)
