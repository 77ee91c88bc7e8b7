"""No damage goes unnoticed, and what is legible of a damaged file is saved."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from annotator.errors import StoreError
from annotator.store import Store
from annotator.store.file.connection import Connection
from annotator.store.rescue.doctor import Diagnosis, examine
from annotator.store.rescue.salvage import Salvaged, salvage
from annotator.store.rescue.wal_check import fault
from tests.conftest import read_articles
from tests.store.work import CODEBOOK, REMOVE, SHARED, WORK, act, state

ARTICLES = (
    "select article_id, name, title, date, metadata, raw_text, position, start, end, role from articles a"
    " join paragraphs p on p.article = a.id order by 1, position"
)
HISTORY = (
    "select step_id, c.name, at, what, t.kind, seen, n, entity, key, before, after from steps t"
    " join coders c on c.id = t.coder left join changes x on x.step = t.id order by t.id, n"
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of five articles with two coders' work in it."""
    path = tmp_path_factory.mktemp("whole") / "whole.db"
    r = random.Random(7)  # noqa: S311 (no secret)
    with Store.create(path, CODEBOOK, read_articles()) as store:
        for _ in range(160):
            act(
                store, r.choice(["anna", "ben"]), (r.choice([*WORK, *SHARED, REMOVE]), r.randrange(10), r.randrange(10))
            )
        store.coding("anna").add_seconds(1, 2.5)
    return path


def content(path: Path) -> object:
    """Everything that a coder or a reader would miss."""
    with Store(path, read_only=True) as store:
        return state(store), store.connection.all(ARTICLES), store.connection.all(HISTORY)


def damaged(whole: Path, folder: Path, change: object) -> Path:
    """A copy of the project, changed by a function of its bytes."""
    path = folder / "damaged.db"
    data = bytearray(whole.read_bytes())
    path.write_bytes(change(data) or data)  # type: ignore[operator]
    return path


def diagnosis(path: Path) -> Diagnosis | None:
    """What the doctor says; None where opening the file says enough."""
    try:
        return examine(path)
    except StoreError:
        return None


def is_noticed(path: Path) -> bool:
    found = diagnosis(path)
    return found is None or not found.is_sound


def test_a_project_as_it_should_be_is_sound(whole: Path) -> None:
    found = examine(whole)

    assert found.is_sound, found.findings
    assert found.checked["articles"] == 5
    assert found.checked["lines of history"] > 80


@pytest.mark.slow
def test_every_page_that_is_zeroed_is_noticed_and_the_rest_is_saved(whole: Path, tmp_path: Path) -> None:
    n_pages = len(whole.read_bytes()) // 4096
    before = content(whole)
    n_noticed = 0
    for page in range(n_pages):
        path = damaged(
            whole,
            tmp_path,
            lambda data, page=page: data.__setitem__(slice(page * 4096, page * 4096 + 4096), bytes(4096)),
        )
        noticed = is_noticed(path)
        assert noticed or content(path) == before, f"page {page + 1} was lost silently"
        n_noticed += noticed
        if noticed and page % 6 == 0:
            check_salvage(path, tmp_path / f"saved-{page}.db")
        path.unlink()
    assert n_noticed > n_pages * 0.8


@pytest.mark.slow
def test_a_flipped_bit_is_noticed_or_changes_nothing(whole: Path, tmp_path: Path) -> None:
    before = content(whole)
    r = random.Random(3)  # noqa: S311 (no secret)
    size = len(whole.read_bytes())
    for _ in range(40):
        at, bit = r.randrange(size), 1 << r.randrange(8)
        path = damaged(whole, tmp_path, lambda data, at=at, bit=bit: data.__setitem__(at, data[at] ^ bit))
        assert is_noticed(path) or content(path) == before, f"bit {bit} of byte {at} changed something silently"
        path.unlink()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_that_was_cut_is_noticed_and_the_rest_is_saved(whole: Path, tmp_path: Path, share: float) -> None:
    path = damaged(whole, tmp_path, lambda data: bytes(data[: int(len(data) * share)]))

    assert is_noticed(path)
    if share > 0.8:
        check_salvage(path, tmp_path / "saved.db")


@pytest.mark.parametrize("length", [16, 100, 4096])
def test_a_file_without_its_beginning_is_noticed_and_saved(whole: Path, tmp_path: Path, length: int) -> None:
    path = damaged(whole, tmp_path, lambda data: data.__setitem__(slice(0, length), bytes(length)))

    assert is_noticed(path)
    saved = check_salvage(path, tmp_path / "saved.db")
    assert saved.kept["articles"] == 5
    assert content(saved.path)[0] == content(whole)[0]  # type: ignore[index]


