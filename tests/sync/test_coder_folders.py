"""A blind study over one folder for each coder: work comes to the lead, and no coder sees another's."""

from __future__ import annotations

import gzip
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from annotator.batch import OF_STUDY, StepItem
from annotator.errors import AnnotatorError, OfflineError, RefusedError
from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.changes.codebook_changes import CodebookChanges
from annotator.store.file.backup import back_up, restore
from annotator.store.file.checksum import of_change
from annotator.store.history.canonical_rows import differences
from annotator.store.history.record_types import ENTITIES
from annotator.store.merge.merge import merge
from annotator.store.merge.pack import pack
from annotator.store.merge.undo import unmerge
from annotator.sync.batch_lines import decode, encode
from annotator.sync.coder_folders import folder_of, make
from annotator.sync.folder import FolderObjects
from tests.conftest import article
from tests.store.test_assignments import assign
from tests.store.test_merge import exported, together
from tests.store.work import CODEBOOK
from tests.sync.exchanging import sync_all


class Study(NamedTuple):
    lead: Path
    anna: Path
    ben: Path
    team: Path

    def folder(self, coder: str) -> Path:
        return self.team / coder

    def exchange(self) -> None:
        """Both coders send, the lead relays, both coders fetch."""
        sync_all(self.anna, self.folder("anna"))
        sync_all(self.ben, self.folder("ben"))
        sync_all(self.lead, self.team)
        sync_all(self.anna, self.folder("anna"))
        sync_all(self.ben, self.folder("ben"))


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Two coders in an open phase, each with a packed file and a folder."""
    lead, team = tmp_path / "lead.db", tmp_path / "team"
    texts = [f"Article {i} says.\nIt says more.\nThe end." for i in range(4)]
    with Store.create(lead, CODEBOOK, [article(text, f"a{i}") for i, text in enumerate(texts)]) as store:
        assign(store, "anna", "ben", overlap="4")
        for coder in ("anna", "ben"):
            pack(store, coder, tmp_path / f"{coder}.db")
    team.mkdir()
    for coder in ("anna", "ben"):
        make(FolderObjects(team), coder)
    return Study(lead, tmp_path / "anna.db", tmp_path / "ben.db", team)


def code(path: Path, coder: str, *paragraphs: int) -> None:
    with Store(path) as store:
        coding = store.coding(coder)
        for paragraph in paragraphs:
            with coding.step("code", paragraph) as step:
                statement = step.add_statement((0, 5))
                step.set_speakers(statement, [(f"Speaker of {coder.title()}", None)])
                step.label(statement, "words", f"words of {coder}")
                step.review(state="coded", note=f"note of {coder}")


def written(folder: Path) -> bytes:
    """All that stands in a folder, unpacked."""
    return b"".join(
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )


def n_statements(path: Path) -> int:
    with Store(path, read_only=True) as store:
        row = store.connection.one("select count(*) from statements")
        assert row is not None
        return int(row[0])


def column(path: Path, sql: str) -> str:
    with Store(path, read_only=True) as store:
        row = store.connection.one(sql)
        assert row is not None
        return str(row[0])


def test_work_of_all_coders_comes_to_the_lead_as_a_merge_of_their_files_would_bring_it(
    study: Study, tmp_path: Path
) -> None:
    code(study.anna, "anna", 1, 2)
    code(study.ben, "ben", 2, 3)
    merged = together(tmp_path, "merged.db", study.lead, study.anna, study.ben)

    study.exchange()

    assert exported(study.lead) == exported(merged)
    with Store(study.lead, read_only=True) as one, Store(merged, read_only=True) as other:
        assert list(differences(one.connection, other.connection)) == []


@pytest.mark.slow
def test_a_coders_folder_holds_no_trace_of_another_coder(study: Study) -> None:
    code(study.anna, "anna", 1)
    code(study.ben, "ben", 1, 2)
    for _ in range(2):
        study.exchange()
        with Store(study.lead) as store:
            store.unblind("ben", "status")

    assert n_statements(study.lead) == 3
    assert n_statements(study.anna) == 1
    assert b"words of anna" in written(study.folder("anna"))
    assert b"ben" not in written(study.folder("anna")).lower()
    assert b"anna" not in written(study.folder("ben")).lower()


@pytest.mark.slow
def test_what_the_lead_changes_comes_to_the_coders(study: Study) -> None:
    study.exchange()
    with Store(study.lead) as store:
        AssignmentPlan(store).close("main")
        CodebookChanges(store).add_category(store.program(), "stance", "maybe")
        store.articles.add(article("A late article.", "late"))
        wanted = store.codebooks.current_id()

    study.exchange()

    for path in (study.anna, study.ben):
        with Store(path, read_only=True) as store:
            assert AssignmentPlan(store).closed() == ["main"]
            assert store.codebooks.current_id() == wanted
            assert len(store.articles) == 4, "it is assigned to nobody"


@pytest.mark.slow
def test_a_coders_change_of_the_codebook_stays_until_the_lead_has_it(study: Study) -> None:
    with Store(study.anna) as store:
        coding = store.coding("anna")
        CodebookChanges(store).add_category(coding.coder.id, "stance", "maybe")
        with coding.step("code", 1) as step:
            step.label(step.add_statement((0, 5)), "stance", "maybe")

    assert sync_all(study.anna, study.folder("anna")).n_held == 1
    study.exchange()

    with Store(study.lead, read_only=True) as store:
        stance = next(one for one in store.codebooks.current().variables if one.name == "stance")
        assert "maybe" not in [category.name for category in stance.categories]
    assert n_statements(study.lead) == 1

    with Store(study.lead) as store:
        merge(store, [study.anna])
    study.exchange()
    assert sync_all(study.anna, study.folder("anna")).n_held == 0
    with Store(study.lead, read_only=True) as one, Store(study.ben, read_only=True) as other:
        assert one.codebooks.current_id() == other.codebooks.current_id()
        assert "maybe" in other.codebooks.current().model_dump_json()


@pytest.mark.slow
def test_work_of_a_coder_on_a_second_machine_comes_to_the_first(study: Study, tmp_path: Path) -> None:
    study.exchange()
    second = Path(shutil.copy(study.anna, tmp_path / "second.db"))
    code(study.anna, "anna", 1)
    code(second, "anna", 2)

    sync_all(study.anna, study.folder("anna"))
    sync_all(second, study.folder("anna"))
    sync_all(study.anna, study.folder("anna"))

    assert n_statements(study.anna) == n_statements(second) == 2
    assert sync_all(study.lead, study.team).n_came == 2


def test_a_common_folder_is_refused_while_a_phase_is_open(study: Study, tmp_path: Path) -> None:
    common = tmp_path / "common"
    common.mkdir()
    for path in (study.lead, study.anna):
        with pytest.raises(RefusedError, match=r"phase main is open.*sync invite"):
            sync_all(path, common)
    assert list(common.iterdir()) == []

    with Store(study.lead) as store:
        AssignmentPlan(store).close("main")
    sync_all(study.lead, common)


def test_a_coder_is_refused_in_the_folder_of_another(study: Study) -> None:
    with pytest.raises(RefusedError, match="folder of ben"):
        sync_all(study.anna, study.folder("ben"))


def test_work_of_another_coder_in_a_coders_folder_is_not_taken_in(study: Study) -> None:
    """Ben puts his own stream into Anna's folder, or writes under her name."""
    code(study.ben, "ben", 1)
    code(study.anna, "anna", 1)
    sync_all(study.ben, study.folder("ben"))
    sync_all(study.anna, study.folder("anna"))
    shutil.copytree(study.folder("ben") / "out" / "v1", study.folder("anna") / "out" / "v1", dirs_exist_ok=True)
    shutil.rmtree(study.folder("ben"))

    result = sync_all(study.lead, study.team)

    assert result.n_came == 1
    assert "contains work of ben" in " ".join(result.stopped)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"coder":"anna"', '"coder":"annotator"', "contains work of annotator"),
        ('"coder":"anna"', '"coder":"anna (b)"', r"contains work of anna \(b\)"),
        ('"name":"anna"', '"name":"ben"', "contains work of ben"),
        (',"review",', ',"phase",', "only the lead makes"),
        (',"review",', ',"codebook",', "only the lead makes"),
    ],
)
def test_a_coder_cannot_write_as_another_nor_change_the_plan(study: Study, old: str, new: str, sentence: str) -> None:
    code(study.anna, "anna", 1)
    sync_all(study.anna, study.folder("anna"))
    (path,) = study.folder("anna").glob("out/v1/*-*/*.gz")
    text = gzip.decompress(path.read_bytes()).decode()
    assert old in text
    path.write_bytes(gzip.compress(text.replace(old, new).encode()))

    result = sync_all(study.lead, study.team)

    assert result.n_came == 0
    assert re.search(sentence, " ".join(result.stopped)), result.stopped
    assert n_statements(study.lead) == 0


