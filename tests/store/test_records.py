"""What a snapshot says of paragraphs, and how labels that are alike are read once."""

from __future__ import annotations

from typing import Any

import pytest

from annotator.errors import UsageError
from annotator.records import ParagraphRecord, Selection
from annotator.store import Store
from annotator.store.read import comparison, label_sets, paragraph_records
from annotator.store.read.chosen import Chosen
from annotator.store.read.label_sets import LabelSets
from annotator.store.read.selection import choose
from tests.conftest import MakeProject
from tests.reports.coding import CODEBOOK, Said, code

TEXT = "Harbour vote splits the island.\nWe will not sign, said the mayor.\nThe port was built in 1904."


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    """Three paragraphs: two statements that are labelled alike, and one of another coder."""
    store = make_project(TEXT, codebook=CODEBOOK)
    code(store, "ada", 1, Said({"stance": "oppose", "kind": "fact"}, ("Ása",), (0, 7)))
    code(store, "ada", 2, Said({"stance": "oppose", "kind": "fact"}, ("Ása",), (0, 16)))
    code(store, "ben", 2, Said({"stance": "oppose"}))
    return store


def read(store: Store, selection: Selection | None = None) -> list[ParagraphRecord]:
    with store.records(selection) as records:
        return list(records.paragraphs())


def test_every_paragraph_is_there_also_one_that_nobody_saw(project: Store) -> None:
    first, second, third = read(project)

    assert [review.coder for review in second.reviews] == ["ada", "ben"]
    assert [one.coder for one in second.statements] == ["ada", "ben"]
    assert [len(one.statements) for one in (first, third)] == [1, 0]
    assert [one.is_unseen for one in (first, second, third)] == [False, False, True]


