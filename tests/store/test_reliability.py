"""Which codings are read for agreement, from whom, and in what form."""

from __future__ import annotations

import pytest

from annotator.errors import UsageError
from annotator.store import Store
from annotator.store.read.codings import Choice, Codings
from tests.conftest import MakeProject
from tests.reports.coding import CODEBOOK, Said, code

TEXT = "Harbour vote splits the island.\nWe will not sign, said the mayor.\nThe port was built in 1904."


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    """Three paragraphs, of which ada codes all and ben two."""
    store = make_project(TEXT, codebook=CODEBOOK)
    code(store, "ada", 1, state="no claim")
    code(store, "ben", 1, state="furniture")
    code(store, "ada", 2, Said({"stance": "oppose", "kind": ("fact", "default")}, ("Ása", "Bo"), (0, 16)), genre="news")
    code(store, "ben", 2, Said({"stance": ("support", "guess"), "issues": ["jobs"]}), state="open", note="later")
    code(store, "ada", 3, state="no claim", labels={"tone": "calm"})
    return store


def test_every_coders_work_on_a_paragraph_stands_side_by_side(project: Store) -> None:
    first, second, third = Codings(project.connection).paragraphs()

    assert list(first.codings) == ["ada", "ben"]
    assert first.codings["ben"].is_set_aside
    assert list(second.done) == ["ada"]
    (statement,) = second.codings["ada"].statements
    assert statement.speakers == ("Ása", "Bo")
    assert (statement.start, statement.end) == (second.start, second.start + 16)
    assert statement.labels["kind"].origin == "default"
    assert second.codings["ben"].statements[0].labels["issues"].value == ["jobs"]
    assert third.codings["ada"].labels["tone"].value == "calm"


def test_a_deleted_statement_is_not_read(project: Store) -> None:
    (statement,) = project.coding("ada").statements(2)
    with project.coding("ada").step("delete", 2) as step:
        step.change_statement(statement.statement_id, deleted=True)

    seen = Codings(project.connection).paragraph(2)

    assert seen is not None
    assert seen.codings["ada"].statements == ()


def test_speakers_are_read_after_the_entries_were_merged(project: Store) -> None:
    ben = project.registry.find("Bo")
    assert ben is not None
    with project.history.step(project.coder("ada").id, "merge") as step:
        value = step.get("speaker", [ben])
        step.put("speaker", [ben], {**value, "merged_into": project.registry.find("Ása Brandt")})

    codings = Codings(project.connection)
    seen = codings.paragraph(2)

    assert seen is not None
    assert seen.codings["ada"].statements[0].speakers == ("Ása", "Ása Brandt")
    assert codings.merged_names == {"Bo": "Ása Brandt"}


def test_models_and_second_codings_count_only_when_they_are_named(project: Store) -> None:
    project.coder("llm", "model")

    assert Codings(project.connection).coders == ("ada", "ben")
    assert Codings(project.connection).coders_left_out == ("llm",)
    assert Codings(project.connection, Choice(coders=("llm", "ada"))).coders == ("ada", "llm")


def test_a_corrected_role_decides_which_paragraphs_are_chosen(project: Store) -> None:
    with project.coding("ben").step("role", 1) as step:
        step.review(state="furniture", role="caption")

    chosen = Codings(project.connection, Choice(roles=("caption",)))

    assert [seen.position for seen in chosen.paragraphs()] == [0]


def test_labels_of_articles_are_read_with_their_coder(project: Store) -> None:
    (label,) = Codings(project.connection).article_labels()

    assert (label.coder, label.variable, label.decision.value) == ("ada", "genre", "news")


def test_a_phase_chooses_what_was_assigned_in_it(project: Store) -> None:
    ada = project.coder("ada").id
    project.connection.execute(
        "insert into assignments (coder, recorder, first, last, phase, batch, position, n_left)"
        " values (?, ?, 1, 2, 'pilot', 'b1', 1, 0)",
        (ada, ada),
    )

    codings = Codings(project.connection, Choice(phases=("pilot",)))

    assert [(seen.position, list(seen.codings), seen.batch) for seen in codings.paragraphs()] == [
        (0, ["ada"], "b1"),
        (1, ["ada"], "b1"),
    ]
    assert codings.phases == ("pilot",)


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        (Choice(coders=("zoe",)), "there is no coder zoe"),
        (Choice(articles=("nowhere",)), "there is no article nowhere"),
        (Choice(roles=("poem",)), "poem is no role"),
        (Choice(phases=("warm-up",)), "warm-up is no phase"),
    ],
)
def test_a_name_that_there_is_not_is_refused(project: Store, choice: Choice, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        Codings(project.connection, choice)


def test_a_choice_of_articles_leaves_the_others_out(make_project: MakeProject) -> None:
    store = make_project(TEXT, "Another text.\nWith two paragraphs.", codebook=CODEBOOK)
    for paragraph in (1, 4, 5):
        code(store, "ada", paragraph, state="no claim")

    codings = Codings(store.connection, Choice(articles=("article-2",)))

    assert [seen.paragraph for seen in codings.paragraphs()] == [4, 5]
    assert codings.n_paragraphs() == 2


def test_labels_in_doubt_are_counted_until_they_are_settled(project: Store) -> None:
    ada = project.coder("ada").id
    project.connection.execute(
        "insert into doubts (coder, paragraph, variable, reason, raised_at) values (?, 2, 'stance', 'split', '2031')",
        (ada,),
    )

    assert Codings(project.connection).n_in_doubt() == 1
    project.connection.execute("update doubts set settled_at = '2031'")
    assert Codings(project.connection).n_in_doubt() == 0