@pytest.mark.parametrize("forge", ["statement", "undo"])
def test_a_coder_cannot_change_nor_undo_what_another_did(study: Study, forge: str) -> None:
    """The forger knows the ids, and makes the checksums right."""
    code(study.ben, "ben", 1)
    sync_all(study.ben, study.folder("ben"))
    sync_all(study.lead, study.team)
    code(study.anna, "anna", 1)
    sync_all(study.anna, study.folder("anna"))
    (path,) = study.folder("anna").glob("out/v1/*-*/*.gz")
    batch = decode(path.read_bytes(), path.name)
    theirs, own = (column(one, "select statement_id from statements") for one in (study.ben, study.anna))
    (step,) = (item for item in batch.items if isinstance(item, StepItem))
    if forge == "statement":
        lines = [line._replace(key=line.key.replace(own, theirs)) for line in step.changes]
        forged = step.model_copy(update={"changes": tuple(lines)})
    else:
        of = column(study.ben, "select t.step_id from steps t join coders n on n.id = t.coder where n.name = 'ben'")
        forged = step.model_copy(update={"did": "undo", "of": of})
    head = (forged.step_id, forged.at, forged.what, forged.did)
    sums = [line._replace(checksum=of_change(head, line[:-1])) for line in forged.changes]
    forged = forged.model_copy(update={"changes": tuple(sums)})
    items = tuple(forged if item is step else item for item in batch.items)
    path.write_bytes(encode(batch.model_copy(update={"items": items})))
    before = exported(study.lead)

    result = sync_all(study.lead, study.team)

    assert result.n_came == 0
    assert "a change of what ben did" in " ".join(result.stopped)
    assert exported(study.lead) == before


