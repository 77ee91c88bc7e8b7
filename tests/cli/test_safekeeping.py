"""Backups, restores, the doctor, merges, the log and taking back, from the command line."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest

from annotator.cli import run
from annotator.store import Store
from annotator.store.file.backup import back_up, backups
from annotator.store.file.connection import Connection
from annotator.store.history.step_log import moment_of
from tests.store.test_merge import held, project, work


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = project(tmp_path / "project.db")
    work(made, "anna", [("statement", 0, 1), ("label", 0, 0), ("review", 0, 0)])
    return made


def annotator(path: Path, *arguments: str) -> int:
    return run(["--project", str(path), *arguments])


def test_a_file_among_the_backups_whose_date_does_not_exist_is_not_one(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = back_up(path, "by hand")
    wrong = ("2026-13-01T10-00-00.000000Z-by-hand.db", "2026-06-31T24-60-00.000000Z-by-hand.db")
    for name in wrong:
        made.path.with_name(name).write_bytes(made.path.read_bytes())

    assert made.name in {backup.name for backup in backups(path)}
    assert not {backup.name for backup in backups(path)} & set(wrong)
    for words in (["backup", "--list"], ["doctor"], ["restore", "latest", "--yes"], ["backup"]):
        assert run(["--project", str(path), *words]) == 0, capsys.readouterr()


def test_a_backup_is_made_listed_restored_and_the_restore_undone(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    then = held(path)
    assert annotator(path, "backup", "--json") == 0
    name = json.loads(capsys.readouterr().out)[0]["name"]
    work(path, "anna", [("review", 1, 1)])
    now = held(path)

    assert annotator(path, "restore", name, "--yes") == 0
    assert held(path) == then
    assert "what would be lost" not in capsys.readouterr().err
    assert annotator(path, "restore", "--undo", "--yes") == 0
    assert held(path) == now


def test_a_restore_shows_both_and_waits_for_a_yes(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    annotator(path, "backup")
    work(path, "anna", [("review", 1, 1)])
    before = held(path)

    assert annotator(path, "restore", "latest", "--dry-run") == 0
    out = capsys.readouterr().out
    assert "now: 3 articles; anna 2 done, 1 statement" in out
    assert "then: 3 articles; anna 1 done, 1 statement" in out
    assert annotator(path, "restore", "latest") == 2
    assert annotator(path, "restore", "no such") == 2
    assert held(path) == before


def test_what_came_to_nothing_drives_out_no_snapshot(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    back_up(path, "of the morning")
    before = [backup.name for backup in backups(path)]
    same = Path(shutil.copy(path, tmp_path / "same.db"))
    (tmp_path / "no.db").write_bytes(b"no database")
    (tmp_path / "no.csv").write_text("article_id,paragraph,coder\nx,0,anna\n")
    for _ in range(3):
        assert annotator(path, "merge", str(same)) == 0
        assert annotator(path, "merge", str(tmp_path / "no.db")) == 1
        assert annotator(path, "import", str(tmp_path / "no.csv")) != 0

    assert [backup.name for backup in backups(path)] == before
    other = project(tmp_path / "other.db", ["Another article."])
    assert annotator(path, "merge", str(other)) == 0
    assert backups(path)[0].why == "before merge"


def test_the_doctor_leaves_a_file_of_a_newer_version_to_that_version(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("pragma user_version = 99")
    raw.close()

    for options in ([], ["--repair"]):
        assert annotator(path, "doctor", *options) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("Error: ")
        assert "install that version" in err
    assert list(path.parent.glob("*repaired*")) == []


def test_a_line_of_a_script_waits_for_another_program_and_says_so(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("x\n"))
    say = click.echo

    def hear(message: str, **how: Any) -> None:
        """The other program ends its work as soon as this one says that it waits."""
        say(message, **how)
        if message.startswith("waiting"):
            other.execute("rollback")

    with closing(Connection(path)) as other:
        other.execute("begin immediate")
        monkeypatch.setattr(click, "echo", hear)

        assert annotator(path, "label", "--coder", "zoe", "--plain", "--new-coder") == 0

    assert capsys.readouterr().err.count("waiting: another program is writing") == 1
    with Store(path) as store:
        assert store.coding("zoe").progress().done == 1


def test_the_log_names_the_kinds_of_records_there_are(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert annotator(path, "log", "--entity", "labels") == 2
    assert "label, " in capsys.readouterr().err
    assert annotator(path, "log", "--entity", "review") == 0
    assert "anna" in capsys.readouterr().out


def test_the_doctor_says_sound_or_what_is_not(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert annotator(path, "doctor") == 0
    assert "The project is sound" in capsys.readouterr().err
    data = bytearray(path.read_bytes())
    data[:100] = bytes(100)
    path.write_bytes(data)

    assert annotator(path, "doctor", "--json") == 1
    assert not json.loads(capsys.readouterr().out)["sound"]
    assert annotator(path, "doctor", "--repair") == 0
    assert "1 statements" in capsys.readouterr().err
    assert annotator(tmp_path / "project.repaired.db", "doctor") == 0


def test_files_are_merged_into_a_new_project_and_taken_back(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Path(shutil.copy(path, tmp_path / "other.db"))
    work(other, "ben", [("statement", 1, 0)])
    whole = tmp_path / "whole.db"

    assert annotator(whole, "merge", str(path), str(other)) == 0
    said = capsys.readouterr()
    assert "ben 1 step\n" in said.out
    assert f"There was no project {whole}: it is made of these files." in said.err
    before = held(path)
    assert annotator(path, "merge", "--dry-run", str(other), "--json") == 0
    assert json.loads(capsys.readouterr().out)["files"][0]["steps"]["ben"] == 1
    assert held(path) == before
    assert annotator(path, "merge", str(other)) == 0
    assert held(path) == held(whole)
    assert annotator(path, "merge", "--undo") == 2
    assert annotator(path, "merge", "--undo", "--yes") == 0
    assert held(path) == before
    assert annotator(path, "merge", str(path)) == 1
    assert "the project itself" in capsys.readouterr().err


def test_the_log_is_filtered_and_written_as_json(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert annotator(path, "log", "--coder", "anna", "--entity", "label", "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["entity"] for line in lines} == {"label"}
    assert {line["coder"] for line in lines} == {"anna"}
    assert annotator(path, "log", "--until", "1d") == 0
    assert "The history is empty" in capsys.readouterr().out
    assert annotator(path, "log", "--limit", "1") == 0
    assert "review" in capsys.readouterr().out


def test_nothing_in_the_log_moves_the_terminal(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store(path) as store:
        coding = store.coding("anna")
        with coding.step("note \x1b]52;c;eA==\x07", 1) as step:
            step.change_statement(coding.statements(1)[0].statement_id, note="\x1b[2J\u202e")

    assert annotator(path, "log") == 0
    assert not set("\x1b\x07\u202e") & set(capsys.readouterr().out)


def test_all_since_a_moment_is_taken_back_after_it_was_shown(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = held(path)
    moment = datetime.now(UTC).isoformat()
    work(path, "anna", [("review", 1, 1), ("review", 2, 1), ("statement", 3, 0)])
    work(path, "ben", [("review", 1, 1)])

    assert annotator(path, "undo", "--to", moment, "--coder", "anna", "--dry-run") == 0
    assert capsys.readouterr().out.count("\n") == 3
    assert annotator(path, "undo", "--to", moment, "--coder", "anna") == 2
    assert annotator(path, "undo", "--to", moment, "--coder", "anna", "--yes") == 0
    with Store(path) as store:
        assert store.coding("anna").progress().done == 1
        assert len(store.coding("anna").statements(1)) == len([s for s in before["statements"] if s[3] == 0])
        assert store.coding("ben").progress().done == 1
        assert store.coding("anna").redo() is not None
    assert annotator(path, "undo", "--coder", "nobody", "--yes") == 2


def test_a_moment_is_written_as_people_do() -> None:
    now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    assert (now - moment_of("2h", now)).total_seconds() == 7200
    assert moment_of("2026-11-20T10:00:00+02:00", now) == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    assert moment_of("00:00", now).astimezone().hour == 0
    for text in ("", "yesterday", "99999999999d", "\x1b[2J"):
        with pytest.raises(Exception, match="not a valid time"):
            moment_of(text, now)
