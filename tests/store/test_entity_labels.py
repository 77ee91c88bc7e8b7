"""Labels of entity variables follow the registry: rename, merge, split, undo, and lists that open and close."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from annotator.codebook.model import Category, Codebook, Variable
from annotator.errors import CodebookError, UsageError
from annotator.model import Speaker
from annotator.store import Store
from annotator.store.changes.codebook_changes import CodebookChanges
from annotator.store.changes.speaker_changes import SpeakerChanges
from annotator.store.coder.coding import Coding
from tests.conftest import MakeProject, connect
from tests.store.test_merge import held, together

SPEAKER = Variable(name="speaker", level="entity", multiple=True)
LISTED = Variable(
    name="about",
    key="a",
    categories=(
        Category(name="fish quota", key="q", definition="How much may be caught."),
        Category(name="Norway", key="w"),
    ),
)
CLOSED = Codebook(name="fish", version="1.0", variables=(SPEAKER, LISTED))
OPEN = Codebook(name="fish", version="2.0", variables=(SPEAKER, Variable(name="about", level="entity", key="a")))


@pytest.fixture
def store(make_project: MakeProject) -> Store:
    return make_project("One says this.\nTwo says that.\nThree is silent.", codebook=OPEN)


def code(coding: Coding, paragraph: int, about: str, speaker: str = "Ola Nordmann") -> str:
    with coding.step("code", paragraph) as step:
        statement = step.add_statement(None)
        step.set_speakers(statement, [(speaker, None)])
        step.label(statement, "about", about)
    return statement


def targets(store: Store, coder: str = "anna") -> list[str]:
    coding = store.coding(coder)
    return [str(one.labels["about"].value) for p in (1, 2, 3) for one in coding.statements(p)]


def made(store: Store) -> list[str]:
    return [row[0] for row in connect(store.path).execute("select value_as_made from v_labels order by updated_at")]


def test_a_new_target_becomes_an_entry_that_is_never_offered_as_a_speaker_where_it_is_an_issue(store: Store) -> None:
    code(store.coding("anna"), 1, "fish quota")
    code(store.coding("anna"), 2, "Norway")

    kinds = {entry.name: entry.kind for entry in store.registry.entries()}
    assert kinds == {"Ola Nordmann": "actor", "fish quota": "issue", "Norway": "actor"}


def test_an_issue_that_speaks_is_an_actor_from_then_on(store: Store) -> None:
    code(store.coding("anna"), 1, "the long report")
    code(store.coding("anna"), 2, "Norway", speaker="the long report")

    assert {e.kind for e in store.registry.entries() if e.name == "the long report"} == {"actor"}


def test_a_renamed_target_reads_by_its_new_name_and_the_words_stay(store: Store) -> None:
    code(store.coding("anna"), 1, "quota")

    changes = SpeakerChanges(store)
    changes.carry_out(changes.rename("quota", "fish quota"))

    assert targets(store) == ["fish quota"]
    assert made(store) == ["quota"]


def test_a_merge_moves_labels_and_can_be_taken_back(store: Store) -> None:
    code(store.coding("anna"), 1, "quota")
    code(store.coding("anna"), 2, "fish quota")

    changes = SpeakerChanges(store)
    plan = changes.merge(["quota"], "fish quota")
    changes.carry_out(plan)
    assert (targets(store), plan.n_statements) == (["fish quota", "fish quota"], 1)

    changes.undo()
    assert targets(store) == ["quota", "fish quota"]


def test_a_name_given_away_does_not_take_the_labels_of_its_first_bearer(store: Store) -> None:
    code(store.coding("anna"), 1, "quota")
    code(store.coding("anna"), 2, "ban")

    changes = SpeakerChanges(store)
    changes.carry_out(changes.rename("quota", "fish quota"))
    changes.carry_out(changes.rename("ban", "quota"))

    assert targets(store) == ["fish quota", "quota"]


def test_a_split_by_words_takes_its_labels_along(store: Store) -> None:
    code(store.coding("anna"), 1, "quota")
    code(store.coding("anna"), 2, "fish quota")
    changes = SpeakerChanges(store)
    changes.carry_out(changes.merge(["quota"], "fish quota"))

    changes.carry_out(changes.split("fish quota", "wine quota", ["quota"]))

    assert targets(store) == ["wine quota", "fish quota"]


def test_an_entry_that_a_label_names_stays_when_its_own_step_is_undone(store: Store) -> None:
    code(store.coding("anna"), 1, "quota")
    code(store.coding("ben"), 1, "quota")

    store.coding("anna").undo()

    assert targets(store, "ben") == ["quota"]
    assert "quota" in {entry.name for entry in store.registry.entries()}


def test_an_issue_cannot_be_made_of_somebody_who_speaks(store: Store) -> None:
    code(store.coding("anna"), 1, "quota")
    changes = SpeakerChanges(store)

    with pytest.raises(UsageError, match="is the speaker of a statement, so it is an actor"):
        changes.describe("Ola Nordmann", kind="issue")
    changes.carry_out(changes.describe("quota", kind="actor", definition="How much may be caught."))

    found = store.registry.get(store.registry.find("quota") or "")
    assert found is not None
    assert (found.kind, found.definition) == ("actor", "How much may be caught.")


def apply(store: Store, codebook: Codebook) -> list[str]:
    changes = CodebookChanges(store)
    found = changes.preview(codebook)
    changes.apply(found, store.program())
    return [effect.step.words for effect in found.effects]


def test_a_closed_list_opens_without_losing_a_label(make_project: MakeProject) -> None:
    store = make_project("One says this.\nTwo says that.\nThree is silent.", codebook=CLOSED)
    code(store.coding("anna"), 1, "fish quota")
    code(store.coding("anna"), 2, "Norway")

    words = apply(store, OPEN)

    assert "about: level nominal → entity; its 2 categories become entries of the registry" in words
    assert targets(store) == ["fish quota", "Norway"]
    entries = {e.name: e for e in store.registry.all()}
    assert (entries["fish quota"].kind, entries["Norway"].kind) == ("issue", "actor")
    assert entries["fish quota"].definition == "How much may be caught."

    # From now on the old labels follow the registry too.
    changes = SpeakerChanges(store)
    changes.carry_out(changes.rename("Norway", "Kingdom of Norway"))
    assert targets(store) == ["fish quota", "Kingdom of Norway"]
    changes.undo()

    CodebookChanges(store).undo(store.program())
    assert targets(store) == ["fish quota", "Norway"]
    assert store.codebooks.current() == CLOSED


def test_an_open_list_closes_without_losing_a_label(store: Store) -> None:
    for paragraph, about in enumerate(("quota", "Norway", "the weather"), start=1):
        code(store.coding("anna"), paragraph, about)
    changes = SpeakerChanges(store)
    changes.carry_out(changes.rename("quota", "fish quota"))

    words = apply(store, CLOSED.model_copy(update={"version": "3.0"}))

    assert "about: quota reads as fish quota" in words
    assert "about: the weather kept for the labels there, not offered any more" in words
    assert targets(store) == ["fish quota", "Norway", "the weather"]
    variable = store.codebooks.current().variable("about")
    assert variable is not None
    assert [(c.name, c.retired) for c, _ in variable.walk()] == [
        ("fish quota", False),
        ("Norway", False),
        ("the weather", True),
    ]
    changes.carry_out(changes.rename("the weather", "weather"))
    assert targets(store) == ["fish quota", "Norway", "the weather"]  # a category keeps its name

    apply(store, OPEN.model_copy(update={"version": "4.0"}))
    assert targets(store) == ["fish quota", "Norway", "weather"]


def test_a_list_cannot_close_over_words_that_mean_two_things(store: Store) -> None:
    code(store.coding("anna"), 1, "quota")
    changes = SpeakerChanges(store)
    changes.carry_out(changes.rename("quota", "fish quota"))
    changes.carry_out(changes.alias("fish quota", remove=["quota"]))
    code(store.coding("anna"), 2, "quota")

    with pytest.raises(CodebookError, match="merge the two entries first"):
        CodebookChanges(store).preview(CLOSED.model_copy(update={"version": "3.0"}))


def test_a_label_made_as_words_reads_as_the_entry_that_has_them_as_an_alias(make_project: MakeProject) -> None:
    text = OPEN.model_copy(update={"variables": (SPEAKER, Variable(name="about", level="text", key="a"))})
    store = make_project("One says this.\nTwo says that.\nThree is silent.", codebook=text)
    code(store.coding("anna"), 1, "Oslo")
    apply(store, OPEN.model_copy(update={"version": "3.0"}))
    assert targets(store) == ["Oslo"]

    changes = SpeakerChanges(store)
    changes.carry_out(changes.add_all([Speaker(speaker_id="x" * 36, name="Norway", aliases=("Oslo",))]))

    assert (targets(store), made(store)) == (["Norway"], ["Oslo"])


def test_a_blind_coder_sees_only_the_targets_that_they_entered_or_used(store: Store) -> None:
    code(store.coding("anna"), 1, "quota")
    code(store.coding("ben"), 1, "ban")
    registry = store.registry_for("ben")

    assert registry.entered_by_others(store.coder("ben").id) == {
        entry.speaker_id for entry in store.registry.entries() if entry.name == "quota"
    }


def test_a_list_opened_in_one_file_and_coded_in_another_merges_the_same_in_any_order(
    make_project: MakeProject, tmp_path: Path
) -> None:
    base = make_project("One says this.\nTwo says that.\nThree is silent.", codebook=CLOSED)
    code(base.coding("anna"), 1, "Norway")
    base.close()
    first, second = tmp_path / "first.db", tmp_path / "second.db"
    for path in (first, second):
        shutil.copyfile(base.path, path)
    with Store(first) as store:
        apply(store, OPEN)
        changes = SpeakerChanges(store)
        changes.carry_out(changes.rename("Norway", "Kingdom of Norway"))
        code(store.coding("anna"), 2, "sea law")
    with Store(second) as store:
        code(store.coding("ben"), 1, "Norway")

    one, other = together(tmp_path, "one.db", first, second), together(tmp_path, "other.db", second, first)

    assert held(one) == held(other)
    with Store(one) as store:
        assert targets(store) == ["Kingdom of Norway", "sea law"]
        assert targets(store, "ben") == ["Kingdom of Norway"]


def test_an_older_project_opens_and_keeps_its_names(tmp_path: Path) -> None:
    from sqlite_utils import Database

    from annotator.store.file.migrations import migrations

    path = tmp_path / "old.db"
    db = Database(path)
    migrations().apply(db, stop_before="m005_targets_in_the_registry")
    db.execute("insert into speakers (speaker_id, name, created_at) values ('u', 'Old Name', '2026-01-01')")
    migrations().apply(db)
    rows = db.execute("select name, kind, definition from speakers").fetchall()
    db.close()

    assert rows == [("Old Name", "actor", None)]