@pytest.mark.slow
@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_batch_that_was_lost_at_the_target_is_sent_again(study: Study, tmp_path: Path, lost: int) -> None:
    for paragraph in (1, 2, 3):
        code(study.anna, "anna", paragraph)
        sync_all(study.anna, study.folder("anna"))
    sorted(study.folder("anna").glob("out/v1/*-*/*.gz"))[lost].unlink()

    study.exchange()

    merged = together(tmp_path, "merged.db", study.lead, study.anna)
    assert n_statements(study.lead) == 3
    assert exported(study.lead) == exported(merged)
    assert sync_all(study.anna, study.folder("anna")).n_sent == 0, "once is enough"


@pytest.mark.slow
def test_a_folder_that_was_emptied_is_filled_again(study: Study) -> None:
    code(study.anna, "anna", 1)
    study.exchange()
    for folder in study.folder("anna").glob("*/v1"):
        shutil.rmtree(folder)
    code(study.anna, "anna", 2)

    study.exchange()

    assert n_statements(study.lead) == 2
    assert b"words of anna" in written(study.folder("anna") / "in")


@pytest.mark.slow
def test_a_damaged_text_of_one_coder_does_not_stop_the_others(study: Study) -> None:
    with Store(study.anna) as store:
        store.articles.add(article("An article of Anna's own.", "new"))
    sync_all(study.anna, study.folder("anna"))
    for path in study.folder("anna").glob("out/v1/articles/*.gz"):
        data = path.read_bytes()
        path.write_bytes(data[:20] + bytes([data[20] ^ 255]) + data[21:])
    code(study.ben, "ben", 1)
    sync_all(study.ben, study.folder("ben"))

    result = sync_all(study.lead, study.team)

    assert "is damaged; remove the folder v1" in " ".join(result.stopped)
    assert n_statements(study.lead) == 1

    shutil.rmtree(study.folder("anna") / "out" / "v1")
    sync_all(study.anna, study.folder("anna"))

    assert sync_all(study.lead, study.team).stopped == ()
    with Store(study.lead, read_only=True) as store:
        assert len(store.articles) == 5


