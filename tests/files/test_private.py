"""Whatever a command writes is its owner's alone, whatever the umask, and one module writes it."""

from __future__ import annotations

import ast
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.files import private
from annotator.store import Store
from tests.conftest import ROOT
from tests.files.day import DAY, live

WRITERS = {
    "mkdir", "touch", "write_text", "write_bytes", "rename", "link", "symlink_to", "chmod", "fsync",
    "fdopen", "makedirs", "mkstemp", "copyfile", "copy2", "copytree",
}  # fmt: skip
"""Functions that make or rename files; `replace` is not among them, because texts have it too."""

NO_FILES = {
    "top",
    "folder",
    "self",
    "self._folder",
    "archive",
    "changes",
    "stream",
    "statements",
    "origins",
    "private",
    "durable",
}
"""Whose methods have such names: an export's folder and streams, an archive, a change of speakers; and what may."""

MAY = {
    "annotator/export/json_schemas.py": "writes the schemas of the checkout, which are public",
    "annotator/export/formats/sav.py": "takes the time out of a file that the export folder has made",
    "annotator/store/rescue/recover_rows.py": "copies into a temporary folder of its own, which is private",
    "annotator/ingest/find_inputs.py": "unpacks into a temporary folder of its own, which is private",
    "annotator/store/file/journal_index.py": "gives SQLite's index the permissions of the project",
    "annotator/cli/__init__.py": "opens the null device",
}


@pytest.fixture
def open_to_all() -> Iterator[None]:
    """The umask that forbids nothing."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are Unix's")
def test_all_that_any_command_writes_is_its_owners_alone(
    open_to_all: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ours = {tmp_path / "one.txt", tmp_path}

    for words, code in live(tmp_path):
        assert code == 0, words
        found = {path: stat.S_IMODE(path.lstat().st_mode) for path in tmp_path.rglob("*") if path not in ours}
        assert {str(path): oct(mode) for path, mode in found.items() if mode & 0o077} == {}, words

    with Store(tmp_path / "annotations.db") as store:
        store.coder("zoe")
        for part in ("-wal", "-shm"):
            assert stat.S_IMODE((tmp_path / f"annotations.db{part}").stat().st_mode) == 0o600
    names = {path.name for path in tmp_path.rglob("*")}
    assert {"report.html", "mine.yaml", "ben.db", "repaired.db", "project.qdpx", "measures.json"} <= names
    assert "layer.jsonl" in names
    assert len(DAY) > 30


def test_the_comfort_of_a_person_is_theirs_alone(
    open_to_all: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from annotator.app.settings import Settings, save_settings, settings_path

    monkeypatch.setenv("ANNOTATOR_CONFIG", str(tmp_path / "new" / "config"))
    save_settings(Settings(max_width=90))

    assert stat.S_IMODE(settings_path().stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_no_other_module_makes_a_file() -> None:
    found = []
    for path in sorted((ROOT / "annotator").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith("annotator/files/") or name in MAY:
            continue
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        found += [f"{name}:{call.lineno}" for call in calls if _writes(call)]

    assert found == [], "write it with annotator.files.private, which keeps it private on every system"


def _writes(node: ast.Call) -> bool:
    """Whether a call makes a file: by its name, or as `open` with a mode that writes."""
    if not isinstance(node.func, ast.Attribute | ast.Name):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
    owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    if owner in NO_FILES or (not owner and called != "open"):
        return False
    if called == "open":
        mode = next(iter(node.args[0 if owner else 1 :]), None)
        text = mode.value if isinstance(mode, ast.Constant) else ""
        return owner == "os" or (isinstance(text, str) and len(text) < 4 and any(letter in text for letter in "wxa+"))
    return called in WRITERS


def test_a_file_is_written_whole_or_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.txt"
    private.write(path, "old\r\n")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        private.write(path, "new")

    assert path.read_bytes() == b"old\r\n"
    assert [one.name for one in tmp_path.iterdir()] == ["report.txt"]


def test_a_link_keeps_leading_to_its_file_and_a_device_stays_one(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)

    private.write(link, "new")
    private.write(Path(os.devnull), "lost")

    assert link.is_symlink()
    assert target.read_text() == "new"
    assert not Path(os.devnull).is_file()


def test_a_folder_that_was_there_keeps_its_mode_and_one_that_is_made_is_private(
    open_to_all: None, tmp_path: Path
) -> None:
    there = tmp_path / "there"
    there.mkdir(mode=0o755)

    private.make_folder(there / "a" / "b")
    private.make_folder(there)

    assert stat.S_IMODE(there.stat().st_mode) == 0o755
    assert stat.S_IMODE((there / "a").stat().st_mode) == stat.S_IMODE((there / "a" / "b").stat().st_mode) == 0o700
    (there / "file").touch()
    with pytest.raises(OSError, match=r"exists|directory"):
        private.make_folder(there / "file")
