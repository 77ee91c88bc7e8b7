"""No command lets the text in a project move the terminal."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from annotator.cli import run
from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.changes.speaker_changes import SpeakerChanges
from annotator.store.file.backup import back_up
from tests.conftest import article
from tests.store.test_blindness import code
from tests.store.work import CODEBOOK

HOSTILE = "\x1b[2J\x1b]52;c;eA==\x07\x9b31m\u202e\r[/red]\u2028"
OBEYED = set("\x1b\x07\x9b\u202e\r\u2028")
FIELDS = (
    "articles name title source date url path",
    "coders name",
    "reviews note",
    "statements note",
    "speakers name type affiliation country",
    "aliases alias",
    "statement_speakers words",
    "steps what",
    "assignments batch",
    "unblindings command",
    "merges name",
    "codebooks name version",
)
COMMANDS = (
    "status",
    "status --json",
    "log",
    "log --json",
    "agreement",
    "agreement --details",
    "agreement --json",
    "agreement --as markdown",
    "agreement --as methods",
    "speakers list --all",
    "assign list",
    "assign report",
    "assign draw --coder zoe --dry-run",
    "codebook show",
    "codebook history",
    "merge --list",
    "merge other.db --dry-run",
    "merge other.db",
    "merge --undo",
    "backup --list",
    "restore latest --dry-run",
    "doctor",
    "doctor --repair --out repaired.db",
    "export jsonl --out out",
    "export csv --out out2",
    "adjudicate --status",
    "suggest hostile.txt",
    "add hostile.txt",
    "undo --coder ben --dry-run",
    "pack --coder nobody",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "annotations.db"
    with Store.create(made, CODEBOOK, [article("One.\nTwo.\nThree.", "first"), article("Four.", "second")]) as store:
        store.connection.before_first_write = None
        for coder in ("anna", "ben"):
            for paragraph in (1, 2):
                code(store, coder, paragraph, "pro")
        changes = SpeakerChanges(store)
        changes.carry_out(changes.alias("Speaker of Ben", ["Benjamin"]))
        drawn = AssignmentPlan(store).draw(["anna", "ben"], overlap="100%")
        AssignmentPlan(store).put(drawn, "main", "week")
        store.unblind("anna", "status")
    return made


def poison(path: Path) -> None:
    """Put what a terminal would obey into every field that holds text, as whoever sends a file could."""
    raw = sqlite3.connect(path)
    raw.execute("pragma ignore_check_constraints = on")
    triggers = raw.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
    for name, _ in triggers:
        raw.execute(f"drop trigger {name}")
    for fields in FIELDS:
        table, *columns = fields.split()
        for column in columns:
            kept = " where name <> 'annotator' and name <> 'ben'" if table == "coders" else ""
            raw.execute(f"update {table} set {column} = {column} || ?{kept}", (HOSTILE,))
    document = json.loads(raw.execute("select document from codebooks").fetchone()[0])
    assert document["name"]
    for _, sql in triggers:
        raw.execute(sql)
    raw.commit()
    raw.close()


def test_no_command_lets_a_field_move_the_terminal(
    path: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(path, "other.db")
    poison(path)
    poison(Path("other.db"))
    Path("hostile.txt").write_text(f"{HOSTILE} said Anna {HOSTILE} Miller.", encoding="utf-8")
    back_up(path, "by hand")

    for command in COMMANDS:
        exit_code = run(["--project", str(path), *command.split()])

        out, err = capfd.readouterr()
        assert exit_code in (0, 1, 2), command
        assert "should not" not in err, (command, err)
        assert not OBEYED & set(out + err), (command, sorted(OBEYED & set(out + err)))