@pytest.mark.slow
@pytest.mark.parametrize("error", [RefusedError, OfflineError])
def test_a_coders_folder_that_fails_does_not_stop_the_others(
    study: Study, monkeypatch: pytest.MonkeyPatch, error: type[AnnotatorError]
) -> None:
    code(study.ben, "ben", 1)
    sync_all(study.ben, study.folder("ben"))
    create = FolderObjects.create

    def fail_for_anna(self: FolderObjects, name: str, data: bytes) -> None:
        if name.startswith("anna/"):
            raise error("anna may not be used")
        create(self, name, data)

    monkeypatch.setattr(FolderObjects, "create", fail_for_anna)
    if error is OfflineError:
        with pytest.raises(OfflineError):
            sync_all(study.lead, study.team)
    else:
        assert sync_all(study.lead, study.team).stopped == ("anna may not be used",)

    assert n_statements(study.lead) == 1


@pytest.mark.slow
def test_what_came_by_the_exchange_too_is_there_after_a_merge_is_taken_back(study: Study) -> None:
    code(study.anna, "anna", 1)
    with Store(study.lead) as store:
        merge(store, [study.anna])
    study.exchange()
    with Store(study.lead) as store:
        unmerge(store)
    assert n_statements(study.lead) == 0

    study.exchange()

    assert n_statements(study.lead) == 1


def test_what_stands_where_the_lead_writes_is_not_read_back(study: Study) -> None:
    """A coder can write there too, where the folder's permissions do not forbid it."""
    code(study.ben, "ben", 1)
    sync_all(study.ben, study.folder("ben"))
    shutil.copytree(study.folder("ben") / "out" / "v1", study.folder("anna") / "in" / "v1")
    shutil.rmtree(study.folder("ben"))

    assert sync_all(study.lead, study.team).n_came == 0
    assert n_statements(study.lead) == 0


@pytest.mark.slow
def test_the_lead_goes_on_after_a_restored_backup(study: Study) -> None:
    study.exchange()
    backup = back_up(study.lead, "by hand").path
    with Store(study.lead) as store:
        AssignmentPlan(store).close("main")
    study.exchange()
    restore(study.lead, backup)
    code(study.anna, "anna", 1)

    study.exchange()
    study.exchange()

    assert n_statements(study.lead) == 1
    with Store(study.lead) as store:
        CodebookChanges(store).add_category(store.program(), "stance", "maybe")
    study.exchange()
    with Store(study.anna, read_only=True) as store:
        assert "maybe" in store.codebooks.current().model_dump_json()


def test_folders_of_different_coders_have_different_names() -> None:
    names = ["anna", "Anna", "ännä", "anna b", "anna-b", "in", "out", "v1", "con", "annotator", "../x", "a" * 100]
    found = {folder_of(name) for name in names}
    assert len({one.casefold() for one in found}) == len(names)
    assert not any(set(one) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") for one in found)


def test_each_kind_of_record_is_either_a_coders_work_or_the_leads_to_change() -> None:
    """A new kind of record needs a decision here, and in the rules of the hub."""
    work = {"speaker", "statement", "mentions", "label", "paragraph label", "article label", "review", "verdict"}
    assert set(ENTITIES) == work | OF_STUDY
