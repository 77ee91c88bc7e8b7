"""A codebook that changes while people code under it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from annotator.codebook.diff import Act, decision
from annotator.codebook.model import Codebook
from annotator.errors import CodebookError, StoreError, UsageError
from annotator.store import Store
from annotator.store.changes.codebook_changes import CodebookChanges, Preview, next_version
from annotator.store.tables.remap_labels import renew
from tests.conftest import MakeProject
from tests.timing import processor_seconds

STANCE: list[dict[str, Any]] = [
    {"name": "oppose", "key": "o"},
    {"name": "neutral", "key": "n"},
    {"name": "support", "key": "s"},
    {"name": "unclear", "key": "u", "outside_scale": True},
]
THEMES: list[dict[str, Any]] = [{"name": "fish"}, {"name": "ports"}, {"name": "tax"}]


def book(
    stance: list[dict[str, Any]] | None = None, *more: dict[str, Any], version: str = "1.0", **fields: Any
) -> Codebook:
    return Codebook.model_validate(
        {
            "name": "harbour",
            "version": version,
            "variables": [
                {"name": "stance", "level": "ordinal", "categories": stance or STANCE, **fields},
                {"name": "themes", "level": "set", "key": "t", "categories": THEMES},
                {"name": "weight", "level": "ratio", "key": "v"},
                {"name": "tone", "scope": "paragraph", "key": "y", "categories": [{"name": "calm"}, {"name": "sharp"}]},
                *more,
            ],
        }
    )


def without(*names: str) -> list[dict[str, Any]]:
    return [category for category in STANCE if category["name"] not in names]


TORN = [*without("unclear"), {"name": "torn", "key": "u", "outside_scale": True}]


@pytest.fixture
def store(make_project: MakeProject) -> Store:
    return make_project("One.\nTwo.\nThree.\n", codebook=book())


def label(store: Store, paragraph: int, value: Any, variable: str = "stance", coder: str = "ada") -> str:
    with store.coding(coder).step("label", paragraph) as step:
        statement = step.add_statement(None)
        step.label(statement, variable, value)
    return statement


def relabel(store: Store, statement: str, paragraph: int, value: Any, variable: str = "stance") -> None:
    with store.coding("ada").step("label", paragraph) as step:
        step.label(statement, variable, value)


def preview(store: Store, new: Codebook, *said: tuple[Act, str], recheck: Sequence[str] = ()) -> Preview:
    old = store.codebooks.current()
    return CodebookChanges(store).preview(new, [decision(act, text, old, new) for act, text in said], recheck)


def apply(store: Store, new: Codebook, *said: tuple[Act, str], recheck: Sequence[str] = ()) -> Preview:
    found = preview(store, new, *said, recheck=recheck)
    CodebookChanges(store).apply(found, store.program())
    return found


def held(store: Store, paragraph: int, coder: str = "ada") -> list[dict[str, tuple[Any, str]]]:
    """Value and version of the labels of each statement."""
    return [
        {name: (one.value, one.codebook) for name, one in statement.labels.items()}
        for statement in store.coding(coder).statements(paragraph)
    ]


def doubts(store: Store, coder: str = "ada") -> list[tuple[int, str, str]]:
    return [(d.paragraph, d.variable, d.reason) for d in store.coding(coder).doubts()]


def test_a_renamed_category_is_read_by_its_new_name_and_keeps_its_version(store: Store) -> None:
    label(store, 1, "unclear")

    apply(store, book(TORN, version="1.1"), ("rename", "stance/unclear=torn"))

    assert held(store, 1) == [{"stance": ("torn", "1.0")}]
    view = store.connection.all("select value, value_as_made, codebook_version from v_labels")
    assert view == [("torn", "unclear", "1.0")]


def test_a_preview_counts_the_labels_of_every_coder_and_changes_nothing(store: Store) -> None:
    label(store, 1, "unclear")
    label(store, 2, "unclear", coder="bea")
    label(store, 2, "support", coder="bea")

    found = preview(store, book(TORN, version="1.1"), ("rename", "stance/unclear=torn"))

    assert [(e.step.words, e.n_labels, e.n_doubts) for e in found.effects] == [("stance: unclear → torn", 2, 0)]
    assert held(store, 1) == [{"stance": ("unclear", "1.0")}]


def test_five_thousand_labels_of_a_category_that_went_stay_where_they_are(store: Store) -> None:
    with store.connection.write():
        for _ in range(500):
            label(store, 1, "unclear")
    store.connection.execute(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 4500)"
        " insert into statements (statement_id, paragraph, coder, created_at, updated_at)"
        " select 'more ' || i, 2, (select max(id) from coders), '2031-01-01T00:00:00Z', '2031-01-01T00:00:00Z' from n"
    )
    store.connection.execute(
        "insert into labels (statement, variable, value, codebook, origin, updated_at)"
        " select id, 'stance', 'unclear', 1, 'coder', '2031-01-01T00:00:00Z' from statements where paragraph = 2"
    )

    found = apply(store, book(without("unclear"), version="2"))

    assert found.effects[0].step.words == "stance: unclear retired: kept for its labels, offered no more"
    assert found.effects[0].n_labels == 5000
    assert len(held(store, 2)) == 4500
    category = store.codebooks.current().variables[0].category("unclear")
    assert category is not None
    assert category.retired


def test_what_is_undecided_is_refused_with_the_choices(store: Store) -> None:
    found = preview(store, book([*without("unclear"), {"name": "torn"}]))

    with pytest.raises(CodebookError, match="--rename stance/unclear=torn"):
        CodebookChanges(store).apply(found, store.program())
    assert store.codebooks.current() == book()


def test_merged_categories_read_as_one_in_sets_too(store: Store) -> None:
    label(store, 1, "unclear")
    label(store, 2, ["fish", "tax"], "themes")
    new = book(without("unclear"), version="1.1").model_dump(mode="json")
    new["variables"][1]["categories"] = [{"name": "ports"}, {"name": "money", "was": ["fish", "tax"]}]

    apply(store, Codebook.model_validate(new), ("merge", "stance/unclear=neutral"))

    assert held(store, 1) == [{"stance": ("neutral", "1.0")}]
    assert held(store, 2) == [{"themes": (["money"], "1.0")}]
    assert doubts(store) == []


def test_a_split_becomes_a_work_list_that_deciding_again_empties(store: Store) -> None:
    first, second = label(store, 1, "oppose"), label(store, 3, "oppose")
    label(store, 2, "support")
    new = book([{"name": "reject"}, {"name": "criticise"}, *without("oppose")], version="2")

    found = apply(store, new, ("split", "stance/oppose=reject+criticise"))

    coding = store.coding("ada")
    assert found.effects[0].n_doubts == 2
    reason = "oppose was split into reject and criticise: which is it?"
    assert doubts(store) == [(1, "stance", reason), (3, "stance", reason)]
    assert [coding.next_doubt(0), coding.next_doubt(1), coding.next_doubt(3)] == [1, 3, 1]
    relabel(store, first, 1, "reject")
    assert doubts(store) == [(3, "stance", reason)]
    coding.undo()
    assert coding.n_doubts() == 2
    relabel(store, first, 1, "reject")
    relabel(store, second, 3, "criticise")
    assert coding.next_doubt(0) is None
    assert store.coding("bea").n_doubts() == 0


def test_choosing_the_same_again_settles_a_doubt(store: Store) -> None:
    statement = label(store, 1, "oppose")
    reworded = book([{**STANCE[0], "definition": "Against."}, *STANCE[1:]], version="1.1")
    apply(store, reworded, recheck=["stance/oppose"])
    assert doubts(store) == [(1, "stance", "the rules of oppose changed: is it still right?")]

    relabel(store, statement, 1, "oppose")

    assert doubts(store) == []
    assert held(store, 1) == [{"stance": ("oppose", "1.1")}]


def test_a_required_variable_that_came_is_missed_where_it_was_not_asked(store: Store) -> None:
    old = label(store, 1, "oppose")
    asked = {"name": "verb", "key": "q", "required": True, "categories": [{"name": "said"}, {"name": "claimed"}]}

    found = apply(store, book(None, asked, version="1.1"))
    label(store, 2, "support")

    assert [(e.step.kind, e.n_doubts) for e in found.effects] == [("added", 1)]
    assert doubts(store) == [(1, "verb", "verb is asked now, and was not when this was coded")]
    relabel(store, old, 1, "said", "verb")
    assert doubts(store) == []
    store.coding("ada").undo()
    assert len(doubts(store)) == 1


def test_a_condition_keeps_a_new_variable_from_being_missed(store: Store) -> None:
    label(store, 1, "oppose")
    label(store, 2, "support")
    asked = {"name": "why", "level": "text", "key": "q", "required": True, "when": {"stance": "support"}}

    apply(store, book(None, asked, version="1.1"))

    assert [d[:2] for d in doubts(store)] == [(2, "why")]


def test_numbers_outside_new_bounds_come_into_doubt(store: Store) -> None:
    label(store, 1, 11, "weight")
    label(store, 2, 3, "weight")
    new = book(version="1.1").model_dump(mode="json")
    new["variables"][2]["maximum"] = 10

    apply(store, Codebook.model_validate(new))

    assert doubts(store) == [(1, "weight", "weight allows to 10 now")]


def test_undo_takes_a_change_of_the_codebook_back_with_every_label(store: Store) -> None:
    label(store, 1, "unclear")
    apply(store, book(TORN, version="1.1"), ("rename", "stance/unclear=torn"))
    label(store, 2, "torn")

    undone = CodebookChanges(store).undo(store.program())

    assert undone is not None
    assert store.codebooks.current() == book()
    assert held(store, 1) == [{"stance": ("unclear", "1.0")}]
    assert held(store, 2) == [{"stance": ("unclear", "1.1")}]
    store.history.redo(store.program())
    assert held(store, 2) == [{"stance": ("torn", "1.1")}]


def test_undo_is_refused_where_labels_would_lose_their_category(store: Store) -> None:
    apply(store, book([*STANCE, {"name": "torn"}], version="1.1"))
    label(store, 1, "torn")

    with pytest.raises(StoreError, match="1 label made since"):
        CodebookChanges(store).undo(store.program())

    assert store.codebooks.current().version == "1.1"
    assert held(store, 1) == [{"stance": ("torn", "1.1")}]


def test_a_coder_undoes_older_work_over_a_rename(store: Store) -> None:
    statement = label(store, 1, "unclear")
    relabel(store, statement, 1, "support")
    apply(store, book(TORN, version="1.1"), ("rename", "stance/unclear=torn"))

    store.coding("ada").undo()

    assert held(store, 1) == [{"stance": ("torn", "1.0")}]


def test_a_renamed_variable_takes_its_labels_and_its_history_along(store: Store) -> None:
    statement = label(store, 1, "oppose")
    new = book(version="1.1").model_dump(mode="json")
    new["variables"][0] |= {"name": "position", "was": "stance"}

    apply(store, Codebook.model_validate(new))

    assert held(store, 1) == [{"position": ("oppose", "1.0")}]
    relabel(store, statement, 1, "support", "position")
    assert held(store, 1) == [{"position": ("support", "1.1")}]
    store.coding("ada").undo()
    assert held(store, 1) == [{"position": ("oppose", "1.0")}]
    keys = {tuple(change.key) for change in store.history.of_statement(statement) if change.entity == "label"}
    assert keys == {(statement, "stance")}
    assert store.connection.one("select position from v_statements") == ("oppose",)


def test_labels_of_paragraphs_follow_too(store: Store) -> None:
    with store.coding("ada").step("tone", 2) as step:
        step.label_paragraph("tone", "sharp")
    new = book(version="1.1").model_dump(mode="json")
    new["variables"][3]["categories"][1] |= {"name": "harsh", "was": "sharp"}

    apply(store, Codebook.model_validate(new), recheck=["tone"])

    assert store.coding("ada").review(2).labels["tone"].value == "harsh"
    assert doubts(store) == [(2, "tone", "tone is to be looked at again: is it still right?")]
    with store.coding("ada").step("tone", 2) as step:
        step.label_paragraph("tone", "harsh")
    assert doubts(store) == []


def test_steps_add_up_over_three_versions(store: Store) -> None:
    label(store, 1, "unclear")
    apply(store, book(TORN, version="1.1"), ("rename", "stance/unclear=torn"))
    label(store, 2, "torn")
    mixed = [*without("unclear"), {"name": "mixed", "key": "u", "outside_scale": True, "was": "torn"}]
    apply(store, book(mixed, version="1.2"))
    apply(store, book(without("unclear"), version="1.3"), ("merge", "stance/mixed=neutral"))

    assert held(store, 1) == [{"stance": ("neutral", "1.0")}]
    assert held(store, 2) == [{"stance": ("neutral", "1.1")}]
    versions = [(r.version, r.n_labels, r.is_in_force) for r in CodebookChanges(store).revisions()]
    assert versions == [("1.0", 1, False), ("1.1", 1, False), ("1.2", 0, False), ("1.3", 0, True)]
    assert CodebookChanges(store).revisions()[3].words[0] == "stance: mixed merged into neutral"


def test_renewing_again_changes_nothing(store: Store) -> None:
    label(store, 1, "unclear")
    label(store, 2, "oppose")
    new = book([*TORN, {"name": "reject", "was": "oppose"}], version="2")
    apply(store, new, ("rename", "stance/unclear=torn"))
    before = store.connection.all("select * from labels"), doubts(store)
    assert len(before[1]) == 1

    with store.connection.write():
        renew(store.connection)

    assert (store.connection.all("select * from labels"), doubts(store)) == before


def test_a_change_of_level_or_scope_that_labels_would_not_survive_is_refused(store: Store) -> None:
    label(store, 1, "oppose")
    new = book(version="2").model_dump(mode="json")
    new["variables"][0]["scope"] = "paragraph"

    with pytest.raises(CodebookError, match="scope statement → paragraph is not possible with 1 label there"):
        preview(store, Codebook.model_validate(new))


def test_the_same_version_with_other_content_is_recorded_as_a_revision(store: Store) -> None:
    found = apply(store, book([*STANCE, {"name": "mixed"}]))

    assert found.codebook.version == "1.0.1"
    assert store.codebooks.current().version == "1.0.1"
    assert preview(store, book([*STANCE, {"name": "mixed"}])).effects == ()


def test_a_codebook_that_changed_meanwhile_is_looked_at_again(store: Store) -> None:
    found = preview(store, book([*STANCE, {"name": "mixed"}]))
    apply(store, book(version="1.5"))

    with pytest.raises(StoreError, match="changed in the meantime"):
        CodebookChanges(store).apply(found, store.program())


@pytest.mark.parametrize(
    ("category", "kind", "field"),
    [("oppose", "use", "use"), ("oppose", "avoid", "avoid"), (None, "use", "guidance"), (None, "example", "guidance")],
)
def test_a_rule_added_while_coding_is_a_revision_of_its_own(
    store: Store, category: str | None, kind: Any, field: str
) -> None:
    coder = store.coding("ada").coder.id

    version = CodebookChanges(store).add_rule(coder, "stance", category, kind, "Not for a shrug.")

    assert version == "1.0.1"
    variable = store.codebooks.current().variables[0]
    changed = variable.category(category) if category else variable
    assert "Not for a shrug." in getattr(changed, field)
    store.coding("ada").undo()
    assert store.codebooks.current() == book()


def test_an_example_added_while_coding_stands_at_its_category(store: Store) -> None:
    coder = store.coding("ada").coder.id
    CodebookChanges(store).add_rule(coder, "stance", "oppose", "example", "«No», she said.")
    version = CodebookChanges(store).add_rule(coder, "stance", "oppose", "example", "Never.")

    category = store.codebooks.current().variables[0].category("oppose")
    assert category is not None
    assert [e.text for e in category.examples] == ["«No», she said.", "Never."]
    assert version == "1.0.2"
    assert CodebookChanges(store).revisions()[-1].words == ("stance/oppose: examples added",)


@pytest.mark.parametrize(
    ("variable", "category", "text"),
    [("stance", "oppose", "  "), ("stance", "never", "x"), ("never", None, "x"), ("stance", None, "\x1b[2J")],
)
def test_a_rule_for_nothing_or_of_nothing_is_refused(
    store: Store, variable: str, category: str | None, text: str
) -> None:
    with pytest.raises(UsageError):
        CodebookChanges(store).add_rule(store.coding("ada").coder.id, variable, category, "use", text)
    assert store.codebooks.current() == book()


def test_adding_a_rule_takes_no_longer_in_a_large_project(store: Store) -> None:
    coder = store.coding("ada").coder.id
    store.connection.execute(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)"
        " insert into statements (statement_id, paragraph, coder, created_at, updated_at)"
        f" select 'more ' || i, 2, {coder}, '2031-01-01T00:00:00Z', '2031-01-01T00:00:00Z' from n"
    )
    store.connection.execute(
        "insert into labels (statement, variable, value, codebook, origin, updated_at)"
        " select id, 'stance', 'unclear', 1, 'coder', '2031-01-01T00:00:00Z' from statements"
    )

    assert processor_seconds(lambda: CodebookChanges(store).add_rule(coder, "stance", "oppose", "use", "Always.")) < 0.5


def test_two_programs_read_a_rename_alike(store: Store) -> None:
    label(store, 1, "unclear")
    with Store(Path(store.path)) as other:
        assert held(other, 1) == [{"stance": ("unclear", "1.0")}]
        apply(store, book(TORN, version="1.1"), ("rename", "stance/unclear=torn"))
        assert held(other, 1) == [{"stance": ("torn", "1.0")}]
        other.coding("ada").undo()
        other.coding("ada").redo()
        assert held(other, 1) == [{"stance": ("torn", "1.0")}]


@pytest.mark.parametrize(
    ("version", "following"),
    [("1.0", "1.0.1"), ("1.0.9", "1.0.10"), ("2", "2.1"), ("v3", "v3.1"), ("2031-05", "2031-05.1")],
)
def test_a_revision_has_the_next_number(version: str, following: str) -> None:
    assert next_version(version) == following
