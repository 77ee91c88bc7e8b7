"""What a snapshot says of paragraphs, and how labels that are alike are read once."""

from __future__ import annotations

from typing import Any

import pytest

from annotator.errors import UsageError
from annotator.records import ParagraphRecord, Selection
from annotator.store import Store
from annotator.store.read import label_sets, paragraph_records
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