def test_what_the_history_lost_is_saved_from_the_tables(whole: Path, tmp_path: Path) -> None:
    path = damaged(whole, tmp_path, lambda data: None)
    with Store(path) as store:
        c = store.connection
        c.execute("drop trigger changes_are_kept")
        c.execute("delete from changes where id % 3 = 0")

    assert is_noticed(path)
    saved = check_salvage(path, tmp_path / "saved.db")
    with Store(whole, read_only=True) as old, Store(saved.path, read_only=True) as new:
        for table in ("statements", "labels", "speakers of statements"):
            kept = {row[:-1] for row in state(old)[table]}
            found = {row[:-1] for row in state(new)[table]}
            if table == "labels":
                assert kept == found
            else:
                assert len(found) >= 0.9 * len(kept)


def test_the_state_that_the_history_does_not_say_is_a_fault(whole: Path, tmp_path: Path) -> None:
    path = damaged(whole, tmp_path, lambda data: None)
    with Store(path) as store:
        store.connection.execute("update labels set value = 'contra' where value = 'pro'")

    found = examine(path)

    assert not found.is_sound
    assert any("the tables say, but not the history" in finding.sentence for finding in found.findings)
    assert "contradicts itself" in found.verdict


def test_a_clock_that_was_wrong_is_a_hazard_and_no_fault(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = damaged(whole, tmp_path, lambda data: None)
    monkeypatch.setattr("annotator.store.file.timestamps.now", lambda: "2199-01-01T00:00:00.000000Z")
    with Store(path) as store:
        act(store, "anna", ("review", 3, 0))
    monkeypatch.undo()
    with Store(path) as store:
        act(store, "anna", ("review", 4, 0))
        times = [row[0] for row in store.connection.all("select at from steps order by id")]

    found = examine(path)

    assert times == sorted(times)
    assert found.is_sound, found.findings
    assert any("clock" in finding.sentence for finding in found.findings)


def test_the_hazards_of_a_place_are_told(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "Dropbox"
    folder.mkdir()
    path = damaged(whole, folder, lambda data: None)
    for module in ("store.file.network_drives", "store.rescue.doctor"):
        monkeypatch.setattr(f"annotator.{module}.file_system", lambda _path: "nfs4")

    sentences = " ".join(finding.sentence for finding in examine(path).findings if finding.level == "hazard")

    assert "network file system (nfs4)" in sentences
    assert "Dropbox synchronises" in sentences


def test_a_log_that_holds_what_was_rolled_back_is_whole(whole: Path, tmp_path: Path) -> None:
    path, copy = Path(shutil.copy(whole, tmp_path / "whole.db")), tmp_path / "copy.db"
    with Store(path) as store:
        c = store.connection
        store.connection.before_first_write = None
        c.execute("pragma cache_size = 4")
        # More than the cache holds: it is in the log before anybody knows whether it will be committed.
        c.execute("begin immediate")
        c.execute("create table much (a)")
        c.executemany("insert into much values (?)", [("x" * 3000,) for _ in range(200)])
        c.execute("rollback")
        act(store, "anna", ("review", 1, 1))
        for part in ("", "-wal"):
            shutil.copy(f"{path}{part}", f"{copy}{part}")
        assert Path(f"{copy}-wal").stat().st_size > 500_000
        assert fault(path) is None

    assert fault(copy) is None
    assert examine(copy).is_sound


def test_what_lies_beside_the_file_is_told(whole: Path, tmp_path: Path) -> None:
    path = damaged(whole, tmp_path, lambda data: None)
    path.chmod(0o644)
    (tmp_path / ".damaged.db.12345678.unfinished").touch()

    sentences = " ".join(finding.sentence for finding in examine(path).findings)

    assert "left over from a program" in sentences
    assert "no backup yet" in sentences
    if os.name == "posix":
        assert "chmod 600" in sentences


def test_nothing_legible_is_one_clear_sentence(tmp_path: Path) -> None:
    path = tmp_path / "noise.db"
    path.write_bytes(random.Random(1).randbytes(20_000))  # noqa: S311 (no secret)

    assert is_noticed(path)
    with pytest.raises(StoreError, match="nothing to save"):
        salvage(path, tmp_path / "saved.db")
    assert not (tmp_path / "saved.db").exists()


def check_salvage(path: Path, target: Path) -> Salvaged:
    """Whatever was saved is a sound project."""
    saved = salvage(path, target)
    found = examine(saved.path)
    assert found.is_sound, (found.findings, saved.lost)
    return saved


def test_a_foreign_trigger_is_named_and_does_nothing_to_the_comparison(whole: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(whole, tmp_path / "trigger.db"))
    c = Connection(path)
    c.execute("create trigger t after insert on labels begin delete from labels; end")
    c.close()

    found = [finding.sentence for finding in examine(path).findings if finding.level == "fault"]

    assert found == ["trigger t on labels is not annotator's"]
