"""A flipped bit is repaired, or the repair names what is lost; its result is always sound."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from annotator.cli import run
from annotator.codebook.file import default_codebook
from annotator.model import sha256
from annotator.store import Store
from annotator.store.file.backup import back_up
from annotator.store.file.checksum import of_change
from annotator.store.merge.undo import merges
from annotator.store.rescue.doctor import examine
from annotator.store.rescue.mend import mend_line, mend_text
from annotator.store.rescue.salvage import salvage
from tests.conftest import article
from tests.faults.bits import empty_tables, everything, flip_each, held, values

WORDS = b'"name":"stan'


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return everything(tmp_path_factory.mktemp("everything"))


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A project with the default codebook and one coded paragraph."""
    path = tmp_path / "annotations.db"
    with Store.create(path, default_codebook(), [article("One line.\n\nAnother.")]) as store:
        store.connection.before_first_write = None
        with store.coding("anna").step("code", 1) as step:
            statement = step.add_statement(None)
            step.label(statement, "stance", "oppose")
    return path


def flip(path: Path, column: str, words: bytes, *, n: int = 1) -> None:
    """Flip the lowest bit of the first n bytes of words in a column, such as `codebooks.document`."""
    data = bytearray(path.read_bytes())
    for value in values(path):
        at = bytes(data[place] for place in value.bytes).find(words)
        if value.name == column and at >= 0:
            for place in value.bytes[at : at + n]:
                data[place] ^= 1
            path.write_bytes(data)
            return
    raise AssertionError(f"no {words!r} in {column}")


def test_the_project_has_rows_in_every_table_and_every_kind_of_record(whole: Path) -> None:
    assert empty_tables(whole) == []
    assert examine(whole).is_sound


def test_the_repair_of_an_undamaged_project_keeps_all_of_it(whole: Path, tmp_path: Path) -> None:
    saved = salvage(whole, tmp_path / "saved.db")

    assert saved.lost == []
    assert held(saved.path) == held(whole)
    with Store(saved.path, read_only=True) as store, Store(whole, read_only=True) as before:
        assert merges(store) == merges(before) != []
        sql = "select count(*) from merged union all select count(*) from places"
        assert store.connection.all(sql) == before.connection.all(sql) == [(1,), (1,)]
        sql = "select value from meta where key = 'created_at'"
        assert store.connection.all(sql) == before.connection.all(sql) != []


@pytest.mark.slow
def test_a_flipped_bit_in_any_column_and_any_line_of_history_is_repaired_or_named(whole: Path, tmp_path: Path) -> None:
    found = flip_each(whole, tmp_path, n=1)

    assert found.silent == []
    assert found.circles == []
    assert found.tried.total() > 200
    assert found.whole.total() > 0.8 * found.noticed.total()


@pytest.mark.parametrize("words", [b'"political', b'"oppose"', b'"guidance"', b'"version"', b'"stance"'])
def test_a_flipped_bit_in_a_codebook_is_put_right_by_one_repair(
    plain: Path, words: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    before = held(plain)
    flip(plain, "codebooks.document", words)
    assert run(["--project", str(plain), "doctor"]) == 1

    assert run(["--project", str(plain), "doctor", "--repair"]) == 0

    capsys.readouterr()
    repaired = plain.with_name("annotations.repaired.db")
    assert run(["--project", str(repaired), "doctor"]) == 0
    assert held(repaired) == before


def test_a_codebook_that_no_bit_puts_right_comes_from_the_program_or_a_backup(
    plain: Path, whole: Path, tmp_path: Path
) -> None:
    mine = Path(shutil.copy(whole, tmp_path / "mine.db"))
    back_up(mine, "by hand")
    for path in (plain, mine):
        before = held(path)
        flip(path, "codebooks.document", WORDS, n=len(WORDS))

        saved = salvage(path, path.with_suffix(".saved.db"))

        assert saved.lost == []
        assert held(saved.path) == before


def test_a_codebook_that_is_nowhere_whole_is_named_and_its_text_written_beside(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "alone"
    folder.mkdir()
    path = Path(shutil.copy(whole, folder / "mine.db"))
    flip(path, "codebooks.document", WORDS, n=len(WORDS))

    saved = salvage(path, folder / "saved.db")

    assert any("codebook version" in lost for lost in saved.lost)
    [beside] = folder.glob("saved.codebook-*.json")
    assert any(beside.name in lost for lost in saved.lost)
    assert b"variables" in beside.read_bytes()
    assert examine(saved.path).is_sound

    text = beside.read_bytes()
    beside.write_bytes(text.replace(bytes(byte ^ 1 for byte in WORDS), WORDS))
    again = salvage(path, folder / "again.db")

    assert again.lost == []
    assert held(again.path) == held(whole)


def test_a_repair_whose_result_is_not_sound_is_refused_and_writes_nothing(
    plain: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    flip(plain, "codebooks.document", b"oppose")
    # No damage is known that ends here, so that the last step of the repair breaks the new project.
    monkeypatch.setattr("annotator.store.rescue.salvage.save_facts", lambda repair: _break(repair.new))

    assert run(["--project", str(plain), "doctor", "--repair"]) == 1

    said = capsys.readouterr().err.splitlines()[-1]
    assert "cannot be repaired" in said
    assert said.endswith("nothing was written")
    assert sorted(one.name for one in plain.parent.glob("*repaired*")) == []


def _break(c: object) -> None:
    c.execute("update statements set note = 'nobody wrote this'")  # type: ignore[attr-defined]


def test_a_packed_file_stays_its_coders_after_a_repair(plain: Path, tmp_path: Path) -> None:
    packed = tmp_path / "anna.db"
    assert run(["--project", str(plain), "pack", "--coder", "anna", "--out", str(packed)]) == 0
    flip(packed, "codebooks.document", b"oppose")

    saved = salvage(packed, tmp_path / "saved.db")

    with Store(saved.path, read_only=True) as store:
        assert store.packed_for == "anna"


def test_recorded_steps_of_a_codebook_have_a_checksum(whole: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(whole, tmp_path / "mine.db"))
    with sqlite3.connect(path) as raw:
        raw.execute("update codebook_steps set document = replace(document, 'is it still', 'is it spill')")
    raw.close()

    assert not examine(path).is_sound
    saved = salvage(path, tmp_path / "saved.db")

    assert held(saved.path) == held(whole)


@pytest.mark.parametrize("text", ["", "x", "Größe „a“\n" * 40])
def test_every_single_bit_of_a_text_is_found_again_by_its_hash(text: str) -> None:
    data = text.encode()
    begin = sha256(text)[:12]

    assert mend_text(text, begin) == text
    for at in range(0, len(data), 7):
        for bit in range(8):
            damaged = data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
            assert mend_text(damaged, begin) == text
    if len(data) > 2:
        assert mend_text(bytes([data[0] ^ 1, data[1] ^ 1]) + data[2:], begin) is None


def test_a_bit_of_a_line_of_history_is_found_again_by_its_checksum() -> None:
    step = ("7b1e", "2026-01-02T03:04:05Z", "stance: support", "do")
    line = (0, "label", '["s","stance"]', None, '{"value":"support"}', None, None)
    whole = (*line, of_change(step, line))

    assert mend_line(step, (*whole[:4], '{"value":"suqport"}', *whole[5:])) == (step, whole)
    assert mend_line(("7b1d", *step[1:]), (*whole[:2], '["s","stanca"]', *whole[3:])) is None