def test_blocks_of_paragraphs_leave_none_out(project: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(project)
    monkeypatch.setattr(paragraph_records, "BLOCK", 1)

    assert read(project) == whole


def test_one_paragraph_is_read_alone(project: Store) -> None:
    _, second, _ = read(project)

    with project.records() as records:
        assert records.paragraph(2) == second
    with project.records(Selection(roles=("caption",))) as records:
        assert records.paragraph(2) is None


def test_statements_that_are_labelled_alike_share_their_labels(project: Store) -> None:
    first, second, _ = read(project)

    assert first.statements[0].labels is second.statements_of("ada")[0].labels
    assert first.statements[0].labels is not second.statements_of("ben")[0].labels


@pytest.mark.parametrize("values", [(1, 1.0), (0.1 + 0.2, 0.3), ("1", 1), ("a\0b", "a"), ("[1]", '["1"]')])
def test_labels_that_only_look_alike_stay_apart(project: Store, values: tuple[Any, Any]) -> None:
    for row, value in enumerate(values, start=1):
        project.connection.execute(
            "update labels set value = ? where variable = 'kind' and statement = ?", (value, row)
        )

    first, second, _ = read(project)

    found = [one.statements_of("ada")[0].labels["kind"].value for one in (first, second)]
    expected = [["1"] if value == '["1"]' else [1] if value == "[1]" else value for value in values]
    assert [(type(value), value) for value in found] == [(type(value), value) for value in expected]


def test_what_is_remembered_never_fills_the_memory(project: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_sets, "_MOST", 100)
    c = project.connection
    with c.read(), choose(c, Selection(), "all"):
        sets = LabelSets(Chosen(c, Selection()))

        for i in range(50):
            sets.of(1, f"{i:09}0")
        short = len(sets._known)
        sets.of(1, "x" * 1_001 + "0")

    assert short <= 10
    assert len(sets._known) == short


def test_a_snapshot_leaves_nothing_behind_and_another_may_follow_in_the_same_transaction(project: Store) -> None:
    with project.connection.read():
        before = read(project)
        assert read(project) == before

    tables = project.connection.all("select name from sqlite_temp_master where name like 'chosen%'")
    assert tables == []
    with project.connection.write():
        project.connection.execute("update reviews set note = 'still writable' where coder = 2")


def test_a_refused_selection_leaves_the_project_as_it_was(project: Store) -> None:
    with Store(project.path, read_only=True) as store:
        with pytest.raises(UsageError, match="there is no coder eve"), store.records(Selection(coders=("eve",))):
            pass

        assert store.connection.one("pragma query_only") == (1,)
        assert len(read(store)) == 3


# where coders are compared


@pytest.fixture
def compared(make_project: MakeProject) -> Store:
    """Three paragraphs, of which ada codes all and ben two."""
    store = make_project(TEXT, codebook=CODEBOOK)
    code(store, "ada", 1, state="no claim")
    code(store, "ben", 1, state="furniture")
    code(store, "ada", 2, Said({"stance": "oppose", "kind": ("fact", "default")}, ("Ása", "Bo"), (0, 16)), genre="news")
    code(store, "ben", 2, Said({"stance": ("support", "guess"), "issues": ["jobs"]}), state="open", note="later")
    code(store, "ada", 3, state="no claim", labels={"tone": "calm"})
    return store


def test_every_coders_work_on_a_paragraph_stands_side_by_side(compared: Store) -> None:
    with compared.records(coders="human") as records:
        first, second, third = records.paragraphs()

    assert [review.coder for review in first.reviews] == ["ada", "ben"]
    assert first.done["ben"].is_set_aside
    assert list(second.done) == ["ada"]
    (statement,) = second.statements_of("ada")
    assert statement.speakers == ["Ása", "Bo"]
    assert (statement.evidence_start, statement.evidence_end) == (second.start, second.start + 16)
    assert statement.labels["kind"].origin == "default"
    assert second.statements_of("ben")[0].labels["issues"].value == ["jobs"]
    assert third.done["ada"].labels["tone"].value == "calm"


def test_a_deleted_statement_is_not_read(compared: Store) -> None:
    (statement,) = compared.coding("ada").statements(2)
    with compared.coding("ada").step("delete", 2) as step:
        step.change_statement(statement.statement_id, deleted=True)

    _, second, _ = read(compared)

    assert second.statements_of("ada") == ()


def test_speakers_are_read_after_the_entries_were_merged(compared: Store) -> None:
    bo = compared.registry.find("Bo")
    assert bo is not None
    with compared.history.step(compared.coder("ada").id, "merge") as step:
        value = step.get("speaker", [bo])
        step.put("speaker", [bo], {**value, "merged_into": compared.registry.find("Ása Brandt")})

    with compared.records() as records:
        paragraph = records.paragraph(2)
        names = comparison.merged_names(records.chosen)

    assert paragraph is not None
    assert paragraph.statements_of("ada")[0].speakers == ["Ása", "Ása Brandt"]
    assert names == {"Bo": "Ása Brandt"}


def test_models_and_second_codings_are_compared_only_when_they_are_named(compared: Store) -> None:
    compared.coder("llm", "model")

    with compared.records(coders="human") as records:
        assert [coder.name for coder in records.coders] == ["ada", "ben"]
        assert comparison.coders_left_out(records.chosen) == ("llm",)
    with compared.records(Selection(coders=("llm", "ada")), coders="human") as records:
        assert [coder.name for coder in records.coders] == ["ada", "llm"]
        assert comparison.coders_left_out(records.chosen) == ()


def test_where_coders_are_compared_a_paragraph_has_one_role_for_all(compared: Store) -> None:
    with compared.coding("ben").step("role", 1) as step:
        step.review(state="furniture", role="caption")
    captions = Selection(roles=("caption",))

    with compared.records(captions, coders="human") as records:
        (paragraph,) = records.paragraphs()
    (own,) = read(compared, captions)

    assert paragraph.position == own.position == 0
    assert [review.coder for review in paragraph.reviews] == ["ada", "ben"]
    assert [review.coder for review in own.reviews] == ["ben"]


def test_labels_of_articles_are_read_with_their_coder(compared: Store) -> None:
    with compared.records(coders="human") as records:
        ((article_id, coder, label),) = comparison.article_labels(records.chosen, "genre")
        (article,) = records.articles()

    assert (article_id, coder, label.value) == (article.article_id, "ada", "news")
    assert article.labels == {"ada": {"genre": label}}


def test_a_phase_chooses_what_was_assigned_in_it(compared: Store) -> None:
    ada = compared.coder("ada").id
    compared.connection.executemany(
        "insert into assignments (coder, recorder, first, last, phase, batch, position, n_left)"
        " values (?, ?, ?, ?, ?, ?, 1, 0)",
        [(ada, ada, 1, 2, "pilot", "b1"), (ada, ada, 3, 3, "main", "b2")],
    )

    with compared.records(Selection(phases=("pilot",)), coders="human") as records:
        found = [
            (one.position, review.coder, review.phase, one.batch)
            for one in records.paragraphs()
            for review in one.reviews
        ]
        phases = comparison.phases(records.chosen)

    assert found == [(0, "ada", "pilot", "b1"), (1, "ada", "pilot", "b1")]
    assert phases == ("pilot",)


@pytest.mark.parametrize(
    ("selection", "sentence"),
    [
        (Selection(coders=("zoe",)), "there is no coder zoe"),
        (Selection(coders=("gold",)), "there is no coder gold"),
        (Selection(articles=("nowhere",)), "there is no article nowhere"),
        (Selection(roles=("poem",)), "poem is not a role"),
        (Selection(phases=("warm-up",)), "warm-up is not a phase"),
    ],
)
def test_a_name_that_does_not_exist_is_refused(compared: Store, selection: Selection, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence), compared.records(selection, coders="human"):
        pass


def test_a_selection_of_articles_leaves_the_others_out(make_project: MakeProject) -> None:
    store = make_project(TEXT, "Another text.\nWith two paragraphs.", codebook=CODEBOOK)
    for paragraph in (1, 4, 5):
        code(store, "ada", paragraph, state="no claim")

    with store.records(Selection(articles=("article-2",)), coders="human") as records:
        assert [one.id for one in records.paragraphs()] == [4, 5]
        assert comparison.n_paragraphs(records.chosen) == 2


def test_labels_in_doubt_are_counted_until_they_are_settled(compared: Store) -> None:
    def n_in_doubt() -> int:
        with compared.records(coders="human") as records:
            return comparison.n_in_doubt(records.chosen)

    compared.connection.execute(
        "insert into doubts (coder, paragraph, variable, reason, raised_at) values (?, 2, 'stance', 'split', '2031')",
        (compared.coder("ada").id,),
    )

    assert n_in_doubt() == 1
    compared.connection.execute("update doubts set settled_at = '2031'")
    assert n_in_doubt() == 0
