"""A project of every older schema is brought up to date, with a snapshot before, whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database

from annotator.cli import run
from annotator.store import Store
from annotator.store.file.backup import backups
from annotator.store.file.connection import APPLICATION_ID, Connection
from annotator.store.file.migrations import LATEST, migrations
from annotator.store.merge.merge import merge
from annotator.store.rescue.doctor import examine
from tests.conftest import ROOT
from tests.store.test_merge import held, project, work
from tests.store.work import TEXTS


def older(path: Path, whole: Path, version: int) -> Path:
    """A file of an older schema with the rows of a project of today, as far as it has a place for them."""
    names = [m.name for m in migrations().pending(Database(memory=True))]
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    c = Connection(path)
    with c.write():
        migrations().apply(c.db, stop_before=names[version] if version < len(names) else None)
        c.execute(f"pragma user_version = {version}")
        c.execute(f"pragma application_id = {APPLICATION_ID}")
    c.execute("pragma foreign_keys = off")
    c.execute("attach ? as whole", (str(whole),))
    for (table,) in c.all(
        "select name from sqlite_master where type = 'table' and name not glob 'sqlite*' and name not glob '_*'"
        " and name not glob 'search*'"
    ):
        there = {name for (name,) in c.all("select name from pragma_table_info(?) where schema = 'whole'", (table,))}
        columns = [n for (n,) in c.all("select name from pragma_table_info(?)", (table,)) if not there or n in there]
        listed = ", ".join(f'"{name}"' for name in columns)
        c.execute(f"insert into main.{table} ({listed}) select {listed} from whole.{table}")
    if c.one("select 1 from sqlite_master where name = 'search'"):
        c.execute("insert into search (search) values ('rebuild')")
    c.execute("detach whole")
    c.close()
    return path


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    made = project(tmp_path / "whole.db")
    work(made, "anna", [("statement", 0, 1), ("label", 0, 0), ("label", 0, 1), ("speaker", 0, 0), ("review", 0, 0)])
    return made


@pytest.mark.parametrize("version", range(1, LATEST))
def test_an_older_project_is_brought_up_to_date_with_all_that_was_in_it(
    whole: Path, tmp_path: Path, version: int
) -> None:
    path = older(tmp_path / "older.db", whole, version)

    with Store(path) as store:
        assert store.connection.one("pragma user_version") == (LATEST,)
    assert held(path) == held(whole)
    assert examine(path).is_sound
    [before] = backups(path)
    assert before.why == f"before migration from {version}"
    assert Connection(before.path, read_only=True).one("pragma user_version") == (version,)


@pytest.mark.parametrize("version", range(1, LATEST))
def test_the_doctor_examines_an_older_project_without_touching_it(
    whole: Path, tmp_path: Path, version: int, capsys: pytest.CaptureFixture[str]
) -> None:
    path = older(tmp_path / "old.db", whole, version)
    before = path.read_bytes()
    is_sound = examine(path).is_sound

    code = run(["--project", str(path), "doctor"])

    said = capsys.readouterr()
    assert code == (0 if is_sound else 1)
    assert "open it once for writing" not in said.err
    assert examine(path).verdict in said.err
    assert path.read_bytes() == before


def test_a_file_of_an_older_schema_is_merged_without_being_touched(whole: Path, tmp_path: Path) -> None:
    path = older(tmp_path / "older.db", whole, 1)
    data = path.read_bytes()

    with Store(project(tmp_path / "mine.db", TEXTS[:1])) as mine:
        merge(mine, [path])
        assert mine.coding("anna").statements(1)
    assert path.read_bytes() == data


@pytest.mark.slow
def test_programs_that_open_an_older_project_at_once_migrate_it_once(whole: Path, tmp_path: Path) -> None:
    path = older(tmp_path / "older.db", whole, 1)
    script = "import sys; from pathlib import Path; from annotator.store import Store; Store(Path(sys.argv[1])).close()"
    command = [sys.executable, "-c", script, str(path)]

    running = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(4)]

    assert [process.communicate(timeout=60)[1] for process in running] == [""] * 4
    assert held(path) == held(whole)
