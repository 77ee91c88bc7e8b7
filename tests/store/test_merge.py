"""Files come together to one project, whatever their order."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.errors import StoreError
from annotator.export import write
from annotator.export.folder import Folder
from annotator.records import Selection
from annotator.store import Store
from annotator.store.file.backup import backups
from annotator.store.file.connection import Connection
from annotator.store.history.replay import rebuild
from annotator.store.merge.difference import Difference, Seen
from annotator.store.merge.merge import merge, merge_new
from annotator.store.merge.pack import pack
from annotator.store.merge.undo import merges, unmerge
from tests.conftest import article
from tests.store.work import CODEBOOK, REMOVE, SHARED, TEXTS, WORK, Act, act, acts, state

COMMON = acts(*WORK, *SHARED[:4], REMOVE, max_size=8)
APART = acts(*WORK, *SHARED[:4], REMOVE, max_size=12)
QUIET = settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def project(path: Path, texts: Iterable[str] = TEXTS) -> Path:
    Store.create(path, CODEBOOK, [article(text, f"article {text[:3]}") for text in texts]).close()
    return path


def work(path: Path, coder: str, todo: list[Act]) -> None:
    with Store(path) as store:
        for one in todo:
            act(store, coder, one)


def together(folder: Path, name: str, *paths: Path) -> Path:
    merge_new(folder / name, paths)
    return folder / name


def exported(path: Path) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as out, Store(path, read_only=True) as store:
        with store.records(Selection()) as source, Folder(Path(out)) as folder:
            write("jsonl", source, folder)
        files = sorted(Path(out).iterdir())
        # What the manifest says of the moment and of the file's name is not the project's.
        return {file.name: file.read_bytes() for file in files if file.name != "manifest.json"}


def held(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with Store(path, read_only=True) as store:
        return state(store)


@pytest.mark.slow
@QUIET
@given(
    COMMON, st.tuples(APART, APART, APART), st.tuples(*[st.sampled_from(["anna", "ben"])] * 3), st.permutations(TEXTS)
)
def test_files_merge_to_the_same_project_in_any_order_and_any_grouping(
    common: list[Act], todo: tuple[list[Act], ...], coders: tuple[str, ...], texts: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base = project(folder / "base.db", TEXTS[:2])
        work(base, "anna", common)
        files = []
        for i, (coder, acts_) in enumerate(zip(coders, todo, strict=True)):
            file = folder / f"{i}.db"
            # The third was begun on its own, with the articles in another order.
            project(file, texts) if i == 2 else shutil.copy(base, file)
            work(file, coder, acts_)
            files.append(file)
        a, b, c = files

        first = together(folder, "abc.db", a, b, c)
        wanted = held(first), exported(first)

        for i, order in enumerate(permutations(files)):
            assert (held(p := together(folder, f"order{i}.db", *order)), exported(p)) == wanted
        ab, bc = together(folder, "ab.db", a, b), together(folder, "bc.db", b, c)
        for shown, pair in (
            ("(ab)c", (ab, c)),
            ("a(bc)", (a, bc)),
            ("(ab)(bc)", (ab, bc)),
            ("twice", (first, first, a)),
        ):
            assert (held(p := together(folder, f"{shown}.db", *pair)), exported(p)) == wanted
        with Store(a) as store:
            merge(store, [b, c])
            merge(store, [c, bc])
        assert (held(a), exported(a)) == wanted
        with Store(first) as store, store.connection.write():
            rebuild(store.connection)
        assert held(first) == wanted[0]


@QUIET
@given(COMMON, APART, APART, APART)
def test_work_goes_on_after_a_merge_and_merges_again(
    common: list[Act], here: list[Act], there: list[Act], after: list[Act]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base = project(folder / "base.db")
        work(base, "anna", common)
        other = Path(shutil.copy(base, folder / "other.db"))
        work(base, "anna", here)
        work(other, "anna", there)
        with Store(base) as store:
            merge(store, [other])
        work(base, "anna", after)
        work(other, "anna", after)

        with Store(base) as store:
            # A conflict that was resolved since stays listed until the next replay.
            before = state(store, "conflicts")
            with store.connection.write():
                rebuild(store.connection)
            assert state(store, "conflicts") == before
            merge(store, [other])
        with Store(other) as store:
            merge(store, [base])

        assert held(base) == held(other)
        assert exported(base) == exported(other)


@QUIET
@given(COMMON, APART, APART)
def test_a_merge_taken_back_leaves_what_was_there(common: list[Act], here: list[Act], there: list[Act]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base = project(folder / "base.db", TEXTS[:2])
        work(base, "anna", common)
        other = Path(shutil.copy(base, folder / "other.db"))
        work(base, "anna", here)
        work(other, "ben", there)
        with Store(base) as store:
            before, n = state(store), len(store.articles)
            report = merge(store, [other])

            if report.merge_id is not None:
                unmerge(store)

            assert state(store) == before
            assert len(store.articles) == n


def test_a_merge_is_taken_back_also_where_the_file_itself_is_written_at_once(tmp_path: Path) -> None:
    here = project(tmp_path / "here.db")
    there = Path(shutil.copy(here, tmp_path / "there.db"))
    work(there, "ben", [("statement", 0, 1)])
    with Store(here) as store:
        merge(store, [there])
        # As after a large change, which does not stay in the journal.
        store.connection.execute("pragma wal_autocheckpoint = 1")

        assert unmerge(store)[1:] == (1, 0)


def everything(c: Connection, other: Connection) -> Difference:
    """A comparison that finds all of the other file different."""
    rows = {t: [row for (row,) in other.all(f"select id from {t} order by id")] for t in ("steps", "articles")}
    seen = [Seen(*row) for row in other.all("select paragraph, coder, seconds, updated_at from reviews")]
    return Difference(rows["steps"], rows["articles"], seen, has_codings=True, has_places=True)


@QUIET
@given(COMMON, APART, APART, st.sampled_from(["anna", "ben"]), st.sampled_from(["file", "pack", "earlier", "undone"]))
def test_a_merge_of_what_is_lacking_is_a_merge_of_everything(
    common: list[Act], here: list[Act], there: list[Act], coder: str, kind: str
) -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        mine = project(folder / "mine.db", TEXTS[:2])
        work(mine, "anna", common)
        other = Path(shutil.copy(mine, folder / "other.db"))
        work(mine, "anna", here)
        work(other, coder, there)
        if kind in ("earlier", "undone"):
            with Store(mine) as store:
                merge(store, [other])
                if kind == "undone" and merges(store):
                    unmerge(store)
                before = state(store)
                report = merge(store, [other])
                assert kind == "undone" or (report.merge_id is None and state(store) == before)
        if kind == "pack":
            with Store(other) as store:
                store.coder("anna")
                other = pack(store, "anna", folder / "pack.db").path
        full, reverse = Path(shutil.copy(mine, folder / "full.db")), Path(shutil.copy(other, folder / "reverse.db"))

        for path, into in ((mine, other), (reverse, mine)):
            with Store(path) as store:
                merge(store, [into])
        patch.setattr("annotator.store.merge.merge.compare", everything)
        with Store(full) as store:
            merge(store, [other])
        wanted = held(full), exported(full)
        assert (held(mine), exported(mine)) == wanted
        if kind != "pack":
            assert (held(reverse), exported(reverse)) == wanted


def test_merging_a_copy_replays_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = project(tmp_path / "here.db")
    work(here, "anna", [("statement", 0, 1), ("review", 0, 0)])
    there = Path(shutil.copy(here, tmp_path / "there.db"))
    work(here, "ben", [("statement", 1, 0)])
    monkeypatch.setattr("annotator.store.merge.merge.rebuild_project", None)

    with Store(here) as store:
        report = merge(store, [there])
        assert report.merge_id is None
        assert report.files[0].steps == {}
    assert not any(backup.why == "before merge" for backup in backups(here))


def test_a_dry_run_says_what_would_come_in_and_changes_nothing(tmp_path: Path) -> None:
    here, there = project(tmp_path / "here.db"), project(tmp_path / "there.db", ["Another article."])
    work(there, "ben", [("statement", 0, 1), ("review", 0, 0)])
    before = held(here)

    with Store(here) as store:
        report = merge(store, [there], dry_run=True)
        assert store.articles.n_paragraphs() == 6
    assert held(here) == before
    assert report.files[0].steps["ben"] == 2
    assert report.files[0].n_articles == 1
    assert not any(backup.why == "before merge" for backup in backups(here))


def test_both_versions_of_a_statement_changed_on_two_machines_are_kept(tmp_path: Path) -> None:
    here = project(tmp_path / "here.db")
    work(here, "anna", [("statement", 0, 1)])
    there = Path(shutil.copy(here, tmp_path / "there.db"))
    work(here, "anna", [("label", 0, 0), ("evidence", 0, 2)])
    with Store(there) as store:
        statement = store.coding("anna").statements(1)[0].statement_id
        with store.coding("anna").step("label", 1) as step:
            step.label(statement, "stance", "contra")

    with Store(here) as store:
        report = merge(store, [there])
        coding = store.coding("anna")
        kept, other = coding.statements(1)
        assert (kept.statement_id, kept.labels["stance"].value) == (statement, "contra")
        assert kept.evidence_start == 2
        assert other.labels["stance"].value == "pro"
        assert other.flag
        assert [c.field for c in report.conflicts] == [None]

        with coding.step("settle", 1) as step:
            step.change_statement(other.statement_id, deleted=True)
            step.label(statement, "stance", "open")
        merge(store, [there])
        assert [s.labels["stance"].value for s in coding.statements(1)] == ["open"]
        assert merge(store, [there]).conflicts == []


def test_one_name_in_two_registries_becomes_one_entry_with_both_aliases(tmp_path: Path) -> None:
    here, there = project(tmp_path / "here.db"), project(tmp_path / "there.db")
    for path, alias in ((here, 1), (there, 2)):
        work(path, "anna" if path is here else "ben", [("statement", 0, 1), ("speaker", 0, 0), ("alias", 0, alias)])

    with Store(here) as store:
        report = merge(store, [there])
        [entry] = store.registry.entries()
        assert entry.name == "Wang Yi"
        assert entry.aliases == ("alias 1", "alias 2")
        assert report.same_names == [("Wang Yi", 2)]
        assert {m.speaker_id for n in ("anna", "ben") for s in store.coding(n).statements(1) for m in s.speakers} == {
            entry.speaker_id
        }


def test_entries_that_are_one_already_are_not_told_again(tmp_path: Path) -> None:
    here, there = project(tmp_path / "here.db"), project(tmp_path / "there.db")
    for path, coder in ((here, "anna"), (there, "ben")):
        work(path, coder, [("statement", 0, 1), ("speaker", 0, 0)])
    with Store(here) as store:
        assert merge(store, [there]).same_names == [("Wang Yi", 2)]
    work(there, "ben", [("statement", 1, 1)])

    with Store(here) as store:
        assert merge(store, [there]).same_names == []


def test_an_alias_of_two_entries_is_listed_for_a_decision(tmp_path: Path) -> None:
    here, there = project(tmp_path / "here.db"), project(tmp_path / "there.db")
    work(here, "anna", [("statement", 0, 1), ("speaker", 0, 0), ("alias", 0, 1)])
    work(there, "ben", [("statement", 0, 1), ("speaker", 0, 1), ("alias", 0, 1)])

    with Store(here) as store:
        assert merge(store, [there]).shared_aliases == [("alias 1", ["Ursula", "Wang Yi"])]


def test_a_file_of_an_older_codebook_comes_into_the_newer_one(tmp_path: Path) -> None:
    here, there = project(tmp_path / "here.db"), project(tmp_path / "there.db")
    work(here, "anna", [("codebook", 0, 0)])
    work(there, "ben", [("statement", 0, 0)])

    with Store(here) as store:
        merge(store, [there])
        assert store.codebooks.current().version == "1.1"
        assert store.coding("ben").statements(1)[0].labels["stance"].codebook == "1.0"


def test_an_article_cut_otherwise_is_refused_only_where_both_files_code_it(tmp_path: Path) -> None:
    from annotator.model import Article, Paragraph

    text = TEXTS[1]
    whole = Article(
        name="whole", raw_text=text, paragraphs=(Paragraph(position=0, start=0, end=len(text), role="body"),)
    )
    here = tmp_path / "here.db"
    Store.create(here, CODEBOOK, [whole]).close()
    there = project(tmp_path / "there.db", [text])
    work(there, "ben", [("statement", 1, 0)])

    with Store(here) as store:
        merge(store, [there])
        assert store.articles.n_paragraphs() == 2
    again = tmp_path / "again.db"
    Store.create(again, CODEBOOK, [whole]).close()
    work(again, "anna", [("review", 0, 0)])
    with Store(again) as store, pytest.raises(StoreError, match="has different paragraphs"):
        merge(store, [there])


def test_a_session_that_is_open_during_a_merge_cannot_write_into_moved_rows(tmp_path: Path) -> None:
    here = project(tmp_path / "here.db", TEXTS[:1])
    there = project(tmp_path / "there.db", TEXTS[1:])
    late = project(tmp_path / "late.db", ["Later still."])
    with Store(there) as session:
        with Store(there) as store:
            merge(store, [late])
        act(session, "anna", ("review", 0, 0))
        with Store(there) as store:
            merge(store, [here])
        with pytest.raises(StoreError, match="leave and open it again"):
            act(session, "anna", ("review", 0, 0))


@pytest.mark.parametrize("what", ["itself", "no project", "nothing", "trigger", "damaged"])
def test_what_cannot_be_merged_is_refused_and_nothing_changes(tmp_path: Path, what: str) -> None:
    here, there = project(tmp_path / "here.db"), project(tmp_path / "there.db")
    work(there, "ben", [("statement", 0, 0)])
    if what == "itself":
        there = here
    elif what == "no project":
        there.write_bytes(b"nothing of the kind")
    elif what == "nothing":
        there.unlink()
    elif what == "trigger":
        with Store(there) as store:
            store.connection.execute("create trigger t after insert on labels begin delete from steps; end")
    else:
        data = bytearray(there.read_bytes())
        data[4096 * 5 : 4096 * 6] = bytes(4096)
        there.write_bytes(data)
    before = held(here)

    with Store(here) as store, pytest.raises(StoreError):
        merge(store, [there])
    assert held(here) == before


def test_the_merges_of_a_project_are_listed(tmp_path: Path) -> None:
    here, there = project(tmp_path / "here.db"), project(tmp_path / "there.db")
    work(there, "ben", [("statement", 0, 0)])

    with Store(here) as store:
        report = merge(store, [there])
        again = merge(store, [there])
        assert again.merge_id is None
        unmerge(store)
        assert [(one[0], one[3]) for one in merges(store)] == [(report.merge_id, True)]
        with pytest.raises(StoreError, match="no merge"):
            unmerge(store)
